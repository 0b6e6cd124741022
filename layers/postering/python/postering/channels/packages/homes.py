"""A home of upload packages: what a folder and a bucket offer alike, and how packages are named in both."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol, TypeVar

from postering.domain.errors import PackageRefused, PosteringError
from postering.domain.retail_transactions.card_data import masked
from postering.domain.runs.packages import ListedPackage

Written = TypeVar("Written")

SUFFIX: Final = ".zip"
GROUP: Final = "a channel database group"
SESSION: Final = "an upload session"
_LONGEST_NAME_BYTES: Final = 200


class UnsafeName(PosteringError):
    """A session or group whose name can't be the name of a file."""


class Overwritten(PackageRefused):
    """A package got other bytes while it was read."""


class PackageHome(Protocol):
    """`uploads/<group>/<session>.zip` and `quarantine/<group>/<session>.zip`, wherever these lie.

    A name that is unsafe raises `UnsafeName`; a home that can't be reached `UploadsUnavailable`.
    """

    def groups(self) -> tuple[str, ...]:
        """Groups that have uploads, sorted."""
        ...

    def listed(self, group: str) -> tuple[ListedPackage, ...]:
        """Packages in the uploads of `group`, sorted by name; none where it has none."""
        ...

    def open(self, group: str, session: str) -> AbstractContextManager[BinaryIO]:
        """The package's bytes, seekable, from the uploads or else from quarantine.

        `PackageMissing` where there is none, `Overwritten` where it got other bytes while it was read.
        """
        ...

    def fingerprint(self, group: str, session: str) -> str | None:
        """What changes when the package's bytes do, as `listed` gives it; None where there is none."""
        ...

    def where(self, group: str, session: str) -> str:
        """The place where the package lies, or would lie, for people."""
        ...

    def write(
        self, group: str, session: str, write: Callable[[BinaryIO], Written], quarantined: bool = False
    ) -> Written:
        """Let `write` fill the package; it appears whole and durable, or not at all. Gives what `write` gave.

        `PackageExists` where the name is taken, in the uploads or in quarantine.
        """
        ...

    def remove(self, group: str, session: str, sha256: str) -> bool:
        """Remove the package, where its bytes are those of `sha256`; whether any of that name is there no longer."""
        ...

    def quarantine(self, group: str, session: str) -> None:
        """Move the package to quarantine. Fine where that is done already; `PackageMissing` where there is none.

        `PackageExists` where another package of that name is in quarantine: its bytes were staged and are kept.
        """
        ...


def is_safe(name: str) -> bool:
    """Whether a session or group can be called so, in every home."""
    return (
        0 < len(name.encode("utf-8", "surrogateescape")) <= _LONGEST_NAME_BYTES
        and not name.startswith(".")
        and name.isprintable()
        and not set(name) & {"/", "\\"}
    )


def safe(what: str, name: str) -> str:
    """`name`, or `UnsafeName` where no session or group can be called so; `what` is `GROUP` or `SESSION`."""
    if not is_safe(name):
        raise UnsafeName(
            f"{masked(name)[:80]!r} is no name for {what}: expected 1 to {_LONGEST_NAME_BYTES} printable characters, "
            "without / and \\, not beginning with a dot"
        )
    return name
