"""Whole transactions out of eleven tables: first the keys that are wanted, then their rows, hundreds at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, func, or_
from sqlalchemy.exc import DBAPIError

from postering.channels.databases.layout import StoredTable, UnreadableTables
from postering.channels.databases.values import counter_of, date_of, key_text, raw_value
from postering.domain.lists import batched
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.rows import RawRow
from postering.domain.retail_transactions.values import Raw
from postering.domain.runs.packages import ChannelRows

_TRANSACTIONS_AT_A_TIME: Final = 500
_ROWS_AT_A_TIME: Final = 5_000
_FIRST_COLUMN: Final = 6  # after the counter and the five parts of the key

Key = tuple[str, ...]
StoredRow = tuple[str, RawRow, str]
Gathered = TypeVar("Gathered")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTransaction(ChannelRows):
    """All rows that a channel database has of one transaction, headers first, then children by entity.

    `key_columns` are company, channel, store, terminal and transaction id as text, '' where absent. Each row is its
    entity, its values by column name (absent ones left out) and where it stood, for people.
    """

    key_columns: Key


class Reading:
    """Reads one snapshot: `connection` is in a transaction that sees one state of the database."""

    def __init__(self, database: str, connection: Connection, tables: Mapping[str, StoredTable]) -> None:
        self._database = database
        self._connection = connection
        self._tables = tables
        self._parts: dict[str, str] = {}
        self._keeps_bytes = False

    def highest(self) -> Mapping[str, int]:
        """The highest counter per entity, 0 where there is none."""
        return {
            name: counter_of(self._connection.execute(table.selected(func.max(table.counter))).scalar())
            for name, table in self._tables.items()
        }

    def keys_above(self, above: Mapping[str, int]) -> Sequence[Key]:
        """Keys of which any row is above, in the order of their smallest counter that is."""
        return self._read(lambda: self._keys_above(above))

    def keys_between(self, first: date, last: date) -> Sequence[Key]:
        """Keys whose date lies between both, or has none, in the order of their smallest counter."""
        return self._read(lambda: self._keys_between(first, last))

    def transactions(self, keys: Sequence[Key]) -> Iterator[ChannelTransaction]:
        """The transactions of `keys`, in that order, each with all its rows."""
        for chunk in batched(keys, _TRANSACTIONS_AT_A_TIME):
            found = self._read(lambda chunk=chunk: self._rows_of(chunk))  # type: ignore[misc]
            for key in chunk:
                if not found[key]:
                    raise UnreadableTables(f"no row is found by the key {'/'.join(key)!r}, which a row has")
                yield ChannelTransaction(key_columns=key, rows=tuple(found[key]))

    def _keys_above(self, above: Mapping[str, int]) -> Sequence[Key]:
        lowest: dict[Key, int] = {}
        for name, table in self._tables.items():
            wanted = table.selected(table.counter, *table.keys)
            if name in above:
                # A row without a counter can't be told from a new one: read again is better than lost.
                wanted = wanted.where(or_(table.counter > above[name], table.counter.is_(None)))
            for row in self._rows(wanted):
                _note(lowest, self._key(row), row[0])
        return _in_order(lowest)

    def _keys_between(self, first: date, last: date) -> Sequence[Key]:
        wanted: dict[Key, int] = {}
        headers: set[Key] = set()
        for row in self._rows(_dated(self._tables[HEADER])):
            key, day = self._key(row), _first_date(row)
            headers.add(key)
            if day is None or first <= day <= last:
                _note(wanted, key, row[0])
        orphans: dict[Key, int] = {}
        days: dict[Key, date] = {}
        for table in self._tables.values():
            for row in self._rows(_dated(table)):
                key, day = self._key(row), _first_date(row)
                if key not in headers:
                    _note(orphans, key, row[0])
                    if day is not None:
                        days[key] = min(day, days.get(key, day))
        wanted.update((key, low) for key, low in orphans.items() if first <= days.get(key, first) <= last)
        return _in_order(wanted)

    def _rows_of(self, keys: Sequence[Key]) -> Mapping[Key, list[StoredRow]]:
        places: dict[Key, list[str]] = defaultdict(list)
        for key in keys:
            places[key[:4]].append(key[4])
        found: dict[Key, list[StoredRow]] = {key: [] for key in keys}
        for name, table in self._tables.items():
            rows: dict[Key, list[tuple[int, dict[str, Raw], str]]] = defaultdict(list)
            wanted = (select for place, ids in places.items() for select in table.rows_of(place, ids))
            for row in (row for select in wanted for row in self._rows(select)):
                # A database that folds case gives others too: they come with their own key.
                if (key := self._key(row)) in found:
                    rows[key].append((counter_of(row[0]), _raw(table, row), self._where(name, row[0])))
            for key, listed in rows.items():
                listed.sort(key=lambda one: (one[0], [_natural(one[1].get(part)) for part in table.entity.row_keys]))
                found[key] += [(name, raw, where) for _, raw, where in listed]
        return found

    def _where(self, entity: str, counter: object) -> str:
        return f"{self._database}: {entity} {'without a counter' if counter is None else f'counter {counter}'}"

    def _key(self, row: Sequence[Any]) -> Key:
        """The key in `row`; parts that many keys share are kept once."""
        company, channel, store, terminal, transaction_id = map(key_text, row[1:_FIRST_COLUMN])
        once = self._parts.setdefault
        place = once(company, company), once(channel, channel), once(store, store), once(terminal, terminal)
        return (*place, transaction_id)

    def _rows(self, statement: Select[Any]) -> Iterator[Sequence[Any]]:
        yield from self._connection.execute(statement, execution_options={"yield_per": _ROWS_AT_A_TIME})

    def _read(self, read: Callable[[], Gathered]) -> Gathered:
        """What `read` gives; again, with bytes that are no UTF-8 kept as they are, where SQLite stumbles on some.

        The row that has them is rejected later, alone.
        """
        try:
            return read()
        except DBAPIError as wrong:
            driver = self._connection.connection.driver_connection
            if driver is None or self._keeps_bytes or "decode" not in str(wrong.orig).casefold():
                raise
            self._keeps_bytes = True
            driver.text_factory = lambda given: given.decode("utf-8", "surrogateescape")
            return read()


def _dated(table: StoredTable) -> Select[Any]:
    return table.selected(table.counter, *table.keys, *table.dates)


def _first_date(row: Sequence[Any]) -> date | None:
    return next((day for given in row[_FIRST_COLUMN:] if (day := date_of(given)) is not None), None)


def _note(lowest: dict[Key, int], key: Key, counter: object) -> None:
    number = counter_of(counter)
    lowest[key] = min(number, lowest.get(key, number))


def _in_order(lowest: Mapping[Key, int]) -> Sequence[Key]:
    return sorted(lowest, key=lambda key: (lowest[key], key))


def _raw(table: StoredTable, row: Sequence[Any]) -> dict[str, Raw]:
    return {
        name: raw_value(field, given)
        for name, field, given in zip(table.names, table.fields, row[_FIRST_COLUMN:], strict=True)
        if given is not None
    }


def _natural(given: Raw) -> tuple[int, str]:
    """Orders 2 before 10 where keys are numbers."""
    text = key_text(given)
    return len(text), text
