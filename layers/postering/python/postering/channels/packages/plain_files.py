"""Makes a sound upload package of a folder of plain files, one for each entity (`postering package FOLDER`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from postering.channels.packages.entity_files import FILE_NAMES, sound_rows
from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.refusals import UnsoundPackage
from postering.channels.packages.writing import PackageSummary, write_package
from postering.domain.near_names import did_you_mean
from postering.domain.problems import Problem
from postering.domain.retail_transactions.entities import ENTITIES, HEADER
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.rows import RawRow, Row, read_row

_NAMES: Final = {name.casefold(): entity for name, entity in FILE_NAMES.items()}
_FIX: Final = "fix it and run the command again"
_PROBLEMS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPackage:
    """The package that was made. Staging will reject `rejected` of its rows; `problems` are the first of their reasons.

    A package with `card_data` belongs in the quarantine.
    """

    summary: PackageSummary
    files: tuple[str, ...]
    rejected: int
    problems: tuple[Problem, ...]
    card_data: bool = False


def package_folder(
    folder: Path,
    stream: BinaryIO,
    *,
    group: str,
    session: str,
    created: datetime,
    limits: PackageLimits = DEFAULT_LIMITS,
) -> FolderPackage:
    """Write the files of `folder` to `stream` as one package; rows go in as they are, bad ones too.

    Files are `<entity>.csv` or `<entity>.jsonl`, in upper or lower case, at least one; hidden files are left out.
    Raises `UnsoundPackage` with the file, row and field that cannot be read.
    """
    files = _files(folder)
    reading = _Reading(files, limits)
    summary = write_package(
        stream,
        session=session,
        group=group,
        database=None,
        created=created,
        transactions=reading.rows(),
        limits=limits,
    )
    return FolderPackage(
        summary=summary,
        files=tuple(path.name for path in files.values()),
        rejected=reading.rejected,
        problems=tuple(reading.problems),
        card_data=reading.card_data,
    )


class _Reading:
    """Passes the rows on, and counts those that staging will reject."""

    def __init__(self, files: Mapping[str, Path], limits: PackageLimits) -> None:
        self._files = files
        self._limits = limits
        self.rejected = 0
        self.card_data = False
        self.problems: list[Problem] = []

    def rows(self) -> Iterator[tuple[str, RawRow]]:
        for entity, path in self._files.items():
            try:
                with path.open("rb") as stream:
                    for number, raw in sound_rows(stream, file=path.name, limits=self._limits):
                        self._judge(entity, raw, f"{path.name} row {number}")
                        yield entity, raw
            except UnsoundPackage as wrong:
                raise UnsoundPackage(
                    wrong.found, file=str(path), row=wrong.row, expected=wrong.expected, repair=_FIX
                ) from None
            except PermissionError:
                raise _refused("may not be read", path, "a file that this user can read") from None

    def _judge(self, entity: str, raw: RawRow, where: str) -> None:
        row = read_row(ENTITIES[entity], raw, where)
        if not isinstance(row, Row):
            self.rejected += 1
            self.card_data = self.card_data or any(problem.code == "CARD_DATA" for problem in row.problems)
            self.problems += row.problems[: _PROBLEMS_SHOWN - len(self.problems)]


def _files(folder: Path) -> Mapping[str, Path]:
    """The file of each entity that the folder has, headers first."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as wrong:
        raise _refused(f"can't be read: {wrong.strerror}", folder, "a folder with one file per entity") from None
    found: dict[str, Path] = {}
    for path in paths:
        entity = _NAMES.get(path.name.casefold())
        if entity is None or not path.is_file():
            near = did_you_mean(path.name, FILE_NAMES)
            found_words = f"{quoted(path.name)} is not the file of an entity{'. ' + near.rstrip('?') if near else ''}"
            raise _refused(found_words, folder, f"one .csv or .jsonl file per entity, such as {HEADER}.csv")
        if entity in found:
            raise _refused(f"{found[entity].name} and {path.name} are both {entity}", folder, "one file per entity")
        found[entity] = path
    if not found:
        raise _refused("it has no file of an entity", folder, f"at least one, such as {HEADER}.csv")
    return {entity: found[entity] for entity in ENTITIES if entity in found}


def _refused(found: str, place: Path, expected: str) -> UnsoundPackage:
    return UnsoundPackage(found, file=str(place), expected=expected, repair=_FIX)
