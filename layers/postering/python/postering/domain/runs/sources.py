"""Values that pass between a source of transactions and the jobs. A source knows nothing of the store."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from postering.domain.retail_transactions.rows import RawRow


class SourceRow(NamedTuple):
    """A row as the source has it: entity, values by column, and its place, for people.

    `unread` says whether it lies beyond the cursor that was given; None if the source does not know.
    """

    entity: str
    raw: RawRow
    where: str
    unread: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeTransaction:
    """All rows that a source has of one transaction."""

    rows: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whole transactions, read one after the other as they are consumed, and messages about it for the operator."""

    transactions: Iterator[WholeTransaction]
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CannotRead:
    """The answer of a source that can never read in the requested way: why, and what to do instead."""

    why: str
