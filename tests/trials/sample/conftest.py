"""The two files of real data with what is made of them, read once."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from postering.trials.sample.files import DAY, sample_bytes
from postering.trials.sample.online_retail import Invoice, Row, channel_rows, read_invoices

ROOT = Path(__file__).parents[3]
MONTH = "2010-12.csv.gz"


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One file of real data: its bytes unpacked, its invoices, the rows made of them, its control totals."""

    unpacked: bytes
    controls: dict[str, Any]

    @cached_property
    def invoices(self) -> tuple[Invoice, ...]:
        return read_invoices(self.unpacked.decode("utf-8").splitlines(keepends=True))

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        return channel_rows(self.invoices)


def _sample_file(name: str) -> SampleFile:
    samples = ROOT / "samples" / "online-retail"
    controls = json.loads((samples / "control-totals.json").read_text(encoding="utf-8"))
    unpacked = sample_bytes(DAY) if name == DAY else gzip.decompress((samples / name).read_bytes())
    return SampleFile(unpacked=unpacked, controls=controls[name])


@pytest.fixture(scope="session")
def day() -> SampleFile:
    return _sample_file(DAY)


@pytest.fixture(scope="session")
def month() -> SampleFile:
    return _sample_file(MONTH)


@pytest.fixture(scope="session", params=[DAY, MONTH])
def sample_file(request: pytest.FixtureRequest) -> SampleFile:
    fixture = "day" if request.param == DAY else "month"
    found = request.getfixturevalue(fixture)
    assert isinstance(found, SampleFile)
    return found


@pytest.fixture
def invoices() -> Callable[..., tuple[Invoice, ...]]:
    """Made-up invoices from rows of the file's form, for the cases that the real days do not have."""

    def read(*rows: str) -> tuple[Invoice, ...]:
        header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
        return read_invoices([header, *rows])

    return read
