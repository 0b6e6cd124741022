"""One value of a row: what each type takes, what it refuses, and that equal content has one text."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.retail_transactions.entities import ENUMS, Field, FieldType
from postering.domain.retail_transactions.values import (
    InvalidValue,
    NumberText,
    Raw,
    Value,
    read_value,
    typed,
    unknown_text,
    value_text,
)

HALF_A_PAIR = "\ud83d"


def field(kind: FieldType, **more: Any) -> Field:
    return Field(name="X", type=kind, meaning="for a test", **more)


TEXT = field(FieldType.STRING)
SHORT = field(FieldType.STRING, length=5)
WHOLE = field(FieldType.INTEGER)
RECORD_ID = field(FieldType.BIG_INTEGER)
NUMBER = field(FieldType.DECIMAL)
DAY = field(FieldType.DATE)
MOMENT = field(FieldType.DATETIME)
TIME = field(FieldType.TIME)
GUID = field(FieldType.GUID)
STATUS = field(FieldType.INTEGER, enum="RetailEntryStatus")
ALL = [TEXT, SHORT, WHOLE, RECORD_ID, NUMBER, DAY, MOMENT, TIME, GUID, STATUS]

VALID: list[tuple[Field, Raw, Value]] = [
    (TEXT, "Karen Berg", "Karen Berg"),
    (TEXT, " ", " "),
    (TEXT, "Ünïcödé 東京 😀", "Ünïcödé 東京 😀"),
    (TEXT, NumberText("81327"), "81327"),
    (TEXT, 81327, "81327"),
    (TEXT, Decimal("81327.0"), "81327"),
    (TEXT, NumberText("1e5"), "1e5"),
    (SHORT, "12345", "12345"),
    (SHORT, "東京東京東", "東京東京東"),
    (WHOLE, "7", 7),
    (WHOLE, "-7", -7),
    (WHOLE, "007", 7),
    (WHOLE, "7.000", 7),
    (WHOLE, NumberText("7.0"), 7),
    (WHOLE, Decimal("7.00"), 7),
    (WHOLE, 7, 7),
    (RECORD_ID, "9223372036854775807", 2**63 - 1),
    (RECORD_ID, -(2**63), -(2**63)),
    (RECORD_ID, Decimal("5E+9"), 5_000_000_000),
    (NUMBER, "1.50", Decimal("1.50")),
    (NUMBER, "-.5", Decimal("-0.5")),
    (NUMBER, "5.", Decimal(5)),
    (NUMBER, NumberText("1.5"), Decimal("1.5")),
    (NUMBER, 3, Decimal(3)),
    (NUMBER, Decimal("1E+2"), Decimal(100)),
    (NUMBER, Decimal("1E-7"), Decimal("0.0000001")),
    (NUMBER, "9" * 38, Decimal("9" * 38)),
    (NUMBER, "-" + "9" * 36 + ".99", Decimal("-" + "9" * 36 + ".99")),
    (NUMBER, "0" * 50 + "1." + "0" * 50, Decimal(1)),
    (DAY, "2026-03-14", date(2026, 3, 14)),
    (DAY, "2024-02-29", date(2024, 2, 29)),
    (DAY, "1900-01-01", date(1900, 1, 1)),
    (DAY, date(2026, 3, 14), date(2026, 3, 14)),
    (MOMENT, "2026-03-14T10:20:30Z", datetime(2026, 3, 14, 10, 20, 30, tzinfo=UTC)),
    (MOMENT, "2026-03-14T10:20:30", datetime(2026, 3, 14, 10, 20, 30, tzinfo=UTC)),
    (MOMENT, "2026-03-14 10:20:30.1234567", datetime(2026, 3, 14, 10, 20, 30, 123456, tzinfo=UTC)),
    (MOMENT, "2026-03-14T10:20:30+02:00", datetime(2026, 3, 14, 8, 20, 30, tzinfo=UTC)),
    (MOMENT, "0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    (MOMENT, datetime(2026, 3, 14, 10), datetime(2026, 3, 14, 10, tzinfo=UTC)),
    (TIME, "0", 0),
    (TIME, 86_399, 86_399),
    (GUID, "{0F8FAD5B-D9CB-469F-A165-70867728950E}", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    (GUID, "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    (STATUS, "1", 1),
    (STATUS, 1, 1),
    (STATUS, NumberText("1.0"), 1),
    (STATUS, Decimal("1.00"), 1),
    (STATUS, "Voided", 1),
    (STATUS, "vOIDED", 1),
    (STATUS, "None", 0),
]

INVALID: list[tuple[Field, Raw]] = [
    (TEXT, HALF_A_PAIR),
    (SHORT, "123456"),
    (SHORT, 123456),
    (WHOLE, "7.5"),
    (WHOLE, "7,0"),
    (WHOLE, "1e3"),
    (WHOLE, "+7"),
    (WHOLE, " 7"),
    (WHOLE, "seven"),
    (WHOLE, "٧"),
    (WHOLE, date(2026, 3, 14)),
    (WHOLE, Decimal("7.5")),
    (WHOLE, Decimal("NaN")),
    (WHOLE, Decimal("1E+999999")),
    (WHOLE, "1" * 5000),
    (RECORD_ID, 2**63),
    (RECORD_ID, "-9223372036854775809"),
    (NUMBER, "1e2"),
    (NUMBER, NumberText("1E2")),
    (NUMBER, NumberText("NaN")),
    (NUMBER, "Infinity"),
    (NUMBER, "-Infinity"),
    (NUMBER, Decimal("NaN")),
    (NUMBER, Decimal("-Infinity")),
    (NUMBER, Decimal("1E+999999999")),
    (NUMBER, Decimal("1E-999999999")),
    (NUMBER, "9" * 39),
    (NUMBER, "1" + "0" * 39),
    (NUMBER, "1." + "1" * 39),
    (NUMBER, "0." + "0" * 39 + "1"),
    (NUMBER, Decimal("9" * 40)),
    (NUMBER, "1,50"),
    (NUMBER, "1 000"),
    (NUMBER, "1_000"),
    (NUMBER, "--1"),
    (NUMBER, "."),
    (NUMBER, "-"),
    (NUMBER, "0x10"),
    (NUMBER, date(2026, 3, 14)),
    (DAY, "2026-02-29"),
    (DAY, "2026-13-01"),
    (DAY, "2026-00-10"),
    (DAY, "2026-3-14"),
    (DAY, "20260314"),
    (DAY, "2026-W11-6"),
    (DAY, "14.03.2026"),
    (DAY, "2026-03-14T00:00:00"),
    (DAY, datetime(2026, 3, 14, 10)),
    (DAY, 20260314),
    (MOMENT, "2026-03-14"),
    (MOMENT, "20260314"),
    (MOMENT, 20260314),
    (MOMENT, "2026-02-30T10:00:00Z"),
    (MOMENT, "2026-03-14T25:00:00Z"),
    (MOMENT, "2026-03-14T24:00:00Z"),
    (MOMENT, "2026-03-14T10:60:00Z"),
    (MOMENT, "0001-01-01T00:00:00+02:00"),
    (MOMENT, date(2026, 3, 14)),
    (TIME, -1),
    (TIME, 86_400),
    (TIME, "10:20"),
    (GUID, "0f8fad5b-d9cb-469f-a165"),
    (GUID, "zf8fad5b-d9cb-469f-a165-70867728950e"),
    (STATUS, "99"),
    (STATUS, -1),
    (STATUS, "Void"),
    (STATUS, "1.5"),
    (STATUS, " Voided"),
    (STATUS, "1" * 5000),
]


@pytest.mark.parametrize(("declared", "raw", "value"), VALID)
def test_a_valid_value_is_read(declared: Field, raw: Raw, value: Value) -> None:
    read = read_value(declared, raw)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("declared", "raw"), INVALID)
def test_an_invalid_value_is_refused_with_what_was_expected(declared: Field, raw: Raw) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_value(declared, raw)

    assert refused.value.expected


@pytest.mark.parametrize("declared", ALL, ids=lambda declared: f"{declared.type}-{declared.enum}-{declared.length}")
@pytest.mark.parametrize("absent", [None, "", NumberText("")])
def test_an_empty_text_and_null_are_absent(declared: Field, absent: Raw) -> None:
    assert read_value(declared, absent) is None


@pytest.mark.parametrize("declared", ALL, ids=lambda declared: f"{declared.type}-{declared.enum}-{declared.length}")
@pytest.mark.parametrize("wrong", [True, False, 1.5, 0.0, float("nan"), [1], {"a": 1}, [], b"1"])
def test_booleans_floats_lists_objects_and_bytes_are_refused_everywhere(declared: Field, wrong: Raw) -> None:
    with pytest.raises(InvalidValue):
        read_value(declared, wrong)


def test_too_long_a_text_is_refused_with_its_length_and_without_its_content() -> None:
    with pytest.raises(InvalidValue, match="at most 5 characters, found 6"):
        read_value(SHORT, "secret")


def test_a_given_zero_is_zero_without_sign_and_not_absent() -> None:
    for zero in ("0", "-0", "0.00", "-0.000", Decimal("-0"), 0):
        value = read_value(NUMBER, zero)
        assert value == 0
        assert not Decimal(str(value)).is_signed()
        assert value_text(value or Decimal(0)) == "0"


def test_an_enum_that_is_refused_names_what_it_takes() -> None:
    with pytest.raises(InvalidValue, match="one of RetailEntryStatus: 0 None, 1 Voided"):
        read_value(STATUS, "gone")


@pytest.mark.parametrize("enum", ENUMS)
def test_every_value_of_an_enum_is_read_by_number_and_by_name_in_any_case(enum: str) -> None:
    declared = field(FieldType.INTEGER, enum=enum)
    for name, number in ENUMS[enum].items():
        for given_as in (number, str(number), NumberText(number), name, name.upper(), name.lower()):
            assert read_value(declared, given_as) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_a_number_is_equal_as_text_json_number_and_decimal(number: Decimal) -> None:
    text = format(number, "f")
    read = [read_value(NUMBER, raw) for raw in (text, NumberText(text), number, f"{text}000")]

    assert len({value_text(value) for value in read if value is not None}) == 1
    assert set(read) == {number}


VALUES = {
    TEXT: st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    WHOLE: st.integers(-(2**63), 2**63 - 1),
    NUMBER: st.builds(
        lambda units, places: Decimal(f"{units}e-{places}"), st.integers(-(10**38) + 1, 10**38 - 1), st.integers(0, 30)
    ),
    DAY: st.dates(),
    MOMENT: st.datetimes(timezones=st.just(UTC)),
    TIME: st.integers(0, 86_399),
    GUID: st.uuids().map(str),
    STATUS: st.sampled_from(sorted(ENUMS["RetailEntryStatus"].values())),
}


@given(st.sampled_from(list(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_a_value_written_as_text_reads_back_equal(drawn: tuple[Field, Value]) -> None:
    declared, value = drawn
    text = value_text(value)

    assert typed(declared, text) == value
    assert read_value(declared, text) == value
    assert value_text(typed(declared, text)) == text


@pytest.fixture
def far_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    assert os.environ.get("TZ") != "Pacific/Auckland"


@pytest.mark.usefixtures("far_time_zone")
def test_a_moment_without_zone_is_utc_wherever_the_program_runs() -> None:
    moment = datetime(2026, 3, 14, 10, 20, 30)

    assert value_text(moment) == "2026-03-14T10:20:30Z"
    assert unknown_text(moment) == "2026-03-14T10:20:30Z"
    assert read_value(MOMENT, moment) == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("", ""),
        ("1.0", "1.0"),
        ("007", "007"),
        (NumberText("1.50"), "1.5"),
        (NumberText("1e3"), "1e3"),
        (NumberText("9" * 5000), "9" * 5000),
        (Decimal("1.50"), "1.5"),
        (Decimal("-0.0"), "0"),
        (Decimal("NaN"), "NaN"),
        (Decimal("1E+999999999"), "1E+999999999"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (date(2026, 3, 14), "2026-03-14"),
        (datetime(2026, 3, 14, 12, tzinfo=timezone(timedelta(hours=2))), "2026-03-14T10:00:00Z"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "0001-01-01T00:00:00+02:00"),
        ({"b": [1, None], "a": NumberText("1.0")}, '{"a":"1.0","b":[1,null]}'),
    ],
)
def test_a_value_of_an_unknown_column_is_kept_as_text(raw: Raw, text: str) -> None:
    assert unknown_text(raw) == text
