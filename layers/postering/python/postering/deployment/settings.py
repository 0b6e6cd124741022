"""Settings: a command or a function reads them once from the environment, when it starts, and passes them on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from postering.channels.databases.limits import LOOK_BACK_COUNTERS
from postering.channels.packages.limits import KIB, MIB, PackageLimits
from postering.domain.errors import PosteringError
from postering.domain.near_names import near_names
from postering.jobs.limits import Limits

DEFAULT_HOME: Final = ".postering"


class SettingsError(PosteringError):
    """One or more environment variables have wrong values; `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep the problems. The message is all of them, one per line."""
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a command or a function.

    Attributes:
        home: the folder of the local deployment.
        stack: the name of a stack in AWS; '' for the local deployment.
        table: the stack's table, if it is not named after the stack. The template sets it for the functions.
        bucket: the stack's bucket, likewise.
        engine: the address of a DynamoDB engine that keeps the records of the local deployment; '' for SQLite.
        events: the receiver of business events: a file (relative to `home`), an http or https address, or `bus:` and
            the name of an EventBridge bus; '' for none.
        debug: whether the trace of an unexpected failure is printed.
        retention_days: the days for which `postering sessions remove` keeps applied packages; None: the command must
            name them.
    """

    home: Path = Path(DEFAULT_HOME)
    stack: str = ""
    table: str = ""
    bucket: str = ""
    engine: str = ""
    events: str = ""
    debug: bool = False
    retention_days: int | None = None
    look_back_counters: int = LOOK_BACK_COUNTERS
    limits: Limits = Limits()
    package_limits: PackageLimits = PackageLimits()


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that is a whole number: the limit that it sets, its unit and its bounds."""

    name: str
    limit: str
    unit: str
    smallest: int
    largest: int
    scale: int = 1


_JOBS: Final = (
    Variable("POSTERING_STAGED_AT_ONCE", "staged_at_once", "transactions", 1, 10_000),
    Variable("POSTERING_POSTED_AT_ONCE", "posted_at_once", "transactions", 1, 1_000),
    Variable("POSTERING_EXTRACTED_PER_PACKAGE", "extracted_per_package", "transactions", 1, 1_000_000),
    Variable("POSTERING_SESSION_TRIES", "session_tries", "tries", 1, 100),
    Variable("POSTERING_IN_HAND_TRIES", "batch_tries", "tries", 1, 100),
    Variable("POSTERING_PASSING_FAILURES", "passing_failures", "tries", 1, 1_000),
    Variable("POSTERING_FIRST_RETRY", "first_retry_seconds", "seconds", 1, 86_400),
    Variable("POSTERING_LONGEST_RETRY", "longest_retry_seconds", "seconds", 1, 7 * 86_400),
)
_PACKAGES: Final = (
    Variable("POSTERING_PACKAGE_MAX_RATIO", "max_ratio", "unpacked to packed bytes", 1, 100_000),
    Variable("POSTERING_PACKAGE_RATIO_ABOVE_KIB", "ratio_applies_above_bytes", "KiB", 0, 1_048_576, KIB),
    Variable("POSTERING_PACKAGE_MAX_MIB", "max_unpacked_bytes", "MiB", 1, 1_048_576, MIB),
    Variable("POSTERING_PACKAGE_MAX_LINE_KIB", "max_line_bytes", "KiB", 1, 1_048_576, KIB),
    Variable("POSTERING_PACKAGE_MAX_ROWS", "max_rows", "rows", 1, 1_000_000_000),
    Variable("POSTERING_PACKAGE_MAX_DEPTH", "max_json_depth", "levels", 2, 200),
    Variable("POSTERING_PACKAGE_MAX_FILES", "max_members", "files", 2, 10_000),
    Variable("POSTERING_PACKAGE_MAX_MANIFEST_KIB", "max_manifest_bytes", "KiB", 1, 65_536, KIB),
)
_RETENTION: Final = (Variable("POSTERING_RETENTION_DAYS", "retention_days", "days", 1, 36_500),)
_SOURCES: Final = (Variable("POSTERING_LOOK_BACK", "look_back_counters", "replication counters", 0, 10**9),)
VARIABLES: Final = (*_SOURCES, *_JOBS, *_PACKAGES, *_RETENTION)
"""Every limit that the environment can set."""

_YES_NO: Final = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`. A variable that is not set, or empty, has its default.

    Raises:
        SettingsError: with every wrong variable and the values that it can have.
    """
    problems: list[str] = []
    sources = _limits(_SOURCES, environment, problems)
    jobs = _limits(_JOBS, environment, problems)
    packages = _limits(_PACKAGES, environment, problems)
    retention = _limits(_RETENTION, environment, problems)
    debug = _YES_NO.get(environment.get("POSTERING_DEBUG", "").strip().casefold())
    if debug is None:
        problems.append(f"POSTERING_DEBUG is {environment['POSTERING_DEBUG']!r}: it should be 1, or 0, or not set")
    events = environment.get("POSTERING_EVENTS", "").strip()
    if "://" in events and not _is_web_address(events):
        problems.append(
            "POSTERING_EVENTS is not a web address: it should be a file, an http or https address, or bus:NAME"
        )
    elif events.startswith("bus:") and not events.removeprefix("bus:"):
        problems.append("POSTERING_EVENTS names no bus: it should be bus:NAME")
    problems += _slips(environment)
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(
        home=Path(environment.get("POSTERING_HOME", "") or DEFAULT_HOME),
        stack=environment.get("POSTERING_STACK", ""),
        table=environment.get("POSTERING_TABLE", ""),
        bucket=environment.get("POSTERING_BUCKET", ""),
        engine=environment.get("AWS_ENDPOINT_URL_DYNAMODB", ""),
        events=events,
        debug=bool(debug),
        retention_days=retention.get("retention_days"),
        limits=Limits(**jobs),
        **sources,
        package_limits=PackageLimits(**packages),
    )


def _is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host. Messages must not show it: it may hold a secret."""
    from urllib.parse import urlsplit  # imported only if events are sent, so that commands start fast

    try:
        address = urlsplit(text)
        return address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        return False


_PREFIX: Final = "POSTERING_"
_OTHERS: Final = ("HOME", "STACK", "TABLE", "BUCKET", "EVENTS", "DEBUG")


def _slips(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like typing errors: their names are close to a setting's name."""
    known = {*_OTHERS, *(variable.name.removeprefix(_PREFIX) for variable in VARIABLES)}
    given = (name.removeprefix(_PREFIX) for name in environment if name.startswith(_PREFIX))
    near = ((name, near_names(name, known)) for name in sorted(set(given) - known))
    return [f"{_PREFIX}{name} is not a setting: did you mean {_PREFIX}{found[0]}?" for name, found in near if found]


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
