"""An export is whole or not there, and a chain of them holds each document once, on every store."""

import csv
import json
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment
from postering.domain.errors import JobRefused
from postering.domain.sales_orders.documents import PostedOrder
from postering.jobs.run import Run
from postering.operations.exporting import Export, ExportRequest, export, exports
from postering.operations.exporting.csv_rows import CsvRows
from postering.operations.exporting.formats import FORMATS
from tests.domain.exports.test_sheets import posted
from tests.domain.transactions_examples import DAY, STORE, a_sale, a_setup
from tests.store.adapters import ADAPTERS, Adapter, fresh
from tests.store.examples import a_piece, a_posting, kept, the_setup

NOW = datetime(2026, 3, 15, 8, 30, tzinfo=UTC)
RUN = Run(id="run-1", by="tester", now=lambda: NOW, monotonic_ns=lambda: 0)


class Books:
    """As much of a store as an export reads; `meanwhile` happens while orders are read."""

    def __init__(self) -> None:
        self.orders: list[PostedOrder] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def post(self, number: int, day: date = DAY, store: str = STORE) -> None:
        order = posted(a_sale(), f"ONL-{number:06}")
        self.orders.append(replace(order, document=replace(order.document, business_date=day, store=store)))

    def setup(self) -> Any:
        return type("InForce", (), {"setup": a_setup()})

    def orders_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[PostedOrder]:
        for order in sorted(self.orders, key=lambda one: one.document.business_date):
            day = order.document.business_date
            if (start or day) <= day <= (end or day) and store in {None, order.document.store}:
                yield order
        self.meanwhile()


def deployment(store: Any) -> Deployment:
    return Deployment(home=Path(), store=store, open_packages=lambda: pytest.fail("not read"), settings=Settings())


def exported(store: Any, out: Path, **request: Any) -> Export:
    return export(deployment(store), ExportRequest(out=out, **request), RUN)


