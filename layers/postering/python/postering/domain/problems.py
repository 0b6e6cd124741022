"""Problems: what is wrong with a transaction, as values. Each code, its default severity and its home are here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Severity(StrEnum):
    """What a problem does to its transaction."""

    BLOCK = "block"  # the transaction fails
    WARN = "warn"  # it posts, and the problem stays listed on it
    REPORT = "report"  # it posts, and is only counted in the run's report
    OFF = "off"  # not checked


CREATED_CUSTOMERS: Final = "created_customers"
"""First part of the fact that a job created a customer (`depends_on`): no setup holds it, a posting brings it."""


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem: its name, default severity, whether a setup may change that, and what it says."""

    name: str
    severity: Severity
    fixed: bool
    meaning: str


def _codes(fixed: bool, severity: Severity, meanings: dict[str, str]) -> dict[str, Code]:
    return {name: Code(name, severity, fixed, meaning) for name, meaning in meanings.items()}


_TOTALS: Final = {
    "GROSS_AMOUNT": "header gross amount = lines including tax − charges including tax",
    "NET_AMOUNT": "header net amount = lines − charges, both without tax",
    "NET_PLUS_TAX": "net plus tax is the amount including tax, on the header and on each line",
    "DISCOUNT_AMOUNT": "header discount = discounts of the lines",
    "NUMBER_OF_ITEMS": "number of items = quantities of the lines",
    "NUMBER_OF_LINES": "no more item lines than the header promises",
    "NUMBER_OF_PAYMENTS": "no more payment lines than the header promises",
    "PAYMENT_AMOUNT": "header payment amount = payment lines that count; amounts in two currencies agree at their rate",
    "UNDER_OVER_PAYMENT": "the order is paid, within the company's maximum payment difference",
    "CURRENCY_ROUNDING": "every amount has the digits of its currency",
    "NO_LINES": "at least one line is not voided",
    "TAX_INCLUDED_IN_PRICE": "header and tax lines agree on prices including tax",
    "CHARGE_TAX_EXEMPT": "charge + exempted tax = original charge",
}
_LINES: Final = {
    "LINE_DISCOUNT": "line discount = its discount lines",
    "LINE_TAX": "line tax = its tax lines that are not exempt",
    "TAX_EXEMPT": "price + exempted tax = original price",
    "SIGN": "quantity and net amount have the same sign",
    "NEGATIVE_PRICE": "no price below zero",
    "ITEM": "the item is a product of the company",
    "BARCODE": "the bar code is one of the product's",
    "UNIT": "the unit is one of the product's",
    "SERIAL_NUMBER": "a serial controlled product has a serial number",
    "SERIAL_DIMENSION": "a product without serial control has no serial number",
    "TAX_GROUP": "the item sales tax group is the product's",
    "GIFT_CARD_RETURN": "a gift card is not returned",
}
_SETUP_FIXED: Final = {
    "STORE": "the channel, its store and its company are in the setup",
    "CURRENCY": "header, lines and charges are in the channel's currency",
    "PAYMENT_METHOD": "the tender type is a payment method of the company",
    "CARD_TYPE": "the card type is set up for its tender type",
    "NUMBER_SEQUENCE": "the company's number sequence has a number left",
}
_SETUP: Final = {
    "MODE_OF_DELIVERY": "the mode of delivery is in the setup",
    "CHARGE_CODE": "the charge code is in the setup",
    "CUSTOMER": "the customer is in the setup",
    "BUSINESS_DATE": "the business date lies in an open period",
}
_IDENTITY_FIXED: Final = {
    "DUPLICATE_REFERENCE": "one order, and one quotation, per channel and reference",
    "CONTENT_CONFLICT": "a row came again with other content",
    "CANCELLED_ORDER": "the order that is cancelled exists",
    "RETURN_QUANTITY": "no more is returned than was sold",
    "REFUND_AMOUNT": "no more is refunded than was paid",
    "ORDER_TOO_LARGE": "the order fits one atomic write",
}
_RUNS_FIXED: Final = {
    "ROW_INVALID": "a row has a value of the wrong type, length or enum, or lacks its key",
    "CARD_DATA": "no card number, track data or card verification value in any field",
    "RETRIES_EXHAUSTED": "a passing failure did not pass",
    "INTERNAL_ERROR": "the program failed on this transaction",
}
CODES: Final = MappingProxyType(
    _codes(False, Severity.BLOCK, _TOTALS | _LINES | _SETUP)
    | _codes(False, Severity.OFF, {"FISCAL_DOCUMENT": "the fiscal document is posted (Brazil)"})
    | _codes(False, Severity.WARN, {"RETURN_ORIGINAL": "the original of a return is known"})
    | _codes(True, Severity.BLOCK, _SETUP_FIXED | _IDENTITY_FIXED | _RUNS_FIXED)
)
"""Every code by its name. `fixed` ones are always `block`; a setup that names them is refused."""


class Waiting(StrEnum):
    """Why a transaction waits; none of these is an error."""

    FOR_HEADER = "WAITING_FOR_HEADER"
    FOR_LINES = "WAITING_FOR_LINES"
    FOR_PAYMENTS = "WAITING_FOR_PAYMENTS"
    FOR_ORIGINAL = "WAITING_FOR_ORIGINAL"
    FOR_RETRY = "WAITING_FOR_RETRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: code, text, expected, found, evidence rows, and how to mend it.

    `rows` are written as `edit` takes them (`RetailTransactionSalesTrans[2]`). `depends_on` names the facts of the
    setup (`Setup.facts`) whose change makes another try worthwhile.
    """

    code: str
    message: str
    expected: str = ""
    found: str = ""
    rows: tuple[str, ...] = ()
    repair: str = ""
    severity: Severity = Severity.BLOCK
    depends_on: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape that `show --json` and `explain --json` print."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "expected": self.expected,
            "found": self.found,
            "rows": list(self.rows),
            "repair": self.repair,
        }


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that fail their transaction."""
    return tuple(problem for problem in problems if problem.severity is Severity.BLOCK)


def listed(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that stay on a transaction: what blocks or warns."""
    return tuple(p for p in problems if p.severity in {Severity.BLOCK, Severity.WARN})


def codes_of(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The distinct codes, in order of appearance."""
    return tuple(dict.fromkeys(problem.code for problem in problems))
