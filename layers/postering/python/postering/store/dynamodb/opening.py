"""A client of DynamoDB as the store wants it, by the environment's region, credentials and endpoint."""

from typing import Any

from postering.domain.errors import StoreUnavailable
from postering.outside.aws import aws_client


def dynamodb_client() -> Any:
    """Time-outs far below a function's own; requests are not checked against the model again (it costs most of a call).

    Raises `StoreUnavailable` where the environment names no region or a profile that is not there.
    """
    return aws_client(
        "dynamodb",
        lambda why: StoreUnavailable(f"DynamoDB can't be used: {why}"),
        connect_seconds=2,
        read_seconds=5,
        parameter_validation=False,
    )
