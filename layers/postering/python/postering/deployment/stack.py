"""A stack in AWS: what its resources are called, and its two functions, which a command invokes.

Names follow from the stack's (template.yaml); POSTERING_TABLE and POSTERING_BUCKET say others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from postering.deployment.settings import Settings
from postering.domain.errors import PosteringError, UploadsUnavailable
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.runs.runs import P_JOB, SYNC_ORDERS

_LONGEST_INVOCATION_SECONDS = 900


class InvocationFailed(PosteringError):
    """A function could not be invoked, or its run failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack by its name. The functions run the jobs; everything else reads the table."""

    name: str

    def p_job(self, request: PJobRequest) -> PJobReport:
        """Run the P-job's function once and wait for its report."""
        return PJobReport.from_json(self._invoked(P_JOB, request.as_payload()))

    def sync_orders(self, request: SyncOrdersRequest) -> SyncOrdersReport:
        """Run the function of Synchronize orders once and wait for its report."""
        return SyncOrdersReport.from_json(self._invoked(SYNC_ORDERS, request.as_payload()))

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
