"""A stack in AWS: the names of its resources, and its two functions, which a command invokes.

The names follow from the name of the stack (template.yaml); POSTERING_TABLE and POSTERING_BUCKET give others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from postering.deployment.settings import Settings
from postering.domain.errors import PosteringError, UploadsUnavailable
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.runs.runs import P_JOB, SYNC_ORDERS
from postering.outside.aws import advice, aws_client, said

_LONGEST_INVOCATION_SECONDS = 900


class InvocationFailed(PosteringError):
    """A function could not be invoked, or its run failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack by its name. The functions run the jobs; everything else reads the table."""

    name: str

    def p_job(self, request: PJobRequest) -> PJobReport:
        """Run the P-job's function once and wait for its report."""
        return PJobReport.from_json(self._invoke(P_JOB, request.as_payload()))

    def sync_orders(self, request: SyncOrdersRequest) -> SyncOrdersReport:
        """Run the function of Synchronize orders once and wait for its report."""
        return SyncOrdersReport.from_json(self._invoke(SYNC_ORDERS, request.as_payload()))

    def _invoke(self, function: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        name = f"{self.name}-{function}"
        client = aws_client(
            "lambda",
            lambda why: InvocationFailed(f"function {name} can't be invoked: {why}"),
            read_seconds=_LONGEST_INVOCATION_SECONDS,
            tries=1,
        )
        try:
            answer = client.invoke(FunctionName=name, Payload=json.dumps(payload).encode("utf-8"))
            body = json.loads(answer["Payload"].read() or b"null")
        except (ClientError, BotoCoreError) as error:
            rights = (
                f"check that the stack {self.name!r} is deployed in this account and region, and that this identity "
                "may invoke it"
            )
            to_do = advice("Lambda", error, {}, rights)
            raise InvocationFailed(f"function {name} can't be invoked ({said(error)}); {to_do}") from error
        except ValueError as error:
            raise InvocationFailed(f"function {name} did not answer in JSON: {error}; look at its log") from error
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
    failure = f"the account of stack {settings.stack!r} is not known"
    client = aws_client("sts", lambda why: UploadsUnavailable(f"{failure}: {why}"), read_seconds=5)
    try:
        account = client.get_caller_identity()["Account"]
    except (ClientError, BotoCoreError) as error:
        to_do = advice("STS", error, {}, "sign in, or set POSTERING_BUCKET")
        raise UploadsUnavailable(f"{failure}: {to_do} ({said(error)})") from error
    return f"{settings.stack}-uploads-{account}-{client.meta.region_name}"
