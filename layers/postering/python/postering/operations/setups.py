"""Applies a setup to a deployment; checks the groups that a command names."""

from collections.abc import Callable
from dataclasses import dataclass

from postering.deployment import local_folder
from postering.deployment.sources import known_schemes
from postering.deployment.wiring import Deployment, now, operator
from postering.domain.checks import CODES
from postering.domain.errors import JobRefused
from postering.domain.near_names import near_or_all
from postering.domain.setup.changes import SetupChange, changes_between, used_by_transactions
from postering.domain.setup.passwords import with_kept_passwords
from postering.domain.setup.setup import ActiveSetup, Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup, write_setup

_SETUP_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlan:
    """The changes that a setup makes to version `over`: every line that differs, and those of them that are in use."""

    setup: Setup
    over: int
    changes: tuple[SetupChange, ...]
    in_use: tuple[SetupChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedSetup:
    """The result of applying a setup: the lines that changed, and the version that is active now.

    With `dry_run` nothing is written, and `changes` are the changes that the setup would make.
    """

    version: int
    changes: tuple[SetupChange, ...]
    changed: bool
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """The shape that `setup apply --json` prints."""
        return {
            "changed": self.changed,
            "version": self.version,
            "dry_run": self.dry_run,
            "changes": [change.as_json() for change in self.changes],
        }


Agrees = Callable[[SetupPlan], bool]
"""Whether the operator accepts a plan that removes or re-keys lines in use."""


def apply_setup(
    at: Deployment, text: bytes, name: str, agrees: Agrees = lambda _: False, *, dry_run: bool = False
) -> AppliedSetup:
    """Apply the setup in `text`, the content of the file `name`, as a whole.

    A setup that is already active changes nothing. If someone else applies a setup meanwhile, this one is applied over
    theirs.

    Raises:
        SetupError: if the setup is not valid.
        JobRefused: if it changes lines that staged or posted transactions use and `agrees` does not accept the plan.
    """
    document = parse_setup_text(text, name)
    return _apply(
        at,
        lambda active: read_setup(with_kept_passwords(document, write_setup(active)), CODES, known_schemes()),
        agrees,
        dry_run=dry_run,
    )


def roll_back_setup(
    at: Deployment, version: int, agrees: Agrees = lambda _: False, *, dry_run: bool = False
) -> AppliedSetup:
    """Apply the setup of an earlier `version` as a new version.

    Raises:
        JobRefused: if there is no such version, or for the same reason as `apply_setup`.
    """
    known = [each.version for each in at.store.setup_versions()]
    if version not in known:
        found = f"it has versions {known[0]} to {known[-1]}" if known else "no setup was applied yet"
        raise JobRefused(f"no version {version} of the setup: {found}; `postering setup history` lists them")
    earlier = at.store.setup_at(version)
    return _apply(at, lambda _: earlier, agrees, dry_run=dry_run)


def _apply(at: Deployment, wanted: Callable[[Setup], Setup], agrees: Agrees, *, dry_run: bool) -> AppliedSetup:
    for _ in range(_SETUP_ATTEMPTS):
        active = at.store.setup()
        plan = _plan(at, active, wanted(active.setup))
        if active.version and write_setup(active.setup) == write_setup(plan.setup):
            return AppliedSetup(changed=False, version=active.version, changes=(), dry_run=dry_run)
        if dry_run:
            return AppliedSetup(changed=False, version=active.version, changes=plan.changes, dry_run=True)
        if plan.in_use and not agrees(plan):
            raise JobRefused(_in_use(plan))
        if at.store.apply_setup(plan.setup, active.version, now(), operator()):
            if not (at.settings.stack or at.settings.table):
                for group in plan.setup.channel_database_groups:
                    local_folder.ensure_uploads_folder(at.home, group.name)
            return AppliedSetup(changed=True, version=active.version + 1, changes=plan.changes)
    raise JobRefused("the setup kept changing while it was applied; look at `postering setup show` and apply it again")


def _plan(at: Deployment, active: ActiveSetup, setup: Setup) -> SetupPlan:
    changes = changes_between(active.setup, setup)
    in_use = used_by_transactions(changes, active.setup, at.store.channels()) if changes else ()
    return SetupPlan(setup=setup, over=active.version, changes=changes, in_use=in_use)


def _in_use(plan: SetupPlan) -> str:
    listed = "\n".join(f"  {change.name}: {change.kind}" for change in plan.in_use)
    return (
        "the setup was not applied, because staged or posted transactions use lines that it removes or re-keys:\n"
        f"{listed}\nKeep these lines in the file, or apply it with --yes. --dry-run shows every change."
    )


def known_group(setup: Setup, group: str) -> str:
    """The `group`, if the setup has it or no setup was applied yet. Raises `JobRefused` with near names if not."""
    known = [one.name for one in setup.channel_database_groups]
    if known and group not in known:
        raise JobRefused(f"the setup has no channel database group {group!r}. {near_or_all(group, known)}")
    return group
