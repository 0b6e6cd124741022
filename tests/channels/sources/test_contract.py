"""Every kind of source gives whole transactions, and goes on from its own cursor."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from postering.deployment.settings import Settings
from postering.deployment.sources import open_source
from postering.domain.errors import ChannelDatabaseMissing
from postering.domain.retail_transactions.entities import ENTITIES, PAYMENT
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sources import CannotRead, Found, WholeTransaction
from postering.domain.setup.setup import ChannelDatabase
from postering.jobs.ports import ChannelSource
from tests.channels.sources.kinds import Kind, Rows, Source
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import dated, only, rows_of, without

FIRST, SECOND, THIRD = (rows_of(a_sale(), name) for name in ("T-1", "T-2", "T-3"))


def opened(source: Source) -> ChannelSource:
    line = ChannelDatabase(name="houston", group="Default", url=source.kind.url)
    return open_source(line, source.home, Settings(home=source.home))


def since(source: Source, cursor: str, *, look_back: bool = False) -> tuple[list[str], str]:
    """The transactions found since the cursor, and the new cursor."""
    with opened(source).snapshot() as snapshot:
        found = snapshot.since(cursor, look_back=look_back)
        return ids(found.transactions), snapshot.cursor


def dated_from(source: Source, day: date | None, cursor: str = "") -> list[WholeTransaction]:
    with opened(source).snapshot() as snapshot:
        found = snapshot.dated_from(day, cursor)
        assert not isinstance(found, CannotRead)
        return list(found.transactions)


def rows(transaction: WholeTransaction) -> list[Row]:
    read = [read_row(ENTITIES[row.entity], row.raw, row.where) for row in transaction.rows]
    assert all(isinstance(row, Row) for row in read)
    return [row for row in read if isinstance(row, Row)]


def ids(transactions: Iterable[WholeTransaction]) -> list[str]:
    return sorted(rows(one)[0].transaction.transaction_id for one in transactions)


def test_it_has_the_name_and_the_group_of_its_line(source: Source) -> None:
    assert (opened(source).name, opened(source).group) == ("houston", "Default")


def test_the_beginning_finds_all_and_its_cursor_nothing_until_more_is_sold(source: Source) -> None:
    source.sell(FIRST, SECOND)

    found, cursor = since(source, "")
    assert found == ["T-1", "T-2"]
    assert since(source, cursor) == ([], cursor)

    source.sell(THIRD)
    found, later = since(source, cursor)
    assert found == ["T-3"]
    assert later != cursor


def test_an_empty_source_finds_nothing_and_its_cursor_finds_what_comes(source: Source) -> None:
    found, cursor = since(source, "")
    source.sell(FIRST)

    assert (found, since(source, cursor)[0]) == ([], ["T-1"])


def test_a_transaction_comes_whole_though_only_a_row_of_it_is_new(source: Source) -> None:
    source.sell(without(FIRST, PAYMENT))
    _, cursor = since(source, "")
    source.sell(only(FIRST, PAYMENT))

    with opened(source).snapshot() as snapshot:
        (found,) = snapshot.since(cursor, look_back=False).transactions
        assert {row.entity for row in rows(found)} == FIRST.keys()


def test_rows_have_their_values_to_the_cent_and_name_where_they_stand(source: Source) -> None:
    source.sell(FIRST)

    (found,) = dated_from(source, None)

    expected = {(row.entity, row.key): row.hash for row in rows_read(FIRST)}
    assert {(row.entity, row.key): row.hash for row in rows(found)} == expected
    assert all("houston" in row.where for row in found.rows)


def rows_read(given: Rows) -> list[Row]:
    read = [read_row(ENTITIES[entity], row, "") for entity, some in given.items() for row in some]
    return [row for row in read if isinstance(row, Row)]


def test_rows_that_came_late_are_found_by_looking_back(source: Source) -> None:
    source.sell(FIRST)
    _, cursor = since(source, "")
    source.sell_late(SECOND)

    assert "T-2" not in since(source, cursor)[0]
    assert "T-2" in since(source, cursor, look_back=True)[0]


def test_a_date_finds_transactions_of_that_business_date_and_later_ones(source: Source) -> None:
    source.sell(dated(FIRST, date(2026, 3, 1)), dated(SECOND, date(2026, 3, 2)), dated(THIRD, date(2026, 3, 3)))
    _, cursor = since(source, "")

    assert ids(dated_from(source, date(2026, 3, 2), cursor)) == ["T-2", "T-3"]
    assert ids(dated_from(source, None, cursor)) == ["T-1", "T-2", "T-3"]


def test_rows_found_by_date_say_whether_they_lie_beyond_the_cursor(source: Source) -> None:
    source.sell(FIRST, without(SECOND, PAYMENT))
    _, cursor = since(source, "")
    source.sell(only(SECOND, PAYMENT), THIRD)

    unread = {
        (rows(one)[0].transaction.transaction_id, row.entity): row.unread
        for one in dated_from(source, None, cursor)
        for row in one.rows
    }

    assert {key for key, beyond in unread.items() if beyond} == {
        ("T-2", PAYMENT),
        *(("T-3", entity) for entity in THIRD),
    }
    assert None not in unread.values()


def test_a_view_does_not_see_what_is_sold_after_it_was_taken(source: Source) -> None:
    source.sell(FIRST)

    with opened(source).snapshot() as snapshot:
        cursor = snapshot.cursor
        source.sell(SECOND)
        assert ids(snapshot.since("", look_back=True).transactions) == ["T-1"]
        assert snapshot.cursor == cursor

    assert since(source, cursor)[0] == ["T-2"]


def test_a_source_that_starts_anew_finds_all_and_says_so(source: Source) -> None:
    source.sell(FIRST, SECOND)
    _, cursor = since(source, "")
    source.start_anew()
    source.sell(THIRD)

    found = found_since(source, cursor)

    assert (ids(found.transactions), len(found.messages)) == (["T-3"], 1)
    assert "houston" in found.messages[0]


@pytest.mark.parametrize("cursor", ["2026-03-14T12:00:00Z", '{"RetailTransactionTable": "x"}', "[]"])
def test_a_cursor_that_another_kind_gave_finds_all_and_says_so(source: Source, cursor: str) -> None:
    source.sell(FIRST)

    found = found_since(source, cursor)

    assert (ids(found.transactions), len(found.messages)) == (["T-1"], 1)


def found_since(source: Source, cursor: str) -> Found:
    with opened(source).snapshot() as snapshot:
        found = snapshot.since(cursor, look_back=True)
        return Found(transactions=iter(list(found.transactions)), messages=found.messages)


def test_its_cursor_comes_back_from_the_store_as_it_was(source: Source) -> None:
    source.sell(FIRST)
    _, cursor = since(source, "")

    assert ChannelCursor(database="houston").moved(cursor, datetime(2026, 3, 14, tzinfo=UTC)).text == cursor


def test_one_that_is_not_there_is_named(kind: Kind, tmp_path: Path) -> None:
    with (
        pytest.raises(ChannelDatabaseMissing, match="houston"),
        opened(Source(kind, tmp_path)).snapshot(),
    ):
        pass
