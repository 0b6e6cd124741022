"""A transaction of all eleven entities in which every one of the 469 columns is filled, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from postering.domain.checks import CODES
from postering.domain.inquiries.document_views import document_view, journal_view, payment_view
from postering.domain.posting.verdicts import decide
from postering.domain.problems import Severity
from postering.domain.retail_transactions.entities import (
    ADDRESS,
    ATTRIBUTE,
    DISCOUNT,
    ENTITIES,
    ENUMS,
    HEADER,
    INFOCODE,
    MARKUP,
    PAYMENT,
    SALES,
    TAX,
    TAX_GTE,
    TAX_MEASURE,
    Field,
    FieldType,
)
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.values import value_text
from postering.domain.returns.originals import Originals
from postering.domain.setup.setup import Check, Customer, Setup
from postering.domain.staging.assembly import assemble
from postering.domain.staging.pieces import Piece
from postering.domain.staging.staging import summary_of
from tests.domain.transactions_examples import KEY, a_setup, with_company

Values = dict[str, str]
Rows = dict[str, Values]
"""One row of each entity, values as texts."""

TRANSACTION = (KEY.company, str(KEY.channel), KEY.store, "T1", KEY.transaction_id)

_MEANT: Mapping[str, Values] = {
    HEADER: {
        "type": "27",
        "entryStatus": "0",
        "currency": "USD",
        "custAccount": "100001",
        "businessDate": "2026-03-14",
        "transDate": "2026-03-13",
        "DlvMode": "99",
        "grossAmount": "-66.00",
        "netAmount": "-59.50",
        "discAmount": "6.00",
        "totalDiscAmount": "2.00",
        "paymentAmount": "65.00",
        "numberOfItems": "2",
        "numberOfItemLines": "1",
        "numberOfPaymentLines": "1",
        "exchRate": "90",
        "IsTaxIncludedInPrice": "1",
        "TaxCalculationType": "0",
    },
    SALES: {
        "lineNum": "1",
        "transactionStatus": "0",
        "qty": "-2",
        "unitQty": "-2",
        "price": "31.00",
        "TaxExemptPriceInclusiveReductionAmount": "1.00",
        "TaxExemptPriceInclusiveOriginalPrice": "32.00",
        "netAmount": "-50.00",
        "taxAmount": "-5.00",
        "netAmountInclTax": "-55.00",
        "discAmount": "6.00",
        "lineDscAmount": "1.00",
        "periodicDiscAmount": "2.00",
        "totalDiscAmount": "2.00",
        "TenderDiscountAmount": "1.00",
        "currency": "USD",
        "custAccount": "100001",
        "DlvMode": "60",
    },
    TAX: {"SaleLineNum": "1", "Amount": "5.00", "IsIncludedInPrice": "1", "IsExempt": "0"},
    TAX_GTE: {"SaleLineNum": "1", "TaxComponent": "CGST", "TaxAmount": "5.00", "IsIncludedInPrice": "1"},
    TAX_MEASURE: {"SaleLineNum": "1"},
    DISCOUNT: {"SaleLineNum": "1", "LineNum": "1", "Amount": "6.00"},
    MARKUP: {
        "saleLineNum": "0",
        "markupLineNum": "0",
        "MarkupCode": "FREIGHT",
        "CurrencyCode": "USD",
        "CalculatedAmount": "10.00",
        "TaxAmount": "1.50",
        "TaxAmountExclusive": "1.00",
        "TaxAmountInclusive": "0.50",
        "TaxExemptPriceInclusiveReductionAmount": "2.00",
        "TaxExemptPriceInclusiveOriginalPrice": "12.00",
    },
    PAYMENT: {
        "lineNum": "1",
        "transactionStatus": "0",
        "VoidStatus": "0",
        "CreditCardProcessorStatus": "1",
        "IsCaptureFailed": "0",
        "changeLine": "0",
        "tenderType": "2",
        "cardTypeId": "VISA",
        "amountTendered": "65.00",
        "currency": "GBP",
        "amountCur": "50.00",
        "exchRate": "130",
        "amountMST": "58.50",
        "exchRateMST": "90",
    },
    ADDRESS: {"SaleLineNum": "0"},
    INFOCODE: {"parentLineNum": "1", "lineNum": "1", "transactionStatus": "0", "type": "1"},
    ATTRIBUTE: {"HeaderOrLineNum": "0"},
}
_PLAIN = {
    FieldType.STRING: "A1",
    FieldType.INTEGER: "1",
    FieldType.BIG_INTEGER: "7",
    FieldType.DECIMAL: "3.00",
    FieldType.DATE: "2026-03-12",
    FieldType.DATETIME: "2026-03-14T05:30:00Z",
    FieldType.TIME: "84600",
    FieldType.GUID: "0000000a-000b-000c-000d-00000000000e",
}


def whole_rows(**header: str) -> Rows:
    """One row of each entity with every column; `header` changes columns of the header."""
    rows = {}
    for name, entity in ENTITIES.items():
        plain = {field.name: _PLAIN[field.type] for field in entity.fields}
        keys = dict(zip(entity.transaction_keys, TRANSACTION, strict=True))
        rows[name] = plain | keys | _MEANT[name]
    return rows | {HEADER: rows[HEADER] | header}


def another(field: Field, text: str) -> str:
    """Another valid value than `text` of a column's type."""
    if field.enum is not None:
        return str(next(number for number in ENUMS[field.enum].values() if str(number) != text))
    match field.type:
        case FieldType.STRING:
            return f"{text}2"
        case FieldType.INTEGER:
            return "0" if text == "1" else "1"
        case FieldType.BIG_INTEGER | FieldType.TIME:
            return str(int(text) + 1)
        case FieldType.DECIMAL:
            return str(Decimal(text) + (1 if field.name.casefold().endswith(("num", "number")) else Decimal("0.01")))
        case FieldType.DATE:
            return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
        case FieldType.DATETIME:
            return value_text(datetime.fromisoformat(text) + timedelta(hours=1))
        case FieldType.GUID:
            return text.replace("a", "f")


