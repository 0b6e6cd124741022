"""The local home of packages: a folder for each channel database group, and one for its quarantine."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from postering.channels.packages.archives import hashed
from postering.channels.packages.homes import GROUP, SESSION, SUFFIX, checked_name, is_safe
from postering.domain.errors import PackageExists, PackageMissing
from postering.domain.runs.packages import ListedPackage
from postering.outside.files import sync_folder, write_whole

Written = TypeVar("Written")

_CHUNK_BYTES: Final = 1024 * 1024


class UploadsFolder:
    """`<home>/uploads/<group>/<session>.zip` and `<home>/quarantine/<group>/<session>.zip`.

    Only plain files directly in a group's folder whose name ends in `.zip` are packages: hidden files, other
    suffixes (`.part` while one is written) and symbolic links are not read.
    """

    def __init__(self, home: Path) -> None:
        self._uploads = home / "uploads"
        self._quarantine = home / "quarantine"

    def groups(self) -> tuple[str, ...]:
        """Groups that have a folder, sorted."""
        return tuple(
            entry.name
            for entry in _entries(self._uploads)
            if is_safe(entry.name) and entry.is_dir(follow_symlinks=False)
        )

    def listed(self, group: str) -> tuple[ListedPackage, ...]:
        """Packages in the uploads of `group`, sorted by name."""
        found = []
        for entry in _entries(self._uploads / checked_name(GROUP, group)):
            session, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - a Path would fold what it shows
            if suffix != SUFFIX or not is_safe(session):
                continue
            with suppress(FileNotFoundError):  # moved away since the folder was read
                seen = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(seen.st_mode):
                    found.append(_listed(session, seen))
        return tuple(sorted(found, key=lambda file: file.session))

    @contextmanager
    def open(self, group: str, session: str) -> Iterator[BinaryIO]:
        """The package's bytes, from the uploads or else from quarantine; raises `PackageMissing` if there is none."""
        stream = None
        for path in self._places(group, session):
            if stream is None and _is_plain_file(path):
                # Moved to quarantine meanwhile: the second place has it.
                with suppress(FileNotFoundError):
                    stream = self._readable(path)
        if stream is None:
            raise PackageMissing(
                f"{self.where(group, session)} is not there; put the package back, or cancel the session"
            )
        with stream:
            yield stream

    def fingerprint(self, group: str, session: str) -> str | None:
        """The fingerprint of the package's bytes; None if there is none."""
        for path in self._places(group, session):
            with suppress(FileNotFoundError, NotADirectoryError):
                seen = path.lstat()
                if stat.S_ISREG(seen.st_mode):
                    return _fingerprint(seen)
        return None

    def where(self, group: str, session: str) -> str:
        """The path of the package, or its future path, for people."""
        uploads, quarantine = self._places(group, session)
        return str(quarantine if _is_plain_file(quarantine) and not _is_plain_file(uploads) else uploads)

    def write(
        self, group: str, session: str, fill: Callable[[BinaryIO], Written], quarantined: bool = False
    ) -> Written:
        """Let `fill` write the package under another name; it gets its own when it is whole and durable.

        Raises `PackageExists` if the name is taken, in the uploads or in quarantine. Gives the result of `fill`.
        """
        uploads, quarantine = self._places(group, session)
        self._refuse_taken(uploads, quarantine)
        final = quarantine if quarantined else uploads
        final.parent.mkdir(parents=True, exist_ok=True)

        def fill_if_free(stream: BinaryIO) -> Written:
            result = fill(stream)
            self._refuse_taken(uploads, quarantine)
            return result

        try:
            return write_whole(final, fill_if_free)
        except FileExistsError:
            raise PackageExists(f"{final} is there already; give the package another session id") from None

    def quarantine(self, group: str, session: str) -> None:
        """Move the package to quarantine, unless it is there already; raises `PackageMissing` if there is none.

        Raises `PackageExists` if another package of that name is in quarantine: its bytes were staged and are kept.
        """
        uploads, quarantine = self._places(group, session)
        if not _is_plain_file(uploads):
            if _is_plain_file(quarantine):
                return
            raise PackageMissing(f"{uploads} is not there, nor is it in quarantine; put the package back")
        if _is_plain_file(quarantine) and not _same_bytes(uploads, quarantine):
            raise PackageExists(f"{quarantine} is there already, with other bytes; remove {uploads}")
        quarantine.parent.mkdir(parents=True, exist_ok=True)
        uploads.replace(quarantine)
        sync_folder(quarantine.parent)
        sync_folder(uploads.parent)

    def remove(self, group: str, session: str, sha256: str) -> bool:
        """Remove the package if its bytes are those of `sha256`; whether none of that name is left."""
        for path in self._places(group, session):
            if not _is_plain_file(path):
                continue
            with path.open("rb") as stream:
                if hashed(stream)[0] != sha256:
                    return False
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        return True

    def _places(self, group: str, session: str) -> tuple[Path, Path]:
        checked_name(GROUP, group)
        name = f"{checked_name(SESSION, session)}{SUFFIX}"
        return self._uploads / group / name, self._quarantine / group / name

    @staticmethod
    def _readable(path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except PermissionError:
            raise PackageMissing(f"{path} may not be read; give this user the right to read it") from None

    @staticmethod
    def _refuse_taken(*places: Path) -> None:
        for path in places:
            if path.is_symlink() or path.exists():
                raise PackageExists(f"{path} is there already; give the package another session id")


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _listed(session: str, seen: os.stat_result) -> ListedPackage:
    since = datetime.fromtimestamp(seen.st_mtime, UTC)
    return ListedPackage(session=session, size=seen.st_size, fingerprint=_fingerprint(seen), since=since)


def _fingerprint(seen: os.stat_result) -> str:
    return f"{seen.st_size}-{seen.st_mtime_ns}"


def _same_bytes(left: Path, right: Path) -> bool:
    with left.open("rb") as one, right.open("rb") as other:
        while chunk := one.read(_CHUNK_BYTES):
            if chunk != other.read(_CHUNK_BYTES):
                return False
        return not other.read(1)
