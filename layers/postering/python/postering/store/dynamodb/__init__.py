"""The DynamoDB adapter: the store in AWS, and on any engine with DynamoDB's protocol."""

from postering.store.dynamodb.store import DynamoDBStore

__all__ = ["DynamoDBStore"]
