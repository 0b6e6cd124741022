"""Calls to DynamoDB, raw: order kept, nothing forgotten, every refusal told from every failure.

PynamoDB declares the items; its batch write forgets what a throttled call left over and its transactions reorder
their parts (its issues 1046 and 1284), so these calls go to botocore directly. Limits: 25 items per BatchWriteItem, 100
per BatchGetItem and transaction, 4 MB per transaction, 400 KB per item (AWS, "Service quotas in DynamoDB").
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from postering.domain.errors import PassingFailure, StoreUnavailable
from postering.domain.lists import batched
from postering.outside.aws import advice, code_of
from postering.outside.aws import said as in_words

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
    "ResourceNotFoundException": "there is no such table in this region: deploy the stack first, or name the right "
    "one, or its region in AWS_DEFAULT_REGION",
    "AccessDeniedException": "this identity may not use it: give it the rights that the template gives the functions",
}
_SIGN_IN: Final = "sign in, or set AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_REACH: Final = "see that the network reaches it, and that an engine named by AWS_ENDPOINT_URL_DYNAMODB runs"
_SERVER_ERROR: Final = 500


class RequestInvalid(StoreUnavailable):
    """DynamoDB refused a request as invalid: something in it is too large or of a wrong form; nothing was written."""


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

        def ask(some: Sequence[RawItem]) -> Sequence[RawItem]:
            request = {self.table: {"Keys": list(some), "ConsistentRead": True}}
            answer = self._called("batch_get_item", RequestItems=request)
            found.extend(answer.get("Responses", {}).get(self.table, []))
            left: Sequence[RawItem] = answer.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", [])
            return left

        # DynamoDB refuses a call that names a key twice.
        unique = list({(key["pk"]["S"], key["sk"]["S"]): key for key in keys}.values())
        for some in batched(unique, ITEMS_PER_BATCH_GET):
            self._all_of(some, ask, "reads")
        return found

    def get_together(self, keys: Sequence[RawItem]) -> list[RawItem]:
        """The items of `keys` (at most 100) that are there, all as of one moment."""
        operations = [{"Get": {"TableName": self.table, "Key": key}} for key in keys]
        try:
            answer = self._called("transact_get_items", TransactItems=operations)
        except _Canceled as canceled:
            raise StoreUnavailable(f"table {self.table}: a read was refused ({canceled.refused.codes})") from canceled
        return [each["Item"] for each in answer["Responses"] if each.get("Item")]

    def put_all(self, items: Sequence[RawItem]) -> None:
        """Write items that are immutable: no condition, in any order, each of them at least once."""

        def write(some: Sequence[RawItem]) -> Sequence[RawItem]:
            answer = self._called("batch_write_item", RequestItems={self.table: list(some)})
            left: Sequence[RawItem] = answer.get("UnprocessedItems", {}).get(self.table, [])
            return left

        for some in batched(items, ITEMS_PER_BATCH_WRITE):
            self._all_of([{"PutRequest": {"Item": item}} for item in some], write, "writes")

    def write_together(self, operations: Sequence[Mapping[str, Any]]) -> Refused | None:
        """All of `operations` or none; None where they were written, else why not."""
        try:
            self._called("transact_write_items", TransactItems=list(operations))
        except _Canceled as canceled:
            return self._with_items(canceled.refused, [operation["Put"]["Item"] for operation in operations])
        return None

    def put(self, item: RawItem, condition: Mapping[str, Any]) -> Refused | None:
        """One item under a condition; None where it was written, else the item that is there."""
        given = {"Item": item, **condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            self._called("put_item", TableName=self.table, **given)
        except _Canceled as canceled:
            return self._with_items(canceled.refused, [item])
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

    def _all_of(
        self, some: Sequence[RawItem], call: Callable[[Sequence[RawItem]], Sequence[RawItem]], what: str
    ) -> None:
        """`call` until nothing is left over; it may come back with less only so often."""
        left, without_progress = some, 0
        while still := call(left):
            without_progress = 0 if len(still) < len(left) else without_progress + 1
            left = still
            if without_progress >= self.tries:
                raise PassingFailure(f"table {self.table} left {len(left)} {what} unprocessed, try again later")
            self._pause(without_progress)

    def _with_items(self, refused: Refused, items: Sequence[RawItem]) -> Refused:
        """With what stands in the way of each of `items`, read where the refusal did not bring it."""
        there = list(refused.items)
        for place, code in enumerate(refused.codes):
            if code == "ConditionalCheckFailed" and not there[place]:
                found = self.get([{"pk": items[place]["pk"], "sk": items[place]["sk"]}])
                there[place] = found[0] if found else None
        return Refused(refused.codes, tuple(there))

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
                code, said = code_of(error), in_words(error)
                if code == "ConditionalCheckFailedException":
                    there: Any = error.response.get("Item")
                    raise _Canceled(Refused(("ConditionalCheckFailed",), (there,))) from error
                if code == "TransactionCanceledException":
                    refused = _reasons(error)
                    if not refused.passes:
                        raise _Canceled(refused) from error
                elif code == "ValidationException":
                    raise RequestInvalid(f"table {self.table}: {call} was refused as invalid ({said})") from error
                elif code not in _PASSING and _status(error) < _SERVER_ERROR:
                    raise self._unavailable(error) from error
            except BotoCoreError as error:
                said = in_words(error)
                if not isinstance(error, (HTTPClientError, ConnectionError)):
                    raise StoreUnavailable(
                        f"DynamoDB can't be asked for table {self.table}: {said}; {_SIGN_IN}"
                    ) from error
                said += f"; {_REACH}"
            self._pause(attempt)
        raise PassingFailure(f"table {self.table} did not take {call} after {self.tries} tries: {said}")

    def _unavailable(self, error: ClientError) -> StoreUnavailable:
        to_do = advice("DynamoDB", error, _ADVICE, "the call was refused")
        return StoreUnavailable(f"table {self.table}: {to_do} ({in_words(error)})")

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


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
