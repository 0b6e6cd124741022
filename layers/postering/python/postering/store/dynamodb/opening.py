"""The client of DynamoDB for the store, with the environment's region, credentials and endpoint."""

from typing import Any

from postering.domain.errors import StoreUnavailable
from postering.outside.aws import aws_client


def dynamodb_client() -> Any:
    """A client whose time-outs are far below those of a function. It does not validate requests, which is slow.

    Raises:
        StoreUnavailable: the environment names no region, or a profile that does not exist.
    """
    return aws_client(
        "dynamodb",
        lambda why: StoreUnavailable(f"DynamoDB can't be used: {why}"),
        connect_seconds=2,
        read_seconds=5,
        parameter_validation=False,
    )
