"""Why a transaction that somebody asks for is not staged: the counters read so far, the packages on their way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from postering.domain.lists import first_of
from postering.domain.repairs import commands as repairs
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.setup.toml import toml_value

_LOOK_BACK: Final = timedelta(days=7)
_LISTED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSoFar:
    """How far a channel database was read, and when; `highest` is the highest replication counter received.

    It is None before the first reading, and for a source that counts no rows.
    """

    database: str
    group: str
    was_read: bool
    highest: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStaged:
    """The facts about `asked`, of which no row is staged. `groups` says which are active.

    `sessions` are those that wait or could not be applied, `uploaded` packages that no P-job has taken up yet,
    `unkeyed` rows that name no transaction; `failures` are those of the last P-job; `now` is the moment.
    """

    asked: str
    now: datetime
    groups: Mapping[str, bool]
    databases: tuple[ReadSoFar, ...] = ()
    sessions: tuple[UploadSession, ...] = ()
    uploaded: tuple[str, ...] = ()
    unkeyed: int = 0
    near: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The facts in one paragraph."""
        return " ".join((f"Transaction {self.asked} is not staged.", *self._facts()))

    @property
    def repair(self) -> str:
        """The commands that may bring it here, the likeliest first."""
        return "\n".join(self._ways())

    def as_json(self) -> dict[str, object]:
        """The shape that `explain --json` prints under `not_staged`."""
        return {
            "asked": self.asked,
            "message": self.message,
            "channel_databases": [
                {
                    "name": one.database,
                    "group": one.group,
                    "active": self.groups.get(one.group, False),
                    "highest_counter": one.highest,
                    "read_at": one.at.isoformat() if one.at is not None else None,
                }
                for one in self.databases
            ],
            "sessions": [session.as_json() for session in self.sessions],
            "uploaded": list(self.uploaded),
            "unkeyed_rows": self.unkeyed,
            "failures": list(self.failures),
            "near": list(self.near),
            "repair": self.repair,
        }

    def _facts(self) -> Iterator[str]:
        if not self.groups:
            yield "There is no setup with channel database groups yet: nothing is read."
        for one in self.databases:
            when = f" on {one.at:%Y-%m-%d %H:%M} UTC" if one.at is not None else ""
            if not one.was_read:
                yield f"Channel database {one.database} (group {one.group}) was never read."
            elif one.highest is None:
                yield f"Channel database {one.database} (group {one.group}) was last read{when}."
            else:
                yield (
                    f"The highest replication counter received of channel database {one.database} (group {one.group}) "
                    f"is {one.highest}{when}."
                )
        if self.failures:
            yield f"The last P-job could not do everything: {'; '.join(self.failures)}."
        for group in self._paused:
            yield f"Group {group} is not active in the setup: the P-job leaves it out."
        for words, sessions in (("wait to be applied", self._waiting), ("could not be applied", self._refused)):
            if sessions:
                yield f"Sessions that {words}: {first_of((each.name for each in sessions), _LISTED)}."
        if self.uploaded:
            yield f"No P-job has taken up these packages yet: {', '.join(self.uploaded[:_LISTED])}."
        if self.unkeyed:
            yield f"Rows without a readable key: {self.unkeyed}. The transaction may be among them."

    @property
    def _paused(self) -> list[str]:
        return [group for group, active in self.groups.items() if not active]

    @property
    def _waiting(self) -> list[UploadSession]:
        return [session for session in self.sessions if session.waits]

    @property
    def _refused(self) -> list[UploadSession]:
        return [session for session in self.sessions if session.status is SessionStatus.APPLY_FAILED]

    def _ways(self) -> Iterator[str]:
        if not self.groups:
            yield f"Write a setup, then run:\n\n{repairs.command('setup', 'apply', 'FILE')}\n"
        for group in self._paused:
            where = f"[[channel_database_groups]] with name = {toml_value(group)}"
            yield f"{repairs.change_setup(where, 'active = true')}\n"
        for session in self._refused[:_LISTED]:
            yield f"This says why {session.name} could not be applied:\n\n{repairs.command('explain', session.name)}\n"
        if self._waiting or self.uploaded or any(not one.was_read for one in self.databases):
            yield f"This takes the packages and channels that wait:\n\n{repairs.command('p-job')}\n"
        else:
            yield f"This reads new rows of the channels:\n\n{repairs.command('p-job')}\n"
        if self.databases:
            day = f"{self.now - _LOOK_BACK:%Y-%m-%d}"
            yield (
                f"If the channel has it and the P-job passed it by, read it again from its business date, for example:"
                "\n\n"
                f"{repairs.command('p-job', '--from', day)}\n"
            )
