"""Limits of the jobs. The defaults fit a Lambda function of 512 MB and a laptop; `docs/settings.md` names them."""

from dataclasses import dataclass

from postering.domain.runs.pauses import Pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Counts are of transactions, if not named otherwise.

    `session_tries` and `batch_tries`: after so many runs did not end, a package or transaction is tried last, alone,
    with growing pauses.
    """

    staged_at_once: int = 100
    posted_at_once: int = 25
    extracted_per_package: int = 5_000
    session_tries: int = 3
    batch_tries: int = 3
    passing_failures: int = 8
    first_retry_seconds: int = 60
    longest_retry_seconds: int = 3_600
    write_attempts: int = 20

    @property
    def pauses(self) -> Pauses:
        """The pauses between tries."""
        return Pauses(first_seconds=self.first_retry_seconds, longest_seconds=self.longest_retry_seconds)
