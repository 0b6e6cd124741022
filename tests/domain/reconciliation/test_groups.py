"""Groups of rows: nothing is lost or doubled by adding up, and the currencies stay apart."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import total
from postering.domain.reconciliation import ReportRow
from postering.domain.reconciliation.bridge import bridges
from postering.domain.reconciliation.groups import By, default_by, grouped
from tests.domain.reconciliation.reports import a_row

JANUARY = date(2026, 1, 1)

rows = st.lists(
    st.builds(
        a_row,
        store=st.sampled_from(["HOUSTON-ONLINE", "TORONTO-ONLINE", ""]),
        day=st.dates(JANUARY, date(2026, 4, 30)) | st.none(),
        currency=st.sampled_from(["USD", "JPY", ""]),
        amount=st.decimals(-1000, 1000, places=2),
    ),
    max_size=8,
    unique_by=lambda row: (row.store, row.business_date, row.currency),
)


@given(rows, st.sampled_from(list(By)))
def test_groups_have_the_sums_and_the_bridge_of_their_rows(some: list[ReportRow], by: By) -> None:
    groups = grouped(some, by)

    assert bridges(group.sums for group in groups) == bridges(some)
    for currency in {row.currency for row in some}:
        of_rows = [row for row in some if row.currency == currency]
        of_groups = [group.sums for group in groups if group.sums.currency == currency]
        assert total(row.open for row in of_rows) == total(row.open for row in of_groups)
        assert sum(row.not_orders["pending"].transactions for row in of_groups) == len(of_rows)
        assert total(row.staged.payments for row in of_rows) == total(row.staged.payments for row in of_groups)
        assert any(row.has_channel for row in of_groups) is any(row.has_channel for row in of_rows)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (By.DAY, ["2026-01-31", "2026-02-01"]),
        (By.MONTH, ["2026-01", "2026-02"]),
        (By.STORE, ["HOUSTON-ONLINE"]),
        (By.CURRENCY, ["USD"]),
    ],
)
def test_a_group_is_named_after_what_it_adds_up(by: By, names: list[str]) -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1)]

    groups = grouped([a_row(day=day) for day in days], by)

    assert [group.as_json()["group"] for group in groups] == names
    assert set(groups[0].as_json()) == {"group", "currency", "channel", "packages", "staged", "orders", "journal"}


def test_rows_without_a_date_are_a_group_of_their_own() -> None:
    (no_date, january) = grouped([a_row(day=JANUARY), a_row(day=None)], By.MONTH)

    assert (no_date.as_json()["group"], january.as_json()["group"]) == (None, "2026-01")


@pytest.mark.parametrize(
    ("days", "currencies", "expected"),
    [
        (1, ["USD"], By.STORE),
        (2, ["USD"], By.DAY),
        (31, ["USD"], By.DAY),
        (32, ["USD"], By.MONTH),
        (365, ["USD", "CAD"], By.MONTH),
        (365, ["USD", "CAD", "JPY"], By.CURRENCY),
    ],
)
def test_the_default_is_the_finest_that_is_short(days: int, currencies: list[str], expected: By) -> None:
    year = [a_row(day=JANUARY + timedelta(days=n), currency=each) for n in range(days) for each in currencies]

    assert default_by(year) is expected


def test_amounts_of_groups_are_exact() -> None:
    (group,) = grouped([a_row(amount=Decimal("0.1")), a_row(day=JANUARY, amount=Decimal("0.2"))], By.CURRENCY)

    assert group.sums.packages.gross == Decimal("0.3")
