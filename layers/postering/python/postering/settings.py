"""Settings: read once from the environment, when a command or a function starts, and handed down from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from postering.channels.limits import MIB, PackageLimits
from postering.domain.errors import PosteringError
from postering.jobs.limits import Limits

DEFAULT_HOME: Final = ".postering"


class SettingsError(PosteringError):
    """A variable of the environment has a value that it can't have; `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep the sentences; together they are the message."""
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`home` is the folder of the local deployment, `stack` the name of one in AWS ('': the local one).

    `table` and `bucket` name the stack's own where they are not named after it; a function is told them by the
    template. `engine` is the address of a DynamoDB engine of one's own, which then keeps the local deployment's
    records. `debug` prints the trace of an unexpected failure.
    """

    home: Path = Path(DEFAULT_HOME)
    stack: str = ""
    table: str = ""
    bucket: str = ""
    engine: str = ""
    debug: bool = False
    limits: Limits = Limits()
    package_limits: PackageLimits = PackageLimits()


@dataclass(frozen=True, slots=True)
class Variable:
    """A whole number that the environment may set: which limit it is, in what, and between which bounds."""

    name: str
    limit: str
    unit: str
    smallest: int
    largest: int
    scale: int = 1


_JOBS: Final = (
    Variable("POSTERING_LOOK_BACK", "look_back_counters", "replication counters", 0, 10**9),
    Variable("POSTERING_STAGED_AT_ONCE", "staged_at_once", "transactions", 1, 10_000),
    Variable("POSTERING_POSTED_AT_ONCE", "posted_at_once", "transactions", 1, 1_000),
    Variable("POSTERING_EXTRACTED_PER_PACKAGE", "extracted_per_package", "transactions", 1, 1_000_000),
    Variable("POSTERING_SESSION_TRIES", "session_tries", "tries", 1, 100),
    Variable("POSTERING_IN_HAND_TRIES", "in_hand_tries", "tries", 1, 100),
    Variable("POSTERING_PASSING_FAILURES", "passing_failures", "tries", 1, 1_000),
    Variable("POSTERING_FIRST_RETRY", "first_retry_seconds", "seconds", 1, 86_400),
    Variable("POSTERING_LONGEST_RETRY", "longest_retry_seconds", "seconds", 1, 7 * 86_400),
)
_PACKAGES: Final = (
    Variable("POSTERING_PACKAGE_MAX_RATIO", "max_ratio", "unpacked to packed bytes", 1, 100_000),
    Variable("POSTERING_PACKAGE_MAX_MIB", "max_unpacked_bytes", "MiB", 1, 1_048_576, MIB),
)
VARIABLES: Final = (*_JOBS, *_PACKAGES)
"""Every limit that the environment may set."""

_YES_NO: Final = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`; what is not set, or empty, has its default.

    Raises `SettingsError` with every variable that is wrong and what it should be.
    """
    problems: list[str] = []
    jobs = _limits(_JOBS, environment, problems)
    packages = _limits(_PACKAGES, environment, problems)
    debug = _YES_NO.get(environment.get("POSTERING_DEBUG", "").strip().casefold())
    if debug is None:
        problems.append(f"POSTERING_DEBUG is {environment['POSTERING_DEBUG']!r}: it should be 1, or 0, or not set")
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(
        home=Path(environment.get("POSTERING_HOME", "") or DEFAULT_HOME),
        stack=environment.get("POSTERING_STACK", ""),
        table=environment.get("POSTERING_TABLE", ""),
        bucket=environment.get("POSTERING_BUCKET", ""),
        engine=environment.get("AWS_ENDPOINT_URL_DYNAMODB", ""),
        debug=bool(debug),
        limits=Limits(**jobs),
        package_limits=PackageLimits(**packages),
    )


def _limits(variables: tuple[Variable, ...], environment: Mapping[str, str], problems: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for variable in variables:
        given = environment.get(variable.name, "").strip()
        if not given:
            continue
        number = int(given) if given.isascii() and given.isdecimal() and len(given) <= len(str(10**12)) else -1
        if not variable.smallest <= number <= variable.largest:
            problems.append(
                f"{variable.name} is {given!r}: it should be a whole number from {variable.smallest} to "
                f"{variable.largest} ({variable.unit}), or not set"
            )
        found[variable.limit] = number * variable.scale
    return found
