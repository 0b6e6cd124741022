"""Makes a package of made-up transactions (`postering generate`), in the uploads of a group or in a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from postering.channels.packages.writing import PackageSummary, write_package
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Setup
from postering.jobs.run import Progress, silent
from postering.operations.packaging import control_total_json, write_new_file
from postering.operations.setups import known_group
from postering.trials.generated import SeededChoices, made_up_setup, made_up_transactions, package_rows

_CREATED: Final = datetime(2026, 7, 1, tzinfo=UTC)
"""The time of creation in every made-up package: equal numbers and seeds give equal bytes."""

_SHOWN_EVERY: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPackage:
    """A package of made-up transactions: its place, its names, its content."""

    path: str
    group: str
    session: str
    seed: int
    package: PackageSummary

    def as_json(self) -> dict[str, object]:
        """The shape that `generate --json` prints; control totals keep the channel's sign."""
        summary = self.package
        return {
            "session": self.session,
            "channel_database_group": self.group,
            "path": self.path,
            "seed": self.seed,
            "transactions": summary.transactions,
            "records": summary.records,
            "sha256": summary.sha256,
            "size": summary.size,
            "control_totals": [control_total_json(total) for total in summary.control_totals],
        }


def session_of(number: int, seed: int) -> str:
    """The session id if none is given."""
    return f"made-up-{number}-{seed}"


def generate_to_file(
    settings: Settings, path: Path, group: str, number: int, seed: int, progress: Progress = silent
) -> GeneratedPackage:
    """Write `number` made-up transactions to the package `path`, as a whole or not at all; no file is replaced."""
    fill = _filling(settings, group, path.stem, number, seed, progress)
    summary = write_new_file(path, fill, option="--out")
    return GeneratedPackage(path=str(path), group=group, session=path.stem, seed=seed, package=summary)


def generate_into_uploads(
    at: Deployment, group: str, session: str, number: int, seed: int, progress: Progress = silent
) -> GeneratedPackage:
    """Put `number` made-up transactions into the uploads, for the next P-job."""
    known_group(at.store.setup().setup, group)
    summary = at.packages.write(group, session, _filling(at.settings, group, session, number, seed, progress))
    return GeneratedPackage(
        path=at.packages.where(group, session), group=group, session=session, seed=seed, package=summary
    )


def setup_for(group: str) -> Setup:
    """The setup under which the transactions become orders."""
    return made_up_setup(group)


def _filling(
    settings: Settings, group: str, session: str, number: int, seed: int, progress: Progress
) -> Callable[[BinaryIO], PackageSummary]:
    def fill(stream: BinaryIO) -> PackageSummary:
        made = made_up_transactions(SeededChoices(seed), number, f"MADE-UP-{seed}")
        return write_package(
            stream,
            session=session,
            group=group,
            database=None,
            created=_CREATED,
            transactions=package_rows(_with_progress(made, number, progress)),
            limits=settings.package_limits,
        )

    return fill


def _with_progress(made: Iterator[RetailTransaction], number: int, progress: Progress) -> Iterator[RetailTransaction]:
    for count, transaction in enumerate(made, start=1):
        yield transaction
        if count % _SHOWN_EVERY == 0 or count == number:
            progress("made up", count, number)
