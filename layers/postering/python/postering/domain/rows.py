"""Rows: what one line of a package or one record of a channel database is, typed, keyed and hashed.

`read_row` is the only parser. A row comes out as one of three values: a sound `Row`, a `RejectedRow` that fails its
own transaction, or an `UnkeyedRow` that belongs to no transaction. Nothing is raised for bad data, nothing dropped.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from postering.domain import card_data
from postering.domain.entities import HEADER, TRANSPORT_COLUMNS, Entity, Field, FieldType
from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem
from postering.domain.values import InvalidValue, Raw, Value, read_value, unknown_text, value_text

CANONICAL_VERSION: Final = 1
"""Version of the canonical form that row hashes are taken over; it is stored with every piece."""

RawRow = Mapping[str, Raw]

# Card numbers are not looked for in columns that hold keys: a tenth of millisecond ids pass the Luhn check by chance.
_NAMES_A_KEY: Final = frozenset(
    ["channelreferenceid", "salesorderid", "receiptid", "refundreceiptid", "retrievedfromreceiptid", "suspendedtransactionid", "invoiceid", "statementid", "barcode", "inventtransid", "parentinventtransid", "listingid", "purchid"]
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
        """The row as `edit` and problems name it: `RetailTransactionTaxTrans[2,VAT]`."""
        return row_name(self.entity, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that fails its transaction; kept as it came, card data masked. `key` is None where it can't be read."""

    entity: str
    transaction: TransactionKey
    key: tuple[str, ...] | None
    raw: Mapping[str, str]
    problems: tuple[Problem, ...]
    hash: str

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(self.entity, self.key) if self.key is not None else f"{self.entity}[?]"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnkeyedRow:
    """A row whose transaction can't be told; it is kept with its session."""

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
    """The row that `raw` is; `where` (file and row, or table and counter) is what its problems point at."""
    columns = _columns(entity)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    clean: dict[str, str] = {}
    for name, given in raw.items():
        column = columns.get(name.casefold())
        label = card_data.masked(name) if column is None else column.field.name
        text, hidden = _without_card_data(label, column, given)
        if label in clean:
            problems.append(_twice(label, where))
            continue
        if text == "":
            continue
        clean[label] = text
        if hidden:
            problems.append(_card_data(entity, label, text, where))
        elif column is None:
            if _is_text(text):
                values[label] = text
            else:
                problems.append(_invalid(label, text, "text that is valid Unicode", where))
        else:
            try:
                value = read_value(column.field, given)
            except InvalidValue as refused:
                problems.append(_invalid(label, text, refused.expected, where))
            else:
                if value is not None:
                    values[label] = value
    return _judged(entity, values, clean, problems, where)


def canonical_hash(entity: str, values: Mapping[str, Value]) -> str:
    """SHA-256 over the canonical row: typed, normalised, sorted, without absent values and transport columns."""
    left_out = TRANSPORT_COLUMNS
    if entity == HEADER and values.get("type") != 37:
        left_out = _TRANSPORT_AND_SALES_ORDER
    content = sorted(
        (folded, value_text(value))
        for name, value in values.items()
        if (folded := name.casefold()) not in left_out
    )
    return _sha256([CANONICAL_VERSION, entity, content])


def transaction_key_of(entity: Entity, values: Mapping[str, Value]) -> TransactionKey | None:
    """The transaction that typed values name, None where company, channel or transaction id is absent."""
    company, channel, store, terminal, transaction_id = (values.get(name) for name in entity.transaction_keys)
    if company is None or not isinstance(channel, int) or transaction_id is None:
        return None
    return TransactionKey(str(company), channel, str(store or ""), str(terminal or ""), str(transaction_id))


_TRANSPORT_AND_SALES_ORDER: Final = TRANSPORT_COLUMNS | {"salesorderid"}


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    searched_for_cards: bool


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
    if transaction is None:
        missing = [name for name in (entity.keys[0], entity.keys[1], entity.keys[4]) if name not in values]
        unkeyed = [_missing_key(name, where) for name in missing if name not in clean]
        return UnkeyedRow(
            entity=entity.name,
            where=where,
            raw=clean,
            problems=(*problems, *unkeyed),
            hash=_raw_hash(entity, clean),
        )
    row_key: tuple[str, ...] | None = tuple(
        value_text(values[name]) for name in entity.row_keys if name in values
    )
    if row_key is not None and len(row_key) < len(entity.row_keys):
        row_key = None
        problems += [_missing_key(name, where) for name in entity.row_keys if name not in clean]
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


def _without_card_data(label: str, column: _Column | None, given: Raw) -> tuple[str, bool]:
    """The value as text that may be kept, and whether something had to be hidden in it."""
    text = unknown_text(given)
    if column is not None and not column.searched_for_cards:
        return text, False
    if column is None and text and card_data.names_verification_value(label):
        return "*" * len(text), True
    shown = card_data.masked(text)
    return shown, shown != text


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _raw_hash(entity: Entity, clean: Mapping[str, str]) -> str:
    content = sorted(
        (name.casefold(), text) for name, text in clean.items() if name.casefold() not in TRANSPORT_COLUMNS
    )
    return _sha256(["rejected", CANONICAL_VERSION, entity.name, content])


def _sha256(content: object) -> str:
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode("ascii")).hexdigest()


_SHOWN_CHARACTERS: Final = 80


def _shown(text: str) -> str:
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return cut.encode("utf-8", "backslashreplace").decode("utf-8")


_SEND_AGAIN: Final = (
    "correct the row at its source and send it again in a new package: a sound row takes its place"
)


def _invalid(column: str, text: str, expected: str, where: str) -> Problem:
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {column} is {_shown(text)!r}, expected {expected}",
        expected=expected,
        found=_shown(text),
        repair=_SEND_AGAIN,
    )


def _missing_key(column: str, where: str) -> Problem:
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {column} is missing, it is part of the row's key",
        expected=f"a value in {column}",
        found="nothing",
        repair=_SEND_AGAIN,
    )


def _twice(column: str, where: str) -> Problem:
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {column} is given twice",
        expected="each column once, whatever its case",
        found="two values",
        repair=_SEND_AGAIN,
    )


def _card_data(entity: Entity, column: str, shown: str, where: str) -> Problem:
    return Problem(
        code="CARD_DATA",
        message=f"{where}: {column} holds card data; it was masked and not kept",
        expected="no card number, track data or verification value in any field",
        found=_shown(shown),
        repair=f"remove the card data from {entity.name}.{column} at its source and send the row again",
    )
