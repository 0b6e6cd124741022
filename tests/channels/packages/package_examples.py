"""Small packages, sound and broken, for the tests of the channels' room."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.reading import Package, open_package

SESSION = "2026-01-01-001"
GROUP = "Default"
CREATED = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
HEADERS = "RetailTransactionTable.jsonl"
LINES = "RetailTransactionSalesTrans.jsonl"


def key(transaction_id: str = "T-1", store: str = "store", terminal: str = "terminal") -> dict[str, Any]:
    return {
        "DataAreaId": "USRT",
        "Channel": 5637144592,
        store: "HOUSTON",
        terminal: "",
        "transactionId": transaction_id,
    }


def header(transaction_id: str = "T-1", **more: Any) -> dict[str, Any]:
    return {**key(transaction_id), "currency": "USD", "grossAmount": "-12.50", "paymentAmount": "12.50", **more}


def line(transaction_id: str = "T-1", number: int = 1, **more: Any) -> dict[str, Any]:
    return {**key(transaction_id, terminal="terminalId"), "lineNum": number, "qty": "-1", **more}


def json_lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def sound_files() -> dict[str, bytes]:
    return {HEADERS: json_lines(header("T-1"), header("T-2")), LINES: json_lines(line("T-1"), line("T-2"))}


def manifest_of(files: Mapping[str, bytes], **changes: Any) -> dict[str, Any]:
    """A manifest that holds for JSON Lines files; `changes` replace keys, None takes one away."""
    given = {
        "session": SESSION,
        "channel_database_group": GROUP,
        "channel_database": "houston",
        "created": "2026-01-01T12:30:00Z",
        "entities": {name.partition(".")[0]: promised(content) for name, content in files.items()},
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def promised(content: bytes, rows: int | None = None) -> dict[str, Any]:
    lines = content.count(b"\n") if rows is None else rows
    return {"rows": lines, "sha256": hashlib.sha256(content).hexdigest()}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return stream.getvalue()


def package_bytes(files: Mapping[str, bytes] | None = None, **changes: Any) -> bytes:
    files = sound_files() if files is None else files
    return zipped({**files, "manifest.json": json.dumps(manifest_of(files, **changes)).encode()})


def opened(content: bytes, limits: PackageLimits = DEFAULT_LIMITS) -> Package:
    return open_package(io.BytesIO(content), session=SESSION, group=GROUP, limits=limits)


def entry_changed(content: bytes, name: str, change: Callable[[bytearray], None]) -> bytes:
    """`content` with the directory entry of `name` changed; the entry is passed from its signature on."""
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name.encode()))
    entry = bytearray(content[at:])
    change(entry)
    return content[:at] + bytes(entry)
