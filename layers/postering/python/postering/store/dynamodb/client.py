"""Calls to DynamoDB, raw: order kept, nothing forgotten, every refusal told from every failure.

PynamoDB declares the items; its batch write forgets what a throttled call left over and its transactions reorder
their parts (its issues 1046 and 1284), so these calls go to botocore directly. Limits: 25 items per BatchWriteItem, 100
per BatchGetItem and transaction, 4 MB per transaction, 400 KB per item (AWS, "Service quotas in DynamoDB").
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from postering.domain.errors import PassingFailure, StoreUnavailable

RawItem = Mapping[str, Any]
"""An item as DynamoDB's protocol writes it: attribute → {type: value}."""

ITEMS_PER_BATCH_WRITE: Final = 25
ITEMS_PER_BATCH_GET: Final = 100
OPERATIONS_PER_TRANSACTION: Final = 100

_PASSING: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "InternalFailure",
        "ServiceUnavailable",
        "TransactionInProgressException",
        "TransactionConflictException",
        "LimitExceededException",
        "IdempotentParameterMismatchException",
    }
)
_PASSING_REASONS: Final = frozenset(
    {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError", "InternalServerError"}
)
_ADVICE: Final = {
    "ResourceNotFoundException": "there is no such table: deploy the stack first, or name the right one",
    "AccessDeniedException": "this identity may not use it: give it the rights that the template gives the functions",
    "UnrecognizedClientException": "the credentials are not valid: sign in again, or set AWS_ACCESS_KEY_ID and so on",
    "InvalidSignatureException": "the credentials are not valid: sign in again",
    "ExpiredTokenException": "the credentials have expired: sign in again",
    "ExpiredToken": "the credentials have expired: sign in again",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A conditional write that did not happen: for each operation its reason's code, and the item that was there."""

    codes: tuple[str, ...]
    items: tuple[RawItem | None, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing but conflicts and throttling stood in the way."""
        given = {code for code in self.codes if code != "None"}
        return bool(given) and given <= _PASSING_REASONS


@dataclass(kw_only=True)
class Calls:
    """DynamoDB's calls on one table, tried again with back-off and jitter up to a limit.

    A failure that does not pass within it is a `PassingFailure`; one that can't is a `StoreUnavailable`.
    """

    client: Any
    table: str
    tries: int = 8
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)

    def get(self, keys: Sequence[RawItem]) -> list[RawItem]:
        """The items of `keys` that are there, in any order, strongly consistent; none is left out unasked."""
        found: list[RawItem] = []
        for some in _groups(keys, ITEMS_PER_BATCH_GET):
            asked: Sequence[RawItem] = some
            for attempt in range(self.tries):
                request = {self.table: {"Keys": list(asked), "ConsistentRead": True}}
                answer = self._called("batch_get_item", RequestItems=request)
                found += answer.get("Responses", {}).get(self.table, [])
                asked = answer.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", [])
                if not asked:
                    break
                self._pause(attempt)
            else:
                raise PassingFailure(f"table {self.table} left {len(asked)} reads unprocessed, try again later")
        return found

    def get_together(self, keys: Sequence[RawItem]) -> list[RawItem]:
        """The items of `keys` (at most 100) that are there, all as of one moment."""
        operations = [{"Get": {"TableName": self.table, "Key": key}} for key in keys]
        answer = self._called("transact_get_items", TransactItems=operations)
        return [each["Item"] for each in answer["Responses"] if each.get("Item")]

    def put_all(self, items: Sequence[RawItem]) -> None:
        """Write items that are immutable: no condition, in any order, each of them at least once."""
        for some in _groups(items, ITEMS_PER_BATCH_WRITE):
            left = [{"PutRequest": {"Item": item}} for item in some]
            for attempt in range(self.tries):
                answer = self._called("batch_write_item", RequestItems={self.table: left})
                left = answer.get("UnprocessedItems", {}).get(self.table, [])
                if not left:
                    break
                self._pause(attempt)
            else:
                raise PassingFailure(f"table {self.table} left {len(left)} writes unprocessed, try again later")

    def write_together(self, operations: Sequence[Mapping[str, Any]]) -> Refused | None:
        """All of `operations` or none; None where they were written, else why not."""
        try:
            self._called("transact_write_items", TransactItems=list(operations))
        except _Canceled as canceled:
            return canceled.refused
        return None

    def put(self, item: RawItem, condition: Mapping[str, Any]) -> Refused | None:
        """One item under a condition; None where it was written, else the item that is there."""
        return self.write_one("put_item", {"Item": item, **condition})

    def write_one(self, call: str, arguments: Mapping[str, Any]) -> Refused | None:
        """One conditional write (`put_item`, `update_item`, `delete_item`)."""
        try:
            self._called(call, TableName=self.table, ReturnValuesOnConditionCheckFailure="ALL_OLD", **arguments)
        except _Canceled as canceled:
            return canceled.refused
        return None

    def delete(self, key: RawItem) -> None:
        """Remove an item; nothing happens where there is none."""
        self._called("delete_item", TableName=self.table, Key=key)

    def query(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every page of a query's answer; a page may be empty and not the last."""
        yield from self._pages("query", arguments)

    def scan(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every page of a scan's answer."""
        yield from self._pages("scan", arguments)

    def _pages(self, call: str, arguments: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        start: Mapping[str, Any] = {}
        while True:
            answer = self._called(call, TableName=self.table, **arguments, **start)
            yield answer
            if not answer.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _called(self, call: str, **arguments: Any) -> Any:
        """One call; tried again where its failure may pass."""
        method = getattr(self.client, call)
        said = ""
        for attempt in range(self.tries):
            try:
                return method(**arguments)
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                said = f"{code}: {error.response.get('Error', {}).get('Message', '')}"
                if code == "ConditionalCheckFailedException":
                    there: Any = error.response.get("Item")
                    raise _Canceled(Refused(("ConditionalCheckFailed",), (there,))) from error
                if code == "TransactionCanceledException":
                    refused = _reasons(error)
                    if not refused.passes:
                        raise _Canceled(refused) from error
                elif code not in _PASSING:
                    raise self._unavailable(code, said) from error
            except BotoCoreError as error:
                said = f"{type(error).__name__}: {error}"
                if not _may_pass(error):
                    raise StoreUnavailable(f"DynamoDB can't be asked for table {self.table}: {said}") from error
            self._pause(attempt)
        raise PassingFailure(f"table {self.table} did not take {call} after {self.tries} tries: {said}")

    def _unavailable(self, code: str, said: str) -> StoreUnavailable:
        return StoreUnavailable(f"table {self.table}: {_ADVICE.get(code, 'the call was refused')} ({said})")

    def _pause(self, attempt: int) -> None:
        """Back off exponentially, with full jitter, 5 seconds at most."""
        self.sleep(min(5.0, 0.05 * 2**attempt) * self.jitter())


class _Canceled(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__(refused)
        self.refused = refused


def _reasons(error: ClientError) -> Refused:
    reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", [])
    return Refused(
        tuple(str(reason.get("Code", "None")) for reason in reasons),
        tuple(reason.get("Item") for reason in reasons),
    )


def _may_pass(error: BotoCoreError) -> bool:
    return type(error).__name__ in {
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "EndpointConnectionError",
        "ConnectionClosedError",
        "HTTPClientError",
        "ProxyConnectionError",
        "SSLError",
    }


Member = TypeVar("Member")


def _groups(members: Sequence[Member], size: int) -> Iterator[Sequence[Member]]:
    for start in range(0, len(members), size):
        yield members[start : start + size]
