"""Channel databases: whole transactions, in one snapshot, nothing lost and no float on the way."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import or_

from postering.channels.databases.connections import Unavailable, snapshot_connection
from postering.channels.databases.databases import ChannelDatabase
from postering.channels.databases.layout import stored_tables
from postering.channels.databases.tables import create_tables, insert_rows
from postering.channels.databases.values import key_text
from postering.domain.errors import ChannelDatabaseUnavailable
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, Row, read_row
from postering.domain.runs.cursors import counters_of, counters_text
from postering.domain.runs.sources import WholeTransaction
from tests.channels.packages.package_examples import header, line

HEADER, SALES, PAYMENT, TAX = (
    "RetailTransactionTable",
    "RetailTransactionSalesTrans",
    "RetailTransactionPaymentTrans",
    "RetailTransactionTaxTrans",
)
URL = "sqlite:///channel.db"


@pytest.fixture
def database(tmp_path: Path) -> ChannelDatabase:
    create_tables(URL, tmp_path)
    return ChannelDatabase(name="houston", group="Default", url=URL, home=tmp_path)


def counted(counter: int | None, raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**raw, "replicationCounterFromOrigin": counter}


def payment(transaction_id: str, **more: Any) -> dict[str, Any]:
    return header(transaction_id) | {"lineNum": 1, "amountTendered": "12.50"} | more


def fill(database: ChannelDatabase, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    known = {
        entity: [
            {name: raw[name] for name in raw if name.casefold() in ENTITIES[entity].by_folded_name} for raw in listed
        ]
        for entity, listed in rows.items()
    }
    insert_rows(database.url, known, database.home)


def execute(database: ChannelDatabase, *statements: str) -> None:
    with sqlite3.connect(database.home / "channel.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def read(
    database: ChannelDatabase, above: Mapping[str, int] | None = None, from_date: date | None = None
) -> list[WholeTransaction]:
    with database.snapshot() as snapshot:
        # A cursor is never above the counters that are there, unless they restarted.
        cursor = counters_text({name: min(one, snapshot.highest[name]) for name, one in (above or {}).items()})
        found = snapshot.dated_from(from_date, cursor) if from_date else snapshot.since(cursor, look_back=False)
        return list(found.transactions)


def key_of(transaction: WholeTransaction) -> tuple[str, ...]:
    row = transaction.rows[0]
    return tuple(key_text(row.raw.get(name)) for name in ENTITIES[row.entity].transaction_keys)


def ids(transactions: Sequence[WholeTransaction]) -> list[str]:
    return [key_of(transaction)[4] for transaction in transactions]


def entities(transaction: WholeTransaction) -> list[str]:
    return [row.entity for row in transaction.rows]


def test_a_transaction_comes_whole_from_all_tables(database: ChannelDatabase) -> None:
    fill(
        database,
        {
            HEADER: [counted(2, header("T-2")), counted(1, header("T-1"))],
            SALES: [counted(4, line("T-1", 10)), counted(4, line("T-1", 2)), counted(3, line("T-2"))],
            PAYMENT: [counted(5, payment("T-1"))],
        },
    )

    first, second = read(database)

    assert key_of(first) == ("USRT", "5637144592", "HOUSTON", "", "T-1")
    assert [row.where for row in first.rows] == [
        "houston: RetailTransactionTable counter 1",
        "houston: RetailTransactionSalesTrans counter 4",
        "houston: RetailTransactionSalesTrans counter 4",
        "houston: RetailTransactionPaymentTrans counter 5",
    ]
    assert [row.raw["lineNum"] for row in first.rows if row.entity == SALES] == [2, 10]
    assert entities(second) == [HEADER, SALES]


def test_a_late_payment_brings_the_whole_transaction_again(database: ChannelDatabase) -> None:
    fill(
        database,
        {
            HEADER: [counted(1, header("T-1")), counted(2, header("T-2"))],
            SALES: [counted(1, line("T-1")), counted(2, line("T-2"))],
            PAYMENT: [counted(9, payment("T-1"))],
        },
    )

    (late,) = read(
        database, {HEADER: 2, SALES: 2, PAYMENT: 8} | dict.fromkeys(ENTITIES.keys() - {HEADER, SALES, PAYMENT}, 0)
    )

    assert (ids([late]), entities(late)) == (["T-1"], [HEADER, SALES, PAYMENT])


def test_a_table_without_counter_in_above_is_read_whole(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(1, header("T-1"))], SALES: [counted(1, line("T-2"))]})

    assert ids(read(database, dict.fromkeys(ENTITIES, 1))) == []
    assert ids(read(database, dict.fromkeys(ENTITIES.keys() - {SALES}, 1))) == ["T-2"]


def test_a_row_without_counter_is_never_lost(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(None, header("T-1")), counted(5, header("T-2"))]})

    (found,) = read(database, dict.fromkeys(ENTITIES, 5))

    assert found.rows[0].where == "houston: RetailTransactionTable without a counter"


def test_transactions_come_in_the_order_of_their_smallest_new_counter_then_key(database: ChannelDatabase) -> None:
    fill(
        database,
        {
            HEADER: [
                counted(counter, header(name)) for name, counter in (("T-3", 7), ("T-1", 8), ("T-2", 8), ("T-4", 1))
            ],
            SALES: [counted(9, line("T-4"))],
        },
    )

    assert ids(read(database)) == ["T-4", "T-3", "T-1", "T-2"]
    assert ids(read(database, dict.fromkeys(ENTITIES, 6))) == ["T-3", "T-1", "T-2", "T-4"]


def test_highest_counters_are_0_where_there_are_none(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(3, header("T-1")), counted(2**40, header("T-2"))], SALES: [counted(None, line())]})

    with database.snapshot() as snapshot:
        highest = counters_of(snapshot.cursor)

    assert highest == dict.fromkeys(ENTITIES, 0) | {HEADER: 2**40}


def test_children_without_header_come_as_their_own_transaction(database: ChannelDatabase) -> None:
    fill(database, {SALES: [counted(1, line("T-1"))]})

    (orphan,) = read(database)

    assert (ids([orphan]), entities(orphan)) == (["T-1"], [SALES])


def test_an_absent_terminal_is_the_same_as_an_empty_one(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(1, header("T-1"))], SALES: [counted(2, line("T-1") | {"terminalId": None})]})

    (found,) = read(database)

    assert entities(found) == [HEADER, SALES]


def test_equal_ids_of_other_stores_channels_and_cases_stay_apart(database: ChannelDatabase) -> None:
    fill(
        database,
        {
            HEADER: [
                counted(1, header("T-1")),
                counted(2, header("t-1")),
                counted(3, header("T-1") | {"store": "WEST"}),
            ],
            SALES: [counted(4, line("T-1") | {"Channel": 7}), counted(5, line("t-1"))],
        },
    )

    assert [(key_of(one)[1:], len(one.rows)) for one in read(database)] == [
        (("5637144592", "HOUSTON", "", "T-1"), 1),
        (("5637144592", "HOUSTON", "", "t-1"), 2),
        (("5637144592", "WEST", "", "T-1"), 1),
        (("7", "HOUSTON", "", "T-1"), 1),
    ]


def test_a_snapshot_does_not_see_what_is_written_after_it_began(database: ChannelDatabase) -> None:
    execute(database, "PRAGMA journal_mode=WAL")
    fill(database, {HEADER: [counted(1, header("T-1"))]})

    with database.snapshot() as snapshot:
        fill(database, {HEADER: [counted(2, header("T-2"))], SALES: [counted(2, line("T-1"))]})
        before = snapshot.highest
        transactions = snapshot.since("", look_back=False).transactions
        first = next(transactions)
        fill(database, {PAYMENT: [counted(3, payment("T-1"))]})
        rest = list(transactions)

    assert before[HEADER] == 1
    assert (entities(first), rest) == ([HEADER], [])
    assert [len(one.rows) for one in read(database)] == [3, 1]


def test_the_database_can_be_written_after_a_snapshot_and_is_not_changed_by_one(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(1, header("T-1"))]})
    content = (database.home / "channel.db").read_bytes()

    assert len(read(database)) == 1

    assert (database.home / "channel.db").read_bytes() == content
    execute(database, "DELETE FROM RetailTransactionTable")
    assert read(database) == []


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**29), max_value=10**29),
        min_size=20,
    )
)
def test_decimals_of_38_digits_survive(database: ChannelDatabase, amounts: list[Decimal]) -> None:
    execute(database, "DELETE FROM RetailTransactionTable")
    fill(database, {HEADER: [counted(n, header(f"T-{n}", grossAmount=amount)) for n, amount in enumerate(amounts)]})

    found = [row.raw["grossAmount"] for one in read(database) for row in one.rows]

    assert found == amounts
    assert {type(amount) for amount in found} == {Decimal}


def test_columns_of_other_makers_never_pass_through_a_float(tmp_path: Path) -> None:
    create_tables(URL, tmp_path)
    database = ChannelDatabase(name="houston", group="Default", url=URL, home=tmp_path)
    execute(
        database,
        "DROP TABLE RetailTransactionTable",
        "CREATE TABLE RETAILTRANSACTIONTABLE (DATAAREAID, CHANNEL REAL, STORE, TERMINAL TEXT, TRANSACTIONID TEXT, "
        "REPLICATIONCOUNTERFROMORIGIN INTEGER, GROSSAMOUNT REAL, NETAMOUNT NUMERIC, PAYMENTAMOUNT, TYPE REAL, "
        "SHOPRATE DOUBLE, SHOPTEXT TEXT, SHOPBYTES BLOB, [SHOP COUNT] INT, BUSINESSDATE TEXT)",
        "INSERT INTO RETAILTRANSACTIONTABLE VALUES ('USRT', 5637144592, 'H', NULL, 7, 1, 0.1, -1234567.89, 1e20, 27, "
        "0.1, 2.50, x'00ff', 3, '2026-01-01 00:00:00.000')",
    )

    (found,) = read(database)

    raw = found.rows[0].raw
    assert not any(isinstance(value, float) for value in raw.values())
    assert raw == {
        "DataAreaId": "USRT",
        "Channel": "5637144592.0",
        "store": "H",
        "transactionId": "7",
        "replicationCounterFromOrigin": 1,
        "grossAmount": Decimal("0.1"),
        "netAmount": Decimal("-1234567.89"),
        "paymentAmount": Decimal("1.0e+20"),
        "type": "27.0",
        "SHOPRATE": "0.1",
        "SHOPTEXT": "2.5",
        "SHOPBYTES": "00ff",
        "SHOP COUNT": 3,
        "businessDate": "2026-01-01",
    }
    row = read_row(ENTITIES[HEADER], raw, "here")
    assert isinstance(row, Row)
    assert row.transaction.text == "USRT/5637144592/H//7"
    assert row.values["paymentAmount"] == 10**20


def test_ids_are_found_whatever_type_their_columns_have(database: ChannelDatabase) -> None:
    execute(
        database,
        "DROP TABLE RetailTransactionSalesTrans",
        "CREATE TABLE RetailTransactionSalesTrans (DataAreaId, Channel TEXT, store, terminalId, transactionId, "
        "lineNum, replicationCounterFromOrigin)",
        "INSERT INTO RetailTransactionSalesTrans VALUES ('USRT', '5637144592', 'HOUSTON', '', 7, 1, 1)",
    )
    fill(database, {HEADER: [counted(1, header("7"))]})

    (found,) = read(database)

    assert entities(found) == [HEADER, SALES]


def test_unknown_columns_are_kept(database: ChannelDatabase) -> None:
    execute(database, "ALTER TABLE RetailTransactionTable ADD COLUMN shopColour TEXT")
    fill(database, {HEADER: [counted(1, header("T-1"))]})
    execute(database, "UPDATE RetailTransactionTable SET shopColour = 'red'")

    raw = read(database)[0].rows[0].raw

    assert raw["shopColour"] == "red"
    assert "comment" not in raw


def test_a_value_of_another_type_rejects_its_own_row_only(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(1, header("T-1", grossAmount="much")), counted(2, header("T-2"))]})
    execute(database, "UPDATE RetailTransactionTable SET comment = CAST(x'ff41' AS TEXT) WHERE transactionId = 'T-2'")
    execute(
        database,
        "INSERT INTO RetailTransactionTable (DataAreaId, Channel, store, terminal, transactionId) "
        "VALUES ('USRT', 1, 'H', '', CAST(x'54ff' AS TEXT)), ('USRT', 1, 'H', '', 'T-3')",
    )

    rows = [read_row(ENTITIES[row.entity], row.raw, row.where) for one in read(database) for row in one.rows]

    assert len(rows) == 4
    assert sum(isinstance(row, Row) for row in rows) == 1
    assert sum(isinstance(row, RejectedRow) for row in rows) >= 2


def test_rows_without_key_are_given_too(database: ChannelDatabase) -> None:
    execute(
        database,
        "DROP TABLE RetailTransactionTable",
        "CREATE TABLE RetailTransactionTable (DataAreaId TEXT, Channel BIGINT, store TEXT, terminal TEXT, "
        "transactionId TEXT, replicationCounterFromOrigin BIGINT, comment TEXT)",
        "INSERT INTO RetailTransactionTable VALUES (NULL, NULL, NULL, NULL, NULL, 1, 'none'), "
        "('USRT', 1, 'H', '', NULL, 2, 'no id'), ('USRT', 1, 'H', '', '', 3, 'empty id'), "
        "('USRT', 1, NULL, NULL, 'T-1', 4, 'sound'), (NULL, 1, 'H', '', 'T-2', 5, 'no company')",
    )

    found = read(database)

    assert [(key_of(one), [row.raw["comment"] for row in one.rows]) for one in found] == [
        (("", "", "", "", ""), ["none"]),
        (("USRT", "1", "H", "", ""), ["no id", "empty id"]),
        (("USRT", "1", "", "", "T-1"), ["sound"]),
        (("", "1", "H", "", "T-2"), ["no company"]),
    ]


def dated(transaction_id: str, business_date: str | None, trans_date: str | None = None) -> dict[str, Any]:
    return counted(1, header(transaction_id, businessDate=business_date, transDate=trans_date))


def test_dates_choose_by_business_date_else_transaction_date_whatever_the_counter(database: ChannelDatabase) -> None:
    fill(
        database,
        {
            HEADER: [
                dated("T-1", "2026-01-01"),
                dated("T-2", "2026-01-02"),
                dated("T-3", "2026-01-03", "2026-01-02"),
                dated("T-4", None, "2026-01-02"),
                dated("T-5", "1900-01-01", "2026-01-03"),
                dated("T-6", None),
                dated("T-7", "not a date"),
            ],
            SALES: [counted(9, line(name)) for name in ("T-1", "T-2")],
        },
    )
    high = dict.fromkeys(ENTITIES, 100)

    assert ids(read(database, high, from_date=date(2026, 1, 2))) == ["T-2", "T-3", "T-4", "T-5", "T-6", "T-7"]
    assert [len(one.rows) for one in read(database, high, from_date=date(2026, 1, 2))] == [2, 1, 1, 1, 1, 1]
    assert ids(read(database, high, from_date=date(2026, 1, 3))) == ["T-3", "T-5", "T-6", "T-7"]


def test_children_without_header_are_chosen_by_their_own_date(database: ChannelDatabase) -> None:
    tax = {
        "DataAreaId": "USRT",
        "Channel": 1,
        "StoreId": "H",
        "TransactionId": "T-3",
        "SaleLineNum": 1,
        "TaxCode": "VAT",
    }
    fill(
        database,
        {
            SALES: [
                counted(1, line("T-1", businessDate="2026-01-01")),
                counted(2, line("T-2", businessDate="2026-01-05")),
            ],
            TAX: [counted(3, tax)],
        },
    )

    assert ids(read(database, from_date=date(2026, 1, 2))) == ["T-2", "T-3"]
    assert ids(read(database, from_date=date(2026, 1, 1))) == ["T-1", "T-2", "T-3"]


def test_more_transactions_than_one_chunk_are_read(database: ChannelDatabase) -> None:
    names = [f"T-{number:05}" for number in range(1_203)]
    fill(
        database,
        {
            HEADER: [counted(number, header(name)) for number, name in enumerate(names)],
            SALES: [counted(number, line(name)) for number, name in enumerate(names)],
        },
    )

    found = read(database)

    assert ids(found) == names
    assert {len(one.rows) for one in found} == {2}


def test_wherever_new_rows_are_their_transactions_come_whole(database: ChannelDatabase) -> None:
    fill(database, {HEADER: [counted(n, header(f"T-{n}")) for n in range(1, 9)]})
    for entity in ENTITIES.values():
        execute(
            database,
            f"INSERT INTO {entity.name} ({', '.join((*entity.keys[:5], entity.counter))}) "
            "VALUES ('USRT', 5637144592, 'HOUSTON', '', 'T-5', 50)",
        )
        assert ids(read(database, dict.fromkeys(ENTITIES, 9))) == ["T-5"]
        assert len(read(database, dict.fromkeys(ENTITIES, 9))[0].rows) >= 2
        execute(database, f"DELETE FROM {entity.name} WHERE {entity.counter} = 50")


def test_rows_are_looked_up_by_the_indexes(database: ChannelDatabase) -> None:
    plans: list[str] = []
    with snapshot_connection(database.url, database.home, Unavailable("houston", database.url)) as connection:
        for table in stored_tables(connection).values():
            for wanted in (
                *table.rows_of(("USRT", "1", "H", ""), ["T-1", "T-2"]),
                table.selected(table.counter).where(or_(table.counter > 1, table.counter.is_(None))),
            ):
                text = wanted.compile(connection, compile_kwargs={"literal_binds": True})
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
                plans.append(" ".join(step[3] for step in plan))

    assert len(plans) == 33
    assert not [plan for plan in plans if "SCAN" in plan]
    assert all(plan.count("=?") == 5 for plan in plans if "transaction" in plan.partition("INDEX")[2])


def unavailable(database: ChannelDatabase) -> str:
    with pytest.raises(ChannelDatabaseUnavailable) as refused:
        read(database)
    return str(refused.value)


def at(home: Path, url: str) -> ChannelDatabase:
    return ChannelDatabase(name="houston", group="Default", url=url, home=home)


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    message = unavailable(at(tmp_path, URL))

    assert message == (
        f"channel database houston (sqlite:///channel.db): the file {tmp_path / 'channel.db'} is not there; "
        "put the file there, or correct the url in the setup"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("sqlite://", "the url names no file"),
        ("sqlite:///:memory:", "the url names no file"),
        ("sqlite:///.", "is a folder"),
        ("no url", "its url can't be read"),
        ("", "its url can't be read"),
        ("nosuchdb://user:secret@host/shop", "its kind of database is not known"),
        ("postgresql+psycopg2://user:secret@host/shop?password=secret", "the driver psycopg2 is not installed"),
    ],
)
def test_a_url_that_reaches_nothing_is_explained_without_its_password(tmp_path: Path, url: str, found: str) -> None:
    message = unavailable(at(tmp_path, url))

    assert found in message
    assert "secret" not in message


def test_a_missing_table_is_named(database: ChannelDatabase) -> None:
    execute(database, "DROP TABLE RetailTransactionSalesTrans")

    assert "the table RetailTransactionSalesTrans is missing" in unavailable(database)


def test_a_missing_column_is_named(database: ChannelDatabase) -> None:
    execute(
        database,
        'DROP INDEX "RetailTransactionTaxTrans_counter"',
        "ALTER TABLE RetailTransactionTaxTrans DROP COLUMN replicationCounterFromOrigin",
    )

    assert "the column replicationCounterFromOrigin of RetailTransactionTaxTrans is missing" in unavailable(database)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "channel.db").write_bytes(b"no database " * 1_000)

    assert "the file is not a sound database" in unavailable(at(tmp_path, URL))


def test_a_locked_database_is_named(database: ChannelDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postering.channels.databases.connections._WAIT_FOR_LOCK_SECONDS", 0)
    with sqlite3.connect(database.home / "channel.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")

        message = unavailable(database)

    other.close()
    assert "it is locked by another program (database is locked)" in message
    assert "let that program end" in message


def test_what_goes_wrong_elsewhere_in_the_block_stays_what_it_is(database: ChannelDatabase) -> None:
    with pytest.raises(KeyError), database.snapshot():
        raise KeyError("the store's")
