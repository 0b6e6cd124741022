"""`postering reconcile`: compare channel, packages, staging, orders and journal to the cent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import click

from postering.cli.options import ExampleCommand, day_option, with_settings
from postering.cli.output import grouped, print_json, print_line
from postering.cli.progress import shown_progress
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run, reconcile
from postering.domain.money import amount_text, total
from postering.domain.texts import counted

SIDES = ("channel", "packages", "staged", "orders", "journal")
"""The five sides, in the order in which data passes them."""


@click.command(
    "reconcile",
    cls=ExampleCommand,
    short_help="Compare channel, packages, staging, orders and journal to the cent.",
    examples=(
        "postering reconcile",
        "postering reconcile --from 2010-12-01 --to 2010-12-31",
        "postering reconcile --store OR-UK --json",
    ),
)
@day_option("--from", "start", help="From this business date.")
@day_option("--to", "end", help="To this business date, inclusive.")
@click.option("--store", default="", metavar="NAME", help="Only this store.")
@with_settings
def command(start: date | None, end: date | None, store: str, settings: Settings, as_json: bool) -> int:
    """Compare the five sides per store, business date and currency: channel, packages, staged, orders, journal.

    Each side is computed again from its own bytes or records. Exit status 1 if a cent or a transaction is unexplained.
    """
    if start is not None and end is not None and end < start:
        raise click.UsageError(f"--to {end} is before --from {start}.")
    with deployment(settings) as at, shown_progress(as_json) as progress:
        found = reconcile(at, new_run("reconcile", progress), start, end, store)
    report = found.as_json()
    if as_json:
        print_json(report)
    else:
        print_reconciliation(report)
    return 0 if found.balanced else 1


def print_reconciliation(report: Mapping[str, Any]) -> None:
    """Print the comparison for people: a table for each date and currency, then the differences."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in report["rows"]:
        groups.setdefault((row["business_date"] or "no date", row["currency"] or "no currency"), []).append(row)
    for (day, currency), rows in groups.items():
        _print_rows(f"{day}, {currency}", rows)
    _print_explained(report["explained"])
    _print_unexplained(report["unexplained"])
    print_line()
    if not report["rows"]:
        print_line("There is nothing to compare.")
    elif report["balanced"]:
        print_line("All agree: channel = packages = staged = orders and non-orders;")
        print_line("orders = payments + variance + open; payments = journal + on account.")
    else:
        print_line(f"{counted(len(report['unexplained']), 'difference')} not explained.")


def _print_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    lines: list[tuple[str, ...]] = []
    for row in (*rows, _together(rows)) if len(rows) > 1 else rows:
        block = list(_block(row))
        lines += [(row["store"] or "(none)" if number == 0 else "", *line) for number, line in enumerate(block)]
    print_table(title, (words("Store"), Column(""), *(numbers(side.capitalize()) for side in SIDES)), lines)


def _together(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """All stores of a date and currency as one row."""
    summed = _added(rows)
    assert isinstance(summed, dict)
    return {**summed, "store": "all"}


def _added(parts: Sequence[Any]) -> Any:
    """The sum of counts and amounts of equal shape, without the sides that were not read."""
    there = [part for part in parts if part is not None]
    if there and isinstance(there[0], Mapping):
        names = dict.fromkeys(name for part in there for name in part)
        return {name: _added([part[name] for part in there if name in part]) for name in names}
    if there and isinstance(there[0], int):
        return sum(there)
    if there and re.fullmatch(r"-?\d+(\.\d+)?", there[0]):
        return format(total(map(Decimal, there)), "f")
    return there[0] if there else None


def _block(row: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    """The lines of one store: the name of a sum, and its five sides."""
    sides = [row[side] for side in SIDES]
    yield ("transactions", *(f"{side['transactions']:,}" if side else "-" for side in sides))
    for name in ("gross", "payments"):
        yield (name, *(grouped(side[name]) if side and name in side else "" for side in sides))
    if removed := row["packages"].get("removed"):
        yield ("removed", "", f"{removed['transactions']:,}", "", "", "")
        for name in ("gross", "payments"):
            if _is_amount(removed[name]):
                yield (f"  {name}", "", grouped(removed[name]), "", "", "")
    orders, journal = row["orders"], row["journal"]
    for name in ("variance", "open"):
        if _is_amount(orders[name]):
            yield (name, "", "", "", grouped(orders[name]), "")
    if _is_amount(journal["on_account"]):
        yield ("on account", "", "", "", "", grouped(journal["on_account"]))
    cancelled = orders["cancelled"]
    for name in ("gross", "payments"):
        if _is_amount(cancelled[name]):
            taken_back = grouped(cancelled[name])
            yield (f"cancelled {name}", "", "", "", taken_back, taken_back if name == "payments" else "")
    for state, sums in orders["not_orders"].items():
        yield (state, "", "", "", f"{sums['transactions']:,}", "")
        if _is_amount(sums["gross"]):
            yield ("  gross", "", "", "", grouped(sums["gross"]), "")
        if _is_amount(sums["payments"]):
            yield ("  payments", "", "", "", grouped(sums["payments"]), "")


def _is_amount(text: str) -> bool:
    return text.strip("-0.") != ""


def _print_explained(differences: Iterable[Mapping[str, Any]]) -> None:
    """Print the explained differences, those of the same reason together."""
    alike: dict[tuple[str, str, str], list[Decimal]] = {}
    for one in differences:
        alike.setdefault((one["between"], one["why"], one["currency"] or ""), []).append(Decimal(one["amount"]))
    if alike:
        print_table(
            "Explained",
            (numbers("Count"), words("Between"), numbers("Amount"), words("Why")),
            (
                (f"{len(amounts):,}", between, f"{grouped(amount_text(total(amounts), currency))} {currency}", why)
                for (between, why, currency), amounts in alike.items()
            ),
        )


def _print_unexplained(differences: Iterable[Mapping[str, Any]]) -> None:
    rows = [
        (one["transaction_id"] or "", one["between"], f"{grouped(one['amount'])} {one['currency'] or ''}", one["why"])
        for one in differences
    ]
    if rows:
        print_table("Not explained", (words("Transaction"), words("Between"), numbers("Amount"), words("Why")), rows)
