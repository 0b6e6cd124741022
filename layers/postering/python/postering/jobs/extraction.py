"""Phase 1 of the P-job: new transactions of a source become upload packages.

The source is read in one snapshot: whole transactions beyond the cursor of the last reading, with a look-back for rows
that came late. Every row is compared with the rows in the store. Because of this, a look-back, a source that starts
anew, or a cursor that was set back never makes anything twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import AnyRow, RawRow, RejectedRow, UnkeyedRow, read_row
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.runs.sources import CannotRead, Found, WholeTransaction
from postering.domain.staging.records import Staged
from postering.jobs.limits import Limits
from postering.jobs.ports import ChannelSource, Store, Uploads
from postering.jobs.run import Run

_COMPARED_AT_ONCE = 200
_RECORDED_TOGETHER = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The new sessions from reading one source, and messages for the operator.

    `unchanged` counts the transactions read that have nothing new, and so are in no package. `refused` says why the
    source cannot be read in the requested way.
    """

    sessions: tuple[UploadSession, ...] = ()
    messages: tuple[str, ...] = ()
    unchanged: int = 0
    refused: str = ""


def extract(
    source: ChannelSource,
    store: Store,
    uploads: Uploads,
    run: Run,
    limits: Limits,
    from_date: date | None = None,
    *,
    look_back: bool = True,
) -> Extraction:
    """Read `source`, write its new transactions as packages to the uploads, and move the cursor with their sessions.

    With `from_date` the source is read from that business date on, and the cursor stays: later runs find new
    transactions of earlier dates. The first reading of a source moves it: earlier transactions are not asked for.
    """
    cursor = store.cursor(source.name)
    with source.snapshot() as snapshot:
        if from_date is None:
            found: Found | CannotRead = snapshot.since(cursor.text, look_back=look_back)
        else:
            found = snapshot.dated_from(from_date, cursor.text)
        if isinstance(found, CannotRead):
            return Extraction(refused=f"channel database {source.name}: {found.why}")
        comparison = _Comparison(source=source, store=store, run=run)
        new = comparison.not_received(found.transactions)
        sessions = tuple(_packages(new, source, uploads, run, limits, cursor))
        moved = cursor.moved(snapshot.cursor, run.now())
    messages = found.messages
    if from_date is not None and cursor.version:
        moved = cursor.recorded(run.now())
    if not sessions and cursor.version and moved.text == cursor.text:
        return Extraction(messages=messages, unchanged=comparison.unchanged)
    # If there are very many packages, only the last ones share the cursor's write: one write takes no more items. After
    # a crash in between the range is read again, and the rows of these sessions are then found known.
    for session in sessions[:-_RECORDED_TOGETHER]:
        store.open_session(session)
    if not store.record_extraction(sessions[-_RECORDED_TOGETHER:], moved):
        # Another run read the same range first. Its packages hold the same rows; ours are staged as duplicates.
        return Extraction(messages=(*messages, f"channel database {source.name}: another run read it at the same time"))
    return Extraction(sessions=sessions, messages=messages, unchanged=comparison.unchanged)


@dataclass(frozen=True, slots=True)
class _Transaction:
    """One transaction of the source, raw as it came and as read."""

    raw: tuple[tuple[str, RawRow], ...]
    rows: tuple[AnyRow, ...]

    @property
    def has_card_data(self) -> bool:
        return any(
            problem.code == "CARD_DATA"
            for row in self.rows
            if isinstance(row, RejectedRow | UnkeyedRow)
            for problem in row.problems
        )


@dataclass(kw_only=True, slots=True)
class _Comparison:
    """The comparison of every row that is read with the rows in the store."""

    source: ChannelSource
    store: Store
    run: Run
    unchanged: int = 0

    def not_received(self, found: Iterable[WholeTransaction]) -> Iterator[_Transaction]:
        """The transactions with at least one row that is new to the store; the others are counted."""
        compared = 0
        for batch in batched(found, _COMPARED_AT_ONCE):
            read = [
                _Transaction(
                    raw=tuple((row.entity, row.raw) for row in transaction.rows),
                    rows=tuple(read_row(ENTITIES[row.entity], row.raw, row.where) for row in transaction.rows),
                )
                for transaction in batch
            ]
            keys = {row.transaction for each in read for row in each.rows if not isinstance(row, UnkeyedRow)}
            unkeyed = {row.hash for each in read for row in each.rows if isinstance(row, UnkeyedRow)}
            staged = self.store.staged(keys)
            known_unkeyed = self.store.unkeyed_hashes(self.source.group, unkeyed) if unkeyed else frozenset()
            new = [each for each in read if _is_new(each, staged, known_unkeyed)]
            self.unchanged += len(read) - len(new)
            yield from new
            compared += len(batch)
            self.run.progress(f"reading channel database {self.source.name}", compared, 0)


def _is_new(found: _Transaction, staged: Mapping[TransactionKey, Staged], known_unkeyed: frozenset[str]) -> bool:
    for row in found.rows:
        if isinstance(row, UnkeyedRow):
            if row.hash not in known_unkeyed:
                return True
        else:
            there = staged.get(row.transaction)
            if there is None or not any(row.hash in piece.hashes for piece in there.pieces):
                return True
    return False


def _packages(
    new: Iterable[_Transaction],
    source: ChannelSource,
    uploads: Uploads,
    run: Run,
    limits: Limits,
    cursor: ChannelCursor,
) -> Iterator[UploadSession]:
    """Packages of at most `extracted_per_package` transactions; those with card data apart, in the quarantine."""
    number = 0
    for batch in batched(new, limits.extracted_per_package):
        for quarantined in (False, True):
            chosen = [found for found in batch if found.has_card_data is quarantined]
            if chosen:
                number += 1
                yield _package(chosen, number, quarantined, source, uploads, run, cursor)


def _package(
    chosen: Sequence[_Transaction],
    number: int,
    quarantined: bool,
    source: ChannelSource,
    uploads: Uploads,
    run: Run,
    cursor: ChannelCursor,
) -> UploadSession:
    session_id = f"{source.name}-{run.id}-{number:03d}"
    created = run.now()
    written = uploads.write(
        source.group,
        session_id,
        database=source.name,
        created=created,
        rows=[raw for found in chosen for raw in found.raw],
        quarantined=quarantined,
    )
    return UploadSession(
        group=source.group,
        id=session_id,
        status=SessionStatus.UPLOADED,
        created=created,
        package=session_id,
        write_id=run.write_id(),
        database=source.name,
        size=written.size,
        sha256=written.sha256,
        fingerprint=written.fingerprint,
        transactions=written.transactions,
        records=written.records,
        quarantined=quarantined,
        counters_before=dict(cursor.highest),
        position_before=cursor.position,
        reached_before=cursor.reached,
    )
