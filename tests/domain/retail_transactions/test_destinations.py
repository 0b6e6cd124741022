"""Each of the 469 fields goes where docs/fields.toml says: into the document, into a decision, or nowhere.

The whole transaction is posted, then posted again with one field changed to another valid value. Checks that can be
switched only report, so that a change which makes a transaction wrong still shows where the field goes.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from postering.domain.checks import CODES
from postering.domain.retail_transactions.entities import (
    ENTITIES,
    HEADER,
    INFOCODE,
    MARKUP,
    PAYMENT,
    SALES,
    TAX_GTE,
    TAX_MEASURE,
)
from postering.domain.retail_transactions.transactions import read_transaction
from postering.domain.returns.accounts import Account
from postering.domain.returns.links import named_originals
from postering.domain.returns.originals import Original
from tests.domain.transactions_examples import KEY
from tests.domain.whole_rows import Outcome, Rows, another, changed_paths, outcome, read, reporting_setup, whole_rows

ROOT = Path(__file__).resolve().parents[3]
ANSWERS: dict[str, dict[str, dict[str, Any]]] = tomllib.loads((ROOT / "docs" / "fields.toml").read_text("utf-8"))
KINDS = ("document", "decision", "evidence", "unused")
FIELDS = [(entity.name, field.name) for entity in ENTITIES.values() for field in entity.fields]
SETUP = reporting_setup()


@dataclass(frozen=True, kw_only=True)
class Change:
    """How one field is changed where adding to it will not do: to `to`, in a transaction without `absent` columns."""

    to: str = ""
    absent: tuple[str, ...] = ()
    header: tuple[tuple[str, str], ...] = ()


CHANGES = {
    (HEADER, "currency"): Change(to="GBP"),
    (HEADER, "DlvMode"): Change(to="60"),
    (HEADER, "type"): Change(to="31"),
    (HEADER, "numberOfItemLines"): Change(to="2"),
    (HEADER, "numberOfPaymentLines"): Change(to="2"),
    (HEADER, "exchRate"): Change(to="95"),
    (HEADER, "CustAccountAsync"): Change(absent=("custAccount",)),
    (HEADER, "salesOrderId"): Change(header=(("type", "37"),)),
    (SALES, "currency"): Change(to="GBP"),
    (SALES, "DlvMode"): Change(to="99"),
    (SALES, "custAccount"): Change(to="999999"),
    (SALES, "CustAccountAsync"): Change(absent=("custAccount",)),
    (SALES, "qty"): Change(to="-3"),
    (MARKUP, "CurrencyCode"): Change(to="GBP"),
    (MARKUP, "MarkupCode"): Change(to="WRAPPING"),
    (PAYMENT, "currency"): Change(to="SEK"),
    (PAYMENT, "cardTypeId"): Change(to="MASTER"),
    (PAYMENT, "tenderType"): Change(to="1"),
    (PAYMENT, "CreditCardProcessorStatus"): Change(to="2"),
    (PAYMENT, "amountTendered"): Change(to="64.00"),
    (PAYMENT, "amountCur"): Change(to="60.00"),
    (PAYMENT, "amountMST"): Change(to="68.50"),
    (PAYMENT, "exchRate"): Change(to="150"),
    (PAYMENT, "exchRateMST"): Change(to="95"),
    (PAYMENT, "IsLinkedRefund"): Change(absent=("LinkedPaymentTransactionId",)),
    (INFOCODE, "type"): Change(to="2"),
}


def before_and_after(entity: str, name: str) -> tuple[Rows, Rows]:
    """The whole transaction, and the same with one field of one row changed."""
    change = CHANGES.get((entity, name), Change())
    engine = {"TaxCalculationType": "1"} if entity in {TAX_GTE, TAX_MEASURE} else {}
    rows = whole_rows(**engine, **dict(change.header))
    for column in change.absent:
        del rows[entity][column]
    before = rows[entity][name]
    after = change.to or another(ENTITIES[entity].by_name[name], before)
    assert after != before
    return rows, rows | {entity: rows[entity] | {name: after}}


@cache
def _posted(rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> Outcome:
    return outcome({entity: dict(values) for entity, values in rows}, SETUP)


def posted(rows: Rows) -> Outcome:
    return _posted(tuple((entity, tuple(values.items())) for entity, values in rows.items()))


def changes(path: str) -> Callable[[Outcome, Outcome], bool]:
    return lambda before, after: any(found.startswith(path) for found in changed_paths(before.view, after.view))


DECIDED: dict[str, Callable[[Outcome, Outcome], bool]] = {
    **{code: lambda _, after, code=code: code in after.codes for code in CODES},  # type: ignore[misc]
    "state": lambda before, after: (before.state, after.state.partition(" ")[0]) == ("posted", "voided"),
    "waiting": lambda before, after: (before.state, after.state.partition(" ")[0]) == ("posted", "waiting"),
    "original": lambda before, after: before.codes == {"CANCELLED_ORDER"} and before.problems != after.problems,
    "document kind": changes("documents[].kind"),
    "taxes": changes("documents[].lines[].taxes[].code"),
    "customer": lambda before, after: before.charged != after.charged,
    "kept out": lambda before, after: len(str(after.view["documents"])) < len(str(before.view["documents"])),
    "status": changes("payments[].status"),
    "linked refund": changes("payments[].refunds_line"),
}
"""What each decision is seen by."""


def kind_of(answer: dict[str, Any]) -> str:
    (kind,) = [kind for kind in KINDS if kind in answer]
    return kind


# --- the table is complete ---------------------------------------------------------------------------------


def test_every_field_has_one_answer_and_a_reason_and_no_other_name_has() -> None:
    assert {entity: list(fields) for entity, fields in ANSWERS.items()} == {
        name: [field.name for field in entity.fields] for name, entity in ENTITIES.items()
    }
    for fields in ANSWERS.values():
        for answer in fields.values():
            reason = answer.get("why") or answer[kind_of(answer)]
            assert isinstance(reason, str)
            assert reason.endswith(".")
            assert {*answer.get("codes", ()), *re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", reason)} <= CODES.keys()


def test_the_transaction_that_is_changed_fills_every_column_and_is_sound() -> None:
    for engine in ("0", "1"):
        rows = whole_rows(TaxCalculationType=engine)
        assert sum(len(read(entity, values).values) for entity, values in rows.items()) == 469
        found = posted(rows)
        assert (found.state, found.problems) == ("posted", ())


# --- and true ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entity", "name"), FIELDS, ids=[f"{entity}.{name}" for entity, name in FIELDS])
def test_a_change_of_the_field_shows_where_the_table_says_and_nowhere_else(entity: str, name: str) -> None:
    answer = ANSWERS[entity][name]
    before_rows, after_rows = before_and_after(entity, name)
    before, after = posted(before_rows), posted(after_rows)

    match kind_of(answer):
        case "document":
            assert (changed_paths(before.view, after.view), after.codes) == (
                set(answer["document"]),
                set(answer.get("codes", ())),
            )
            assert after.state == before.state
        case "decision":
            if answer["decision"] == "key":
                old, new = read(entity, before_rows[entity]), read(entity, after_rows[entity])
                assert (old.transaction, old.key) != (new.transaction, new.key)
            else:
                assert DECIDED[answer["decision"]](before, after)
            if "codes" in answer:
                assert after.codes == set(answer["codes"])
        case _:
            assert after == before


@pytest.mark.parametrize(("entity", "name"), FIELDS, ids=[f"{entity}.{name}" for entity, name in FIELDS])
def test_a_change_of_the_field_is_new_content_unless_the_table_says_that_it_is_not_part_of_it(
    entity: str, name: str
) -> None:
    answer = ANSWERS[entity][name]
    rows = whole_rows()
    changed = rows[entity] | {name: another(ENTITIES[entity].by_name[name], rows[entity][name])}
    same_content = read(entity, rows[entity]).hash == read(entity, changed).hash
    said = answer.get("why") or answer[kind_of(answer)]
    assert same_content == ("not part of" in said and "content" in said)


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        (SALES, "returnTransactionId"),
        (SALES, "returnStore"),
        (SALES, "returnTerminalId"),
        (SALES, "returnLineNum"),
        (PAYMENT, "LinkedPaymentTransactionId"),
        (PAYMENT, "LinkedPaymentStore"),
        (PAYMENT, "LinkedPaymentTerminalId"),
        (PAYMENT, "LinkedPaymentLineNumber"),
    ],
)
def test_what_a_return_names_decides_which_original_is_charged(entity: str, name: str) -> None:
    rows = whole_return()
    changed = rows[entity] | {name: another(ENTITIES[entity].by_name[name], rows[entity][name])}
    charged = charged_by(rows)
    assert charged
    assert charged_by(rows | {entity: changed}) != charged


def whole_return() -> Rows:
    """The line given back and its payment refunded."""
    rows = whole_rows()
    back = {"qty": "2", "netAmount": "50.00", "taxAmount": "5.00", "netAmountInclTax": "55.00"}
    refund = {"amountTendered": "-65.00", "RefundableAmount": "65.00"}
    return rows | {SALES: rows[SALES] | back, PAYMENT: rows[PAYMENT] | refund}


def charged_by(rows: Rows) -> object:
    """What the originals are charged, of which none is there yet."""
    transaction = read_transaction(KEY, [read(entity, values) for entity, values in rows.items()])
    named = named_originals(transaction, SETUP)
    return outcome(rows, SETUP, {key: Original(account=Account(key=key)) for key in named}).charged[0]


@pytest.mark.parametrize("engine", ["0", "1"])
def test_taxes_of_the_other_engine_are_evidence_only(engine: str) -> None:
    idle = (TAX_GTE, TAX_MEASURE) if engine == "0" else ("RetailTransactionTaxTrans",)
    rows = whole_rows(TaxCalculationType=engine)
    for entity in idle:
        for field in ENTITIES[entity].fields:
            if field.name not in ENTITIES[entity].keys:
                changed = rows[entity] | {field.name: another(field, rows[entity][field.name])}
                assert posted(rows | {entity: changed}) == posted(rows), field.name
