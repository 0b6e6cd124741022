"""Texts that say how to fix a problem; the only place that writes a command into a repair.

A repair first says what to correct at the source, then how to fix the problem here. Each command has a line of its own
that begins with four spaces; it is quoted for a POSIX shell and can be pasted. Lines for the setup file stand in the
same way above the command that applies them. Several commands are alternatives, the likeliest first.
"""

import re
import shlex
from collections.abc import Iterable
from typing import Final, TypeVar, cast
from urllib.parse import quote

from postering.domain.keys import TransactionKey
from postering.domain.repairs.setup_lines import SetupTable
from postering.domain.retail_transactions.entities import ENTITIES, HEADER

INDENT: Final = "    "
_MISSING_ROW: Final = "If a row is missing, send it: a failed transaction is tried again when a missing row comes."
_CHANGED_ROW: Final = "A row that comes again with other content is held as a conflict until one version is accepted."
_COMMAND: Final = re.compile(rf"(?m)^{INDENT}postering .+$")
_ROW: Final = re.compile(r"(\w+)(?:\[([^\]]+)\])?")


# --- at the source -------------------------------------------------------------------------------------------


def correct(what: str) -> str:
    """Repair of rows at their source: `what` names columns, rows and the values they need."""
    return f"At the source, correct {what}. {_CHANGED_ROW}"


def correct_or_send(what: str) -> str:
    """Repair of rows at their source, if a missing row would look like a wrong value."""
    return f"At the source, correct {what}. {_MISSING_ROW} {_CHANGED_ROW}"


# --- here: a command -----------------------------------------------------------------------------------------


def command(*words: str) -> str:
    """A command line of its own, ready to paste."""
    return f"{INDENT}{shlex.join(('postering', *words))}"


Described = TypeVar("Described")


def on_stack(described: Described, stack: str) -> Described:
    """A text, or the values of a JSON document, with `--stack` in every command; unchanged without a stack."""
    if not stack:
        return described
    if isinstance(described, str):
        words = f" --stack {shlex.quote(stack)}"
        return cast(Described, _COMMAND.sub(lambda line: f"{line[0]}{words}", described))
    if isinstance(described, dict):
        return cast(Described, {name: on_stack(part, stack) for name, part in described.items()})
    return cast(Described, [on_stack(part, stack) for part in described]) if isinstance(described, list) else described


def id_of(key: TransactionKey) -> str:
    """The whole key as commands take it; characters that a terminal does not print are percent-coded."""
    text = "".join(mark if mark.isprintable() else quote(mark) for mark in key.text)
    return f"%2D{text[1:]}" if text.startswith("-") else text


def field(row: str, column: str, value: str) -> str:
    """A change as `postering edit` takes it: `RetailTransactionSalesTrans[2].qty=-1`, of the header `type=27`."""
    return f"{column}={value}" if row == HEADER else f"{row}.{column}={value}"


def can_be_edited(rows: Iterable[str]) -> bool:
    """Whether `postering edit` can name these rows: it cannot if a key has a comma or a bracket in it."""
    return all(map(_can_be_named, rows))


def _can_be_named(row: str) -> bool:
    found = _ROW.fullmatch(row)
    if found is None or found[1] not in ENTITIES or not row.isprintable():
        return False
    parts = found[2].split(",") if found[2] else []
    return len(parts) == len(ENTITIES[found[1]].row_keys) and all(part == part.strip() for part in parts)


def edit(key: TransactionKey, code: str, *changes: tuple[str, str, str], when: str = "Here") -> str:
    """Text after a repair at the source: the edit of (row, column, value) that fixes the transaction here.

    If a command cannot name one of the rows, the transaction can only be voided.
    """
    if not changes or not can_be_edited(row for row, _, _ in changes):
        return void(key, code)
    return f"\n{when}:\n\n{command('edit', id_of(key), *(field(*each) for each in changes), '--reason', code)}"


_NOT_TO_BE_POSTED: Final = "Here, if it must not be posted, or if its source sends it again as another transaction"


def void(key: TransactionKey, code: str, when: str = _NOT_TO_BE_POSTED) -> str:
    """Text after a repair at the source: the command that voids the transaction."""
    return f"\n{when} (`postering unvoid` undoes it):\n\n{command('void', id_of(key), '--reason', code)}"


def again(key: TransactionKey) -> str:
    """Text after a cause that is gone: the command for D365's "Synchronize order"."""
    return f"\nThen run it again:\n\n{command('sync-orders', '--transaction', id_of(key))}"


def decide_conflict(key: TransactionKey, *, readable: bool) -> str:
    """How to decide between two versions of a row; the later one can be accepted only if it is `readable`."""
    named = id_of(key)
    take = (
        f"To accept the later version:\n\n{command('conflicts', 'accept', named)}"
        if readable
        else "The later version cannot be read. If it is right, have it sent again, or keep the first and edit the row."
    )
    return (
        f"Find out in the channel which version is right; `postering conflicts show {shlex.quote(named)}` shows both."
        f" Until then, neither is posted.\n{take}\n\nTo keep the first version:\n\n"
        f"{command('conflicts', 'dismiss', named)}"
    )


def look_at(key: TransactionKey) -> str:
    """The command that shows a transaction, within a sentence."""
    return f"`postering show {shlex.quote(id_of(key))}`"


# --- here: lines of the setup --------------------------------------------------------------------------------


def add_to_setup(*tables: SetupTable, otherwise: str = "") -> str:
    """Lines that the setup lacks, ready to paste; `otherwise` names the columns that may be wrong instead."""
    lines = "\n\n".join(table.toml for table in tables)
    return f"Add to the setup file:\n\n{_set_in(lines)}\n\n{_APPLY}{_or_correct(otherwise)}"


def change_setup(where: str, *lines: str, otherwise: str = "") -> str:
    """Lines for a table that the setup already has; `where` says which one."""
    return f"In {_in_setup(where, lines)}{_or_correct(otherwise)}"


def or_change_setup(when: str, where: str, *lines: str) -> str:
    """Text after another repair: lines for a table of the setup, and `when` they are the right repair."""
    return f"\nOr, {when}: in {_in_setup(where, lines)}"


_APPLY: Final = (
    f"then run:\n\n{INDENT}postering setup apply FILE\n\n"
    "The next run retries each transaction that failed because of this."
)


def _in_setup(where: str, lines: Iterable[str]) -> str:
    return f"the setup file, in {where}, write:\n\n{_set_in(chr(10).join(lines))}\n\n{_APPLY}"


def _set_in(lines: str) -> str:
    return "\n".join(f"{INDENT}{line}" if line else "" for line in lines.splitlines())


def _or_correct(otherwise: str) -> str:
    return f"\nOr, at the source, correct {otherwise}. {_CHANGED_ROW}" if otherwise else ""
