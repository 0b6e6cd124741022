"""The changes from one setup to another, line by line, and those of lines that transactions use already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from postering.domain.setup.passwords import masked_document
from postering.domain.setup.setup import Setup
from postering.domain.setup.setup_file import KNOWN_BY, write_setup
from postering.domain.setup.tables import COMPANY_ACCOUNTS


class ChangeKind(StrEnum):
    """The kind of a change to a line."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupChange:
    """A line of the setup that is added, changed or removed: its table, its key, and each key that differs.

    `differences` has (key, before, after) as texts, empty if there is none; passwords are masked.
    """

    kind: ChangeKind
    table: str
    line: tuple[str, ...]
    differences: tuple[tuple[str, str, str], ...]

    @property
    def name(self) -> str:
        """The line as people read it: `payment_methods USRT, 2, VISA`."""
        return f"{self.table} {', '.join(part for part in self.line if part)}"

    def as_json(self) -> dict[str, object]:
        """The shape that `setup apply --json` prints."""
        return {
            "change": str(self.kind),
            "table": self.table,
            "line": [part for part in self.line if part],
            "differences": [
                {"key": key, "before": before or None, "after": after or None}
                for key, before, after in self.differences
            ],
        }


def changes_between(old: Setup, new: Setup) -> tuple[SetupChange, ...]:
    """Every line that differs, in the order of the setup file: removed and changed lines, then added ones."""
    before, after = (masked_document(write_setup(setup)) for setup in (old, new))
    plain_before, plain_after = write_setup(old), write_setup(new)
    found: list[SetupChange] = []
    for table, known_by in KNOWN_BY.items():
        shown = _by_key(before, table, known_by), _by_key(after, table, known_by)
        real = _by_key(plain_before, table, known_by), _by_key(plain_after, table, known_by)
        found += _changed_lines(table, shown, real)
    return tuple(found)


def used_by_transactions(
    changes: Sequence[SetupChange], old: Setup, channels: Sequence[int]
) -> tuple[SetupChange, ...]:
    """The `changes` that remove or re-key lines that staged or posted transactions name.

    `channels` are those with a transaction that was ever staged; their companies, stores, payment methods, charge codes
    and accounts are in use.
    """
    used = [each for each in (old.channel(channel) for channel in channels) if each is not None]
    stores, companies = {each.store for each in used}, {each.company for each in used}
    return tuple(change for change in changes if _touches(change, stores, companies))


_KEYS_IN_USE: Final = {
    "companies": {
        "currency",
        "receivable_account",
        "variance_account",
        *COMPANY_ACCOUNTS,
    },
    "channels": {"id", "company", "currency", "default_customer"},
    "payment_methods": {"operation", "account"},
    "charge_codes": set[str](),
}
"""Keys of a line in use: if they change, later entries go elsewhere than the posted ones."""


def _touches(change: SetupChange, stores: set[str], companies: set[str]) -> bool:
    if change.table not in _KEYS_IN_USE or change.kind is ChangeKind.ADDED:
        return False
    if change.line[0] not in (stores if change.table == "channels" else companies):
        return False
    changed = {key for key, before, _ in change.differences if before}
    return change.kind is ChangeKind.REMOVED or bool(changed & _KEYS_IN_USE[change.table])


_Lines = Mapping[tuple[str, ...], Mapping[str, object]]


def _by_key(document: Mapping[str, object], table: str, known_by: tuple[str, ...]) -> _Lines:
    lines = document.get(table, [])
    assert isinstance(lines, list)
    return {tuple(str(line.get(key, "")) for key in known_by): line for line in lines}


def _changed_lines(table: str, shown: tuple[_Lines, _Lines], real: tuple[_Lines, _Lines]) -> Iterator[SetupChange]:
    before, after = shown
    for line in before:
        if line not in after:
            yield _change(ChangeKind.REMOVED, table, line, before[line], {})
        elif real[0][line] != real[1][line]:
            yield _change(ChangeKind.CHANGED, table, line, before[line], after[line])
    for line in after:
        if line not in before:
            yield _change(ChangeKind.ADDED, table, line, {}, after[line])


def _change(
    kind: ChangeKind, table: str, line: tuple[str, ...], before: Mapping[str, object], after: Mapping[str, object]
) -> SetupChange:
    keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
    return SetupChange(
        kind=kind,
        table=table,
        line=line,
        differences=tuple((key, _text(before.get(key)), _text(after.get(key))) for key in keys),
    )


def _text(value: object) -> str:
    """A value of the document on one line: `2010-01-01 to 2026-12-31` is written as its keys and values."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(_text, value)) or "none"
    return str(value)
