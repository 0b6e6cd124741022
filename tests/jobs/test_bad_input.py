"""Bad input, from the package to the books: each fault with its code, row, field and value; its neighbours are posted.

Every case goes through a package of JSON Lines and one of CSV: the same row, the same problem.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.problems import Problem
from postering.domain.retail_transactions.entities import DISCOUNT, HEADER, MARKUP, PAYMENT, SALES, TAX
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, Rows, changed, only, rows_of, without

BAD = rows_of(a_sale(), "T-1")
NEIGHBOUR = rows_of(a_sale(), "T-2")
FORMATS = ("jsonl", "csv")
FORTY_DIGITS = "1234567890123456789012345678901234567890"


class Token(str):
    """A value as it stands in a JSON file, not quoted: `1e2`, `NaN`, `true`."""

    __slots__ = ()


def _json_lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    def value(given: Any) -> str:
        return str(given) if isinstance(given, Token) else json.dumps(given)

    lines = ("{" + ", ".join(f"{json.dumps(k)}: {value(v)}" for k, v in row.items()) + "}" for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def lay(deployment: Deployment, session: str, suffix: str, *transactions: Rows) -> None:
    """A sound package of rows that need not be: its files in one format, counts and checksums right."""
    entities: dict[str, list[Mapping[str, Any]]] = {}
    for rows in transactions:
        for entity, some in rows.items():
            entities.setdefault(entity, []).extend(some)
    files = {e: _csv(rows) if suffix == "csv" else _json_lines(rows) for e, rows in entities.items()}
    manifest = {
        "session": session,
        "channel_database_group": GROUP,
        "channel_database": "houston",
        "created": "2026-03-14T12:00:00Z",
        "entities": {
            entity: {"rows": len(entities[entity]), "sha256": hashlib.sha256(content).hexdigest()}
            for entity, content in files.items()
        },
    }
    folder = deployment.home / "uploads" / GROUP
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{session}.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for entity, content in files.items():
            package.writestr(f"{entity}.{suffix}", content)
        package.writestr("manifest.json", json.dumps(manifest))


def run(deployment: Deployment) -> None:
    """Both jobs."""
    deployment.p_job()
    deployment.sync_orders()


def is_posted(deployment: Deployment, transaction_id: str) -> bool:
    """Whether it is an order with its payment, and a journal that balances."""
    record = deployment.record(transaction_id)
    order = deployment.store.order_of(record.key)
    if order is None:
        return False
    debits = sum(entry.debit.amount for entry in order.journal)
    return (
        str(record.state) == "succeeded"
        and [payment.amount.text for payment in order.payments] == ["70.40"]
        and debits == sum(entry.credit.amount for entry in order.journal) == Decimal("70.40")
    )


# --- values that a column can't take -------------------------------------------------------------------------

NUMBER = "a plain decimal number such as -12.50, without exponent"
VALUES = [
    # entity, column, as it stands in the file, what is expected instead
    (HEADER, "type", "27.5", "one of RetailTransactionType"),
    (HEADER, "type", "9999", "27 PendingSalesOrder"),
    (HEADER, "entryStatus", "-1", "one of RetailEntryStatus"),
    (HEADER, "entryStatus", "Vanished", "one of RetailEntryStatus"),
    (PAYMENT, "VoidStatus", "77", "one of "),
    (DISCOUNT, "DiscountOriginType", "Birthday", "one of RetailDiscountOriginType"),
    (SALES, "itemId", "X" * 101, "at most 100 characters, found 101"),
    (SALES, "unit", "Y" * 61, "at most 60 characters, found 61"),
    (HEADER, "ChannelReferenceId", "W" * 51, "at most 50 characters, found 51"),
    (HEADER, "DlvMode", "BY-PNEUMATIC", "at most 10 characters, found 12"),
    (HEADER, "businessDate", "2026-02-30", "a date that exists, as YYYY-MM-DD"),
    (HEADER, "businessDate", "2026-13-01", "a date that exists"),
    (HEADER, "businessDate", "14.03.2026", "a date that exists"),
    (HEADER, "transDate", "2025-02-29", "a date that exists"),
    (HEADER, "transTime", "86400", "seconds since midnight, 0 to 86399"),
    (HEADER, "transTime", "-1", "seconds since midnight"),
    (HEADER, "transTime", "23:30", "seconds since midnight"),
    (HEADER, "BeginDateTime", "2026-03-14T25:00:00Z", "a date and time in UTC"),
    (HEADER, "grossAmount", "-7.04e1", NUMBER),
    (SALES, "netAmount", "NaN", NUMBER),
    (PAYMENT, "amountTendered", "Infinity", NUMBER),
    (PAYMENT, "amountTendered", "-Infinity", NUMBER),
    (PAYMENT, "amountTendered", "70,40", NUMBER),
    (PAYMENT, "amountTendered", "USD 70.40", NUMBER),
    (TAX, "Amount", FORTY_DIGITS, "a number of at most 38 digits"),
    (MARKUP, "CalculatedAmount", f"0.{FORTY_DIGITS}", "a number of at most 38 digits"),
    (HEADER, "numberOfPaymentLines", "1.5", "a whole number"),
    (SALES, "giftcard", "yes", "a whole number"),
    (SALES, "LogisticsPostalAddress", "9223372036854775808", "a whole number of at most 64 bits"),
]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("entity", "column", "text", "expected"), VALUES, ids=[f"{column}={text[:20]}" for _, column, text, _ in VALUES]
)
def test_a_value_that_its_column_can_not_take_is_told_and_its_neighbours_are_posted(
    deployment: Deployment, entity: str, column: str, text: str, expected: str, suffix: str
) -> None:
    lay(deployment, "monday", suffix, NEIGHBOUR, changed(BAD, entity, 0, **{column: text}))

    run(deployment)

    (problem,) = deployment.record("T-1").problems
    assert deployment.states() == {"T-1": "failed ROW_INVALID", "T-2": "succeeded"}
    _points_at(problem, f"{entity}.{suffix} row 2", column, text)
    assert expected in problem.expected
    assert problem.rows[0].startswith(entity)
    assert is_posted(deployment, "T-2")


def _points_at(problem: Problem, where: str, column: str, text: str) -> None:
    assert problem.code == "ROW_INVALID"
    assert problem.message.startswith(f"{where}: {column} is ")
    shown = text if len(text) <= 80 else f"{text[:80]}…"
    assert shown in problem.message
    assert problem.found == shown
    assert where in problem.repair
    assert column in problem.repair


@pytest.mark.parametrize(
    ("column", "token", "shown"),
    [
        ("qty", "true", "true"),
        ("qty", "[-2]", '["-2"]'),
        ("qty", '{"value": -2}', '{"value":"-2"}'),
        ("qty", "-2e0", "-2e0"),
        ("qty", "NaN", "NaN"),
        ("qty", "-Infinity", "-Infinity"),
        ("qty", FORTY_DIGITS, FORTY_DIGITS),
        ("transactionStatus", "false", "false"),
        ("transactionStatus", "1e0", "1e0"),
        ("itemId", "true", "true"),
        ("itemId", '["81327"]', '["81327"]'),
    ],
)
def test_what_json_has_besides_texts_and_plain_numbers_is_told(
    deployment: Deployment, column: str, token: str, shown: str
) -> None:
    lay(deployment, "monday", "jsonl", changed(BAD, SALES, 0, **{column: Token(token)}), NEIGHBOUR)

    run(deployment)

    (problem,) = deployment.record("T-1").problems
    _points_at(problem, f"{SALES}.jsonl row 1", column, shown)
    assert problem.rows == (f"{SALES}[1]",)
    assert is_posted(deployment, "T-2")


def test_every_fault_of_every_row_is_told_at_once(deployment: Deployment) -> None:
    bad = changed(changed(BAD, SALES, qty="two", price="cheap"), PAYMENT, amountTendered="much")
    lay(deployment, "monday", "csv", bad, NEIGHBOUR)

    run(deployment)

    described = {(problem.rows[0], problem.found) for problem in deployment.record("T-1").problems}
    assert described == {(f"{SALES}[1]", "two"), (f"{SALES}[1]", "cheap"), (f"{PAYMENT}[1]", "much")}
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_card_data_is_told_but_never_shown(deployment: Deployment, suffix: str) -> None:
    lay(deployment, "monday", suffix, changed(BAD, HEADER, comment="paid with 4111111111111111"), NEIGHBOUR)

    run(deployment)

    record = deployment.record("T-1")
    (problem,) = record.problems
    assert (problem.code, problem.rows) == ("CARD_DATA", (HEADER,))
    assert "comment" in problem.message
    assert "4111111111111111" not in str(record)
    assert is_posted(deployment, "T-2")


# --- keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("entity", "column"),
    [(SALES, "lineNum"), (PAYMENT, "lineNum"), (TAX, "SaleLineNum"), (TAX, "TaxCode"), (DISCOUNT, "LineNum")],
)
def test_a_child_without_its_own_key_fails_its_transaction(
    deployment: Deployment, entity: str, column: str, suffix: str
) -> None:
    lay(deployment, "monday", suffix, changed(BAD, entity, 0, **{column: ""}), NEIGHBOUR)

    run(deployment)

    (problem,) = deployment.record("T-1").problems
    assert problem.code == "ROW_INVALID"
    assert problem.message == f"{entity}.{suffix} row 1: {column} is missing, it is part of the row's key"
    assert problem.rows == (f"{entity}[?]",)
    assert f"give {column} a value" in problem.repair
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_transaction_id_longer_than_its_column_belongs_to_no_transaction(deployment: Deployment, suffix: str) -> None:
    lay(deployment, "monday", suffix, only(rows_of(a_sale(), "T" * 45), HEADER), NEIGHBOUR)

    run(deployment)

    session = deployment.store.session(GROUP, "monday")
    assert session is not None
    assert f"{HEADER}.{suffix} row 1: transactionId" in session.message
    assert "at most 44 characters, found 45" in session.message
    assert deployment.states() == {"T-2": "succeeded"}
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("column", ["transactionId", "channel", "dataAreaId"])
def test_a_row_of_no_transaction_is_kept_with_its_session(deployment: Deployment, column: str, suffix: str) -> None:
    (name,) = [each for each in BAD[SALES][0] if each.casefold() == column.casefold()]
    lay(deployment, "monday", suffix, changed(BAD, SALES, 0, **{name: ""}), NEIGHBOUR)

    run(deployment)

    session = deployment.store.session(GROUP, "monday")
    assert session is not None
    assert f"{SALES}.{suffix} row 1" in session.message
    assert name in session.message
    assert deployment.states()["T-1"] == "waiting WAITING_FOR_LINES"
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_key_twice_with_other_content_is_a_conflict_that_shows_both(
    deployment: Deployment, suffix: str
) -> None:
    other = only(changed(BAD, TAX, Amount="5.41"), TAX)
    lay(deployment, "monday", suffix, BAD, other, NEIGHBOUR)

    run(deployment)

    assert deployment.states() == {"T-1": "failed CONTENT_CONFLICT", "T-2": "succeeded"}
    (problem,) = deployment.record("T-1").problems
    assert problem.rows == (f"{TAX}[1,VAT]",)
    assert problem.found == "Amount: 5.4 → 5.41"
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_row_twice_is_one_row(deployment: Deployment, suffix: str) -> None:
    lay(deployment, "monday", suffix, BAD, only(BAD, TAX, PAYMENT), NEIGHBOUR)

    run(deployment)

    assert is_posted(deployment, "T-1")
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_keys_that_differ_in_case_only_are_two_transactions(deployment: Deployment, suffix: str) -> None:
    lower = rows_of(a_sale(), "t-1")
    lay(deployment, "monday", suffix, BAD, changed(lower, TAX, Amount="5.41"), NEIGHBOUR)

    run(deployment)

    assert deployment.states() == {"T-1": "succeeded", "T-2": "succeeded", "t-1": "failed LINE_TAX"}
    (problem,) = deployment.record("t-1").problems
    assert problem.rows == (f"{SALES}[1]", f"{TAX}[1,VAT]")
    assert is_posted(deployment, "T-1")


def test_a_column_that_is_given_twice_in_another_case_is_told(deployment: Deployment) -> None:
    lay(deployment, "monday", "jsonl", changed(BAD, SALES, QTY="-3"), NEIGHBOUR)

    run(deployment)

    (problem,) = deployment.record("T-1").problems
    assert problem.message == f"{SALES}.jsonl row 1: qty is given twice"
    assert "leave one of the two qty" in problem.repair
    assert is_posted(deployment, "T-2")


# --- sound values that contradict each other -----------------------------------------------------------------

WRONG = [
    # entity, changes, the codes, the row that is named, the column that the repair of the first names
    (SALES, {"qty": "2"}, "SIGN", f"{SALES}[1]", "qty"),
    (SALES, {"netAmount": "54"}, "NET_AMOUNT NET_PLUS_TAX SIGN", HEADER, "netAmount"),
    (SALES, {"price": "-30"}, "NEGATIVE_PRICE", f"{SALES}[1]", "price"),
    (HEADER, {"grossAmount": "70.4"}, "GROSS_AMOUNT NET_PLUS_TAX UNDER_OVER_PAYMENT", HEADER, "grossAmount"),
    (PAYMENT, {"amountTendered": "-70.4"}, "PAYMENT_AMOUNT UNDER_OVER_PAYMENT", HEADER, "amountTendered"),
    (TAX, {"Amount": "-5.4"}, "LINE_TAX", f"{SALES}[1]", "Amount"),
    (DISCOUNT, {"Amount": "-6"}, "LINE_DISCOUNT", f"{SALES}[1]", "discAmount"),
    (MARKUP, {"CalculatedAmount": "-10"}, "GROSS_AMOUNT NET_AMOUNT NET_PLUS_TAX", HEADER, "grossAmount"),
    (HEADER, {"totalDiscAmount": "0.001"}, "CURRENCY_ROUNDING", HEADER, "totalDiscAmount"),
    (MARKUP, {"saleLineNum": "9"}, "GROSS_AMOUNT NET_AMOUNT NET_PLUS_TAX", HEADER, "grossAmount"),
]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(("entity", "columns", "codes", "row", "field"), WRONG, ids=[str(each[1]) for each in WRONG])
def test_a_wrong_sign_or_digit_is_told_and_its_neighbours_are_posted(
    deployment: Deployment, entity: str, columns: dict[str, str], codes: str, row: str, field: str, suffix: str
) -> None:
    lay(deployment, "monday", suffix, NEIGHBOUR, changed(BAD, entity, 0, **columns))

    run(deployment)

    assert deployment.states() == {"T-1": f"failed {codes}", "T-2": "succeeded"}
    first = deployment.record("T-1").problems[0]
    assert row in first.rows
    assert field in first.repair
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_payment_rows_of_a_voided_transaction_pay_nothing(deployment: Deployment, suffix: str) -> None:
    lay(deployment, "monday", suffix, changed(BAD, HEADER, entryStatus="1"), NEIGHBOUR)
    late = changed(only(BAD, PAYMENT), PAYMENT, lineNum="2")
    lay(deployment, "tuesday", suffix, late)

    run(deployment)

    record = deployment.record("T-1")
    assert (str(record.state), record.reason) == ("voided", "entryStatus 1 (Voided)")
    assert deployment.store.order_of(record.key) is None
    assert is_posted(deployment, "T-2")


@pytest.mark.parametrize("suffix", FORMATS)
def test_children_without_header_wait_and_hold_nothing_up(deployment: Deployment, suffix: str) -> None:
    lay(deployment, "monday", suffix, without(BAD, HEADER), NEIGHBOUR)

    run(deployment)

    assert deployment.states() == {"T-1": "waiting WAITING_FOR_HEADER", "T-2": "succeeded"}
    assert is_posted(deployment, "T-2")
