"""Reads upload packages: each is checked as a whole before its first row is given, and then streamed."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from postering.channels.packages.archives import Archive, Bomb, check_member, hashed
from postering.channels.packages.control_totals import ControlTotal, HeaderSums, differences
from postering.channels.packages.entity_files import FILE_NAMES, attempts, sound_rows
from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.manifest import MANIFEST, Manifest, read_manifest
from postering.channels.packages.refusals import UnsoundPackage
from postering.domain.near_names import did_you_mean
from postering.domain.retail_transactions.entities import ENTITIES, HEADER
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.rows import AnyRow, read_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A sound package, read from an open stream. `sha256` and `size` are those of the zip's own bytes.

    `control_totals` are the sums of the headers' file, not those of the manifest.
    """

    manifest: Manifest
    sha256: str
    size: int
    records: int
    control_totals: tuple[ControlTotal, ...]
    _archive: Archive = field(repr=False)
    _members: Mapping[str, zipfile.ZipInfo] = field(repr=False)
    _limits: PackageLimits = field(repr=False)

    @property
    def channel_database(self) -> str:
        """The channel database that the manifest names, or ''."""
        return self.manifest.channel_database or ""

    def rows(self) -> Iterator[AnyRow]:
        """Every row, headers first, each entity in the order of its file. It can be called again."""
        self._archive.measure_anew()
        for entity, member in self._members.items():
            with self._archive.reading(member) as unpacking:
                for number, raw in sound_rows(unpacking.stream, file=member.filename, limits=self._limits):
                    yield read_row(ENTITIES[entity], raw, f"{member.filename} row {number}")


def open_package(stream: BinaryIO, *, session: str, group: str, limits: PackageLimits = DEFAULT_LIMITS) -> Package:
    """The package in `stream`, which is seekable and stays open while rows are read. Raises `UnsoundPackage`.

    `session` and `group` are the names of its file and folder. Names of files inside are compared exactly.
    """
    sha256, size = hashed(stream)
    archive = Archive(stream, limits)
    members = _members(archive)
    manifest = _manifest(archive, limits)
    _check_name("session", manifest.session, session, "the file")
    _check_name("channel_database_group", manifest.group, group, "the folder")
    _check_listing(manifest, members)
    sums, records = HeaderSums(), 0
    for entity, member in members.items():
        records += _check_entity(archive, entity, member, manifest, sums, limits, records)
    totals = sums.totals()
    if manifest.control_totals is not None and (wrong := differences(manifest.control_totals, totals)):
        raise UnsoundPackage(
            "; ".join(wrong), file=MANIFEST, expected=f"the sums of grossAmount and paymentAmount in {HEADER}"
        )
    return Package(
        manifest=manifest,
        sha256=sha256,
        size=size,
        records=records,
        control_totals=totals,
        _archive=archive,
        _members=members,
        _limits=limits,
    )


def read_leniently(stream: BinaryIO, limits: PackageLimits = DEFAULT_LIMITS) -> Iterator[AnyRow]:
    """The rows that can be read, for reconciliation, even if manifest, checksums or counts are wrong.

    Lines that are no row are left out, and everything after the place where a file is cut off. Raises
    `UnsoundPackage` for a file that is no zip and for a bomb.
    """
    stream.seek(0)
    archive = Archive(stream, limits)
    for name, entity in FILE_NAMES.items():
        for member in archive.members:
            if member.filename == name:
                yield from _readable_rows(archive, entity, member, limits)


def _readable_rows(archive: Archive, entity: str, member: zipfile.ZipInfo, limits: PackageLimits) -> Iterator[AnyRow]:
    try:
        check_member(member)
        with archive.reading(member, checked=False) as unpacking:
            for number, raw in attempts(unpacking.stream, file=member.filename, limits=limits):
                if not isinstance(raw, UnsoundPackage):
                    yield read_row(ENTITIES[entity], raw, f"{member.filename} row {number}")
    except UnsoundPackage as refused:
        if isinstance(refused, Bomb):
            raise


