"""A home of upload packages, a folder or a bucket: its shape, and the names of packages in it."""

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
    """The name of a session or group cannot be the name of a file."""


class Overwritten(PackageRefused):
    """A package got other bytes while it was read."""


class PackageHome(Protocol):
    """`uploads/<group>/<session>.zip` and `quarantine/<group>/<session>.zip`, wherever these lie.

    Every method raises `UnsafeName` for an unsafe name, and `UploadsUnavailable` if the home cannot be reached.
    """

    def groups(self) -> tuple[str, ...]:
        """Groups that have uploads, sorted."""
        ...

    def listed(self, group: str) -> tuple[ListedPackage, ...]:
        """Packages in the uploads of `group`, sorted by name."""
        ...

    def open(self, group: str, session: str) -> AbstractContextManager[BinaryIO]:
        """The package's bytes, seekable, from the uploads or else from quarantine.

        Raises `PackageMissing` if there is none, `Overwritten` if it got other bytes while it was read.
        """
        ...

    def fingerprint(self, group: str, session: str) -> str | None:
        """A text that changes with the package's bytes, as `listed` gives it; None if there is none."""
        ...

    def where(self, group: str, session: str) -> str:
        """The place of the package, or its future place, for people."""
        ...

    def write(
        self, group: str, session: str, fill: Callable[[BinaryIO], Written], quarantined: bool = False
    ) -> Written:
        """Let `fill` write the package, which appears whole and durable, or not at all. Gives the result of `fill`.

        Raises `PackageExists` if the name is taken, in the uploads or in quarantine.
        """
        ...

    def remove(self, group: str, session: str, sha256: str) -> bool:
        """Remove the package if its bytes are those of `sha256`; whether none of that name is left."""
        ...

    def quarantine(self, group: str, session: str) -> None:
        """Move the package to quarantine, unless it is there already; raises `PackageMissing` if there is none.

        Raises `PackageExists` if another package of that name is in quarantine: its bytes were staged and are kept.
        """
        ...


def is_safe(name: str) -> bool:
    """Whether a session or group can have this name, in every home."""
    return (
        0 < len(name.encode("utf-8", "surrogateescape")) <= _LONGEST_NAME_BYTES
        and not name.startswith(".")
        and name.isprintable()
        and not set(name) & {"/", "\\"}
    )


def checked_name(what: str, name: str) -> str:
    """`name`; raises `UnsafeName` if no session or group can have it. `what` is `GROUP` or `SESSION`."""
    if not is_safe(name):
        raise UnsafeName(
            f"{masked(name)[:80]!r} cannot be the name of {what}: expected 1 to {_LONGEST_NAME_BYTES} printable "
            "characters, without / and \\, not beginning with a dot"
        )
    return name
