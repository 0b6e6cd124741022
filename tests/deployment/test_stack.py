"""The cloud's shape: the same command on a stack, and the functions' runs, equal to the laptop's."""

import importlib.util
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from postering.cli.main import run as command
from postering.deployment import stack, wiring
from postering.deployment.settings import Settings, SettingsError
from postering.domain.errors import JobRefused, PosteringError, StoreUnavailable
from postering.domain.runs.payloads import PayloadError
from postering.domain.runs.requests import PJobRequest
from postering.lambdas import runs
from postering.operations.setups import apply_setup
from postering.store.dynamodb.table_schema import create_table
from postering.trials.sample.files import DAY, SETUP, sample_bytes, sample_text
from postering.trials.sample.online_retail import Row, channel_rows, read_invoices
from tests.own_aws import own_aws
from tests.walk.books import Context, assert_the_same, books, laptop_s_books, ready, sales_numbers

NAME, ACCOUNT = "shop", "123456789012"
REGION: Final = "eu-west-1"
ROOT = Path(__file__).parents[2]
_loaded = count(1)
TABLE, BUCKET = f"{NAME}-postering", f"{NAME}-uploads-{ACCOUNT}-{REGION}"
TAKEN = 24
"""So many transactions of the sample go through moto: it copies the table for every operation of a transaction."""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A stack's table and bucket on moto, named to its functions."""
    for name, value in {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POSTERING_TABLE": TABLE,
        "POSTERING_BUCKET": BUCKET,
        "POSTERING_HOME": str(tmp_path / "laptop"),
    }.items():
        monkeypatch.setenv(name, value)
    with own_aws():
        dynamodb, bucket = boto3.client("dynamodb"), boto3.resource("s3").Bucket(BUCKET)
        create_table(dynamodb, TABLE)
        bucket.create(CreateBucketConfiguration={"LocationConstraint": REGION})
        yield monkeypatch


@pytest.fixture(scope="module")
def day() -> dict[str, list[Row]]:
    """Some of the real day's transactions: sales, returns, a gift card, a stock movement."""
    rows = channel_rows(read_invoices(sample_text(DAY).splitlines(keepends=True)))
    small = sorted(
        (sum(row.get("transactionId") == header["transactionId"] for row in rows["RetailTransactionSalesTrans"]), n)
        for n, header in enumerate(rows["RetailTransactionTable"])
    )
    taken = {rows["RetailTransactionTable"][n]["transactionId"] for _, n in small[:TAKEN]}
    return {
        entity: [row for row in some if (row.get("transactionId") or row.get("TransactionId")) in taken]
        for entity, some in rows.items()
    }


def invoked(function: str, environment: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the function's own handler answers to its scheduled event, loaded as Lambda loads it."""
    environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "Postering/test")
    environment.setenv("POWERTOOLS_SERVICE_NAME", f"{function}-{next(_loaded)}")
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    event = json.loads((ROOT / "events" / function / "scheduled.json").read_text(encoding="utf-8"))
    answer: dict[str, Any] = app.lambda_handler(event, Context())
    return answer


def test_the_sample_through_the_functions_equals_the_laptop_s(
    aws: pytest.MonkeyPatch, tmp_path: Path, day: dict[str, list[Row]]
) -> None:
    cloud = Settings(home=tmp_path / "cloud", table=TABLE, bucket=BUCKET)
    expected = laptop_s_books(tmp_path / "local", day)
    ready(cloud, day)
    aws.setenv("POSTERING_HOME", str(cloud.home))

    pulled = invoked("p_job", aws)
    posted = invoked("sync_orders", aws)

    assert pulled["transactions_staged"] == TAKEN
    assert posted["failed"] == 0
    found = books(cloud)
    assert_the_same(found, expected)
    assert len(sales_numbers(found)) == posted["succeeded"]
    with wiring.deployment(cloud) as at:
        assert wiring.reconcile(at, wiring.new_run()).balanced
    again = invoked("sync_orders", aws), invoked("p_job", aws)
    assert (again[0]["selected"], again[1]["transactions_staged"]) == (0, 0)
    assert books(cloud) == found


def with_secret(settings: Settings, day: dict[str, list[Row]], name: str) -> str:
    """A deployment whose setup names a secret as the address of its channel database; the database's own address."""
    ready(settings, day)
    setup = tomllib.loads(sample_bytes(SETUP).decode("utf-8"))
    setup["channel_databases"] = [{**each, "url": name} for each in setup["channel_databases"]]
    with wiring.deployment(settings) as at:
        apply_setup(at, json.dumps(setup, default=str).encode(), "setup.json")
    return f"sqlite:///{settings.home / 'channel.db'}"