def numbers(out: Path, which: str = "*") -> list[str]:
    """The documents in the files, as often as they stand there."""
    return [
        row["document"]
        for path in sorted(out.glob(f"export-{which}/orders-*.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]


def everything(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture
def books() -> Books:
    made = Books()
    made.post(1)
    made.post(2)
    return made


# --- since the last --------------------------------------------------------------------------------------


_steps = st.lists(st.integers(1, 5) | st.sampled_from(["export", "complete", "export and post"]), max_size=12)


@settings(max_examples=40)
@given(steps=_steps, days=st.randoms(use_true_random=False))
def test_whatever_is_posted_when_each_document_is_exported_once(
    steps: list[int | str], days: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    books, out = Books(), tmp_path_factory.mktemp("exports")

    def post(count: int) -> None:
        for _ in range(count):
            books.post(len(books.orders) + 1, date(2026, days.randint(1, 12), 1))

    since = 1
    for step in [*steps, "export"]:
        if isinstance(step, int):
            post(step)
            continue
        books.meanwhile = lambda: post(2) if step == "export and post" else None  # noqa: B023  # called in this turn
        done = exported(books, out, kinds=("orders",), since_last=step != "complete")
        if step == "complete" and done.receipt is not None:
            since = done.receipt.number

    found = [number for path in range(since, len(list(out.iterdir())) + 1) for number in numbers(out, str(path))]
    assert sorted(found) == sorted(order.document.id for order in books.orders)


def test_an_earlier_business_date_that_is_posted_later_is_not_missed(books: Books, tmp_path: Path) -> None:
    exported(books, tmp_path, since_last=True)
    books.post(3, date(2026, 1, 2))

    second = exported(books, tmp_path, since_last=True)

    assert second.receipt is not None
    assert (second.receipt.complete, second.receipt.documents) == (False, ("USRT/ONL-000003",))
    assert second.receipt.documents_so_far == 3
    assert numbers(tmp_path) == ["ONL-000001", "ONL-000002", "ONL-000003"]


def test_where_nothing_is_new_nothing_is_written(books: Books, tmp_path: Path) -> None:
    exported(books, tmp_path, since_last=True)
    before = everything(tmp_path)

    done = exported(books, tmp_path, since_last=True)

    assert (done.receipt, done.last_receipt, done.folder) == (None, 1, None)
    assert everything(tmp_path) == before


def test_each_selection_has_a_chain_of_its_own(books: Books, tmp_path: Path) -> None:
    books.post(3, store="OTHER")
    selections: list[dict[str, Any]] = [
        {},
        {"format": "jsonl"},
        {"kinds": ("journal",)},
        {"from_date": DAY},
        {"to_date": DAY},
    ]
    for selection in selections:
        done = exported(books, tmp_path, since_last=True, **selection)
        assert done.receipt is not None
        assert (done.receipt.complete, len(done.receipt.documents), done.receipt.previous) == (True, 3, None)
    books.post(4)
    for number, selection in enumerate(selections, 1):
        done = exported(books, tmp_path, since_last=True, **selection)
        assert done.receipt is not None
        assert done.receipt.previous is not None
        assert (done.receipt.previous.number, done.receipt.documents) == (number, ("USRT/ONL-000004",))


def test_a_store_that_lists_a_document_twice_has_it_once(books: Books, tmp_path: Path) -> None:
    books.orders *= 2
    exported(books, tmp_path)
    books.post(3)

    exported(books, tmp_path, since_last=True)

    assert numbers(tmp_path) == ["ONL-000001", "ONL-000002", "ONL-000003"]


def test_of_two_exports_at_once_one_is_told_to_run_again(books: Books, tmp_path: Path) -> None:
    def another() -> None:
        books.meanwhile = lambda: None
        exported(books, tmp_path, since_last=True)

    exported(books, tmp_path)
    books.post(3)
    books.meanwhile = another

    with pytest.raises(JobRefused, match=r"another export wrote .*export-2 meanwhile: run this one again"):
        exported(books, tmp_path, since_last=True)
    assert exported(books, tmp_path, since_last=True).receipt is None
    assert numbers(tmp_path) == ["ONL-000001", "ONL-000002", "ONL-000003"]


# --- receipts that do not fit --------------------------------------------------------------------------------


def assert_refused(books: Books, out: Path, message: str) -> None:
    before = everything(out)
    with pytest.raises(JobRefused, match=message):
        exported(books, out, since_last=True)
    assert everything(out) == before
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_a_receipt_that_is_gone_or_changed_is_told(books: Books, tmp_path: Path) -> None:
    exported(books, tmp_path)
    books.post(3)
    exported(books, tmp_path, since_last=True)
    first = tmp_path / "export-1/receipt-1.json"
    content = first.read_text(encoding="utf-8")

    first.write_text(content.replace("USRT/ONL-000001", "USRT/ONL-000009"), encoding="utf-8")
    assert_refused(
        books, tmp_path, r"receipt-2.json follows receipt-1.json, but the receipt before it in .* is missing"
    )
    first.write_text("{", encoding="utf-8")
    assert_refused(books, tmp_path, "receipt-1.json is not a receipt that this version can read")
    first.unlink()
    assert_refused(books, tmp_path, "receipt-1.json is missing: put it back")
    first.parent.rename(tmp_path / "archive")
    assert_refused(books, tmp_path, "receipt-2.json follows receipt-1.json")
    (tmp_path / "archive").rename(first.parent)
    first.write_text(content, encoding="utf-8")
    assert exported(books, tmp_path, since_last=True).receipt is None


def test_books_that_lack_what_was_exported_are_told(books: Books, tmp_path: Path) -> None:
    exported(books, tmp_path)
    restored = Books()
    restored.post(1)
    restored.post(3)

    assert_refused(restored, tmp_path, "the books have no USRT/ONL-000002, which it or one before it names")


def test_books_with_another_total_under_the_same_number_are_told(books: Books, tmp_path: Path) -> None:
    exported(books, tmp_path)
    first = books.orders[0]
    books.orders[0] = replace(first, journal=())

    assert_refused(books, tmp_path, "the books and the receipts differ: journal.transactions in USD: 1 and 2")


# --- whole or not at all ------------------------------------------------------------------------------------


def test_a_failure_in_the_middle_leaves_nothing(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    for place in ("_write_durably", "_appear", "finish"):
        with monkeypatch.context() as patch:
            patch.setattr(exports, place, full)
            with pytest.raises(OSError, match="No space left"):
                exported(books, tmp_path)
        assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(CsvRows, "write", full)
    with pytest.raises(OSError, match="No space left"):
        exported(books, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_written_over(books: Books, tmp_path: Path) -> None:
    def somebody() -> None:
        (tmp_path / "export-1").mkdir()
        (tmp_path / "export-1/orders-1.csv").write_text("mine", encoding="utf-8")

    books.meanwhile = somebody

    with pytest.raises(JobRefused, match="another export wrote"):
        exported(books, tmp_path)
    assert everything(tmp_path) == {"export-1/orders-1.csv": b"mine"}


def test_a_receipt_says_what_the_files_are(books: Books, tmp_path: Path) -> None:
    done = exported(books, tmp_path, kinds=("journal", "orders"))

    assert done.folder is not None
    described = json.loads((done.folder / "receipt-1.json").read_text(encoding="utf-8"))
    assert {**described, "files": 0, "control_totals": 0, "control_totals_so_far": 0} == {
        "receipt": 1,
        "version": 1,
        "complete": True,
        "selection": {"format": "csv", "what": ["orders", "journal"], "from": None, "to": None, "store": None},
        "at": "2026-03-15T08:30:00+00:00",
        "by": "tester",
        "files": 0,
        "control_totals": 0,
        "control_totals_so_far": 0,
        "documents": 2,
        "documents_so_far": 2,
        "previous": None,
        "names": ["USRT/ONL-000001", "USRT/ONL-000002"],
    }
    assert [(file["name"], file["rows"]) for file in described["files"]] == [("orders-1.csv", 2), ("journal-1.csv", 4)]
    assert described["files"][1]["sums"] == {"debit": {"USD": "140.80"}, "credit": {"USD": "140.80"}}
    assert done.folder.stat().st_mode & 0o077 == 0


def test_orders_are_let_go_as_they_are_written(tmp_path: Path) -> None:
    class Long(Books):
        def orders_between(self, *_given: object) -> Iterator[PostedOrder]:
            sale, given = posted(a_sale()), list[weakref.ref[PostedOrder]]()
            for number in range(500):
                order = replace(sale, document=replace(sale.document, id=f"ONL-{number}"))
                given.append(weakref.ref(order))
                yield order
                del order
                assert sum(one() is not None for one in given) <= 2

    for format in FORMATS:
        done = exported(Long(), tmp_path, format=format)
        assert done.receipt is not None
        assert len(done.receipt.documents) == 500


# --- every store ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("adapter", ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
def test_an_export_reads_every_kind_of_store(adapter: Adapter, tmp_path: Path) -> None:
    with fresh(adapter) as made:
        store = made.opened()
        assert store.apply_setup(the_setup(), 0, NOW, "tester")
        staged = kept(store, *(a_piece(f"T-{number}") for number in range(3)))
        store.post([a_posting(one, f"ONL-{number}") for number, one in enumerate(staged[:2])])
        first = exported(store, tmp_path, since_last=True)
        store.post([a_posting(staged[2], "ONL-2")])
        second = exported(store, tmp_path, since_last=True)

    assert first.receipt is not None
    assert second.receipt is not None
    assert sorted(numbers(tmp_path, "1")) == ["ONL-0", "ONL-1"]
    assert numbers(tmp_path, "2") == ["ONL-2"]
