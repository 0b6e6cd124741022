"""The table for DynamoDB's CreateTable, from the models that PynamoDB declares; the template has the same."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from postering.domain.errors import StoreUnavailable
from postering.store.dynamodb.tables import PAY_PER_REQUEST, Item


def table_schema() -> dict[str, Any]:
    """Keys, attributes and indexes, without the table's name."""
    # PynamoDB offers no public way to see the schema without asking a table.
    declared = Item._get_schema()
    return {
        "KeySchema": declared["key_schema"],
        "AttributeDefinitions": declared["attribute_definitions"],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index["index_name"],
                "KeySchema": index["key_schema"],
                "Projection": index["projection"],
            }
            for index in sorted(declared["global_secondary_indexes"], key=lambda index: str(index["index_name"]))
        ],
        "BillingMode": PAY_PER_REQUEST,
    }


def create_table(client: Any, table: str) -> bool:
    """Make the table on an own engine. Returns False if it exists. In AWS the template makes it."""
    try:
        client.create_table(TableName=table, **table_schema())
    except client.exceptions.ResourceInUseException:
        return False
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return True


def ensure_table(client: Any, table: str, engine: str) -> None:
    """Make the table on the engine if it does not exist. Raises `StoreUnavailable` if the engine does not answer."""
    try:
        client.describe_table(TableName=table)
    except client.exceptions.ResourceNotFoundException:
        create_table(client, table)
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailable(
            f"the DynamoDB engine at {engine} does not answer: {error}; start it, or unset AWS_ENDPOINT_URL_DYNAMODB "
            "to keep records in the local deployment's own file"
        ) from error
