"""Apply a setup to a deployment; check the groups that a command names."""

from dataclasses import dataclass

from postering.deployment import local_folder
from postering.deployment.wiring import Deployment, now, operator
from postering.domain.errors import JobRefused
from postering.domain.near_names import did_you_mean
from postering.domain.setup.setup import Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup, write_setup

_SETUP_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedSetup:
    """What applying a setup did: whether it changed anything, and the version that is in force now."""

    changed: bool
    version: int

    def as_json(self) -> dict[str, object]:
        """The shape that `setup apply --json` prints."""
        return {"changed": self.changed, "version": self.version}


def apply_setup(at: Deployment, text: bytes, name: str) -> AppliedSetup:
    """Put the setup in `text`, of the file `name`, in force, whole. `SetupError` where it is not sound.

    One that is in force already changes nothing. Where another was first, it is tried again over theirs.
    """
    setup = read_setup(parse_setup_text(text, name))
    for _ in range(_SETUP_ATTEMPTS):
        active_setup = at.store.setup()
        if active_setup.version and write_setup(active_setup.setup) == write_setup(setup):
            return AppliedSetup(changed=False, version=active_setup.version)
        if at.store.apply_setup(setup, active_setup.version, now(), operator()):
            if not (at.settings.stack or at.settings.table):
                for group in setup.channel_database_groups:
                    local_folder.uploads_of(at.home, group.name)
            return AppliedSetup(changed=True, version=active_setup.version + 1)
    raise JobRefused("the setup kept changing while it was applied; look at `postering setup show` and apply it again")


def known_group(setup: Setup, group: str) -> str:
    """`group`, where the setup has it or no setup was applied yet; `JobRefused` names near ones."""
    known = [one.name for one in setup.channel_database_groups]
    if known and group not in known:
        hint = did_you_mean(group, known) or f"There are: {', '.join(known)}."
        raise JobRefused(f"no channel database group {group!r} in the setup. {hint}")
    return group
