"""AWS on moto for one test: what it makes is gone afterwards, though the store's tests keep moto on in the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import boto3
from moto import mock_aws
from moto.backends import get_backend

_RESET: tuple[Literal["s3", "events", "lambda", "sts", "secretsmanager"], ...] = (
    "s3",
    "events",
    "lambda",
    "sts",
    "secretsmanager",
)
"""Services whose things are gone after a test."""


@contextmanager
def own_aws() -> Iterator[None]:
    """moto with nothing in it; tables that were made are deleted by name, others of the process are left alone."""
    with mock_aws():
        before = _tables()
        try:
            _reset()
            yield
        finally:
            _reset()
            for region, name in _tables() - before:
                _dynamodb(region).delete_table(TableName=name)


def _reset() -> None:
    each: Any
    for service in _RESET:
        each = get_backend(service)
        for account in list(each.values()):
            account.reset()


def _tables() -> set[tuple[str, str]]:
    return {
        (region, name)
        for account in get_backend("dynamodb").values()
        for region, backend in account.items()
        for name in getattr(backend, "tables", {})
    }


def _dynamodb(region: str) -> Any:
    return boto3.client("dynamodb", region_name=region, aws_access_key_id="test", aws_secret_access_key="test")
