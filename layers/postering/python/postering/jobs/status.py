"""Status: reads the state of the deployment by counts and indexes; the domain judges it. Nothing is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from postering.domain.inquiries.needs import judge
from postering.domain.inquiries.standing import Standing
from postering.domain.inquiries.status import Facts, Planned, Status, Uploaded
from postering.domain.inquiries.status_sums import Numbers, numbers_of
from postering.domain.runs.packages import ListedPackage
from postering.domain.runs.runs import SYNC_ORDERS, LastRuns
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import State
from postering.jobs.ports import Store


class ListedUploads(Protocol):
    """The packages that lie in the uploads."""

    def groups(self) -> Sequence[str]:
        """Groups that have uploads, sorted."""
        ...

    def listed(self, group: str) -> Sequence[ListedPackage]:
        """The packages in the group's uploads, by name."""
        ...


def read_status(store: Store, uploads: ListedUploads, planned: Mapping[str, Planned], now: datetime) -> Status:
    """The status at `now`. `planned` has, for each job, its next scheduled run."""
    active_setup = store.setup()
    runs = tuple(store.last_runs())
    # Packages are listed before the sessions: one that a P-job takes up in between is then found as a session.
    listed = {group: uploads.listed(group) for group in uploads.groups()}
    sessions = tuple(store.sessions())
    known = {(session.group, session.id) for session in sessions}
    standing = store.standing()
    return judge(
        Facts(
            now=now,
            setup_version=active_setup.version,
            groups={group.name: group.active for group in active_setup.setup.channel_database_groups},
            runs=runs,
            planned=planned,
            sessions=sessions,
            uploaded=tuple(
                Uploaded(group=group, package=package.session, size=package.size, since=package.since or now)
                for group, packages in listed.items()
                for package in packages
                if (group, package.session) not in known
            ),
            standing=standing,
            numbers=_numbers(active_setup.setup, store, runs, standing),
        )
    )


def _numbers(setup: Setup, store: Store, runs: Sequence[LastRuns], standing: Standing) -> tuple[Numbers, ...]:
    posted = [last.ended.counts.get("sales_orders", 0) for last in runs if last.job == SYNC_ORDERS and last.ended]
    due = standing.states.get(State.PENDING, 0) + len(standing.unfinished)
    return tuple(
        numbers_of(company, store.next_number(company.id), max(posted, default=0), due) for company in setup.companies
    )
