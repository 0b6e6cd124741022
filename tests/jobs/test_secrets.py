"""Card data in any column of any entity: the transaction is CARD_DATA, and the value is in no store, log or report.

What counts as card data: tests/domain/retail_transactions/test_card_data.py; the output of commands: tests/cli.
"""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import JobRefused
from postering.domain.retail_transactions.card_data import names_verification_value
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, PAYMENT, Entity, FieldType
from postering.domain.retail_transactions.rows import RejectedRow, Row, UnkeyedRow, read_row, without_card_data
from postering.domain.runs.sessions import SessionStatus
from postering.domain.staging.edit_parsing import parse_change
from postering.jobs.interventions import OperatorActions
from postering.store.dynamodb import DynamoDBStore
from tests.domain.transactions_examples import a_sale, a_setup
from tests.jobs.conftest import GROUP, Deployment, changed, rows_of
from tests.jobs.test_bad_input import lay
from tests.store.adapters import a_table, moto_client

CARD = "4111111111111111"
LOOSE = re.compile(rb"4[ -]?1[ -]?1[ -]?1[ -]?" + rb"1[ -]?" * 4)
"""The number's first eight digits, however they are written: its last four may stay."""
SHAPES = {
    "13 digits": "4222222222222",
    "16 digits": CARD,
    "15 digits": "378282246310005",
    "19 digits": "4000000000000000006",
    "with spaces": "4111 1111 1111 1111",
    "with dashes": "4111-1111-1111-1111",
    "in a text": f"paid with {CARD}, thanks",
    "track 1": f"%B{CARD}^DOE/JANE^2512101?",
    "track 2": f";{CARD}=25121010000?",
    "verification value": "CVV: 123",
}
SALE, NEIGHBOUR = rows_of(a_sale(), "T-1"), rows_of(a_sale(), "T-2")


def a_row(entity: Entity, transaction: str = "T-1", **columns: str) -> dict[str, str]:
    values = ("USRT", "5637144592", "HOUSTON-ONLINE", "", transaction)
    keys = dict(zip(entity.transaction_keys, values, strict=True))
    return {**dict.fromkeys(entity.row_keys, "1"), **keys, **columns}


def searched(entity: Entity) -> list[str]:
    """The columns of text in which card numbers are looked for."""
    return [
        field.name
        for field in entity.by_name.values()
        if field.type is FieldType.STRING and without_card_data(entity, field, CARD) != CARD
    ]


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
@pytest.mark.parametrize("shape", SHAPES)
def test_card_data_in_any_column_known_or_unknown_is_refused_and_masked(entity: Entity, shape: str) -> None:
    text = SHAPES[shape]
    for column in [*searched(entity), "shopNote", "x_1"]:
        row = read_row(entity, a_row(entity, **{column: text}), "here row 1")

        assert isinstance(row, RejectedRow), column
        assert {problem.code for problem in row.problems} == {"CARD_DATA"}, column
        assert text not in repr(row), column
        assert row.raw[column] != text


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_a_column_named_like_a_verification_value_is_refused_whatever_it_holds(entity: Entity) -> None:
    for column in ("cvv", "CVC2", "cardSecurityCode", "Card_CVV", "verificationValue"):
        row = read_row(entity, a_row(entity, **{column: "737"}), "here row 1")

        assert isinstance(row, RejectedRow)
        assert row.problems[0].code == "CARD_DATA"
        assert row.raw[column] == "***"
    assert not any(map(names_verification_value, entity.by_name))  # none of D365's own is one


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_columns_of_keys_may_pass_luhn_but_never_hold_track_data(entity: Entity) -> None:
    exempt = [f.name for f in entity.by_name.values() if f.type is FieldType.STRING and f.name not in searched(entity)]
    assert "transactionid" in {name.casefold() for name in exempt}
    for column in exempt:
        assert isinstance(read_row(entity, a_row(entity, **{column: "4222222222222"}), "here"), Row), column
        track = read_row(entity, a_row(entity, **{column: f";{CARD}=2512?"}), "here")
        assert isinstance(track, RejectedRow | UnkeyedRow), column
        assert "CARD_DATA" in {problem.code for problem in track.problems}, column
        assert CARD not in repr(track), column


def everywhere() -> list[dict[str, Any]]:
    """One transaction per entity and shape, the shape in another column each time; unknown columns too."""
    made = []
    for number, (name, entity) in enumerate(ENTITIES.items()):
        columns = [*searched(entity), "shopNote"]
        for turn, text in enumerate(SHAPES.values()):
            column = columns[turn % len(columns)]
            made.append({name: [a_row(entity, f"X-{number}-{turn}", **{column: text})]})
    return made


