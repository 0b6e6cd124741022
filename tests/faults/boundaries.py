"""Stand-ins for store, uploads and channel databases that count each call to the outside and let faults in there."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from botocore.exceptions import ReadTimeoutError

from postering.channels.databases.databases import ChannelDatabase, Snapshot
from postering.domain.errors import ChannelDatabaseUnavailable, StoreUnavailable
from postering.domain.runs.sources import Found, WholeTransaction

BEFORE, AFTER, LOST_ANSWER = "killed before a call", "killed after a call", "answer lost"

_LOST_ANSWERS: dict[str, Callable[[], Exception]] = {
    "store": StoreUnavailable,
    "uploads": OSError,
    "channel": ChannelDatabaseUnavailable,
    "dynamodb": lambda: ReadTimeoutError(endpoint_url="http://dynamodb"),
}


class Killed(BaseException):
    """The process ends here: nothing of the product catches it."""


class Boundary:
    """Counts calls; at the `at`-th one, does what `kind` says (or `meanwhile`, before it)."""

    def __init__(self, at: int = 0, kind: str = "", meanwhile: Callable[[], None] | None = None) -> None:
        self.at, self.kind, self.meanwhile = at, kind, meanwhile
        self.calls: list[str] = []
        self.dead = False

    def call(self, side: str, name: str, effect: Callable[[], Any]) -> Any:
        """Let one call through, or not."""
        if self.dead:
            raise Killed  # a process that is dead does nothing more, whatever its code would tidy up
        self.calls.append(f"{side}.{name}")
        if len(self.calls) != self.at:
            return effect()
        if self.meanwhile is not None:
            self.meanwhile()
            return effect()
        self.dead = self.kind != LOST_ANSWER
        if self.kind == BEFORE:
            raise Killed
        effect()
        raise Killed if self.dead else _LOST_ANSWERS[side]()

    def __str__(self) -> str:
        named = self.calls[self.at - 1] if 0 < self.at <= len(self.calls) else "no call"
        return f"{self.kind or 'interrupted'}: call {self.at}, {named}"


class Watched:
    """Any store: every method is a call."""

    def __init__(self, inner: Any, side: str, boundary: Boundary) -> None:
        self._inner, self._side, self._boundary = inner, side, boundary

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if not callable(inner) or name == "close":
            return inner
        return lambda *given, **named: self._boundary.call(self._side, name, lambda: inner(*given, **named))


class WatchedClient:
    """A client of DynamoDB: every request of records is a call."""

    def __init__(self, inner: Any, boundary: Boundary) -> None:
        self._inner, self._boundary = inner, boundary

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if not name.endswith(("_item", "_items", "query", "scan")):
            return inner
        return lambda **given: self._boundary.call("dynamodb", name, lambda: inner(**given))


class WatchedUploads(Watched):
    """Uploads: opening a package is a call, and so is taking up its rows."""

    @contextmanager
    def read(self, group: str, package: str) -> Iterator[Any]:
        """As the inner one."""
        self._boundary.call("uploads", "read", lambda: None)
        with self._inner.read(group, package) as inside:
            yield Watched(inside, "uploads", self._boundary)


class WatchedChannel:
    """A channel database: its snapshot, what is read in it, and every transaction that comes out of it."""

    def __init__(self, inner: Any, boundary: Boundary) -> None:
        self._inner, self._boundary = inner, boundary
        self.name, self.group = inner.name, inner.group

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """As the inner one."""
        self._boundary.call("channel", "snapshot", lambda: None)
        with self._inner.snapshot() as inside:
            yield _WatchedSnapshot(inside, self._boundary)


class _WatchedSnapshot:
    def __init__(self, inner: Any, boundary: Boundary) -> None:
        self._inner, self._boundary = inner, boundary

    @property
    def cursor(self) -> Any:
        return self._boundary.call("channel", "cursor", lambda: self._inner.cursor)

    def since(self, cursor: str, *, look_back: bool) -> Found:
        return self._watched(self._inner.since(cursor, look_back=look_back))

    def dated_from(self, day: date | None, cursor: str) -> Found:
        return self._watched(self._inner.dated_from(day, cursor))

    def _watched(self, found: Found) -> Found:
        return replace(found, transactions=self._one_by_one(found.transactions))

    def _one_by_one(self, found: Iterator[WholeTransaction]) -> Iterator[WholeTransaction]:
        while True:
            one = self._boundary.call("channel", "next transaction", lambda: next(found, None))
            if one is None:
                return
            yield one


class Remembered:
    """A channel database whose answers are kept: nothing writes to it while a step runs, and reading it costs most."""

    _answers: ClassVar[dict[tuple[object, ...], Any]] = {}

    def __init__(self, inner: ChannelDatabase) -> None:
        self._inner = inner
        self.name, self.group = inner.name, inner.group

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """As the inner one."""
        self._content = hashlib.sha256((self._inner.home / "channel.db").read_bytes()).digest()
        yield self

    @property
    def cursor(self) -> Any:
        """As the inner one."""
        return self._answer("cursor", lambda snapshot: snapshot.cursor)

    def since(self, cursor: str, *, look_back: bool) -> Found:
        """As the inner one."""
        return self._found(f"since {cursor} {look_back}", lambda snapshot: snapshot.since(cursor, look_back=look_back))

    def dated_from(self, day: date | None, cursor: str) -> Found:
        """As the inner one."""
        return self._found(f"dated from {day} {cursor}", lambda snapshot: snapshot.dated_from(day, cursor))

    def _found(self, question: str, ask: Callable[[Snapshot], Found]) -> Found:
        def whole(snapshot: Snapshot) -> tuple[list[WholeTransaction], tuple[str, ...]]:
            found = ask(snapshot)
            return list(found.transactions), found.messages

        transactions, messages = self._answer(question, whole)
        return Found(transactions=iter(transactions), messages=messages)

    def _answer(self, question: str, ask: Callable[[Snapshot], Any]) -> Any:
        asked = (self._content, question)
        if asked not in self._answers:
            with self._inner.snapshot() as snapshot:
                self._answers[asked] = ask(snapshot)
        return self._answers[asked]
