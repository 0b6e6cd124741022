"""How a problem is mended, in the operator's words: the one place of texts that name a command."""

from postering.domain.checks.setup_lines import SetupTable

_MISSING_ROW = "Where a row is missing, send it: a failed transaction is tried again when a missing row comes."
_CHANGED_ROW = "A row that comes again with other content is held as a conflict until one version is accepted."
_APPLY = "then run: postering setup apply FILE. The next run tries again what failed for want of it."


def correct(what: str) -> str:
    """Repair of rows at their source: `what` names columns, rows and the values they need."""
    return f"At the source, correct {what}. {_CHANGED_ROW}"


def correct_or_send(what: str) -> str:
    """Repair where a wrong value and a missing row look the same."""
    return f"At the source, correct {what}. {_MISSING_ROW} {_CHANGED_ROW}"


def add_to_setup(*tables: SetupTable, otherwise: str = "") -> str:
    """Lines that the setup lacks, ready to paste; `otherwise` names what may be wrong in the rows instead."""
    lines = "\n\n".join(table.toml for table in tables)
    return f"Add to the setup file:\n\n{lines}\n\n{_APPLY}{_or_correct(otherwise)}"


def change_setup(where: str, *lines: str, otherwise: str = "") -> str:
    """Lines of a table that is in the setup already: `where` says which table."""
    return f"In {_in_setup(where, lines)}{_or_correct(otherwise)}"


def or_change_setup(when: str, where: str, *lines: str) -> str:
    """What follows another repair: lines of a table of the setup, and when they are what is wanted."""
    return f"\nOr, {when}: in {_in_setup(where, lines)}"


def _in_setup(where: str, lines: tuple[str, ...]) -> str:
    return f"the setup file, in {where}, write:\n\n{chr(10).join(lines)}\n\n{_APPLY}"


def _or_correct(otherwise: str) -> str:
    return f"\nOr, at the source, correct {otherwise}. {_CHANGED_ROW}" if otherwise else ""
