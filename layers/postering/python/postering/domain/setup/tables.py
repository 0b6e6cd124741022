"""The lines of a setup, as frozen values: companies, channels, payment methods, products and so on.

A text that is not given is an empty text. The references between lines are sound after `setup_file` has read them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final

from postering.domain.problems import Severity

SALES_ID_LENGTH: Final = 20
"""Characters that a sales order number may have (D365: SalesId)."""

ONE_RUN: Final = re.compile("[^#]*#+[^#]*")
"""A number sequence's format: exactly one run of #."""


class TenderOperation(StrEnum):
    """The tender operation of a payment method, by D365's names."""

    PAY_CASH = "PayCash"
    PAY_CARD = "PayCard"
    PAY_CUSTOMER_ACCOUNT = "PayCustomerAccount"
    PAY_CURRENCY = "PayCurrency"
    PAY_CHECK = "PayCheck"
    PAY_LOYALTY = "PayLoyalty"
    PAY_CORPORATE_CARD = "PayCorporateCard"
    PAY_CREDIT_MEMO = "PayCreditMemo"
    PAY_GIFT_CERTIFICATE = "PayGiftCertificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderRules:
    """How payments of one tender operation are booked.

    `company_account` is the key of the company whose account takes the place of the payment method's ('': the
    method's own). Without `entry` nothing is booked: the amount stays on the customer's account. With `capture` a
    payment is only authorized until it is captured. `role` is the account's role in exports. `named_by` is the field of
    a payment row that suggests the operation for a tender that the setup does not have.
    """

    company_account: str = ""
    entry: bool = True
    capture: bool = False
    role: str = "payment"
    named_by: str = ""

    @property
    def method_account(self) -> bool:
        """Whether a payment method of the operation needs an account of its own."""
        return self.entry and not self.company_account


TENDERS: Final[Mapping[str, TenderRules]] = {
    TenderOperation.PAY_GIFT_CERTIFICATE: TenderRules(
        company_account="gift_card_liability_account", role="gift_card", named_by="gift_card"
    ),
    TenderOperation.PAY_LOYALTY: TenderRules(named_by="loyalty_card"),
    TenderOperation.PAY_CREDIT_MEMO: TenderRules(named_by="credit_voucher"),
    TenderOperation.PAY_CARD: TenderRules(capture=True, named_by="card_type"),
    TenderOperation.PAY_CORPORATE_CARD: TenderRules(),
    TenderOperation.PAY_CASH: TenderRules(),
    TenderOperation.PAY_CURRENCY: TenderRules(),
    TenderOperation.PAY_CHECK: TenderRules(),
    TenderOperation.PAY_CUSTOMER_ACCOUNT: TenderRules(entry=False),
}
"""Every operation with its rules, in this one place. Source: D365's payment methods and payment journal."""

_OTHER: Final = TenderRules()


def tender_rules(operation: str) -> TenderRules:
    """The rules of an operation by its name; those of an ordinary one if the name is empty or not known."""
    return TENDERS.get(operation, _OTHER)


COMPANY_ACCOUNTS: Final = tuple(rules.company_account for rules in TENDERS.values() if rules.company_account)
"""The keys of a company that hold an account of a tender operation."""


class DeliveryKind(StrEnum):
    """The way goods reach the customer."""

    SHIP = "ship"
    PICKUP = "pickup"
    ELECTRONIC = "electronic"
    CARRY_OUT = "carry_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSequence:
    """The source of a company's sales order numbers. `next` counts only when the sequence is first made."""

    format: str  # with one run of #, which takes the number
    next: int
    largest: int

    def __post_init__(self) -> None:
        """Refuse, with `ValueError`, a sequence that could make an unsound number, or one twice."""
        if not ONE_RUN.fullmatch(self.format):
            raise ValueError(f"a number sequence needs exactly one run of #, not {self.format!r}")
        if len(self.format) > SALES_ID_LENGTH:
            raise ValueError(f"{self.format!r} makes numbers of more than {SALES_ID_LENGTH} characters")
        if not 0 <= self.next <= self.largest <= self.largest_that_fits:
            raise ValueError(f"numbers from {self.next} to {self.largest} do not fit {self.format!r}")

    @property
    def _run(self) -> str:
        return "#" * self.format.count("#")

    @property
    def largest_that_fits(self) -> int:
        """The largest number that the run of # can take."""
        return int("9" * self.format.count("#"))

    def number(self, n: int) -> str:
        """The sales order number `n`, filled with zeros: `ONL-000042`. `ValueError` beyond the largest."""
        if not 0 <= n <= self.largest:
            raise ValueError(f"{n} is not within 0 to {self.largest}, the largest of {self.format!r}")
        return self.format.replace(self._run, str(n).zfill(len(self._run)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days on which a company may post, the first and the last included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A legal entity (D365: DataAreaId) with its accounts."""

    id: str
    currency: str
    number_sequence: NumberSequence
    receivable_account: str
    maximum_payment_difference: Decimal = Decimal("0.00")  # posted as variance, in the transaction's currency
    hold_after_edit: bool = False
    original_wait_days: int = 0
    variance_account: str = ""
    gift_card_liability_account: str = ""
    open_periods: tuple[Period, ...] = ()  # none: every day is open

    def is_open(self, day: date) -> bool:
        """Whether `day` lies in an open period; every day does if none is given."""
        return not self.open_periods or any(p.start <= day <= p.end for p in self.open_periods)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDatabaseGroup:
    """Channel databases that one P-job reads together; also the folder of their upload packages."""

    name: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDatabase:
    """A database that holds transactions of channels. `url` may carry a password: it is never shown."""

    name: str
    group: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """An online store. `id` is its RecId, the `Channel` of its transactions."""

    id: int
    store: str
    company: str
    currency: str
    time_zone: str
    channel_database_group: str
    default_customer: str
    payment_required: bool = True
    prices_include_tax: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyNode:
    """A node and the stores on it, from `valid_from` to `valid_to`, both included (None: no bound)."""

    name: str
    parent: str = ""
    stores: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the node is valid on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """An organization hierarchy, by which stores are selected."""

    name: str
    nodes: tuple[HierarchyNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """A payment method of a company: a tender type, or one card type of it."""

    company: str
    tender_type: str
    card_type: str = ""  # empty: every card type that has no row of its own
    name: str
    operation: TenderOperation
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeOfDelivery:
    """A mode of delivery of a company."""

    KNOWN_BY: ClassVar = ("company", "id")

    company: str
    id: str
    kind: DeliveryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeCode:
    """A charge code of a company."""

    KNOWN_BY: ClassVar = ("company", "code")

    company: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A severity other than the code's own."""

    code: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An item of a company. A value that is not given (empty, None) is not checked."""

    KNOWN_BY: ClassVar = ("company", "item")

    company: str
    item: str
    units: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    serial_controlled: bool | None = None
    tax_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer account of a company."""

    KNOWN_BY: ClassVar = ("company", "account")

    company: str
    account: str


MASTER_DATA: Final[Mapping[str, type[Any]]] = {
    "modes_of_delivery": ModeOfDelivery,
    "charge_codes": ChargeCode,
    "products": Product,
    "customers": Customer,
}
"""Master data: lists of a company's names. Its company and one key (`KNOWN_BY`) identify a line.

How they are read, what refers to them and which facts they are follows from this table and from their fields.
"""
