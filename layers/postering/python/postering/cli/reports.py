"""Print the reports of both jobs for people."""

from collections.abc import Iterable, Mapping

from postering.cli.output import grouped, paragraph, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.domain.checks import CODES
from postering.domain.money import amount_text
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.sessions import UploadSession
from postering.domain.texts import counted


def print_p_job(report: PJobReport) -> None:
    """Print the report of a P-job."""
    counts = report.counts
    if report.sessions:
        print_sessions("Upload sessions", report.sessions)
        print_line(
            f"\nStaged {counted(counts.staged, 'transaction')}; duplicates {counts.duplicates:,}, "
            f"conflicts {counts.conflicts:,}, rejected {counts.rejected:,}, waiting {counts.waiting:,}."
        )
    elif not report.failures:
        print_line("The uploads and the channel databases have nothing new: nothing changed.")
    if report.sessions and not (counts.staged or counts.conflicts or counts.rejected or report.failures):
        print_line("All of these transactions were staged already: nothing changed.")
    for message in report.messages:
        paragraph(message)
    if not report.complete:
        print_line("The run stopped before the end: run it again for the rest.")


def print_sessions(title: str, sessions: Iterable[UploadSession]) -> None:
    """Print upload sessions, with their messages below the table."""
    listed = list(sessions)
    print_table(
        title,
        (words("Session"), Column("Status"), numbers("Trans-\nactions"), numbers("Rows")),
        ((one.name, str(one.status), f"{one.transactions:,}", f"{one.records:,}") for one in listed),
    )
    for one in listed:
        if one.message:
            paragraph(f"{one.name}: {one.message}")


def print_sync_orders(report: SyncOrdersReport, failed_before: int = 0) -> None:
    """Print the report of Synchronize orders; `failed_before` transactions stay failed and were not tried."""
    would = "would be " if report.dry_run else ""
    if report.selected:
        parts = (
            (report.succeeded, f"{would}posted"),
            (report.failed, f"{would}failed"),
            (report.waiting, "waiting"),
            (report.skipped, "skipped"),
        )
        described = ", ".join(f"{number:,} {word}" for number, word in parts if number)
        print_line(f"{counted(report.selected, 'transaction')} selected: {described}.")
        if report.skipped:
            paragraph("Skipped transactions have nothing left to post, or another run posted them first.")
    else:
        still = f" ({failed_before:,} failed earlier and need a repair)" if failed_before else ""
        print_line(f"Nothing to post: nothing changed{still}.")
    if report.totals:
        print_table(
            "Would be posted" if report.dry_run else "Posted by this run",
            (Column("Currency"), numbers("Orders"), numbers("Payments"), numbers("Variance")),
            (
                (currency, *(grouped(amount_text(sum_, currency)) for sum_ in (of.orders, of.payments, of.variance)))
                for currency, of in sorted(report.totals.items())
            ),
        )
    if report.errors:
        print_problems(report.errors)
    for message in report.messages:
        paragraph(message)
    if report.remaining:
        print_line(f"{counted(report.remaining, 'transaction')} left in the selection.")
    if not report.complete:
        print_line("The run stopped before the end: run it again for the rest.")


def print_problems(errors: Mapping[str, int]) -> None:
    """Print problems by code, most frequent first, with the rule that each code breaks."""
    rows = sorted(errors.items(), key=lambda error: (-error[1], error[0]))
    print_table(
        "Problems by code",
        (Column("Code"), numbers("Transactions"), words("Rule broken")),
        ((code, f"{count:,}", CODES[code].meaning if code in CODES else "") for code, count in rows),
    )
