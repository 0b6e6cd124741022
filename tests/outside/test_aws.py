"""Clients of AWS, and what is said of their errors."""

import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError

from postering.domain.errors import StoreUnavailable
from postering.outside.aws import advice, aws_client, code_of, said


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "because"}}, "GetThing")


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (refused("ExpiredToken"), "the credentials have expired; sign in again"),
        (refused("SignatureDoesNotMatch"), "the credentials are not valid; sign in again"),
        (refused("RequestTimeTooSkewed"), "the clock of this machine is wrong"),
        (refused("NoSuchThing"), "make the thing"),
        (refused("Teapot"), "the call was refused"),
        (NoCredentialsError(), "there are no credentials; sign in again"),
        (EndpointConnectionError(endpoint_url="https://x"), "Thing Store can't be reached; check the network"),
        (EndpointConnectionError(endpoint_url="https://x"), "AWS_ENDPOINT_URL_THING_STORE"),
    ],
)
def test_each_error_has_its_advice(error: ClientError | BotoCoreError, described: str) -> None:
    assert described in advice("Thing Store", error, {"NoSuchThing": "make the thing"}, "the call was refused")


def test_a_services_own_advice_comes_before_that_for_all() -> None:
    assert advice("S3", refused("ExpiredToken"), {"ExpiredToken": "its own"}, "") == "its own"


def test_an_error_is_quoted_in_the_words_of_the_service() -> None:
    assert code_of(refused("Teapot")) == "Teapot"
    assert said(refused("Teapot")) == "Teapot: because"
    assert said(EndpointConnectionError(endpoint_url="https://x")).startswith("EndpointConnectionError: ")


def test_a_client_has_the_time_outs_and_tries_that_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    config = aws_client("s3", StoreUnavailable, connect_seconds=1, read_seconds=7, tries=2).meta.config

    assert (config.connect_timeout, config.read_timeout) == (1, 7)
    assert (config.retries["mode"], config.retries["total_max_attempts"]) == ("standard", 2)


def test_an_environment_without_a_region_is_the_callers_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    with pytest.raises(StoreUnavailable, match="AWS_DEFAULT_REGION"):
        aws_client("dynamodb", StoreUnavailable)