def reporting_setup() -> Setup:
    """The setup of the examples, its company in another currency; every check that can be switched only reports."""
    setup = with_company(a_setup(), currency="EUR", maximum_payment_difference=Decimal("5.00"))
    return replace(
        setup,
        customers=tuple(Customer(company=KEY.company, account=account) for account in ("100001", "1000012")),
        checks=tuple(Check(code=name, severity=Severity.REPORT) for name, code in CODES.items() if not code.fixed),
    )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of a transaction: its state, its problems, what `show` prints, what its originals are charged."""

    state: str
    problems: tuple[dict[str, Any], ...]
    view: dict[str, Any]
    charged: Any = None

    @property
    def codes(self) -> set[str]:
        """The codes of its problems."""
        return {problem["code"] for problem in self.problems}


def read(entity: str, values: Values) -> Row:
    """The row, which is sound."""
    row = read_row(ENTITIES[entity], values, "here")
    assert isinstance(row, Row), row
    return row


def outcome(rows: Rows, setup: Setup, originals: Originals | None = None) -> Outcome:
    """What becomes of the transaction of `rows`; rows that a change made another transaction's are left out."""
    read_rows = [read(entity, values) for entity, values in rows.items()]
    key = read_rows[0].transaction
    assembly = assemble(key, [Piece(transaction=key, rows=tuple(row for row in read_rows if row.transaction == key))])
    verdict = decide(assembly, setup, originals)
    order, judgement = verdict.order, verdict.judgement
    summary = summary_of(assembly.header)
    view: dict[str, Any] = {
        "transaction": {
            "channel_reference_id": summary.channel_reference_id,
            "business_date": summary.business_date,
            "currency": summary.currency,
            "total": summary.total,
            "type": summary.type,
        },
        "documents": [document_view(order)] if order is not None else [],
        "payments": [payment_view(payment) for payment in order.payments] if order is not None else [],
        "journal": [journal_view(entry) for entry in order.journal] if order is not None else [],
    }
    return Outcome(
        state=f"{judgement.state} {judgement.reason}" if judgement is not None else "posted",
        problems=tuple(problem.as_json() for problem in verdict.problems),
        view=view,
        charged=(dict(verdict.taken_back), order.customers if order is not None else ()),
    )


def changed_paths(before: object, after: object, path: str = "") -> set[str]:
    """Where two views differ: `documents[].lines[].item`. What is absent, or of another length, differs as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        under = f"{path}." if path else ""
        return {
            found
            for name in before.keys() | after.keys()
            for found in changed_paths(before.get(name), after.get(name), f"{under}{name}")
        }
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return {found for old, new in pairs for found in changed_paths(old, new, f"{path}[{_of(old)}]")}
    return set() if before == after else {path}


def _of(member: object) -> str:
    """The kind that tells the members of a list apart, where they have one: `discount_shares[periodic]`."""
    return str(member.get("of", "")) if isinstance(member, dict) else ""
