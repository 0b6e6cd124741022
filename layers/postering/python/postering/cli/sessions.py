"""`postering sessions`: list and show upload sessions, run one again, cancel it, download or remove its package."""

from collections.abc import Sequence
from datetime import datetime

import click

from postering.cli.options import ExampleCommand, ExampleGroup, not_empty, with_settings
from postering.cli.output import heading, paragraph, print_json, print_line
from postering.cli.p_job import run_and_print
from postering.cli.reports import print_sessions
from postering.cli.session_packages import download, remove, size_text
from postering.cli.tables import Column, numbers, print_table
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, now
from postering.domain.inquiries.status_sums import age
from postering.domain.runs.requests import PJobRequest
from postering.domain.runs.sessions import UploadSession
from postering.jobs.sessions import one_session
from postering.operations.interventions import cancel_session


@click.group(
    "sessions",
    cls=ExampleGroup,
    invoke_without_command=True,
    short_help="Upload sessions: list, show, run again, cancel; download and remove packages.",
    examples=(
        "postering sessions",
        "postering sessions --details --json",
        "postering sessions show ID",
        "postering sessions rerun ID",
        "postering sessions cancel ID",
        "postering sessions download ID --out FILE",
        "postering sessions remove --older-than 365 --dry-run",
    ),
)
@click.option("--details", is_flag=True, help="With --json: all that `sessions show` has, of each session.")
@with_settings
def command(details: bool, settings: Settings, as_json: bool) -> int:
    """List the upload sessions, oldest first: one for each package, with its status, age, size and counts.

    --json has the keys of a session in the P-job's report; with --details also "created", "applied", "removed",
    "package", "rerun_for", "database", "size", "sha256", "tries", "retry_at", "counts", "rows_without_key" and
    "quarantined".
    """
    if click.get_current_context().invoked_subcommand:
        return 0
    with deployment(settings) as at:
        sessions = at.store.sessions()
    if as_json:
        print_json({"sessions": [session_view(one) if details else one.as_json() for one in sessions]})
    elif sessions:
        _print_list(sessions)
    else:
        print_line("There is no upload session yet; `postering p-job` makes them.")
    return 0


def session_view(session: UploadSession) -> dict[str, object]:
    """The keys of a session in `sessions show --json`."""
    counts = session.counts
    return {
        **session.as_json(),
        "created": session.created.isoformat(),
        "applied": session.applied.isoformat() if session.applied else None,
        "removed": session.removed.isoformat() if session.removed else None,
        "package": session.package,
        "rerun_for": session.rerun_for or None,
        "database": session.database or None,
        "size": session.size,
        "sha256": session.sha256 or None,
        "tries": session.tries,
        "retry_at": session.retry_at.isoformat() if session.retry_at else None,
        "counts": {
            "transactions_staged": counts.staged,
            "duplicates": counts.duplicates,
            "conflicts": counts.conflicts,
            "rejected": counts.rejected,
            "waiting": counts.waiting,
        },
        "rows_without_key": session.unkeyed,
        "quarantined": session.quarantined,
    }


def _print_list(sessions: Sequence[UploadSession]) -> None:
    """Print the list for people, with the messages below the table."""
    at = now()
    print_table(
        "Upload sessions",
        (
            Column("Session"),  # whole, however long: it is what the other commands are given
            Column("Status"),
            Column("Age"),
            numbers("Size"),
            numbers("Trans-\nactions"),
            numbers("Rows"),
            numbers("Staged"),
        ),
        (
            (
                one.name,
                f"{one.status}{', removed' if one.removed else ''}",
                age(at - one.created),
                size_text(one.size) if one.size else "",
                f"{one.transactions:,}",
                f"{one.records:,}",
                f"{one.counts.staged:,}",
            )
            for one in sessions
        ),
    )
    for one in sessions:
        if one.message:
            paragraph(f"{one.name}: {one.message}")


@command.command(
    "show",
    cls=ExampleCommand,
    short_help="Show one session and where its package is.",
    examples=("postering sessions show ID", "postering sessions show Default/ID --json"),
)
@click.argument("session_id", metavar="ID", callback=not_empty)
@with_settings
def show(session_id: str, settings: Settings, as_json: bool) -> int:
    """Show the session ID: its counts, its message and where its package is ("where" in --json, null if it is gone)."""
    with deployment(settings) as at:
        session = one_session(session_id, at.store)
        there = at.uploads.is_there(session.group, session.package)
        where = at.packages.where(session.group, session.package) if there else None
        unkeyed = at.store.unkeyed_rows(session.group, session.id) if session.unkeyed else ()
    if as_json:
        print_json({"session": {**session_view(session), "where": where}})
        return 0
    heading(f"Upload session {session.name}")
    for name, described in _facts(session, where):
        if described:
            print_line(f"  {name + ':':<14}{described}")
    for number, row in enumerate(unkeyed, 1):
        paragraph(f"row without key {number}: {'; '.join(problem.message for problem in row.problems)}", indent=2)
    return 0


def _facts(session: UploadSession, where: str | None) -> tuple[tuple[str, str], ...]:
    counts = session.counts
    described = (
        f"{counts.staged:,} staged, {counts.duplicates:,} duplicates, {counts.conflicts:,} conflicts, "
        f"{counts.rejected:,} rejected, {counts.waiting:,} waiting"
    )
    gone = f"removed by retention on {session.removed:%Y-%m-%d}" if session.removed else "not there"
    return (
        ("status", str(session.status)),
        ("message", session.message),
        ("created", _moment(session.created)),
        ("applied", _moment(session.applied)),
        ("tries", str(session.tries) if session.tries else ""),
        ("transactions", f"{session.transactions:,} in {session.records:,} rows"),
        ("of these", described),
        ("rerun for", session.rerun_for),
        ("read from", f"channel database {session.database}" if session.database else ""),
        ("package", where or gone),
        ("size", size_text(session.size) if session.size else ""),
        ("SHA-256", session.sha256),
        ("quarantine", "it holds card data" if session.quarantined else ""),
    )


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else ""


@command.command(
    "rerun",
    cls=ExampleCommand,
    short_help="Apply a session's package again.",
    examples=("postering sessions rerun ID", "postering sessions rerun Default/ID --json"),
)
@click.argument("session_id", metavar="ID", callback=not_empty)
@with_settings
def rerun(session_id: str, settings: Settings, as_json: bool) -> int:
    """Apply the package of the session ID again, as a new session, and print the P-job's report.

    Transactions that are staged already are counted as duplicates. ID may name its group too: Default/ID.
    """
    return run_and_print(PJobRequest(rerun_session=session_id), settings, as_json)


@command.command(
    "cancel",
    cls=ExampleCommand,
    short_help="Cancel a session that waits or could not be applied.",
    examples=("postering sessions cancel ID", "postering sessions cancel Default/ID --json"),
)
@click.argument("session_id", metavar="ID", callback=not_empty)
@with_settings
def cancel(session_id: str, settings: Settings, as_json: bool) -> int:
    """Cancel the session ID if it waits or ended ApplyFailed. An Applied session can't be canceled.

    The next P-job reads the transactions of the package again if they came from a channel database.
    """
    with deployment(settings) as at:
        session = cancel_session(at, session_id)
    if as_json:
        print_json({"sessions": [session.as_json()]})
    else:
        print_sessions("Canceled", [session])
    return 0


command.add_command(download)
command.add_command(remove)