def test_a_channel_database_whose_url_is_a_secret_is_read_by_the_function(
    aws: pytest.MonkeyPatch, tmp_path: Path, day: dict[str, list[Row]]
) -> None:
    cloud = Settings(home=tmp_path / "cloud", table=TABLE, bucket=BUCKET)
    aws.setenv("POSTERING_HOME", str(cloud.home))
    url = with_secret(cloud, day, f"{NAME}/channels/houston")
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=f"{NAME}/channels/houston", SecretString=json.dumps({"url": url}))

    pulled = invoked("p_job", aws)

    assert (pulled["transactions_staged"], pulled["unreachable"]) == (TAKEN, [])
    with wiring.deployment(cloud) as at:
        assert wiring.reconcile(at, wiring.new_run()).balanced
    # A secret is read for each run: a new address counts from the next one on.
    secrets.put_secret_value(SecretId=f"{NAME}/channels/houston", SecretString=f"{url}-elsewhere")
    (unreachable,) = invoked("p_job", aws)["unreachable"]
    assert f"(secret {NAME}/channels/houston)" in unreachable


def test_a_secret_that_is_not_there_leaves_its_channel_database_unread_and_names_it(
    aws: pytest.MonkeyPatch, tmp_path: Path, day: dict[str, list[Row]]
) -> None:
    cloud = Settings(home=tmp_path / "cloud", table=TABLE, bucket=BUCKET)
    aws.setenv("POSTERING_HOME", str(cloud.home))
    with_secret(cloud, day, f"{NAME}/channels/nowhere")

    pulled = invoked("p_job", aws)

    (unreachable,) = pulled["unreachable"]
    assert pulled["transactions_staged"] == 0
    assert "secret shop/channels/nowhere: there is no such secret" in unreachable


def test_a_function_whose_time_is_nearly_out_stops_in_good_order(aws: pytest.MonkeyPatch) -> None:
    with wiring.deployment(runs.function_settings()) as at:
        apply_setup(at, sample_bytes(SETUP), SETUP)

    report = runs.sync_orders_in_stack({}, Context(runs.RESERVE_MILLISECONDS - 1))

    assert report["selected"] == 0


def test_a_payload_that_is_not_known_does_nothing(aws: pytest.MonkeyPatch) -> None:
    with pytest.raises(PayloadError, match="'groups'"):
        runs.p_job_in_stack({"groups": ["Default"]}, Context())


@pytest.mark.parametrize("missing", ["POSTERING_TABLE", "POSTERING_BUCKET"])
def test_a_missing_setting_is_named(aws: pytest.MonkeyPatch, missing: str) -> None:
    aws.delenv(missing)

    with pytest.raises(SettingsError, match=missing):
        runs.p_job_in_stack({}, Context())


def test_synchronize_orders_needs_no_bucket(aws: pytest.MonkeyPatch) -> None:
    aws.delenv("POSTERING_BUCKET")

    with pytest.raises(JobRefused, match="no setup"):
        runs.sync_orders_in_stack({}, Context())


def test_a_missing_table_is_named_with_what_to_do(aws: pytest.MonkeyPatch) -> None:
    aws.setenv("POSTERING_TABLE", "elsewhere")

    with pytest.raises(StoreUnavailable, match=r"table elsewhere.*deploy the stack"):
        runs.sync_orders_in_stack({}, Context())


def test_a_table_of_another_version_is_named_with_what_to_do(aws: pytest.MonkeyPatch) -> None:
    stamp = {"pk": {"S": "form"}, "sk": {"S": "VERSION"}, "kind": {"S": "form"}, "version": {"N": "9001"}}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=stamp)

    with pytest.raises(StoreUnavailable, match=rf"table {TABLE} holds records of version 9001.*deploy the program"):
        runs.sync_orders_in_stack({}, Context())


def test_a_missing_bucket_is_named_with_what_to_do(aws: pytest.MonkeyPatch) -> None:
    with wiring.deployment(runs.function_settings()) as at:
        apply_setup(at, sample_bytes(SETUP), SETUP)
    aws.setenv("POSTERING_BUCKET", "elsewhere")

    with pytest.raises(PosteringError, match=r"elsewhere.*no such bucket"):
        runs.p_job_in_stack({}, Context())


