"""A world that is not as it should be: one message names the table or the setting, and what to do."""

import socket
from contextlib import closing

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    TokenRetrievalError,
)

from postering.domain.errors import PassingFailure, StoreUnavailable
from postering.store.dynamodb import DynamoDBStore
from postering.store.dynamodb.opening import dynamodb_client
from tests.store.dynamodb.conftest import Table
from tests.store.dynamodb.faults import Fault, raises, says
from tests.store.examples import a_key, a_piece, a_staging

CREDENTIALS = "sign in"


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (says("ExpiredTokenException"), "the credentials have expired; sign in again"),
        (says("UnrecognizedClientException"), CREDENTIALS),
        (says("InvalidSignatureException"), CREDENTIALS),
        (says("RequestExpired"), "the clock of this machine is wrong; set it"),
        (
            says("AccessDeniedException", "User u may not dynamodb:PutItem"),
            "give the identity the rights .*User u may not",
        ),
        (says("ResourceNotFoundException"), "deploy the stack first, or name the right one"),
        (says("SomethingNew", "of 2030"), "refused.*SomethingNew: of 2030"),
        (raises(NoCredentialsError()), "NoCredentialsError.*sign in, or set AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID"),
        (raises(TokenRetrievalError(provider="sso", error_msg="expired")), "TokenRetrievalError.*sign in"),
    ],
)
def test_what_does_not_pass_is_told_at_once_with_what_to_do(
    store: DynamoDBStore, table: Table, fault: Fault, advice: str
) -> None:
    for call in ("put_item", "batch_write_item", "batch_get_item"):
        table.client.plant_always(call, fault)

    with pytest.raises(StoreUnavailable, match=rf"table {table.name}.*{advice}"):
        store.stage([a_staging(a_piece("T-1"))])
    with pytest.raises(StoreUnavailable, match=rf"table {table.name}.*{advice}"):
        store.staged([a_key("T-1")])
    assert table.pauses == []
    assert table.items() == {}


def test_an_endpoint_that_is_down_is_told_after_some_tries(store: DynamoDBStore, table: Table) -> None:
    down = raises(EndpointConnectionError(endpoint_url="http://127.0.0.1:8000"))
    table.client.plant_always("batch_get_item", down)

    with pytest.raises(PassingFailure, match=rf"table {table.name}.*127\.0\.0\.1:8000.*AWS_ENDPOINT_URL_DYNAMODB"):
        store.setup()


def test_a_real_endpoint_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as taken:  # bound, not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for name, value in {
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        with (
            closing(DynamoDBStore(dynamodb_client(), "shop", sleep=lambda seconds: None)) as store,
            pytest.raises(PassingFailure, match=rf"table shop.*{endpoint}.*check that the network reaches it"),
        ):
            store.setup()


def test_no_region_is_told_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    with pytest.raises(StoreUnavailable, match=r"region.*set AWS_DEFAULT_REGION and credentials") as described:
        dynamodb_client()
    assert isinstance(described.value.__cause__, NoRegionError)


def test_a_profile_that_is_not_there_is_told_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_PROFILE", "shop")

    with pytest.raises(StoreUnavailable, match=r"shop.*the AWS profile") as described:
        dynamodb_client()
    assert isinstance(described.value.__cause__, ProfileNotFound)
