"""Calls to DynamoDB through botocore: they keep the order, lose no item, and distinguish refusals from failures.

PynamoDB only declares the items. Its batch write loses the unprocessed items of a throttled call, and its transactions
reorder their parts (its issues 1046 and 1284). Limits: 25 items per BatchWriteItem, 100
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
"""An item in DynamoDB's protocol: attribute → {type: value}."""

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
    "AccessDeniedException": "this identity may not use it: give the identity the rights that the template gives the "
    "functions",
}
_SIGN_IN: Final = "sign in, or set AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_REACH: Final = (
    "check that the network reaches it, and that the engine at AWS_ENDPOINT_URL_DYNAMODB, if that is set, runs"
)
_SERVER_ERROR: Final = 500


class RequestInvalid(StoreUnavailable):
    """DynamoDB refused a request as invalid: a part is too large or malformed. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused conditional write: for each operation the code of the reason, and the item that was there."""

    codes: tuple[str, ...]
    items: tuple[RawItem | None, ...]

    @property
    def passes(self) -> bool:
        """Whether all reasons are conflicts and throttling, so that another try can succeed."""
        given = {code for code in self.codes if code != "None"}
        return bool(given) and given <= _PASSING_REASONS


@dataclass(kw_only=True)
class Calls:
    """DynamoDB's calls on one table. Each is tried again, with back-off and jitter, up to a limit.

    Raises:
        PassingFailure: a temporary failure was still there after the last try.
        StoreUnavailable: the failure is not temporary.
    """

    client: Any
    table: str
    tries: int = 8
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)

    def get(self, keys: Sequence[RawItem]) -> list[RawItem]:
        """The items of `keys` that exist, in any order, read consistently. Unprocessed keys are asked again."""
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
        """The items of `keys` (at most 100) that exist, all of one moment."""
        operations = [{"Get": {"TableName": self.table, "Key": key}} for key in keys]
        try:
            answer = self._called("transact_get_items", TransactItems=operations)
        except _Canceled as canceled:
            raise StoreUnavailable(f"table {self.table}: a read was refused ({canceled.refused.codes})") from canceled
        return [each["Item"] for each in answer["Responses"] if each.get("Item")]

    def put_all(self, items: Sequence[RawItem]) -> None:
        """Write items that never change: without condition, in any order, each at least once."""

        def write(some: Sequence[RawItem]) -> Sequence[RawItem]:
            answer = self._called("batch_write_item", RequestItems={self.table: list(some)})
            left: Sequence[RawItem] = answer.get("UnprocessedItems", {}).get(self.table, [])
            return left

        for some in batched(items, ITEMS_PER_BATCH_WRITE):
            self._all_of([{"PutRequest": {"Item": item}} for item in some], write, "writes")

    def write_together(self, operations: Sequence[Mapping[str, Any]]) -> Refused | None:
        """Write all of `operations` or none. Returns None if they were written, else the refusal."""
        try:
            self._called("transact_write_items", TransactItems=list(operations))
        except _Canceled as canceled:
            return self._with_items(canceled.refused, [operation["Put"]["Item"] for operation in operations])
        return None

    def put(self, item: RawItem, condition: Mapping[str, Any]) -> Refused | None:
        """Write one item under a condition. Returns None if it was written, else the item that is there."""
        given = {"Item": item, **condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            self._called("put_item", TableName=self.table, **given)
        except _Canceled as canceled:
            return self._with_items(canceled.refused, [item])
        return None

    def delete(self, key: RawItem) -> None:
        """Remove an item; if there is none, nothing changes."""
        self._called("delete_item", TableName=self.table, Key=key)

    def query(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every page of a query's answer. An empty page need not be the last."""
        yield from self._pages("query", arguments)

    def scan(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every page of a scan's answer."""
        yield from self._pages("scan", arguments)

    def _all_of(
        self, some: Sequence[RawItem], call: Callable[[Sequence[RawItem]], Sequence[RawItem]], what: str
    ) -> None:
        """Repeat `call` until it leaves nothing unprocessed, up to the limit of tries."""
        left, without_progress = some, 0
        while still := call(left):
            without_progress = 0 if len(still) < len(left) else without_progress + 1
            left = still
            if without_progress >= self.tries:
                raise PassingFailure(f"table {self.table} left {len(left)} {what} unprocessed, try again later")
            self._pause(without_progress)

    def _with_items(self, refused: Refused, items: Sequence[RawItem]) -> Refused:
        """The refusal with the item in the way of each of `items`, read if the refusal did not bring it."""
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
        """One call; a temporary failure is tried again."""
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
        """An exponential pause with full jitter, of at most 5 seconds."""
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