@pytest.fixture
def postering(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command line: status, output, errors."""

    def ran(*arguments: str) -> tuple[int, str, str]:
        status = command(arguments)
        described = capsys.readouterr()
        return status, described.out, described.err

    return ran


class Functions:
    """Stands in for Lambda: what was invoked, and an answer."""

    def __init__(self, answer: object, error: str = "") -> None:
        self.answer, self.error = answer, error
        self.invoked: list[tuple[str, Any]] = []

    def client(self, service: str, *_: object, **__: object) -> "Functions":
        assert service == "lambda"
        return self

    def invoke(self, **named: Any) -> dict[str, Any]:
        self.invoked.append((named["FunctionName"], json.loads(named["Payload"])))
        answer = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return answer | ({"FunctionError": self.error} if self.error else {})


SYNC_REPORT = {
    "job": "sync-orders",
    "run_id": "r-1",
    "selected": 2,
    "succeeded": 2,
    "failed": 0,
    "waiting": 0,
    "skipped": 0,
    "sales_orders": 2,
    "payments": 3,
    "totals": {"GBP": {"orders": "71.92", "payments": "71.92", "variance": "0.00"}},
    "errors": {},
    "remaining": 0,
    "dry_run": False,
    "messages": [],
    "complete": True,
    "duration_seconds": 0.25,
}
P_REPORT = {
    "job": "p-job",
    "run_id": "r-2",
    "sessions": [
        {"id": "s", "group": "Default", "status": "ApplyFailed", "transactions": 0, "records": 0, "message": "bad"}
    ],
    "transactions_staged": 0,
    "duplicates": 0,
    "conflicts": 0,
    "rejected": 0,
    "waiting": 0,
    "messages": [],
    "unreachable": [],
    "complete": True,
    "duration_seconds": 1.5,
}


def invoking(monkeypatch: pytest.MonkeyPatch, answer: object, error: str = "") -> Functions:
    """Puts stand-ins in Lambda's place."""
    stand_in = Functions(answer, error)
    monkeypatch.setattr("postering.deployment.stack.aws_client", stand_in.client)
    return stand_in


def test_in_a_stack_synchronize_orders_invokes_its_function(
    aws: pytest.MonkeyPatch, postering: Callable[..., tuple[int, str, str]]
) -> None:
    called = invoking(aws, SYNC_REPORT)

    status, out, _ = postering("sync-orders", "--stack", NAME, "--store", "OR-UK", "--dry-run", "--json")

    assert called.invoked == [(f"{NAME}-sync-orders", {"stores": ["OR-UK"], "dry_run": True})]
    assert (status, json.loads(out)) == (0, SYNC_REPORT)


def test_in_a_stack_the_p_job_invokes_its_function_and_a_refused_package_is_an_error(
    aws: pytest.MonkeyPatch, postering: Callable[..., tuple[int, str, str]]
) -> None:
    called = invoking(aws, P_REPORT)

    status, out, err = postering("p-job", "--stack", NAME, "--group", "Default", "--json")

    assert called.invoked == [(f"{NAME}-p-job", {"channel_database_groups": ["Default"]})]
    assert json.loads(out) == P_REPORT
    assert status == 1
    assert "Default/s: bad" in err


def test_a_run_that_failed_is_told_in_its_own_words(
    aws: pytest.MonkeyPatch, postering: Callable[..., tuple[int, str, str]]
) -> None:
    invoking(aws, {"errorType": "StoreUnavailable", "errorMessage": "table shop-postering: gone"}, "Unhandled")

    status, out, err = postering("sync-orders", "--stack", NAME)

    assert (status, out) == (1, "")
    assert "shop-sync-orders failed: table shop-postering: gone" in err


def test_a_function_takes_no_date() -> None:
    with pytest.raises(JobRefused, match="without --stack"):
        stack.Stack(name=NAME).p_job(PJobRequest(from_date=date(2010, 12, 20)))


def test_the_other_commands_read_the_stack_s_table(
    aws: pytest.MonkeyPatch, postering: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    aws.delenv("POSTERING_TABLE")
    aws.delenv("POSTERING_BUCKET")
    setup = tmp_path / "setup.toml"
    setup.write_bytes(sample_bytes(SETUP))

    assert postering("setup", "apply", str(setup), "--stack", NAME)[0] == 0
    status, out, _ = postering("setup", "show", "--stack", NAME, "--json")

    assert status == 0
    assert json.loads(out)["companies"][0]["id"] == "ORUK"
    assert postering("transactions", "--stack", NAME, "--json")[1].strip().replace(" ", "") == '{"transactions":[]}'
    assert not (tmp_path / "laptop" / "postering.db").exists()


def test_the_bucket_is_named_after_stack_account_and_region(aws: pytest.MonkeyPatch) -> None:
    assert stack.bucket_of(Settings(stack=NAME)) == BUCKET
    assert stack.table_of(Settings(stack=NAME)) == TABLE


def test_an_engine_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, postering: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("POSTERING_HOME", str(tmp_path))

    status, _, err = postering("transactions")

    assert status == 1
    assert "http://127.0.0.1:9 does not answer" in err
