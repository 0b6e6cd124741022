"""Makes an upload package from plain files (`postering package`), in the upload folder of a group or as a file."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from postering.channels.packages.control_totals import ControlTotal
from postering.channels.packages.plain_files import FolderPackage, package_folder
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, new_run, now
from postering.domain.errors import JobRefused, PackageExists
from postering.domain.money import amount_text
from postering.jobs.sessions import open_in_quarantine
from postering.operations.setups import known_group
from postering.outside.files import write_whole

Written = TypeVar("Written")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedPackage:
    """A new package: its path, its group, its session and its content."""

    path: str
    group: str
    session: str
    package: FolderPackage

    def as_json(self) -> dict[str, object]:
        """The shape that `package --json` prints; control totals keep the channel's sign."""
        summary = self.package.summary
        return {
            "session": self.session,
            "channel_database_group": self.group,
            "path": self.path,
            "files": list(self.package.files),
            "transactions": summary.transactions,
            "records": summary.records,
            "rejected": self.package.rejected,
            "problems": [problem.as_json() for problem in self.package.problems],
            "sha256": summary.sha256,
            "size": summary.size,
            "control_totals": [control_total_json(total) for total in summary.control_totals],
        }


def new_session_id(folder: Path) -> str:
    """A session id that no other package has: the folder's name, the time and a random suffix."""
    name = "".join(part if part.isalnum() or part in "-_" else "-" for part in folder.resolve().name)[:60]
    return f"{name or 'package'}-{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def package_into_uploads(at: Deployment, folder: Path, group: str, session: str) -> CreatedPackage:
    """Make a package of `folder` in the uploads of `group`, where the next P-job finds it.

    A package with card data goes to the quarantine.
    """
    known_group(at.store.setup().setup, group)
    made = at.packages.write(group, session, _writing(at.settings, folder, group, session))
    if made.card_data:
        open_in_quarantine(group, session, at.store, at.uploads, new_run())
    return CreatedPackage(path=at.packages.where(group, session), group=group, session=session, package=made)


def package_to_file(settings: Settings, folder: Path, path: Path, group: str, session: str) -> CreatedPackage:
    """Make a package of `folder` as the new file `path`. The file appears whole or not at all."""
    made = write_new_file(path, _writing(settings, folder, group, session), option="--output")
    return CreatedPackage(path=str(path), group=group, session=session, package=made)


def refuse_to_overwrite(path: Path, *, option: str) -> None:
    """Check that `path` can be a new file. `option` is the option that named it, for the message.

    Raises:
        PackageExists: if the path exists.
        JobRefused: if its folder does not exist.
    """
    if path.exists():
        raise PackageExists(f"{path} is there already; give another {option}, or remove it first")
    if not path.parent.is_dir():
        raise JobRefused(f"{path.parent} is not a folder; make it first, or give another {option}")


def write_new_file(path: Path, fill: Callable[[BinaryIO], Written], *, option: str) -> Written:
    """Let `fill` write the new file `path`. The file appears whole and durable, or not at all.

    `option` is the option that named the path, for the message. Raises as `refuse_to_overwrite` does.
    """
    refuse_to_overwrite(path, option=option)
    try:
        return write_whole(path, fill)
    except FileExistsError:
        raise PackageExists(f"{path} is there already; give another {option}, or remove it first") from None


def _writing(settings: Settings, folder: Path, group: str, session: str) -> Callable[[BinaryIO], FolderPackage]:
    return lambda stream: package_folder(
        folder, stream, group=group, session=session, created=now(), limits=settings.package_limits
    )


def control_total_json(total: ControlTotal) -> dict[str, object]:
    """A control total in the shape that commands print, with the channel's sign."""
    return {
        "currency": total.currency,
        "transactions": total.transactions,
        "gross": amount_text(total.gross, total.currency),
        "payments": amount_text(total.payments, total.currency),
    }
