"""A reconciliation for people: the sides by day, month, store or currency, the bridge, the differences, the verdict.

A year fits two screens: differences of one reason share a line where they are many, and `--json` has each of them.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from postering.cli.output import grouped, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.domain.money import amount_text, total
from postering.domain.reconciliation import Difference, Reconciliation, ReportRow, Verdict
from postering.domain.reconciliation.bridge import Bridge, BridgeLine
from postering.domain.reconciliation.differences import Reason
from postering.domain.reconciliation.groups import By, Group, default_by
from postering.domain.texts import counted

_MOST_UNEXPLAINED: Final = 20
_MOST_EXPLAINED: Final = 5
_SIDES: Final = ("Channel", "Packages", "Staged", "Orders", "Journal")


def print_reconciliation(found: Reconciliation, by: By | None = None) -> None:
    """Print the comparison: a table for each currency, the bridges, the differences, the verdict."""
    by = by or default_by(found.rows)
    groups = found.grouped(by)
    if by is By.CURRENCY and groups:
        _print_groups("By currency", by, groups)
    elif groups:
        for currency in sorted({group.sums.currency for group in groups}):
            of_currency = [group for group in groups if group.sums.currency == currency]
            _print_groups(_title(found, by, currency), by, of_currency)
    if found.rows:
        _print_bridges(found.bridge)
    _print_explained(found)
    _print_unexplained(found.unexplained)
    print_line()
    print_line(_verdict(found))


def _title(found: Reconciliation, by: By, currency: str) -> str:
    days = {row.business_date for row in found.rows}
    day = f"{next(iter(days)) or 'no date'}, " if len(days) == 1 else ""
    return f"{day}{currency or 'no currency'}, by {by}"


def _print_groups(title: str, by: By, groups: Sequence[Group]) -> None:
    heading = "" if by is By.CURRENCY else by.capitalize()  # the title says it: the room is for the amounts
    columns = (words(heading), numbers("Count"), *(numbers(side) for side in _SIDES))
    lines = [(group.name or f"no {'store' if by is By.STORE else 'date'}", *_cells(group.sums)) for group in groups]
    whole: tuple[str, ...] = ()
    if len(groups) > 1 and by is not By.CURRENCY:
        together = ReportRow(store="", business_date=None, currency=groups[0].sums.currency)
        for group in groups:
            together.include(group.sums)
        whole = ("all", *_cells(together))
    print_table(title, columns, lines, total=whole)


def _cells(row: ReportRow) -> Iterator[str]:
    """The staged transactions, and the five sides; `=` is the same as on the side before."""
    yield f"{row.staged.transactions:,}"
    before: Decimal | None = None
    sides = (row.packages.gross, row.staged.gross, row.orders.gross, total((row.entered, row.cancelled_entered)))
    for amount in (row.channel.gross if row.has_channel else None, *sides):
        if amount is None:
            yield "-"
        else:
            yield "=" if amount == before else grouped(amount_text(amount, row.currency))
        before = amount


def _print_bridges(bridges: Sequence[Bridge]) -> None:
    columns = (Column(""), numbers("Count"), numbers("Amount"))
    if len(bridges) == 1:
        (bridge,) = bridges
        print_table(f"From channel to journal, {bridge.currency or 'no currency'}", columns, _lines(bridge))
        return
    lines: list[tuple[str, ...]] = []
    for bridge in bridges:
        currencies = [bridge.currency or "none", *[""] * len(bridge.lines)]
        lines += [(currency, *line) for currency, line in zip(currencies, _lines(bridge), strict=False)]
    print_table("From channel to journal", (Column("Currency"), *columns), lines)


def _lines(bridge: Bridge) -> list[tuple[str, str, str]]:
    """Sides between which nothing differs share a line; a channel that has nothing and stands for none is left out."""
    lines: list[tuple[str, str, str]] = []
    after_a_side = False
    for line in _without_channel(bridge.lines):
        count = f"{line.transactions:,}".replace("-", "−") if line.transactions is not None else ""
        amount = grouped(amount_text(line.amount, bridge.currency))
        if line.reason is None and after_a_side:
            name, before, _ = lines.pop()
            lines.append((f"{name} = {line.side}", count or before, amount))
        else:
            lines.append((line.side or f"  {line.reason}", count, amount))
        after_a_side = line.reason is None
    return lines


def _without_channel(lines: Sequence[BridgeLine]) -> Sequence[BridgeLine]:
    """The lines from the packages on, if nothing is compared with a channel: its packages are all there is."""
    channel, step, packages = lines[:3]
    alone = step.reason is Reason.NOT_COMPARED and packages.reason is None and not channel.transactions
    return lines[2:] if alone else lines


def _print_explained(found: Reconciliation) -> None:
    """Each difference if they are few; else those of one reason together.

    Their amounts stand in the bridge where they are of several currencies.
    """
    if len(found.explained) <= _MOST_EXPLAINED:
        _print_each_explained(found.explained)
        return
    in_bridge = {line.reason for bridge in found.bridge for line in bridge.lines}
    alike: dict[tuple[Reason, str], list[Decimal]] = {}
    for one in found.explained:
        alike.setdefault((one.reason, one.currency), []).append(one.amount)
    lines: list[tuple[str, str, str]] = []
    for reason in Reason:
        of_reason = {currency: amounts for (each, currency), amounts in sorted(alike.items()) if each is reason}
        if len(of_reason) > 1 and reason in in_bridge:
            count = sum(map(len, of_reason.values()))
            lines.append((f"{count:,}", str(reason), f"in {len(of_reason)} currencies"))
            continue
        for currency, amounts in of_reason.items():
            lines.append((f"{len(amounts):,}", str(reason), _amount(total(amounts), currency)))
    print_table("Explained", (numbers("Count"), Column("Reason"), numbers("Amount")), lines)
    print_line("`postering reconcile --json` has each of them.")


def _print_each_explained(differences: Sequence[Difference]) -> None:
    rows = [(_transaction(one), _amount(one.amount, one.currency), one.why) for one in differences]
    if rows:
        print_table("Explained", (words("Transaction"), numbers("Amount"), words("Why")), rows)


def _print_unexplained(differences: Sequence[Difference]) -> None:
    shown = differences[:_MOST_UNEXPLAINED]
    rows = [(_transaction(one), one.between, _amount(one.amount, one.currency), one.why) for one in shown]
    if rows:
        print_table("Not explained", (words("Transaction"), words("Between"), numbers("Amount"), words("Why")), rows)
    if more := len(differences) - len(shown):
        print_line(f"and {more:,} more: `postering reconcile --json` has each of them.")


def _transaction(one: Difference) -> str:
    return one.transaction.transaction_id if one.transaction is not None else ""


def _amount(amount: Decimal, currency: str) -> str:
    return f"{grouped(amount_text(amount, currency))} {currency}".rstrip()


def _verdict(found: Reconciliation) -> str:
    if found.verdict is Verdict.UNEXPLAINED:
        return f"Unexplained: {counted(len(found.unexplained), 'difference')}."
    if found.verdict is Verdict.EXPLAINED:
        named = counted(len(found.explained), "difference")
        return f"Explained: {named} with reason and amount; nothing is unexplained."
    if not found.rows:
        return "Agrees: there is nothing to compare."
    return "Agrees: channel = packages = staged = orders = payments = journal; nothing is open."
