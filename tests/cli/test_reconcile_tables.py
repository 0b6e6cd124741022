"""A reconciliation as people see it: a year fits two screens, and what is left out is said."""

import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest

from postering.cli.reconcile_tables import print_reconciliation
from postering.domain.reconciliation import Difference, Reconciliation
from postering.domain.reconciliation.differences import STAGED_AND_ORDERS, Reason
from postering.domain.reconciliation.groups import By
from tests.domain.reconciliation.reports import a_row
from tests.domain.transactions_examples import KEY

SCREEN_LINES, SCREEN_COLUMNS = 50, 80


def difference(reason: Reason, currency: str = "USD", number: int = 1) -> Difference:
    return Difference(
        transaction=KEY,
        between=STAGED_AND_ORDERS,
        amount=Decimal("12.30"),
        currency=currency,
        why=f"the reason of transaction {number}, in so many words that it takes more than one line of a screen",
        reason=reason,
    )


def a_year(currencies: list[str], stores: int) -> Reconciliation:
    """100,000 transactions, some of each reason in each currency, and some that nothing explains."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    each = 100_000 // (365 * stores * len(currencies)) + 1
    rows = [
        a_row(store=f"{currency}-{store}", day=day, currency=currency, amount=Decimal("2345.60"), transactions=each)
        for currency in currencies
        for store in range(stores)
        for day in days
    ]
    reasons = [reason for reason in Reason if reason is not Reason.UNEXPLAINED]
    explained = [
        difference(reason, currency, number)
        for number in range(20)
        for currency in currencies
        for reason in reasons[:12]
    ]
    return Reconciliation(rows=tuple(rows), explained=tuple(explained), unexplained=())


def width(line: str) -> int:
    return sum(0 if unicodedata.combining(mark) else 1 for mark in line)


@pytest.mark.parametrize("currencies", [["USD"], ["CAD", "USD"], ["EUR", "INR", "JPY", "KWD", "USD"]])
@pytest.mark.parametrize("stores", [1, 12])
def test_a_year_of_100_000_transactions_fits_two_screens(
    capsys: pytest.CaptureFixture[str], currencies: list[str], stores: int
) -> None:
    print_reconciliation(a_year(currencies, stores))

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 2 * SCREEN_LINES
    assert max(map(width, lines)) <= SCREEN_COLUMNS
    assert "each" in lines[-3]


def test_few_differences_are_shown_whole_many_by_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    few = [difference(Reason.PENDING, number=7)]
    many = [difference(Reason.PENDING, number=number) for number in range(100)]

    for explained in (few, many):
        print_reconciliation(Reconciliation(rows=(a_row(),), explained=tuple(explained), unexplained=()))
    shown_few, shown_many = capsys.readouterr().out.split("Explained: 1 ")

    assert "transaction 7" in " ".join(shown_few.split())
    assert "1,230.00 USD" in shown_many
    assert "transaction 7" not in " ".join(shown_many.split())


def test_of_many_unexplained_differences_the_first_are_shown_and_the_rest_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    many = tuple(difference(Reason.UNEXPLAINED, number=number) for number in range(1021))

    print_reconciliation(Reconciliation(rows=(a_row(),), explained=(), unexplained=many))

    shown = capsys.readouterr().out
    assert "and 1,001 more" in shown
    assert shown.splitlines()[-1] == "Unexplained: 1,021 differences."


@pytest.mark.parametrize("by", list(By))
def test_each_currency_has_its_own_sums(capsys: pytest.CaptureFixture[str], by: By) -> None:
    rows = (a_row(), a_row(currency="JPY", amount=Decimal(5)), a_row(day=None, currency=""))

    print_reconciliation(Reconciliation(rows=rows, explained=(), unexplained=()), by)

    shown = capsys.readouterr().out
    for expected in ("USD", "JPY", "70.40", "no currency" if by is not By.CURRENCY else "none"):
        assert expected in shown


def test_nothing_to_compare_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_reconciliation(Reconciliation(rows=(), explained=(), unexplained=()))

    assert capsys.readouterr().out.strip().startswith("Agrees: there is nothing")
