"""Receipts: the selection of an export, the files that it wrote, and the documents in them.

    <out>/export-<n>/<kind>-<n>.<format>
    <out>/export-<n>/receipt-<n>.json

The receipts of one selection are a chain: each names the receipt before it and its SHA-256. Because of this, a missing
or changed receipt is found. "Since the last export" means every posted document that the chain does not name.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from postering.domain.errors import JobRefused
from postering.domain.exports.control_totals import ExportTotals
from postering.operations.exporting.order_files import ExportedFile

_VERSION: Final = 1
_FOLDER: Final = re.compile(r"export-([1-9]\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selection of an export. Exports of the same selection in the same folder belong together."""

    format: str
    kinds: tuple[str, ...]
    from_date: date | None
    to_date: date | None
    store: str

    def as_json(self) -> dict[str, object]:
        """The shape in a receipt."""
        return {
            "format": self.format,
            "what": list(self.kinds),
            "from": self.from_date.isoformat() if self.from_date else None,
            "to": self.to_date.isoformat() if self.to_date else None,
            "store": self.store or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt to write. `so_far` are the totals of the selection's exports up to and including this one."""

    number: int
    complete: bool
    selection: Selection
    at: datetime
    by: str
    files: tuple[ExportedFile, ...]
    totals: ExportTotals
    so_far: ExportTotals
    documents: tuple[str, ...]
    documents_so_far: int
    previous: "KeptReceipt | None"

    def as_json(self) -> dict[str, object]:
        """The shape that `export --json` prints: all but the names of the documents."""
        previous = self.previous
        return {
            "receipt": self.number,
            "version": _VERSION,
            "complete": self.complete,
            "selection": self.selection.as_json(),
            "at": self.at.isoformat(),
            "by": self.by,
            "files": [file.as_json() for file in self.files],
            "control_totals": self.totals.as_json(),
            "control_totals_so_far": self.so_far.as_json(),
            "documents": len(self.documents),
            "documents_so_far": self.documents_so_far,
            "previous": {"receipt": previous.number, "sha256": previous.sha256} if previous is not None else None,
        }

    def written(self) -> bytes:
        """The bytes of the file, with the names of the documents for the next export."""
        return (json.dumps({**self.as_json(), "names": self.documents}, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReceipt:
    """A receipt read from its file."""

    number: int
    sha256: str
    complete: bool
    selection: Mapping[str, Any]
    previous: Mapping[str, Any] | None
    totals: ExportTotals
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The documents that a selection's exports already have: the last complete export and those after it."""

    last: KeptReceipt | None
    names: frozenset[str]
    totals: ExportTotals


def folder_of(out: Path, number: int) -> Path:
    """The folder of an export."""
    return out / f"export-{number}"


def receipt_of(folder: Path, number: int) -> Path:
    """The path of the receipt in an export's folder."""
    return folder / f"receipt-{number}.json"


def next_number(out: Path) -> int:
    """The number after the highest number in `out`."""
    return max(_numbers(out), default=0) + 1


def read_earlier(out: Path, selection: Selection) -> Earlier:
    """The earlier exports of `selection` in `out`. Raises `JobRefused` if a receipt is damaged, changed or missing."""
    chain = _chain(out, selection)
    begin = max((place for place, receipt in enumerate(chain) if receipt.complete), default=0)
    totals = ExportTotals()
    for receipt in chain[begin:]:
        totals.add_all(receipt.totals)
    names = frozenset(name for receipt in chain[begin:] for name in receipt.names)
    return Earlier(last=chain[-1] if chain else None, names=names, totals=totals)


def _chain(out: Path, selection: Selection) -> Sequence[KeptReceipt]:
    chain: list[KeptReceipt] = []
    wanted = selection.as_json()
    for number in sorted(_numbers(out)):
        receipt = _read(receipt_of(folder_of(out, number), number), number)
        if receipt.selection == wanted:
            _check_link(out, receipt, chain[-1] if chain else None)
            chain.append(receipt)
    return chain


def _check_link(out: Path, receipt: KeptReceipt, before: KeptReceipt | None) -> None:
    named = receipt.previous
    found = {"receipt": before.number, "sha256": before.sha256} if before is not None else None
    if named != found:
        which = f"receipt-{named['receipt']}.json" if named is not None else "no receipt"
        raise JobRefused(
            f"receipt-{receipt.number}.json follows {which}, but the receipt before it in {out} is missing or changed: "
            "put the original back, or begin with a complete export in another folder"
        )


def _numbers(out: Path) -> Iterator[int]:
    for path in out.iterdir() if out.is_dir() else ():
        if found := _FOLDER.fullmatch(path.name):
            yield int(found[1])


def _read(path: Path, number: int) -> KeptReceipt:
    try:
        content = path.read_bytes()
        described = json.loads(content)
        if described["version"] != _VERSION or described["receipt"] != number:
            raise ValueError
        return KeptReceipt(
            number=number,
            sha256=hashlib.sha256(content).hexdigest(),
            complete=described["complete"],
            selection=described["selection"],
            previous=described["previous"],
            totals=ExportTotals.from_json(described["control_totals"]),
            names=tuple(described["names"]),
        )
    except FileNotFoundError:
        raise JobRefused(f"{path} is missing: put it back, or choose another folder for --out") from None
    except (ValueError, LookupError, TypeError, ArithmeticError):
        raise JobRefused(
            f"{path} is not a receipt that this version can read: put the original back, or choose another --out"
        ) from None
