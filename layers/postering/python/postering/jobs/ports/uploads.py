"""Upload packages, in a folder or a bucket."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from postering.domain.retail_transactions.rows import AnyRow, RawRow
from postering.domain.runs.packages import ListedPackage, WrittenPackage


class ReadPackage(Protocol):
    """A package that was checked whole."""

    @property
    def records(self) -> int:
        """Rows of all its entities."""
        ...

    @property
    def sha256(self) -> str:
        """Of the file's own bytes."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the file."""
        ...

    @property
    def channel_database(self) -> str:
        """The channel database that its manifest names, or ''."""
        ...

    def rows(self) -> Iterator[AnyRow]:
        """Every row, in a fixed order."""
        ...


class Uploads(Protocol):
    """Where upload packages lie, by group: a folder, or a bucket."""

    def listed(self, group: str) -> Sequence[ListedPackage]:
        """The packages in the group's uploads, by name."""
        ...

    def read(self, group: str, package: str) -> AbstractContextManager[ReadPackage]:
        """The package, checked whole, from the uploads or the quarantine.

        Raises `PackageMissing`, and `PackageRefused` where anything is unsound.
        """
        ...

    def readable_rows(self, group: str, package: str) -> Iterator[AnyRow]:
        """The rows that can be read, also of a package that is not sound.

        Raises `PackageMissing`, and `PackageRefused` for what is no package at all.
        """
        ...

    def digest(self, group: str, package: str) -> str:
        """SHA-256 of the package's bytes; raises `PackageMissing`."""
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
        """Write a package whole or not at all; raises `PackageExists`."""
        ...

    def quarantine(self, group: str, package: str) -> None:
        """Move a package to the quarantine; nothing happens where it lies there already."""
        ...