def unpacked(value: Any) -> Iterator[bytes]:
    """Every text and every compressed content in an attribute or column, as bytes."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key).encode()
            yield from unpacked(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from unpacked(inner)
    elif isinstance(value, bytes):
        yield value
        try:
            yield zlib.decompress(value)
        except zlib.error:
            return
    elif value is not None:
        yield str(value).encode()


def assert_nowhere(contents: Iterator[bytes]) -> None:
    seen = b"\n".join(contents)
    assert b"X-0-0" in seen  # it is the store that was looked into
    assert b"1111" in seen  # the last four are kept
    assert not LOOSE.search(seen)
    for text in (b"4222222222222", b"378282246310005", b"4000000000000000006", b"DOE/JANE", b"CVV: 123"):
        assert text not in seen


def sqlite_contents(deployment: Deployment) -> Iterator[bytes]:
    connection = deployment.store._connection
    for (table,) in connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        yield from unpacked(connection.rows(f"SELECT * FROM {table}"))
    for file in deployment.home.glob("postering.db*"):
        yield file.read_bytes()


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_the_value_is_in_no_byte_of_the_local_store_its_log_or_its_report(
    deployment: Deployment, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    cards = everywhere()
    lay(deployment, "cards", suffix, *cards, NEIGHBOUR)

    staged, posted = deployment.p_job(), deployment.sync_orders()

    assert staged.counts.rejected == len(cards)
    assert {state for number, state in deployment.states().items() if number != "T-2"} == {"failed CARD_DATA"}
    assert deployment.states()["T-2"] == "succeeded"
    assert_nowhere(sqlite_contents(deployment))
    described = json.dumps([staged.as_json(), posted.as_json()]) + caplog.text
    assert not LOOSE.search(described.encode())
    (session,) = deployment.store.sessions()
    assert session.message == "it holds card data: the package lies in the quarantine"
    assert [file.name for file in (deployment.home / "quarantine" / GROUP).iterdir()] == ["cards.zip"]
    assert list((deployment.home / "uploads" / GROUP).iterdir()) == []


def test_the_value_is_in_no_attribute_of_any_item_of_the_table(tmp_path: Path) -> None:
    with a_table(moto_client()) as table:
        store = DynamoDBStore(moto_client(), table)
        made = Deployment(home=tmp_path, store=store, uploads=PackageUploads(UploadsFolder(tmp_path)))  # type: ignore[arg-type]
        made.apply(a_setup())
        lay(made, "cards", "jsonl", *everywhere()[::3])

        made.p_job()
        made.sync_orders()

        assert set(made.states().values()) == {"failed CARD_DATA"}
        items: list[Any] = []
        start: dict[str, Any] = {}
        while True:
            page = moto_client().scan(TableName=table, **start)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert_nowhere(unpacked(items))


def test_a_channel_database_s_card_data_is_nowhere_but_in_the_quarantine(deployment: Deployment) -> None:
    deployment.make_channel_database()
    deployment.sell(changed(rows_of(a_sale(), "X-0-0"), PAYMENT, cardOrAccount="4111 1111 1111 1111"), NEIGHBOUR)

    deployment.p_job()
    deployment.sync_orders()

    assert deployment.states() == {"X-0-0": "failed CARD_DATA", "T-2": "succeeded"}
    assert_nowhere(sqlite_contents(deployment))
    assert len(list((deployment.home / "quarantine" / GROUP).iterdir())) == 1
    (package,) = (deployment.home / "uploads" / GROUP).iterdir()
    with deployment.uploads.read(GROUP, package.stem) as read:
        assert {row.transaction.transaction_id for row in read.rows() if isinstance(row, Row)} == {"T-2"}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("field", ["comment", "receiptEmail", f"{PAYMENT}[1].comment2", "grossAmount", "businessDate"])
def test_no_edit_brings_card_data_in_and_no_refusal_repeats_it(deployment: Deployment, field: str, text: str) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()
    record = deployment.record("T-1")
    if field == "receiptEmail" and field not in ENTITIES[HEADER].by_name:
        field = "custAccount"

    with pytest.raises(JobRefused) as refused:
        OperatorActions(store=deployment.store, run=deployment.run("operator")).edit(
            record, [parse_change(f"{field}={text}")]
        )

    assert text not in str(refused.value)
    assert deployment.record("T-1") == record


def test_no_reason_of_an_operator_brings_card_data_in(deployment: Deployment) -> None:
    with pytest.raises(JobRefused, match="the reason holds card data, which is never kept") as refused:
        OperatorActions(store=deployment.store, run=deployment.run("operator"), reason=f"customer's card is {CARD}")

    assert CARD not in str(refused.value)


# --- unsound packages ----------------------------------------------------------------------------------------


def unsound(deployment: Deployment, *rows: Any) -> Path:
    """A package whose manifest promises another checksum."""
    import zipfile

    lay(deployment, "broken", "jsonl", *rows)
    path = deployment.home / "uploads" / GROUP / "broken.zip"
    with zipfile.ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(files["manifest.json"])
    manifest["entities"][HEADER]["sha256"] = "0" * 64
    with zipfile.ZipFile(path, "w") as package:
        for name, content in (files | {"manifest.json": json.dumps(manifest).encode()}).items():
            package.writestr(name, content)
    return path


def test_an_unsound_package_that_shows_card_data_is_kept_in_the_quarantine(deployment: Deployment) -> None:
    path = unsound(deployment, changed(SALE, PAYMENT, comment2=CARD))
    content = path.read_bytes()

    report = deployment.p_job()
    again = deployment.p_job()

    (session,) = report.sessions
    assert session.status is SessionStatus.APPLY_FAILED
    assert session.message.endswith("; it holds card data: the package lies in the quarantine")
    assert not path.exists()
    assert (deployment.home / "quarantine" / GROUP / "broken.zip").read_bytes() == content
    assert again.sessions == ()
    assert deployment.states() == {}


def test_a_sound_package_in_place_of_a_quarantined_unsound_one_is_read_anew(deployment: Deployment) -> None:
    unsound(deployment, changed(SALE, PAYMENT, comment2=CARD))
    deployment.p_job()
    lay(deployment, "broken", "jsonl", SALE)

    report = deployment.p_job()

    assert [(s.status, s.quarantined, s.message) for s in report.sessions] == [(SessionStatus.APPLIED, False, "")]
    assert deployment.states() == {"T-1": "pending"}
    assert (deployment.home / "uploads" / GROUP / "broken.zip").is_file()


def test_a_run_that_dies_before_the_move_is_completed_by_the_next(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unsound(deployment, changed(SALE, PAYMENT, comment2=CARD))
    with monkeypatch.context() as patch:
        patch.setattr("postering.jobs.applying.into_quarantine", lambda *_: "")
        deployment.p_job()
    assert path.exists()

    deployment.p_job()

    assert not path.exists()
    assert (deployment.home / "quarantine" / GROUP / "broken.zip").is_file()


def test_an_unsound_package_without_card_data_stays_where_it_is(deployment: Deployment) -> None:
    path = unsound(deployment, SALE)

    deployment.p_job()

    assert path.is_file()
    assert not (deployment.home / "quarantine").exists()


# --- ids that only look like card data -----------------------------------------------------------------------

GUID = "39221417-7625-418a-aafc-fb864cd4d5c0"
"""The digits at its beginning pass the Luhn check, in a range that an issuer has."""
STORE_CARD = "6036284114217602"
"""A gift or loyalty card, numbered in the range of RuPay."""


@pytest.mark.parametrize(
    ("entity", "column", "text"),
    [
        (HEADER, "CustAccountAsync", GUID),
        (HEADER, "loyaltyCardId", STORE_CARD),
        (PAYMENT, "CardPaymentAccountId", GUID),
        (PAYMENT, "paymentCardToken", STORE_CARD),
        (PAYMENT, "paymentAuthorization", f"<CardToken><UniqueCardId>{GUID}</UniqueCardId></CardToken>"),
        (PAYMENT, "giftCardId", STORE_CARD),
        (HEADER, "comment", f"session {GUID}"),
    ],
)
def test_accounts_tokens_and_guids_that_pass_for_a_card_number_are_posted_as_they_came(
    deployment: Deployment, entity: str, column: str, text: str
) -> None:
    deployment.put("monday", changed(SALE, entity, 0, **{column: text}))
    deployment.p_job()
    report = deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}
    assert any(text.encode() in content for content in sqlite_contents(deployment))
    order = deployment.store.order_of(deployment.record("T-1").key)
    assert order is not None
    assert order.open.amount == 0
    assert report.totals["USD"].payments == order.document.total.amount
