"""Upload packages, in a folder or a bucket."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from postering.domain.retail_transactions.rows import AnyRow, RawRow
from postering.domain.runs.packages import ListedPackage, WrittenPackage


class ReadPackage(Protocol):
    """A package that was checked as a whole."""

    @property
    def records(self) -> int:
        """The count of rows of all entities."""
        ...

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file."""
        ...

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        ...

    @property
    def channel_database(self) -> str:
        """The channel database in its manifest, or ''."""
        ...

    def rows(self) -> Iterator[AnyRow]:
        """Every row, in a fixed order."""
        ...


class Uploads(Protocol):
    """The upload packages of each group, in a folder or a bucket."""

    def listed(self, group: str) -> Sequence[ListedPackage]:
        """The packages in the group's uploads, by name."""
        ...

    def read(self, group: str, package: str) -> AbstractContextManager[ReadPackage]:
        """The package, checked as a whole, from the uploads or the quarantine.

        Raises `PackageMissing`, and `PackageRefused` if anything in it is unsound.
        """
        ...

    def readable_rows(self, group: str, package: str) -> Iterator[AnyRow]:
        """The readable rows, also of an unsound package.

        Raises `PackageMissing`, and `PackageRefused` if the file is no package at all.
        """
        ...

    def digest(self, group: str, package: str) -> str:
        """The SHA-256 of the package's bytes. Raises `PackageMissing`."""
        ...

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
        """Write a package as a whole or not at all. Raises `PackageExists`."""
        ...

    def quarantine(self, group: str, package: str) -> None:
        """Move a package to the quarantine. Nothing happens if it lies there already."""
        ...
