"""The upload packages of a home, as the jobs use them: listed, read, written and quarantined, by group and session."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO, Final

from postering.channels.packages.archives import hashed
from postering.channels.packages.homes import Overwritten, PackageHome
from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.reading import Package, open_package, read_leniently
from postering.channels.packages.writing import PackageSummary, write_package
from postering.domain.retail_transactions.rows import AnyRow, RawRow
from postering.domain.runs.packages import ListedPackage, WrittenPackage

_DIGEST_TRIES: Final = 3


class PackageUploads:
    """The packages of a home: of a folder, or of a bucket."""

    def __init__(self, home: PackageHome, limits: PackageLimits = DEFAULT_LIMITS) -> None:
        self._home = home
        self._limits = limits

    def listed(self, group: str) -> Sequence[ListedPackage]:
        """The packages in the group's uploads, by name."""
        return self._home.listed(group)

    @contextmanager
    def read(self, group: str, package: str) -> Iterator[Package]:
        """The package, checked whole, from the uploads or the quarantine.

        Raises `PackageMissing`, and `PackageRefused` if anything is unsound.
        """
        with self._home.open(group, package) as stream:
            yield open_package(stream, session=package, group=group, limits=self._limits)

    def readable_rows(self, group: str, package: str) -> Iterator[AnyRow]:
        """The rows that can be read although the package may be unsound, for reconciliation.

        Raises `PackageMissing`, and `PackageRefused` for a file that is no zip and for a bomb.
        """
        with self._home.open(group, package) as stream:
            yield from read_leniently(stream, self._limits)

    def digest(self, group: str, package: str) -> str:
        """SHA-256 of the package's bytes, in hex; raises `PackageMissing`.

        If they are overwritten meanwhile, it is that of the new bytes.
        """
        for _ in range(_DIGEST_TRIES - 1):
            with suppress(Overwritten), self._home.open(group, package) as stream:
                return hashed(stream)[0]
        with self._home.open(group, package) as stream:
            return hashed(stream)[0]

    def write(
        self,
        group: str,
        package: str,
        *,
        database: str,
        created: datetime,
        rows: Sequence[tuple[str, RawRow]],
        quarantined: bool,
    ) -> WrittenPackage:
        """Write a package whole or not at all; raises `PackageExists`."""

        def fill(stream: BinaryIO) -> PackageSummary:
            return write_package(
                stream,
                session=package,
                group=group,
                database=database or None,
                created=created,
                transactions=rows,
                limits=self._limits,
            )

        summary = self._home.write(group, package, fill, quarantined)
        return WrittenPackage(
            transactions=summary.transactions,
            records=summary.records,
            size=summary.size,
            sha256=summary.sha256,
            fingerprint=self._home.fingerprint(group, package) or "",
        )

    def groups(self) -> Sequence[str]:
        """Groups that have uploads, sorted."""
        return self._home.groups()

    def is_there(self, group: str, package: str) -> bool:
        """Whether the package lies in the uploads or the quarantine."""
        return self._home.fingerprint(group, package) is not None

    def remove(self, group: str, package: str, sha256: str) -> bool:
        """Remove the package if its bytes are those of `sha256`; whether none of that name is left."""
        return self._home.remove(group, package, sha256)

    def quarantine(self, group: str, package: str) -> None:
        """Move a package to the quarantine; nothing happens if it is there already."""
        self._home.quarantine(group, package)
