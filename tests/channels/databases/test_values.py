"""What drivers of other databases give becomes what the entities' fields take, never a float."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from postering.channels.databases.values import counter_of, date_of, key_text, raw_value
from postering.domain.retail_transactions.entities import ENTITIES, Field

HEADER = ENTITIES["RetailTransactionTable"].by_name


def field(name: str) -> Field | None:
    return HEADER.get(name)


@pytest.mark.parametrize(
    ("name", "given", "raw"),
    [
        ("comment", None, None),
        ("comment", "", ""),
        ("comment", datetime(2026, 1, 1, 12), "2026-01-01T12:00:00Z"),
        ("grossAmount", "-12.50", Decimal("-12.50")),
        ("grossAmount", "1.5e+3", Decimal("1.5e+3")),
        ("grossAmount", "much", "much"),
        ("grossAmount", "Inf", "Inf"),
        ("grossAmount", 0.1, Decimal("0.1")),
        ("grossAmount", float("inf"), "inf"),
        ("grossAmount", Decimal("12.5"), Decimal("12.5")),
        ("businessDate", datetime(2026, 1, 1), date(2026, 1, 1)),
        ("businessDate", datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("businessDate", "2026-01-01T00:00:00Z", "2026-01-01"),
        ("businessDate", "2026-01-01 12:00:00", "2026-01-01 12:00:00"),
        ("transTime", time(1, 2, 3), 3723),
        ("type", True, 1),
        ("shopFlag", True, True),
        ("shopId", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("shopVersion", memoryview(b"\x00\xff"), "00ff"),
        ("shopMoment", datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        ("shopRange", range(2), "range(0, 2)"),
    ],
)
def test_a_driver_s_value_becomes_a_raw_value(name: str, given: Any, raw: Any) -> None:
    found = raw_value(field(name), given)

    assert (found, type(found)) == (raw, type(raw))


def test_parts_of_keys_are_the_same_text_in_all_tables() -> None:
    assert {key_text(given) for given in (7, "7", Decimal("7.00"))} == {"7"}
    assert key_text(None) == key_text("") == ""


def test_counters_and_dates_are_read_however_they_are_written() -> None:
    assert [counter_of(given) for given in (17, "17", Decimal(17), None, "x")] == [17, 17, 17, 0, 0]
    assert {
        date_of(given) for given in ("2026-01-02", "2026-01-02 10:00", date(2026, 1, 2), datetime(2026, 1, 2, 3))
    } == {date(2026, 1, 2)}
    assert {date_of(given) for given in (None, "", "1900-01-01", "02.01.2026", 17)} == {None}
