"""Requests: the selection for a run of each job. A command makes one; a function's payload is one."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from postering.domain.errors import JobRefused
from postering.domain.runs.payloads import PayloadKey, Request, text_key, texts_key, truth_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PJobRequest(Request):
    """Groups by name (none: all active ones), or one session again; `from_date` reads channels again from that day."""

    KEYS: ClassVar[tuple[PayloadKey, ...]] = (
        texts_key("channel_database_groups", "groups"),
        text_key("rerun_session", "rerun_session", instead_of=("channel_database_groups",)),
    )

    groups: tuple[str, ...] = ()
    rerun_session: str = ""
    from_date: date | None = None

    def as_payload(self) -> dict[str, Any]:
        """The payload of the request; `JobRefused` if it has a date, which a function does not take."""
        if self.from_date is not None:
            raise JobRefused(
                "--from reads channel databases on the machine where it runs, and a function takes no date: run it "
                "without --stack on a machine that reaches them, with AWS_ENDPOINT_URL_DYNAMODB or POSTERING_TABLE set"
            )
        return Request.as_payload(self)

    @property
    def described(self) -> str:
        """The request in words; '' for everything."""
        if self.rerun_session:
            return f"session {self.rerun_session} again"
        groups = f"group {', '.join(self.groups)}" if self.groups else ""
        again = f"from {self.from_date}" if self.from_date else ""
        return "; ".join(part for part in (groups, again) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrdersRequest(Request):
    """Nodes or stores of a hierarchy, one transaction, or (nothing named) all stores.

    `transaction` is a transactionId, a whole key, a channel reference or a sales order number.
    """

    KEYS: ClassVar[tuple[PayloadKey, ...]] = (
        text_key("organization_hierarchy", "hierarchy"),
        texts_key("nodes", "nodes"),
        texts_key("stores", "stores"),
        text_key("transaction", "transaction", instead_of=("organization_hierarchy", "nodes", "stores")),
        truth_key("dry_run", "dry_run"),
    )

    hierarchy: str = ""
    nodes: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    transaction: str = ""
    dry_run: bool = False

    @property
    def described(self) -> str:
        """The request in words; '' for everything."""
        if self.transaction:
            return f"transaction {self.transaction}"
        selected = (("hierarchy", (self.hierarchy,)), ("node", self.nodes), ("store", self.stores))
        return "; ".join(f"{kind} {', '.join(names)}" for kind, names in selected if any(names))