def _members(archive: Archive) -> Mapping[str, zipfile.ZipInfo]:
    """The file of each entity, headers first; anything else in the package is refused."""
    found: dict[str, zipfile.ZipInfo] = {}
    names: set[str] = set()
    for member in archive.members:
        name = member.filename
        if name in names:
            raise UnsoundPackage("is there twice", file=_file(name), expected="each file once")
        names.add(name)
        if member.orig_filename != name or (name != MANIFEST and name not in FILE_NAMES):
            _refuse_name(member.orig_filename)
        check_member(member)
        if name == MANIFEST:
            continue
        entity = FILE_NAMES[name]
        if entity in found:
            raise UnsoundPackage(f"{entity} is there twice, as .jsonl and as .csv", file=name, expected="one of them")
        found[entity] = member
    return {entity: found[entity] for entity in ENTITIES if entity in found}


def _refuse_name(name: str) -> None:
    if name.casefold().endswith((".zip", ".gz", ".7z", ".tar", ".rar")):
        raise UnsoundPackage("is a package inside the package", file=_file(name), expected="entity files only")
    if "/" in name or "\\" in name:
        raise UnsoundPackage("lies in a folder", file=_file(name), expected="files at the top of the zip only")
    near = did_you_mean(name, (MANIFEST, *FILE_NAMES))
    expected = f"{MANIFEST} and one file per entity, such as {HEADER}.jsonl"
    raise UnsoundPackage(
        f"is not a file of a package{'. ' + near.rstrip('?') if near else ''}",
        file=_file(name),
        expected=expected,
    )


def _file(name: str) -> str:
    return name if name in FILE_NAMES or name == MANIFEST else quoted(name)


def _manifest(archive: Archive, limits: PackageLimits) -> Manifest:
    member = next((member for member in archive.members if member.filename == MANIFEST), None)
    if member is None:
        raise UnsoundPackage("is missing", file=MANIFEST, expected="a manifest in every package")
    with archive.reading(member) as unpacking:
        content = unpacking.stream.read(limits.max_manifest_bytes + 1)
        if len(content) > limits.max_manifest_bytes:
            raise UnsoundPackage("is too long", file=MANIFEST, expected=f"at most {limits.max_manifest_bytes} bytes")
        unpacking.finish()
    return read_manifest(content, limits)


def _check_name(key: str, found: str, expected: str, what: str) -> None:
    if found != expected:
        raise UnsoundPackage(
            f"{key} is {quoted(found)}, {what} is called {quoted(expected)}",
            file=MANIFEST,
            expected="the same name",
            repair="put the package where its manifest says, or make it again",
        )


def _check_listing(manifest: Manifest, members: Mapping[str, zipfile.ZipInfo]) -> None:
    for entity in manifest.entities:
        if entity not in members:
            raise UnsoundPackage(f"lists {entity}, which has no file", file=MANIFEST, expected="a file for each entity")
    for entity, member in members.items():
        if entity not in manifest.entities:
            raise UnsoundPackage("is not in the manifest", file=member.filename, expected="only files that it lists")


def _check_entity(
    archive: Archive,
    entity: str,
    member: zipfile.ZipInfo,
    manifest: Manifest,
    sums: HeaderSums,
    limits: PackageLimits,
    before: int,
) -> int:
    """Read the file to its end and compare it with the manifest; gives the number of its rows.

    `before` counts the rows of the files before it.
    """
    promised, file, rows = manifest.entities[entity], member.filename, 0
    with archive.reading(member) as unpacking:
        if unpacking.nested:
            raise UnsoundPackage("is itself an archive", file=file, expected="rows")
        for _, raw in sound_rows(unpacking.stream, file=file, limits=limits):
            rows += 1
            if before + rows > limits.max_rows:
                raise UnsoundPackage(
                    "more rows than the limit",
                    file=file,
                    expected=f"at most {limits.max_rows} rows in all",
                    repair="send it in several packages, or raise the limit",
                )
            if entity == HEADER:
                sums.add(raw)
        unpacking.finish()
    if rows != promised.rows:
        raise UnsoundPackage(f"{rows} rows", file=file, expected=f"{promised.rows}, as the manifest says")
    if unpacking.sha256 != promised.sha256:
        found = f"its bytes have the SHA-256 {unpacking.sha256}"
        raise UnsoundPackage(found, file=file, expected=f"{promised.sha256}, as the manifest says")
    return rows
