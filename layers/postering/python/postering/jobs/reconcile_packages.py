"""The packages as reconciliation reads them: each from its own bytes, also those that the P-job has not read yet."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from postering.domain.errors import PackageMissing, PackageRefused
from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO
from postering.domain.reconciliation.differences import PACKAGES_AND_STAGED, Difference, Reason
from postering.domain.reconciliation.packages import KeptPart
from postering.domain.reconciliation.sides import brought, without_values
from postering.domain.retail_transactions.rows import AnyRow, RejectedRow, Row, UnkeyedRow
from postering.domain.runs.kept_packages import KeptPackage, kept_packages, removed_text
from postering.domain.runs.packages import ListedPackage
from postering.domain.runs.sessions import SessionStatus
from postering.domain.setup.setup import Setup
from postering.jobs.ports import Store
from postering.jobs.reconcile_range import Range
from postering.jobs.run import Run

IsKnown = Callable[[TransactionKey], bool]
"""Whether another side has the transaction: then it is read, whatever its date."""


class KeptPackages(Protocol):
    """The packages' own bytes, in the uploads or in quarantine."""

    def groups(self) -> Collection[str]:
        """Groups that have uploads."""
        ...

    def listed(self, group: str) -> Collection[ListedPackage]:
        """The packages in the group's uploads."""
        ...

    def digest(self, group: str, package: str) -> str:
        """SHA-256 of the package's bytes; raises `PackageMissing`."""
        ...

    def readable_rows(self, group: str, package: str) -> Iterator[AnyRow]:
        """The rows that can be read, headers before children, also of a package that is not sound.

        Raises `PackageMissing`, and `PackageRefused` for a file that is not a package.
        """
        ...


@dataclass(kw_only=True)
class PackageReading:
    """The packages as read so far. `unexplained` and `explained` are differences of packages, not of a transaction.

    `damaged` are packages that were changed or can't be read, `removed` the sessions whose package retention removed.
    """

    wanted: Range
    setup: Setup
    store: Store
    uploads: KeptPackages
    run: Run

    def __post_init__(self) -> None:
        self.kept: dict[TransactionKey, list[KeptPart]] = {}
        self._start_again()

    def _start_again(self) -> None:
        self.damaged: set[str] = set()
        self.removed: set[tuple[str, str]] = set()
        self.unexplained: list[Difference] = []
        self.explained: list[Difference] = []

    def read(self, only: frozenset[TransactionKey] | None, is_known: IsKnown) -> None:
        """Read all packages, of the transactions `only` (None: of all that are wanted)."""
        self._start_again()
        lying = self._lying()
        packages = kept_packages(self.store.sessions(), lying)
        for number, package in enumerate(packages, 1):
            self._read_package(package, only, is_known)
            self.run.progress("reading packages", number, len(packages))

    def _lying(self) -> Mapping[tuple[str, str], str]:
        """The packages in the uploads, with what happens to one that no session has read."""
        active = {group.name: group.active for group in self.setup.channel_database_groups}
        found: dict[tuple[str, str], str] = {}
        for group in sorted({*self.uploads.groups(), *active}):
            becomes = "the next run of the P-job reads it"
            if not active.get(group):
                becomes = (
                    f"group {group} is {'not active' if group in active else 'not in the setup'}, nothing reads it"
                )
            found |= {(group, package.session): becomes for package in self.uploads.listed(group)}
        return found

    def _read_package(self, package: KeptPackage, only: frozenset[TransactionKey] | None, is_known: IsKnown) -> None:
        if any(session.quarantined for session in package.sessions):
            self._explain(f"package {package.text} lies in quarantine: it holds card data", Reason.QUARANTINED)
        found: dict[TransactionKey, list[Row | RejectedRow]] = {}
        unkeyed: set[str] = set()
        try:
            self._check_bytes(package)
            for row in self.uploads.readable_rows(package.group, package.name):
                if isinstance(row, UnkeyedRow):
                    unkeyed.add(row.hash)
                elif self.wanted.has_store(row.transaction.store) and (only is None or row.transaction in only):
                    found.setdefault(row.transaction, []).append(without_values(row) if only is None else row)
        except (PackageMissing, PackageRefused) as unreadable:
            self._take_unreadable(package, unreadable)
        for key, rows in found.items():
            part = brought(rows, detailed=only is not None)
            if is_known(key) or self.wanted.has(part.header.business_date):
                self.kept.setdefault(key, []).append(KeptPart(package=package, brought=part))
        if unkeyed and not self.wanted.store:
            self._check_unkeyed(package, unkeyed)

    def _take_unreadable(self, package: KeptPackage, unreadable: PackageMissing | PackageRefused) -> None:
        if package.removed is not None and isinstance(unreadable, PackageMissing):
            self.removed |= {(session.group, session.id) for session in package.sessions}
            self._explain(removed_text(package), Reason.REMOVED)
        elif package.promised_sha256:
            self.damaged.add(package.text)
            self._report(f"package {package.text}: {unreadable}")
        else:
            why = f"package {package.text}, of which nothing is staged, can't be read: {unreadable}"
            self._explain(why, _standing(package))

    def _check_bytes(self, package: KeptPackage) -> None:
        promised = package.promised_sha256
        if not promised:
            return
        actual = self.uploads.digest(package.group, package.name)
        if actual != promised:
            self.damaged.add(package.text)
            self._report(
                f"package {package.text} was changed since it was staged: its SHA-256 is {actual}, it was {promised}; "
                "put the original back"
            )

    def _check_unkeyed(self, package: KeptPackage, hashes: set[str]) -> None:
        """Rows without a key belong to no transaction: they must be kept with the session that is applied."""
        applied = [session for session in package.sessions if session.status is SessionStatus.APPLIED]
        if not applied:
            why = f"rows of package {package.text} that name no transaction, and are not staged yet: {len(hashes)}"
            self._explain(why, Reason.NO_TRANSACTION)
            return
        kept = {row.hash for s in applied for row in self.store.unkeyed_rows(s.group, s.id)}
        if lost := len(hashes - kept):
            self._report(f"rows of package {package.text} that name no transaction, and were not kept: {lost}")
        if there := len(hashes & kept):
            why = f"rows of package {package.text} that name no transaction, and are kept with the session: {there}"
            self._explain(why, Reason.NO_TRANSACTION)

    def _report(self, why: str) -> None:
        self.unexplained.append(_of_packages(why, Reason.UNEXPLAINED))

    def _explain(self, why: str, reason: Reason) -> None:
        self.explained.append(_of_packages(why, reason))


def _standing(package: KeptPackage) -> Reason:
    return Reason.NOT_APPLIED if package.sessions else Reason.UNREAD


def _of_packages(why: str, reason: Reason) -> Difference:
    return Difference(transaction=None, between=PACKAGES_AND_STAGED, amount=ZERO, currency="", why=why, reason=reason)
