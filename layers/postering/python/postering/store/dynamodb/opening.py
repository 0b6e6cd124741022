"""A client of DynamoDB as the store wants it, by the environment's region, credentials and endpoint."""

from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from postering.domain.errors import StoreUnavailable


def dynamodb_client() -> Any:
    """Time-outs far below a function's own; requests are not checked against the model again (it costs most of a call).

    Raises `StoreUnavailable` where the environment names no region or a profile that is not there.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
        parameter_validation=False,
    )
    try:
        return botocore.session.Session().create_client("dynamodb", config=config)
    except (BotoCoreError, ValueError) as wrong:
        raise StoreUnavailable(
            f"DynamoDB can't be used: {wrong}; set AWS_DEFAULT_REGION and credentials, or the AWS profile, rightly"
        ) from wrong
