"""`postering export`: writes the posted documents of a selection, in one pass, to a new folder that appears whole.

"Since the last export" needs no clock and no order of posting. A document is posted once and never changes. Because of
this, a document is new if the receipts of the selection do not name it, whatever its run, its time or its business
date. Each export reads the whole selection again. It must find every document that earlier receipts name, with their
totals; if not, the folder belongs to other books, and nothing is written.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from postering.deployment.wiring import Deployment
from postering.domain.errors import JobRefused
from postering.domain.exports.catalogue import document_name
from postering.domain.exports.control_totals import ExportTotals
from postering.domain.sales_orders.documents import PostedOrder
from postering.jobs.run import Run
from postering.operations.exporting.formats import check_installed, kinds_of, open_file
from postering.operations.exporting.order_files import OrderFile, finish
from postering.operations.exporting.receipts import (
    Earlier,
    Receipt,
    Selection,
    folder_of,
    next_number,
    read_earlier,
    receipt_of,
)
from postering.operations.transactions import check_stores
from postering.outside.files import sync_folder, write_whole

_SHOWN_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """A request to export to the folder `out`.

    Attributes:
        out: the folder in which each export has its own folder.
        format: a name in `formats.FORMATS`.
        kinds: the kinds to export; empty for all kinds of the format.
        from_date: the first business date, included; None for no limit.
        to_date: the last business date, included; None for no limit.
        store: the store; '' for all stores.
        since_last: whether to export only the documents that earlier exports of the same selection in `out` lack.
    """

    out: Path
    format: str = "csv"
    kinds: tuple[str, ...] = ()
    from_date: date | None = None
    to_date: date | None = None
    store: str = ""
    since_last: bool = False

    @property
    def selection(self) -> Selection:
        """The selection that the receipt names, with the kinds in the format's order."""
        all_kinds = kinds_of(self.format)
        return Selection(
            format=self.format,
            kinds=tuple(kind for kind in all_kinds if kind in (self.kinds or all_kinds)),
            from_date=self.from_date,
            to_date=self.to_date,
            store=self.store,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The result of an export. `receipt` is None if no document was new: then nothing was written."""

    out: Path
    receipt: Receipt | None
    last_receipt: int | None = None

    @property
    def folder(self) -> Path | None:
        """The new folder, or None."""
        return folder_of(self.out, self.receipt.number) if self.receipt is not None else None

    def as_json(self) -> dict[str, object]:
        """The shape that `export --json` prints."""
        if self.receipt is None or self.folder is None:
            return {"exported": False, "folder": None, "receipt_file": None, "last_receipt": self.last_receipt}
        file = receipt_of(self.folder, self.receipt.number)
        return {"exported": True, "folder": str(self.folder), "receipt_file": str(file), **self.receipt.as_json()}


def export(at: Deployment, request: ExportRequest, run: Run) -> Export:
    """Write the files and the receipt, all or none.

    Raises:
        JobRefused: if the store is unknown, a library is missing, or earlier receipts do not fit the books.
    """
    check_installed(request.format)
    if request.store:
        check_stores(at, (request.store,))
    request.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    selection, number = request.selection, next_number(request.out)
    before = read_earlier(request.out, selection)
    is_complete = not request.since_last or before.last is None
    with _unfinished(request.out, number) as folder:
        work = _Work(before=before, is_complete=is_complete)
        with ExitStack() as closing:
            files = list(_open_files(selection, folder, number, closing))
            _read_through(at, request, work, files, run)
        work.check_earlier(request.out)
        if not is_complete and not work.documents:
            return Export(out=request.out, receipt=None, last_receipt=before.last.number if before.last else None)
        receipt = Receipt(
            number=number,
            complete=is_complete,
            selection=selection,
            at=run.now(),
            by=run.by,
            files=finish(files),
            totals=work.totals,
            so_far=work.totals_so_far,
            documents=tuple(work.documents),
            documents_so_far=len(work.documents) + (0 if is_complete else len(before.names)),
            previous=before.last,
        )
        _write_durably(receipt_of(folder, number), receipt.written())
        _appear(folder, folder_of(request.out, number))
    return Export(out=request.out, receipt=receipt)


@dataclass(kw_only=True)
class _Work:
    """The progress of an export: the documents exported so far, and those of earlier receipts not yet found."""

    before: Earlier
    is_complete: bool
    totals: ExportTotals = field(default_factory=ExportTotals)
    documents: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._missing = set(self.before.names)
        self._seen_again = ExportTotals()

    def takes(self, order: PostedOrder, receivable: str) -> bool:
        """Whether to export the document, which is then counted. The answer is yes once for each document."""
        name = document_name(order.document)
        if name in self._missing:
            self._missing.remove(name)
            self._seen_again.add(order, receivable)
        if name in self.documents or (not self.is_complete and name in self.before.names):
            return False
        self.documents[name] = None
        self.totals.add(order, receivable)
        return True

    def check_earlier(self, out: Path) -> None:
        """Raise `JobRefused` if earlier receipts do not fit the books."""
        last = self.before.last
        if last is None:
            return
        wrong = f"the books have no {min(self._missing)}, which it or one before it names" if self._missing else ""
        if not wrong and (differing := self._seen_again.differing(self.before.totals)):
            wrong = f"for the same documents the books and the receipts differ: {differing}"
        if wrong:
            raise JobRefused(
                f"receipt-{last.number}.json in {out} is not of these books: {wrong}. Nothing was written. If this is "
                "another deployment, choose another folder; if not, see if its store was put back to an older state"
            )

    @property
    def totals_so_far(self) -> ExportTotals:
        """The totals of this export and, if it is not complete, of those before it."""
        together = ExportTotals()
        together.add_all(self.totals)
        if not self.is_complete:
            together.add_all(self.before.totals)
        return together


def _read_through(at: Deployment, request: ExportRequest, work: _Work, files: Sequence[OrderFile], run: Run) -> None:
    setup = at.store.setup().setup
    receivables = {company.id: company.receivable_account for company in setup.companies}
    found = at.store.orders_between(request.from_date, request.to_date, request.store or None)
    for count, order in enumerate(found, 1):
        if work.takes(order, receivables.get(order.document.company, "")):
            for file in files:
                file.add(order)
        if count % _SHOWN_EVERY == 0:
            run.progress("exporting", count, 0)


def _open_files(selection: Selection, folder: Path, number: int, closing: ExitStack) -> Iterator[OrderFile]:
    for kind in selection.kinds:
        file = open_file(selection.format, kind, folder, f"-{number}")
        closing.callback(file.close)
        yield file


@contextmanager
def _unfinished(out: Path, number: int) -> Iterator[Path]:
    """A folder beside the others, with a temporary name. It is removed at the end, unless `_appear` renamed it."""
    folder = Path(tempfile.mkdtemp(prefix=f".export-{number}-", suffix=".part", dir=out))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_durably(path: Path, content: bytes) -> None:
    write_whole(path, lambda stream: stream.write(content))


def _appear(folder: Path, named: Path) -> None:
    """Give the folder its name in one step; an existing folder is never overwritten."""
    sync_folder(folder)
    try:
        if named.exists():
            raise FileExistsError
        folder.rename(named)
    except OSError as taken:
        if not named.exists():
            raise
        raise JobRefused(f"another export wrote {named} meanwhile: run this one again") from taken
    sync_folder(named.parent)
