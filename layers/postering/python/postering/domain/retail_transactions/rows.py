"""Rows: one line of a package, or one record of a channel database, with types, key and hash.

`read_row` is the only parser. It gives one of three values: a sound `Row`, a `RejectedRow` that fails its own
transaction, or an `UnkeyedRow` that belongs to no transaction. Bad data raises nothing, and nothing is dropped.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem
from postering.domain.retail_transactions import card_data, row_problems
from postering.domain.retail_transactions.entities import HEADER, Entity, Field, FieldType, is_transport
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.retail_transactions.values import InvalidValue, Raw, Value, read_value, unknown_text, value_text

CANONICAL_VERSION: Final = 1
"""Version of the canonical form, which row hashes are made of; it is stored with every piece."""

RawRow = Mapping[str, Raw]

# Columns that name a key, an account or a bar code are not searched for card numbers: a tenth of millisecond ids pass
# the Luhn check by chance, and gift and loyalty cards have numbers in the issuers' ranges.
_NAMES_A_KEY: Final = frozenset(
    {
        "channelreferenceid",
        "salesorderid",
        "receiptid",
        "refundreceiptid",
        "retrievedfromreceiptid",
        "suspendedtransactionid",
        "invoiceid",
        "statementid",
        "barcode",
        "itemid",
        "custaccount",
        "custaccountasync",
        "loyaltycardid",
        "giftcardid",
        "giftcardidmasked",
        "giftcardnumber",
        "creditvoucherid",
        "cardpaymentaccountid",
        "paymentcardtoken",
        "paymentcapturetoken",
        "inventtransid",
        "parentinventtransid",
        "listingid",
        "purchid",
    }
)
_KEY_PREFIXES: Final = ("return", "linked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sound row. `values` has typed values by column name; unknown columns keep their name and hold text."""

    entity: str
    transaction: TransactionKey
    key: tuple[str, ...]
    values: Mapping[str, Value]
    hash: str

    @property
    def name(self) -> str:
        """The name of the row in `edit` and in problems: `RetailTransactionTaxTrans[2,VAT]`."""
        return row_name(self.entity, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that fails its transaction; kept as it came, card data masked. `key` is None if it cannot be read."""

    entity: str
    transaction: TransactionKey
    key: tuple[str, ...] | None
    raw: Mapping[str, str]
    problems: tuple[Problem, ...]
    hash: str

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(self.entity, self.key) if self.key is not None else f"{self.entity}[?]"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnkeyedRow:
    """A row without a readable transaction key; it is kept with its session."""

    entity: str
    where: str
    raw: Mapping[str, str]
    problems: tuple[Problem, ...]
    hash: str


AnyRow = Row | RejectedRow | UnkeyedRow


def row_name(entity: str, key: tuple[str, ...]) -> str:
    """A row in the operator's words: entity and line, `RetailTransactionSalesTrans[2]`."""
    return f"{entity}[{','.join(key)}]" if key else entity


def read_row(entity: Entity, raw: RawRow, where: str) -> AnyRow:
    """`raw` as a row; its problems name the place `where` (file and row, or table and counter)."""
    columns = _columns(entity)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    clean: dict[str, str] = {}
    labels: dict[str, str] = {}
    for name, given in raw.items():
        cell = _cell(columns.get(name.casefold()), name, given)
        label = cell.label
        if cell.hidden:
            problems.append(row_problems.card_data(entity, label, cell.text, where))
        if cell.text == "":
            continue
        if (first := labels.setdefault(label.casefold(), label)) in clean:
            # Nobody knows which of the two is right: the column is unreadable, also as a part of a key.
            problems.append(row_problems.twice(label, where))
            values.pop(first, None)
            continue
        clean[label] = cell.text
        if cell.expected and not cell.hidden:
            problems.append(row_problems.invalid(label, cell.text, cell.expected, where))
        elif cell.value is not None and not cell.hidden:
            values[label] = cell.value
    return _judged(entity, values, clean, problems, where)


def canonical_hash(entity: str, values: Mapping[str, Value]) -> str:
    """SHA-256 over the canonical row: typed, normalised, sorted, without absent values and transport columns."""
    # Only a cancellation was sent with salesOrderId; on other types it is written when they are posted.
    no_cancellation = entity == HEADER and values.get("type") != ASYNC_CANCELLATION
    content = sorted(
        (folded, value_text(value))
        for name, value in values.items()
        if not is_transport(folded := name.casefold()) and not (no_cancellation and folded == "salesorderid")
    )
    return _sha256([CANONICAL_VERSION, entity, content])


def without_card_data(entity: Entity, field: Field, text: str) -> str:
    """`text` as the column may keep it: unchanged if it holds no card data.

    Track data is found in every column. Card numbers are not searched in keys, and where an id may look like one.
    """
    return _kept(_columns(entity)[field.name.casefold()].searched_for_cards, text)


def transaction_key_of(entity: Entity, values: Mapping[str, Value]) -> TransactionKey | None:
    """The transaction key in typed values; None if company, channel or transaction id is absent."""
    company, channel, store, terminal, transaction_id = (values.get(name) for name in entity.transaction_keys)
    if company is None or not isinstance(channel, int) or transaction_id is None:
        return None
    return TransactionKey(str(company), channel, str(store or ""), str(terminal or ""), str(transaction_id))


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    searched_for_cards: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    """One column of one row: its name and text as they may be kept, and its value, or the `expected` one."""

    label: str
    text: str
    value: Value | None
    expected: str
    hidden: bool


def _cell(column: _Column | None, name: str, given: Raw) -> _Cell:
    text = unknown_text(given)
    if column is None:
        return _unknown_cell(name, text)
    value: Value | None = None
    expected = ""
    try:
        value = read_value(column.field, given)
    except InvalidValue as refused:
        expected = refused.expected
    # An unsound key or date is a text like any other: it may be a card number.
    kept = _kept(column.searched_for_cards or expected != "", text)
    return _Cell(column.field.name, _unicode(kept), value, expected, kept != text)


def _kept(searched_for_cards: bool, text: str) -> str:
    return card_data.masked(text) if searched_for_cards else card_data.without_tracks(text)


def _unknown_cell(name: str, text: str) -> _Cell:
    label = card_data.masked(name)
    hides_all = text != "" and card_data.names_verification_value(name)
    kept = "*" * len(text) if hides_all else card_data.masked(text)
    sound = _unicode(label) == label and _unicode(kept) == kept
    expected = "" if sound else "names and texts that are valid Unicode"
    return _Cell(_unicode(label), _unicode(kept), kept or None, expected, kept != text or label != name)


def _unicode(text: str) -> str:
    """`text` with invalid Unicode (half a surrogate pair) escaped: no store and no log accepts it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


@cache
def _columns(entity: Entity) -> Mapping[str, _Column]:
    keys = {name.casefold() for name in entity.keys}
    return {
        folded: _Column(
            field,
            not (
                folded in keys
                or folded in _NAMES_A_KEY
                or folded.startswith(_KEY_PREFIXES)
                or folded.endswith("recid")
                or field.type in {FieldType.BIG_INTEGER, FieldType.GUID, FieldType.DATE, FieldType.DATETIME}
            ),
        )
        for folded, field in entity.by_folded_name.items()
    }


def _judged(
    entity: Entity, values: dict[str, Value], clean: dict[str, str], problems: list[Problem], where: str
) -> AnyRow:
    transaction = transaction_key_of(entity, values)
    unreadable = any(name in clean and name not in values for name in entity.transaction_keys)
    if transaction is None or unreadable:
        missing = [name for name in (entity.keys[0], entity.keys[1], entity.keys[4]) if name not in values]
        unkeyed = [row_problems.missing_key(name, where) for name in missing if name not in clean]
        return UnkeyedRow(
            entity=entity.name,
            where=where,
            raw=clean,
            problems=(*problems, *unkeyed),
            hash=_raw_hash(entity, clean),
        )
    row_key: tuple[str, ...] | None = tuple(value_text(values[name]) for name in entity.row_keys if name in values)
    if row_key is not None and len(row_key) < len(entity.row_keys):
        row_key = None
        problems += [row_problems.missing_key(name, where) for name in entity.row_keys if name not in clean]
    if problems:
        cards = [problem for problem in problems if problem.code == "CARD_DATA"]
        return RejectedRow(
            entity=entity.name,
            transaction=transaction,
            key=row_key,
            raw=clean,
            problems=tuple(cards or problems),
            hash=_raw_hash(entity, clean),
        )
    assert row_key is not None
    return Row(
        entity=entity.name,
        transaction=transaction,
        key=row_key,
        values=values,
        hash=canonical_hash(entity.name, values),
    )


def _raw_hash(entity: Entity, clean: Mapping[str, str]) -> str:
    content = sorted((name.casefold(), text) for name, text in clean.items() if not is_transport(name.casefold()))
    return _sha256(["rejected", CANONICAL_VERSION, entity.name, content])


def _sha256(content: object) -> str:
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode("ascii")).hexdigest()
