"""The status of an upload session with its reason and the next step, as `explain SESSION` prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.setup.toml import toml_value
from postering.domain.texts import counted

_CANCEL = "If its data is bad for good, cancel it; the range of a channel database is read again:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStory:
    """A session, its rows that name no transaction, and whether its group is active (None: not in the setup)."""

    session: UploadSession
    unkeyed: Sequence[UnkeyedRow]
    active: bool | None

    @property
    def message(self) -> str:
        """The reason for its status."""
        return " ".join(part for part in (self._status, self._rejected, self._overwritten) if part)

    @property
    def repair(self) -> str:
        """The next step, empty if nothing is to be done."""
        session = self.session
        if session.status is SessionStatus.APPLY_FAILED:
            return (
                "At the source, make the package again and send it under the same name: other bytes are read anew by "
                f"the next P-job.\nIf the cause has passed, read the same package again:\n\n"
                f"{repairs.command('sessions', 'rerun', session.name)}\n\n{_CANCEL}\n\n"
                f"{repairs.command('sessions', 'cancel', session.name)}"
            )
        if session.is_suspect and self.active:
            return (
                f"After you raised those limits, or at any time, try it now:\n\n"
                f"{repairs.command('sessions', 'rerun', session.name)}\n\n{_CANCEL}\n\n"
                f"{repairs.command('sessions', 'cancel', session.name)}"
            )
        if session.waits and self.active is False:
            where = f"[[channel_database_groups]] with name = {toml_value(session.group)}"
            once = f"\nOr take it once:\n\n{repairs.command('p-job', '--group', session.group)}"
            return repairs.change_setup(where, "active = true") + once
        if session.waits:
            return f"Take it now:\n\n{repairs.command('p-job', '--group', session.group)}"
        if session.status is SessionStatus.CANCELED and session.database:
            return f"This reads its range of the channel again:\n\n{repairs.command('p-job')}"
        if self.session.counts.rejected > len(self.unkeyed):
            return f"The transactions with rejected rows:\n\n{repairs.command(*_REJECTED)}"
        return ""

    def as_json(self) -> dict[str, object]:
        """The shape that `explain --json` prints for a session."""
        return {
            "session": self.session.as_json(),
            "message": self.message,
            "repair": self.repair,
            "unkeyed_rows": [
                {
                    "entity": row.entity,
                    "where": row.where,
                    "problems": [problem.as_json() for problem in row.problems],
                }
                for row in self.unkeyed
            ],
        }

    @property
    def _status(self) -> str:
        session = self.session
        named = f"Session {session.name} ({session.created:%Y-%m-%d %H:%M} UTC)"
        match session.status:
            case SessionStatus.APPLIED:
                counts = session.counts
                every = counted(session.transactions, "transaction")
                return (
                    f"{named} is applied: of {every} {counts.staged} brought something new, "
                    f"{counts.duplicates} nothing; conflicts {counts.conflicts}, rejected {counts.rejected}."
                )
            case SessionStatus.APPLY_FAILED:
                return f"{named} could not be applied, and is not tried again by itself: {session.message}."
            case SessionStatus.CANCELED:
                return f"{named} was canceled; the transactions staged before stay."
            case _:
                return f"{named} waits to be applied.{self._held_up}"

    @property
    def _held_up(self) -> str:
        if self.active is None:
            return f" Its group {self.session.group} is not in the setup."
        if not self.active:
            return f" Its group {self.session.group} is not active in the setup."
        if self.session.is_suspect:
            return f" {self.session.message}, after all other packages and alone."
        tries = self.session.tries
        return f" Runs that tried it and did not come back: {tries}." if tries else " No P-job has come to it since."

    @property
    def _rejected(self) -> str:
        if not self.unkeyed:
            return ""
        return f"Its rows that name no transaction: {len(self.unkeyed)}. They have to be sent again with their key."

    @property
    def _overwritten(self) -> str:
        if not self.session.overwritten:
            return ""
        return "Other bytes lie under its name now; they are refused: send them under a name of their own."


_REJECTED = ("transactions", "--code", "ROW_INVALID", "--code", "CARD_DATA")
