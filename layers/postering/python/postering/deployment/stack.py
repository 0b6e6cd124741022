"""A stack in AWS: what its resources are called, and its two functions, which a command invokes.

Names follow from the stack's (template.yaml); POSTERING_TABLE and POSTERING_BUCKET say others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from postering.deployment.settings import Settings
from postering.domain.errors import JobRefused, PosteringError, UploadsUnavailable
from postering.domain.runs.reports import CurrencyTotals, PJobReport, SyncOrdersReport
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession
from postering.jobs.p_job import PJobRequest
from postering.jobs.sync_orders import SyncOrdersRequest

_LONGEST_INVOCATION_SECONDS = 900
_NOT_TOLD = datetime.min
"""A report does not say when a session was made."""


class InvocationFailed(PosteringError):
    """A function could not be invoked, or its run failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack by its name. The functions run the jobs; everything else reads the table."""

    name: str

    def p_job(self, request: PJobRequest) -> PJobReport:
        """Run the P-job's function once and wait for its report."""
        if request.from_date is not None:
            raise JobRefused(
                "--from reads channel databases on the machine where it runs, and a function takes no date: run it "
                "without --stack on a machine that reaches them, with AWS_ENDPOINT_URL_DYNAMODB or POSTERING_TABLE set"
            )
        payload: dict[str, Any] = {}
        if request.groups:
            payload["channel_database_groups"] = list(request.groups)
        if request.rerun_session:
            payload["rerun_session"] = request.rerun_session
        return p_job_report(self._invoked("p-job", payload))

    def sync_orders(self, request: SyncOrdersRequest) -> SyncOrdersReport:
        """Run the function of Synchronize orders once and wait for its report."""
        payload: dict[str, Any] = {}
        if request.hierarchy:
            payload["organization_hierarchy"] = request.hierarchy
        if request.nodes:
            payload["nodes"] = list(request.nodes)
        if request.stores:
            payload["stores"] = list(request.stores)
        if request.transaction is not None:
            payload["transaction"] = request.transaction.text
        if request.dry_run:
            payload["dry_run"] = True
        return sync_orders_report(self._invoked("sync-orders", payload))

    def _invoked(self, function: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        name = f"{self.name}-{function}"
        config = Config(connect_timeout=3, read_timeout=_LONGEST_INVOCATION_SECONDS, retries={"total_max_attempts": 1})
        try:
            client = boto3.session.Session().client("lambda", config=config)
            answer = client.invoke(FunctionName=name, Payload=json.dumps(payload).encode("utf-8"))
            body = json.loads(answer["Payload"].read() or b"null")
        except ClientError as error:
            said = error.response.get("Error", {})
            raise InvocationFailed(
                f"function {name} can't be invoked ({said.get('Code')}: {said.get('Message')}); see that the stack "
                f"{self.name!r} is deployed in this account and region and that this identity may invoke it"
            ) from error
        except (BotoCoreError, ValueError) as error:
            raise InvocationFailed(
                f"function {name} can't be invoked: {error}; check region, credentials and network"
            ) from error
        if answer.get("FunctionError") or not isinstance(body, dict) or "job" not in body:
            described = body.get("errorMessage", "") if isinstance(body, dict) else ""
            raise InvocationFailed(f"the run of function {name} failed: {described or 'look at its log'}")
        return body


def table_of(settings: Settings) -> str:
    """The stack's table."""
    return settings.table or f"{settings.stack}-postering"


def bucket_of(settings: Settings) -> str:
    """The stack's upload bucket: its name holds account and region."""
    if settings.bucket:
        return settings.bucket
    try:
        session = boto3.session.Session()
        config = Config(connect_timeout=3, read_timeout=5)
        account = session.client("sts", config=config).get_caller_identity()["Account"]
    except (ClientError, BotoCoreError, ValueError) as error:
        raise UploadsUnavailable(
            f"the account of stack {settings.stack!r} can't be asked for: {error}; sign in, or set POSTERING_BUCKET"
        ) from error
    return f"{settings.stack}-uploads-{account}-{session.region_name}"


def p_job_report(described: Mapping[str, Any]) -> PJobReport:
    """The report that a function returned."""
    return PJobReport(
        run_id=described["run_id"],
        sessions=tuple(_session(session) for session in described["sessions"]),
        counts=StagedCounts(
            staged=described["transactions_staged"],
            duplicates=described["duplicates"],
            conflicts=described["conflicts"],
            rejected=described["rejected"],
            waiting=described["waiting"],
        ),
        messages=tuple(described.get("messages", ())),
        unreachable=tuple(described.get("unreachable", ())),
        complete=described.get("complete", True),
        duration_seconds=Decimal(str(described["duration_seconds"])),
    )


def sync_orders_report(described: Mapping[str, Any]) -> SyncOrdersReport:
    """The report that a function returned."""
    return SyncOrdersReport(
        run_id=described["run_id"],
        succeeded=described["succeeded"],
        failed=described["failed"],
        waiting=described["waiting"],
        skipped=described["skipped"],
        sales_orders=described["sales_orders"],
        payments=described["payments"],
        totals={
            currency: CurrencyTotals(**{name: Decimal(text) for name, text in sums.items()})
            for currency, sums in described["totals"].items()
        },
        errors=dict(described["errors"]),
        remaining=described["remaining"],
        dry_run=described.get("dry_run", False),
        messages=tuple(described.get("messages", ())),
        complete=described.get("complete", True),
        duration_seconds=Decimal(str(described["duration_seconds"])),
    )


def _session(described: Mapping[str, Any]) -> UploadSession:
    return UploadSession(
        group=described["group"],
        id=described["id"],
        status=SessionStatus(described["status"]),
        created=_NOT_TOLD,
        package=described["id"],
        transactions=described["transactions"],
        records=described["records"],
        message=described["message"],
    )
