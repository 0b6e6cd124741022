"""Values that pass between a source of transactions and the jobs. A source knows nothing of the store."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from postering.domain.retail_transactions.rows import RawRow


class SourceRow(NamedTuple):
    """A row as the source has it: entity, values by column, and where it stands, for people.

    `unread` says whether it lies beyond the cursor that was asked for; None where the source cannot tell.
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
    """Whole transactions, read as they are taken; and what the operator should know about reading them."""

    transactions: Iterator[WholeTransaction]
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CannotRead:
    """The answer of a source that is never able to read what was asked: why, and what to do instead."""

    why: str
