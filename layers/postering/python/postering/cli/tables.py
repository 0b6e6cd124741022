"""Tables for people. rich is imported only when one is printed; without a terminal there are no colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from postering.cli.output import clean

_BREAKS_BELOW = 16
_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether it is aligned right, and whether its text may wrap if the terminal is narrow."""

    heading: str
    right: bool = False
    breaks: bool = False


def numbers(heading: str) -> Column:
    """A column of counts or amounts: never wrapped, never cut."""
    return Column(heading, right=True)


def words(heading: str) -> Column:
    """A column of text that may wrap."""
    return Column(heading, breaks=True)


def print_table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], total: Sequence[object] = ()
) -> None:
    """Print an empty line, the title and the table; `total` is a last row under a line.

    The table has the width of the terminal (80 if there is none), or more if numbers would be cut.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[Text(clean(str(cell))) for cell in row] for row in rows]
    footers = [Text(clean(str(cell))) for cell in total] or [Text("")] * len(columns)
    drawn_as = box.SIMPLE if total else box.SIMPLE_HEAD
    table = Table(box=drawn_as, pad_edge=False, collapse_padding=True, show_footer=bool(total))
    least = 0
    for number, (column, footer) in enumerate(zip(columns, footers, strict=True)):
        inside = [Text(column.heading), footer, *(row[number] for row in cells)]
        widest = max(part.cell_len for text in inside for part in text.split("\n", allow_blank=True))
        least += _BETWEEN + (min(widest, _BREAKS_BELOW) if column.breaks else widest)
        table.add_column(
            inside[0],
            footer=footer,
            justify="right" if column.right else "left",
            overflow="fold",
            no_wrap=not column.breaks,
        )
    for row in cells:
        table.add_row(*row)
    console = Console(markup=False, highlight=False, emoji=False)
    console.width = max(console.width, least + _BETWEEN)
    with console.capture() as drawn:
        if title:
            console.print(Text(clean(title), style="bold"))
        console.print(table)
    lines = [line.rstrip() for line in drawn.get().splitlines()]
    click.echo("\n" + "\n".join(line for line in lines if line), color=True)
