"""Output of the commands: one JSON document or text on standard output, messages on standard error. Imports no rich."""

import json
import shutil
import textwrap
from collections.abc import Iterable, Mapping

import click

_SHOWN = {"\n", "\t"}


def clean(text: str) -> str:
    """`text` with control characters escaped, so that data can't control the terminal; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        mark if mark.isprintable() or mark in _SHOWN else mark.encode("unicode_escape").decode("ascii") for mark in text
    )


def print_message(message: str) -> None:
    """Print a message on standard error."""
    click.echo(clean(message), err=True)


def print_line(text: str = "") -> None:
    """Print a line of text on standard output."""
    click.echo(clean(text))


def heading(text: str) -> None:
    """Print an empty line and a heading."""
    click.echo(f"\n{click.style(clean(text), bold=True)}")


def paragraph(text: str, indent: int = 0) -> None:
    """Print text wrapped at words to the width of the terminal. Its own line ends stay, and so do indented lines."""
    room = min(shutil.get_terminal_size((80, 24)).columns, 100) - indent
    for line in text.splitlines():
        wrapped = textwrap.wrap(clean(line), max(room, 20), break_on_hyphens=False)  # ids have hyphens
        for part in [line] if line.startswith((" ", "[")) else wrapped or [""]:
            click.echo(f"{'':{indent}}{clean(part)}".rstrip())


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    click.echo(json.dumps(document, indent=2))


def print_json_list(name: str, members: Iterable[Mapping[str, object]]) -> None:
    """Print the document `{name: [members]}`, each member as it comes: all of them are never in memory."""
    click.echo(f"{{{json.dumps(name)}: [", nl=False)
    first = True
    for member in members:
        click.echo(("\n  " if first else ",\n  ") + json.dumps(member), nl=False)
        first = False
    click.echo("]}" if first else "\n]}")


def grouped(amount: str) -> str:
    """An amount with a comma between thousands, and a minus sign as people print it: `−2,405.80`."""
    sign, digits = ("−", amount[1:]) if amount.startswith("-") else ("", amount)
    whole, point, decimals = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}"
