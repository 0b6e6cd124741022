"""Reads whole transactions from eleven tables: first the keys, then their rows, hundreds at a time."""

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
from postering.domain.retail_transactions.values import Raw
from postering.domain.runs.sources import SourceRow, WholeTransaction

_TRANSACTIONS_AT_A_TIME: Final = 500
_ROWS_AT_A_TIME: Final = 5_000
_FIRST_COLUMN: Final = 6  # after the counter and the five parts of the key

Key = tuple[str, ...]
"""Company, channel, store, terminal and transaction id as text, '' if absent."""
Gathered = TypeVar("Gathered")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTo:
    """How far the tables were read. It is not `is_sure` if counters began again: a new row may have a lower one."""

    counters: Mapping[str, int]
    is_sure: bool

    def is_unread(self, entity: str, counter: object) -> bool | None:
        """Whether a row lies beyond; None if its counter does not show it."""
        if counter is not None and counter_of(counter) > self.counters.get(entity, 0):
            return True
        return False if self.is_sure and counter is not None else None


class Reading:
    """Reads one snapshot: the transaction of `connection` sees one state of the database."""

    def __init__(self, database: str, connection: Connection, tables: Mapping[str, StoredTable]) -> None:
        self._database = database
        self._connection = connection
        self._tables = tables
        self._parts: dict[str, str] = {}
        self._keeps_bytes = False

    def highest(self) -> Mapping[str, int]:
        """The highest counter of each entity, 0 if there is none."""
        return {
            name: counter_of(self._connection.execute(table.selected(func.max(table.counter))).scalar())
            for name, table in self._tables.items()
        }

    def keys_above(self, above: Mapping[str, int]) -> Sequence[Key]:
        """Keys with any row above, in the order of their smallest counter above."""
        return self._read(lambda: self._keys_above(above))

    def keys_from(self, first: date) -> Sequence[Key]:
        """Keys that have this date or a later one, or none, in the order of their smallest counter."""
        return self._read(lambda: self._keys_from(first))

    def transactions(self, keys: Sequence[Key], read_to: ReadTo | None = None) -> Iterator[WholeTransaction]:
        """The transactions of `keys`, in that order, each with all its rows; with `read_to` rows tell new from read."""
        for chunk in batched(keys, _TRANSACTIONS_AT_A_TIME):
            found = self._read(lambda chunk=chunk: self._rows_of(chunk, read_to))  # type: ignore[misc]
            for key in chunk:
                if not found[key]:
                    raise UnreadableTables(f"no row is found by the key {'/'.join(key)!r}, which a row has")
                yield WholeTransaction(rows=tuple(found[key]))

    def _keys_above(self, above: Mapping[str, int]) -> Sequence[Key]:
        lowest: dict[Key, int] = {}
        for name, table in self._tables.items():
            wanted = table.selected(table.counter, *table.keys)
            if name in above:
                # A row without a counter may be new: to read it again is better than to lose it.
                wanted = wanted.where(or_(table.counter > above[name], table.counter.is_(None)))
            for row in self._rows(wanted):
                _note(lowest, self._key(row), row[0])
        return _in_order(lowest)

    def _keys_from(self, first: date) -> Sequence[Key]:
        wanted: dict[Key, int] = {}
        headers: set[Key] = set()
        for row in self._rows(_dated(self._tables[HEADER])):
            key, day = self._key(row), _first_date(row)
            headers.add(key)
            if day is None or day >= first:
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
        wanted.update((key, low) for key, low in orphans.items() if days.get(key, first) >= first)
        return _in_order(wanted)

    def _rows_of(self, keys: Sequence[Key], read_to: ReadTo | None) -> Mapping[Key, list[SourceRow]]:
        places: dict[Key, list[str]] = defaultdict(list)
        for key in keys:
            places[key[:4]].append(key[4])
        found: dict[Key, list[SourceRow]] = {key: [] for key in keys}
        for name, table in self._tables.items():
            rows: dict[Key, list[tuple[int, SourceRow]]] = defaultdict(list)
            wanted = (select for place, ids in places.items() for select in table.rows_of(place, ids))
            for row in (row for select in wanted for row in self._rows(select)):
                # A database that ignores case gives other rows too: they have a key of their own.
                if (key := self._key(row)) in found:
                    unread = read_to.is_unread(name, row[0]) if read_to is not None else None
                    one = SourceRow(name, _raw(table, row), self._where(name, row[0]), unread)
                    rows[key].append((counter_of(row[0]), one))
            for key, listed in rows.items():
                listed.sort(key=lambda one: (one[0], [_natural(one[1].raw.get(key)) for key in table.entity.row_keys]))
                found[key] += [one for _, one in listed]
        return found

    def _where(self, entity: str, counter: object) -> str:
        return f"{self._database}: {entity} {'without a counter' if counter is None else f'counter {counter}'}"

    def _key(self, row: Sequence[Any]) -> Key:
        """The key in `row`; a part that many keys share is in memory once."""
        company, channel, store, terminal, transaction_id = map(key_text, row[1:_FIRST_COLUMN])
        once = self._parts.setdefault
        place = once(company, company), once(channel, channel), once(store, store), once(terminal, terminal)
        return (*place, transaction_id)

    def _rows(self, statement: Select[Any]) -> Iterator[Sequence[Any]]:
        yield from self._connection.execute(statement, execution_options={"yield_per": _ROWS_AT_A_TIME})

    def _read(self, read: Callable[[], Gathered]) -> Gathered:
        """The result of `read`. If SQLite fails on bytes that are not UTF-8, it is read again and they are kept.

        The row with these bytes is rejected later, alone.
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
    """Sorts 2 before 10."""
    text = key_text(given)
    return len(text), text
