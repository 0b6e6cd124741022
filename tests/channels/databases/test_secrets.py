"""Addresses of channel databases as secrets: read, or refused without a word of what they hold."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from postering.channels.databases.connections import is_secret_name
from postering.channels.databases.secrets import secret_url, secrets_client
from postering.domain.errors import ChannelDatabaseUnavailable

NAME = "shop/channels/houston"
URL = "postgresql+psycopg://reader:s3cret@db/channel"


class Client:
    def __init__(self, answer: Callable[[], dict[str, Any]]) -> None:
        self.answer = answer

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 - as boto3 calls it
        assert SecretId == NAME
        return self.answer()


@pytest.mark.parametrize("text", [URL, f" {URL}\n", f'{{"url": "{URL}", "owner": "shop"}}'])
def test_a_secret_is_a_url_or_an_object_with_one(text: str) -> None:
    assert secret_url(lambda: Client(lambda: {"SecretString": text}), "houston", NAME) == URL


@pytest.mark.parametrize(
    "text", ["", "s3cret", '{"url": ', '{"password": "s3cret"}', '{"url": 7}', '{"url": "s3cret"}']
)
def test_a_secret_without_a_url_is_named_but_not_shown(text: str) -> None:
    with pytest.raises(
        ChannelDatabaseUnavailable, match="houston: secret shop/channels/houston: it holds no"
    ) as described:
        secret_url(lambda: Client(lambda: {"SecretString": text}), "houston", NAME)

    assert "s3cret" not in str(described.value)


def test_a_secret_of_bytes_holds_no_url() -> None:
    with pytest.raises(ChannelDatabaseUnavailable, match="holds no address"):
        secret_url(lambda: Client(lambda: {"SecretBinary": b"1"}), "houston", NAME)


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "X"), "there is no such secret; make it"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "X"), "its name must begin with the stack"),
        (ClientError({"Error": {"Code": "Teapot"}}, "X"), r"could not be read; run the job again \(Teapot\)"),
        (EndpointConnectionError(endpoint_url="https://x"), "can't be reached; check the network, the region"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_secret_that_can_not_be_read_is_named_with_what_to_do(error: Exception, described: str) -> None:
    def fail() -> dict[str, Any]:
        raise error

    with pytest.raises(ChannelDatabaseUnavailable, match=described):
        secret_url(lambda: Client(fail), "houston", NAME)


def test_a_url_is_told_from_the_name_of_a_secret() -> None:
    assert is_secret_name(NAME)
    assert is_secret_name("arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/channels/houston-AbCdEf")
    assert not is_secret_name("sqlite:///channel.db")
    assert not is_secret_name("sqlite://")


def test_the_client_is_made_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    assert secrets_client().meta.region_name == "eu-central-1"
