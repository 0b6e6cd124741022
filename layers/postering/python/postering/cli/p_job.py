"""`postering p-job`: run the P-job once."""

from datetime import date

import click

from postering.cli.options import ExampleCommand, day_option, with_settings
from postering.cli.output import print_json, print_message
from postering.cli.progress import shown_progress
from postering.cli.reports import print_p_job
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run, run_p_job
from postering.domain.runs.reports import PJobReport
from postering.domain.runs.requests import PJobRequest


@click.command(
    "p-job",
    cls=ExampleCommand,
    short_help="Stage transactions from channel databases and uploads.",
    examples=(
        "postering p-job",
        "postering p-job --group Default",
        "postering p-job --from 2010-12-20",
        "postering p-job --json",
    ),
)
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this channel database group. Repeatable.")
@day_option("--from", "from_date", help="Read the channel databases again from this business date.")
@with_settings
def command(groups: tuple[str, ...], from_date: date | None, settings: Settings, as_json: bool) -> int:
    """Run the P-job once: read the channel databases into upload packages, and stage all packages that wait.

    Without --group it runs for all active groups. A second run changes nothing. Exit status 1 if a session ended
    ApplyFailed or a channel database could not be read. A rejected row is counted and is not an error of the run.
    """
    request = PJobRequest(groups=groups, from_date=from_date)
    return run_and_print(request, settings, as_json)


def run_and_print(request: PJobRequest, settings: Settings, as_json: bool) -> int:
    """Run the P-job, print its report and its failures, and return the exit status."""
    with deployment(settings) as at, shown_progress(as_json) as progress:
        report = run_p_job(at, request, new_run("p-job", progress))
    if as_json:
        print_json(report.as_json())
    else:
        print_p_job(report)
    return print_failures(report)


def print_failures(report: PJobReport) -> int:
    """Print the failures of a run on standard error; 1 if there are any, else 0."""
    for failure in report.failures:
        print_message(f"Error: {failure}")
    return 1 if report.failures else 0
