"""Writes upload packages, the inverse of reading. Equal input gives equal bytes; memory stays bounded."""

import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Final

from postering.channels.packages.archives import hashed
from postering.channels.packages.control_totals import ControlTotal, HeaderSums, column
from postering.channels.packages.json_objects import object_text
from postering.channels.packages.limits import DEFAULT_LIMITS, MIB, PackageLimits
from postering.channels.packages.manifest import MANIFEST, EntityFile, Manifest, manifest_bytes
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, Entity
from postering.domain.retail_transactions.rows import RawRow, transaction_key_of
from postering.domain.retail_transactions.values import InvalidValue, Raw, Value, read_value, unknown_text

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LEVEL: Final = 6
_SPOOLED_IN_MEMORY_BYTES: Final = 4 * MIB
_CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSummary:
    """A package that was written: its transactions and rows, SHA-256 and size of the zip, control totals."""

    transactions: int
    records: int
    sha256: str
    size: int
    control_totals: tuple[ControlTotal, ...]


def write_package(
    stream: BinaryIO,
    *,
    session: str,
    group: str,
    database: str | None,
    created: datetime,
    transactions: Iterable[tuple[str, RawRow]],
    extra: Mapping[str, Raw] | None = None,
    limits: PackageLimits = DEFAULT_LIMITS,
) -> PackageSummary:
    """Write a sound package of `transactions` (entity and row, in any order) to `stream`.

    `stream` is empty, readable, writable and seekable; `created` has a time zone; `extra` are further keys of the
    manifest. Rows keep their order within their entity.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    with ExitStack() as spools:
        files: dict[str, _Spool] = {}
        seen: set[bytes] = set()
        sums = HeaderSums()
        for entity, raw in transactions:
            if entity not in files:
                files[entity] = _Spool(spools.enter_context(SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY_BYTES)))
            files[entity].add(raw)
            if (identity := _identity(ENTITIES[entity], raw)) is not None:
                seen.add(identity)
            if entity == HEADER:
                sums.add(raw)
        totals = sums.totals()
        manifest = Manifest(
            session=session,
            group=group,
            channel_database=database,
            created=created.astimezone(UTC),
            entities={name: EntityFile(rows=one.rows, sha256=one.hash.hexdigest()) for name, one in files.items()},
            control_totals=totals,
            extra=extra or {},
        )
        with zipfile.ZipFile(stream, "w") as package:
            for entity in ENTITIES:
                if entity in files:
                    _pack(package, f"{entity}.jsonl", files[entity], limits)
            package.writestr(_entry(MANIFEST), manifest_bytes(manifest), compresslevel=_LEVEL)
    stream.flush()
    sha256, size = hashed(stream)
    return PackageSummary(
        transactions=len(seen),
        records=sum(one.rows for one in files.values()),
        sha256=sha256,
        size=size,
        control_totals=totals,
    )


class _Spool:
    """The file of one entity, kept until all rows are known."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.hash = hashlib.sha256()
        self.rows = 0
        self.size = 0

    def add(self, raw: RawRow) -> None:
        line = (object_text(raw) + "\n").encode("ascii")
        self.content.write(line)
        self.hash.update(line)
        self.rows += 1
        self.size += len(line)


def _pack(package: zipfile.ZipFile, name: str, spool: _Spool, limits: PackageLimits) -> None:
    entry = _entry(name)
    entry.file_size = spool.size
    # Rows that are nearly equal are packed so small that a reader would refuse them as a bomb.
    if spool.size > limits.ratio_applies_above_bytes and spool.size * 2 > limits.max_ratio * _packed_size(spool):
        entry.compress_type = zipfile.ZIP_STORED
    spool.content.seek(0)
    with package.open(entry, "w") as packed:
        shutil.copyfileobj(spool.content, packed, _CHUNK_BYTES)


def _packed_size(spool: _Spool) -> int:
    spool.content.seek(0)
    packer, size = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS), 0
    while chunk := spool.content.read(_CHUNK_BYTES):
        size += len(packer.compress(chunk))
    return size + len(packer.flush())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def _identity(entity: Entity, raw: RawRow) -> bytes | None:
    """A short name of the row's transaction, None if the row has no readable key."""
    values: dict[str, Value] = {}
    for name in entity.transaction_keys:
        given = column(raw, name)
        try:
            value = read_value(entity.by_name[name], given)
        except InvalidValue:
            value = unknown_text(given)
        if value is not None:
            values[name] = value
    key = transaction_key_of(entity, values)
    return None if key is None else hashlib.blake2b(key.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
