"""`postering sessions download` and `postering sessions remove`: the packages of upload sessions."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import click

from postering.channels.packages.archives import hashed
from postering.cli.options import ExampleCommand, not_empty, with_settings
from postering.cli.output import print_json, print_line, print_message
from postering.cli.progress import shown_progress
from postering.cli.selection import on_a_terminal
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment, new_run, now
from postering.domain.errors import JobRefused, PackageMissing
from postering.domain.runs.kept_packages import KeptPackage
from postering.domain.runs.retention import applied_last
from postering.domain.runs.sessions import UploadSession
from postering.domain.texts import counted
from postering.jobs.retention import Removal, removal, remove_package
from postering.jobs.sessions import one_session
from postering.outside.files import write_whole

_CHUNK_BYTES = 1024 * 1024
_KIB = 1024


@click.command(
    "download",
    cls=ExampleCommand,
    short_help="Copy a session's package to a file.",
    examples=(
        "postering sessions download ID",
        "postering sessions download Default/ID --out /tmp/package.zip",
    ),
)
@click.argument("session_id", metavar="ID", callback=not_empty)
@click.option(
    "--out",
    "out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write; else ID.zip in this folder.",
)
@click.option("--quarantined", is_flag=True, help="Also a package with card data, which is in the quarantine.")
@with_settings
def download(session_id: str, out: Path | None, quarantined: bool, settings: Settings, as_json: bool) -> int:
    """Copy the package of the session ID to FILE, completely or not at all. An existing file is never overwritten.

    If the bytes of the package changed after the session was applied, the command copies them and says so, and its exit
    status is 1.
    """
    with deployment(settings) as at:
        session = one_session(session_id, at.store)
        if session.quarantined and not quarantined:
            raise JobRefused(
                f"the package of session {session.name} holds card data and is in the quarantine: give --quarantined "
                "if you may have it, and keep the file where nobody else can read it"
            )
        file = out or Path(f"{session.package}.zip")
        sha256, size = _copied(at, session, file)
    if as_json:
        print_json({"session": session.id, "group": session.group, "file": str(file), "sha256": sha256, "size": size})
    else:
        print_line(f"{file}: {size_text(size)}, SHA-256 {sha256}")
    if session.sha256 and sha256 != session.sha256:
        print_message(
            f"Error: the package changed after session {session.name} was applied: its SHA-256 was {session.sha256}"
        )
        return 1
    return 0


def _copied(at: Deployment, session: UploadSession, file: Path) -> tuple[str, int]:
    try:
        with at.packages.open(session.group, session.package) as package:
            return write_whole(file, lambda stream: _filled(stream, package))
    except FileExistsError:
        raise JobRefused(f"{file} exists already: name another file with --out") from None
    except PackageMissing as missing:
        if session.removed is None:
            raise
        raise JobRefused(
            f"the package of session {session.name} was removed by retention on {session.removed:%Y-%m-%d}"
        ) from missing


def _filled(stream: BinaryIO, package: BinaryIO) -> tuple[str, int]:
    while chunk := package.read(_CHUNK_BYTES):
        stream.write(chunk)
    stream.flush()
    return hashed(stream)


@click.command(
    "remove",
    cls=ExampleCommand,
    short_help="Remove old applied packages, after showing them.",
    examples=(
        "postering sessions remove --older-than 365 --dry-run",
        "postering sessions remove --older-than 365 --yes",
        "POSTERING_RETENTION_DAYS=730 postering sessions remove",
    ),
)
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="Applied at least DAYS ago; else POSTERING_RETENTION_DAYS.",
)
@click.option("--dry-run", is_flag=True, help="Show the packages without removing them.")
@click.option(
    "--count", "expected", type=click.IntRange(min=0), metavar="N", help="Refuse if these are not N packages."
)
@click.option("--yes", "sure", is_flag=True, help="Do not ask.")
@with_settings
def remove(days: int | None, dry_run: bool, expected: int | None, sure: bool, settings: Settings, as_json: bool) -> int:
    """Remove packages that were applied at least DAYS ago and whose transactions are all finished.

    A package stays if it was never applied, if one of its transactions is pending, waiting, failed, held or in
    conflict, or if its bytes changed after it was applied. The sessions stay, with counts and SHA-256. postering
    reconcile then reports that retention removed the package, and compares the rest.
    """
    days = days or settings.retention_days
    if days is None:
        raise click.UsageError("Give --older-than DAYS, or set POSTERING_RETENTION_DAYS.")
    with deployment(settings) as at:
        found = removal(at.store, at.uploads, now() - timedelta(days=days))
        packages = found.removable
        if not as_json:
            print_removal(found, days)
        if expected is not None and expected != len(packages):
            raise JobRefused(f"{counted(len(packages), 'package')} found, not {expected}: nothing was removed")
        if packages and not (sure or dry_run or expected is not None):
            _confirm(packages)
        removed, refused = ((), ()) if dry_run else _removed(at, packages, as_json)
    for why in refused:
        print_message(f"Error: {why}")
    if as_json:
        print_json(
            {
                "older_than_days": days,
                "removed": [_view(package) for package in removed],
                "would_remove": [_view(package) for package in packages] if dry_run else [],
                "kept": [{**_view(package), "why": why} for package, why in found.kept],
            }
        )
    elif dry_run:
        print_line("--dry-run: nothing was removed.")
    elif packages:
        print_line(f"{counted(len(removed), 'package')} removed, {size_text(_size(removed))}.")
    return 1 if refused else 0


def _confirm(packages: tuple[KeptPackage, ...]) -> None:
    """Ask on a terminal; without one, require `--yes` or `--count`, because removal can't be undone."""
    if not on_a_terminal():
        raise JobRefused(
            f"{counted(len(packages), 'package')} would be removed, which can't be undone: give --yes, or --count "
            f"{len(packages)}; nothing was removed"
        )
    question = f"Remove {counted(len(packages), 'package')}, {size_text(_size(packages))}? This can't be undone."
    click.confirm(question, abort=True, err=True)


