"""How much a job takes at once. Settings; the defaults fit a Lambda function of 512 MB and a laptop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Counts are of transactions unless said; tests lower them."""

    staged_at_once: int = 100
    posted_at_once: int = 25
    extracted_per_package: int = 5_000
    look_back_counters: int = 1_000
    session_tries: int = 3
    batch_tries: int = 3
    passing_failures: int = 8
    first_retry_seconds: int = 60
    longest_retry_seconds: int = 3_600
    write_attempts: int = 20
