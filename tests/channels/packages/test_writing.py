"""What is written is what is read: rows, hashes, totals; equal input gives equal bytes."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.channels.packages.reading import open_package
from postering.channels.packages.writing import PackageSummary, write_package
from postering.domain.retail_transactions.entities import ENTITIES, ENUMS, Field, FieldType
from postering.domain.retail_transactions.rows import AnyRow, read_row
from postering.domain.retail_transactions.values import NumberText
from tests.channels.packages.package_examples import CREATED, GROUP, SESSION, header, line, opened

Given = Sequence[tuple[str, Mapping[str, Any]]]


def written(
    rows: Given, created: datetime = CREATED, extra: Mapping[str, Any] | None = None
) -> tuple[bytes, PackageSummary]:
    stream = io.BytesIO()
    summary = write_package(
        stream,
        session=SESSION,
        group=GROUP,
        database="houston",
        created=created,
        transactions=rows,
        extra=extra,
    )
    return stream.getvalue(), summary


def as_read(rows: Given) -> list[AnyRow]:
    """The rows as they must come back: by entity, in their order, pointing at their place in the file."""
    order = list(ENTITIES)
    ordered = sorted(rows, key=lambda row: order.index(row[0]))
    return [
        read_row(ENTITIES[entity], raw, f"{entity}.jsonl row {number}")
        for entity, listed in groupby(ordered, key=lambda row: row[0])
        for number, (_, raw) in enumerate(listed, 1)
    ]


SMALL = [
    ("RetailTransactionSalesTrans", line("T-1", qty=Decimal("-1.000"))),
    ("RetailTransactionTable", header("T-2", grossAmount=Decimal("-1E+2"), businessDate=date(2026, 1, 1))),
    ("RetailTransactionTable", header("T-1", currency="EUR", comment="naïve “☃” 😀\ud800")),
]


def test_rows_come_back_as_they_were() -> None:
    content, _ = written(SMALL)

    assert list(opened(content).rows()) == as_read(SMALL)


def test_the_summary_says_what_was_written() -> None:
    content, summary = written(SMALL)
    package = opened(content)

    assert (summary.transactions, summary.records) == (2, 3)
    assert (summary.size, summary.sha256) == (len(content), package.sha256)
    assert summary.control_totals == package.control_totals == package.manifest.control_totals
    assert [(total.currency, total.gross) for total in summary.control_totals] == [
        ("EUR", Decimal("-12.50")),
        ("USD", Decimal("-100")),
    ]


def test_transactions_are_counted_by_key_whatever_the_columns_case_and_whether_the_header_came() -> None:
    late = {name.upper(): value for name, value in line("T-3").items()}

    _, summary = written([*SMALL, ("RetailTransactionSalesTrans", late), ("RetailTransactionTable", {"Channel": 1})])

    assert summary.transactions == 3


def test_the_manifest_comes_last_and_says_what_the_format_says() -> None:
    content, _ = written(SMALL, extra={"counters": {"RetailTransactionTable": 17}})

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.namelist() == [
            "RetailTransactionTable.jsonl",
            "RetailTransactionSalesTrans.jsonl",
            "manifest.json",
        ]
        manifest = package.read("manifest.json").decode()
        lines = package.read("RetailTransactionSalesTrans.jsonl").decode()
    assert manifest.startswith(
        f'{{"session":"{SESSION}","channel_database_group":"Default","channel_database":"houston",'
        '"created":"2026-01-01T12:30:00Z","entities":{"RetailTransactionTable":{"rows":2,"sha256":"'
    )
    assert (
        '"control_totals":[{"currency":"EUR","transactions":1,"gross":"-12.5","payments":"12.5"},'
        '{"currency":"USD","transactions":1,"gross":"-100","payments":"12.5"}],'
        '"counters":{"RetailTransactionTable":17}}\n'
    ) in manifest
    assert '"qty":"-1"' in lines


def test_equal_input_gives_equal_bytes() -> None:
    assert written(SMALL) == written(SMALL)
    assert written(SMALL, created=CREATED.astimezone(timezone(timedelta(hours=2)))) == written(SMALL)


def test_an_empty_package_is_sound() -> None:
    content, summary = written([])

    assert (summary.transactions, summary.records, summary.control_totals) == (0, 0, ())
    assert list(opened(content).rows()) == []


def test_rows_that_are_nearly_equal_do_not_look_like_a_bomb() -> None:
    rows: Given = [("RetailTransactionTable", header("T-1", comment="x" * 60)) for _ in range(20_000)]

    content, _ = written(rows)

    assert opened(content).records == 20_000


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="can't hold a float"):
        written([("RetailTransactionTable", header(grossAmount=0.1))])


def test_keys_of_the_manifest_itself_and_times_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="session: keys that the manifest itself writes"):
        written([], extra={"session": "other"})
    with pytest.raises(ValueError, match="time zone"):
        written([], created=datetime(2026, 1, 1))


TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**30), max_value=10**30)
NUMBER_TEXTS = st.sampled_from(["0", "-0", "1.0", "1e5", "-12.500", "9" * 40, "NaN", "-Infinity"]).map(NumberText)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-6))]), min_value=datetime(1900, 1, 2))
ANYTHING = st.one_of(
    TEXTS,
    NUMBERS,
    NUMBER_TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.dates(),
    st.recursive(
        TEXTS | NUMBER_TEXTS | st.booleans() | st.none(), lambda one: st.lists(one) | st.dictionaries(TEXTS, one)
    ),
)


def fitting(field: Field) -> st.SearchStrategy[Any]:
    """Values that the field takes."""
    if field.enum is not None:
        return st.sampled_from([*ENUMS[field.enum], *ENUMS[field.enum].values()])
    match field.type:
        case FieldType.DECIMAL:
            return NUMBERS | NUMBERS.map(lambda number: NumberText(format(number, "f")))
        case FieldType.DATE:
            return st.dates()
        case FieldType.DATETIME:
            return MOMENTS
        case FieldType.TIME:
            return st.integers(0, 86_399)
        case FieldType.GUID:
            return st.uuids().map(str)
        case FieldType.STRING:
            return st.text(max_size=field.length or 12)
        case _:
            return st.integers(-(2**31), 2**31)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    entity = draw(st.sampled_from(list(ENTITIES.values())))
    used = draw(st.lists(st.sampled_from(entity.fields), max_size=6, unique_by=lambda field: field.name))
    keys = [entity.by_name[name] for name in entity.keys]
    values = {field.name: draw(fitting(field)) for field in (*keys, *used)}
    values |= {field.name: draw(ANYTHING) for field in draw(st.lists(st.sampled_from(entity.fields), max_size=2))}
    return entity.name, values | draw(st.dictionaries(TEXTS, ANYTHING | MOMENTS, max_size=2))


@settings(max_examples=60)
@given(st.lists(rows(), max_size=4))
def test_whatever_is_written_is_read_with_equal_values_and_hashes(given_rows: Given) -> None:
    content, summary = written(given_rows)

    with io.BytesIO(content) as stream:
        package = open_package(stream, session=SESSION, group=GROUP)
        assert list(package.rows()) == as_read(given_rows)
    assert (summary.records, summary.control_totals) == (len(given_rows), package.control_totals)