def _removed(
    at: Deployment, packages: tuple[KeptPackage, ...], as_json: bool
) -> tuple[tuple[KeptPackage, ...], tuple[str, ...]]:
    done, refused, run = [], [], new_run()
    with shown_progress(as_json) as progress:
        for number, package in enumerate(packages, 1):
            try:
                remove_package(package, at.store, at.uploads, run)
                done.append(package)
            except JobRefused as wrong:
                refused.append(str(wrong))
            progress("removing packages", number, len(packages))
    return tuple(done), tuple(refused)


def print_removal(found: Removal, days: int) -> None:
    """Print the packages to be removed, and those that are old enough and stay."""
    if not found.removable:
        print_line(f"No package that was applied {counted(days, 'day')} ago or earlier can be removed.")
    else:
        print_table(
            f"To be removed: applied {counted(days, 'day')} ago or earlier",
            (words("Package"), Column("Applied"), numbers("Size"), numbers("Trans-\nactions")),
            (
                (
                    one.text,
                    f"{applied_last(one):%Y-%m-%d}",
                    size_text(_size([one])),
                    f"{one.sessions[0].transactions:,}",
                )
                for one in found.removable
            ),
        )
    old = [(package, why) for package, why in found.kept if why != "it is younger"]
    if old:
        print_table("Kept", (words("Package"), words("Why")), ((package.text, why) for package, why in old))


def _view(package: KeptPackage) -> Mapping[str, object]:
    applied = applied_last(package)
    return {
        "package": package.name,
        "group": package.group,
        "applied": applied.isoformat() if applied else None,
        "size": package.sessions[0].size,
        "transactions": package.sessions[0].transactions,
        "sha256": package.promised_sha256 or None,
    }


def _size(packages: Iterable[KeptPackage]) -> int:
    return sum(package.sessions[0].size for package in packages)


def size_text(size: int) -> str:
    """`817 B`, `12 KiB`, `3.4 MiB`: a decimal only below ten."""
    if size < _KIB:
        return f"{size} B"
    shown, unit = size * 10 // _KIB, "KiB"
    for larger in ("MiB", "GiB"):
        if shown < 10 * _KIB:
            break
        shown, unit = shown // _KIB, larger
    whole, tenth = divmod(shown, 10)
    return f"{whole:,} {unit}" if whole >= 10 else f"{whole}.{tenth} {unit}"
