"""The DynamoDB adapter: the store in AWS, and on any engine that speaks DynamoDB's protocol."""

from postering.store.dynamodb.store import DynamoDBStore

__all__ = ["DynamoDBStore"]
