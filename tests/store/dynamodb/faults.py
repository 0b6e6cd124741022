"""DynamoDB's client with the faults that engines do not show: each call takes the next fault that was planted for it.

A fault gets the real call and its arguments, and answers or raises in its place.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

Arguments = dict[str, Any]
Fault = Callable[[Callable[..., Any], Arguments], Any]


class FaultyClient:
    """A client whose calls take planted faults; what is not planted goes through. `made` counts calls by name."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.planted: dict[str, Iterator[Fault]] = {}
        self.made: dict[str, list[Arguments]] = defaultdict(list)

    def plant(self, call: str, *faults: Fault) -> None:
        """The next calls of that name take these faults, one each."""
        self.planted[call] = chain(self.planted.get(call, ()), faults)

    def plant_always(self, call: str, fault: Fault) -> None:
        """Every call of that name takes this fault, until `mended`."""
        self.planted[call] = repeat(fault)

    def fixed(self) -> None:
        """No more faults."""
        self.planted.clear()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.client, name)
        if not name.endswith(("_item", "_items", "query", "scan")):
            return real

        def called(**arguments: Any) -> Any:
            self.made[name].append(arguments)
            fault = next(self.planted.get(name, iter(())), None)
            return real(**arguments) if fault is None else fault(real, arguments)

        return called


def refusal(code: str, message: str = "said so", status: int = 400, **more: Any) -> ClientError:
    """The error that botocore makes of a refusal."""
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(response, "Call")


def says(code: str, message: str = "said so", status: int = 400, **more: Any) -> Fault:
    """Nothing is done; the answer is this refusal."""
    return raises(refusal(code, message, status, **more))


def raises(error: Exception) -> Fault:
    """Nothing is done; the call ends with `error`."""

    def fault(real: Callable[..., Any], arguments: Arguments) -> Any:
        raise error

    return fault


def cancels(*codes: str, items: Iterable[Mapping[str, Any] | None] = ()) -> Fault:
    """A transaction is canceled for these reasons, one per operation (the last one for all that follow)."""

    def fault(real: Callable[..., Any], arguments: Arguments) -> Any:
        there = iter(items)
        count = len(arguments["TransactItems"])
        given = [*codes, *[codes[-1]] * (count - len(codes))][:count]
        reasons = [{"Code": code} | ({"Item": item} if (item := next(there, None)) else {}) for code in given]
        raise refusal("TransactionCanceledException", CancellationReasons=reasons)

    return fault


def times_out(real: Callable[..., Any], arguments: Arguments) -> Any:
    """Nothing is done, and no answer comes."""
    raise ReadTimeoutError(endpoint_url="https://dynamodb")


def loses_the_answer(real: Callable[..., Any], arguments: Arguments) -> Any:
    """It is done, and no answer comes."""
    real(**arguments)
    raise ReadTimeoutError(endpoint_url="https://dynamodb")


def hides_the_item(real: Callable[..., Any], arguments: Arguments) -> Any:
    """A refusal comes without the item that is there, as from engines that do not send it."""
    try:
        return real(**arguments)
    except ClientError as error:
        error.response.pop("Item", None)  # type: ignore[typeddict-item]
        for reason in error.response.get("CancellationReasons", []):
            reason.pop("Item", None)
        raise


def leaves_over(keep: Callable[[int], int]) -> Fault:
    """A batch is done in part: `keep` says of how many how many are done."""

    def fault(real: Callable[..., Any], arguments: Arguments) -> Any:
        ((table, asked),) = arguments["RequestItems"].items()
        members = asked["Keys"] if isinstance(asked, dict) else asked
        done, left = members[: keep(len(members))], members[keep(len(members)) :]
        rest = {table: {**asked, "Keys": left} if isinstance(asked, dict) else left} if left else {}
        answer: dict[str, Any] = {}
        if done:
            answer = dict(real(RequestItems={table: {**asked, "Keys": done} if isinstance(asked, dict) else done}))
        return answer | {"UnprocessedKeys" if isinstance(asked, dict) else "UnprocessedItems": rest}

    return fault


def in_small_pages(real: Callable[..., Any], arguments: Arguments) -> Any:
    """A query's answer is cut after one item, and every other page is empty with more to come."""
    start = arguments.get("ExclusiveStartKey", {})
    if "turn" not in start:
        return {"Items": [], "Count": 0, "LastEvaluatedKey": {**start, "turn": {"S": "empty"}}}
    rest = {name: value for name, value in start.items() if name != "turn"}
    given = {name: value for name, value in arguments.items() if name != "ExclusiveStartKey"} | {"Limit": 1}
    return real(**given, **({"ExclusiveStartKey": rest} if rest else {}))
