"""`postering sessions`: upload sessions, and to run one again or cancel it."""

import click

from postering.cli.options import ExampleCommand, ExampleGroup, not_empty, with_settings
from postering.cli.output import print_json, tell
from postering.cli.p_job import run_and_print
from postering.cli.reports import print_sessions
from postering.jobs.p_job import PJobRequest
from postering.settings import Settings
from postering.wiring import cancel_session, deployment


@click.group(
    "sessions",
    cls=ExampleGroup,
    invoke_without_command=True,
    short_help="Upload sessions: list them, run one again, cancel one.",
    examples=(
        "postering sessions",
        "postering sessions --json",
        "postering sessions rerun ID",
        "postering sessions cancel ID",
    ),
)
@with_settings
def command(settings: Settings, as_json: bool) -> int:
    """List the upload sessions, oldest first: one for each package, with its status and what it brought."""
    if click.get_current_context().invoked_subcommand:
        return 0
    with deployment(settings) as at:
        sessions = at.store.sessions()
    if as_json:
        print_json({"sessions": [session.as_json() for session in sessions]})
    elif sessions:
        print_sessions("Upload sessions", sessions)
    else:
        tell("There are no upload sessions yet; `postering p-job` makes them.")
    return 0


@command.command(
    "rerun",
    cls=ExampleCommand,
    short_help="Apply a session's package once more.",
    examples=("postering sessions rerun ID", "postering sessions rerun Default/ID --json"),
)
@click.argument("session_id", metavar="ID", callback=not_empty)
@with_settings
def rerun(session_id: str, settings: Settings, as_json: bool) -> int:
    """Apply the package of the session ID once more, as a new session; prints the P-job's report.

    What is staged already comes out as duplicates. ID may have its group before it: Default/ID.
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
    """Cancel the session ID, that waits or ended ApplyFailed; an Applied one is refused, for staging is never undone.

    What the package had from a channel database is read again by the next P-job.
    """
    with deployment(settings) as at:
        session = cancel_session(at, session_id)
    if as_json:
        print_json({"sessions": [session.as_json()]})
    else:
        print_sessions("Canceled", [session])
    return 0
