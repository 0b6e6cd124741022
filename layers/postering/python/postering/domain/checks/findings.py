"""Shared by all checks: a transaction's place in the setup, how a problem is made, how amounts are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from postering.domain.keys import TransactionKey
from postering.domain.money import EXACT, amount_text, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import edit
from postering.domain.retail_transactions.transactions import MarkupTrans, RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.sales_orders.settlement import Settlement, settlement
from postering.domain.setup.setup import Channel, Company, Setup, fact_name

_EVIDENCE_ROWS: Final = 20
SHOWN_ROWS: Final = 3
"""Rows that a message names; it counts the others."""
SHOWN_NAMES: Final = 20
"""Rows that a repair names; it counts the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The part of the setup that a transaction is checked against: its channel and its company, both known.

    `settlement` is the transaction's in this place; `created_customers` are accounts of the company that jobs created.
    """

    setup: Setup
    channel: Channel
    company: Company
    settlement: Settlement
    created_customers: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, transaction: RetailTransaction, setup: Setup, created_customers: frozenset[str] = frozenset()
    ) -> Self | None:
        """The place of `transaction`; None if its channel, store or company does not fit the setup (`STORE`)."""
        key = transaction.key
        channel, company = setup.channel(key.channel), setup.company(key.company)
        if channel is None or company is None or channel.company != company.id:
            return None
        if key.store and key.store != channel.store:
            return None
        return cls(
            setup=setup,
            channel=channel,
            company=company,
            settlement=settlement(transaction, channel, company),
            created_customers=created_customers,
        )

    @property
    def channel_fact(self) -> str:
        """The name of the channel's line in the setup."""
        return fact_name("channels", self.channel.id)

    @property
    def company_fact(self) -> str:
        """The name of the company's line in the setup."""
        return fact_name("companies", self.company.id)


def problem_of(
    code: str,
    message: str,
    *,
    expected: str,
    found: str,
    rows: Iterable[str],
    repair: str,
    depends_on: Iterable[str] = (),
) -> Problem:
    """A problem of a check, with each of its rows once; `Check.with_severity` adds its severity."""
    return Problem(
        code=code,
        message=message,
        expected=expected,
        found=found,
        rows=tuple(dict.fromkeys(rows)),
        repair=repair,
        depends_on=tuple(depends_on),
    )


def empty_column(key: TransactionKey, code: str, column: str, rows: Iterable[str]) -> str:
    """The command that empties a column of rows."""
    return edit(key, code, *((row, column, "") for row in rows), when="Here, to leave it empty")


def evidence(header: str, rows: Iterable[str]) -> tuple[str, ...]:
    """The header and the rows that were summed; the header alone if the rows are too many to look through."""
    names = tuple(rows)
    return (header, *names) if len(names) <= _EVIDENCE_ROWS else (header,)


def text(amount: Decimal, transaction: RetailTransaction) -> str:
    """`amount` with the digits of the transaction's currency: `12.30`."""
    return amount_text(amount, transaction.header.currency)


def priced(amount: Decimal, transaction: RetailTransaction) -> str:
    """`amount` with its digits and the transaction's currency: `12.30 GBP`."""
    return f"{text(amount, transaction)} {transaction.header.currency}".rstrip()


def cancels_all(transaction: RetailTransaction) -> bool:
    """Whether it is a cancellation without lines: it cancels all that is left, whatever its totals are."""
    return transaction.header.type == ASYNC_CANCELLATION and not transaction.sales


def charge_including_tax(charge: MarkupTrans) -> Decimal:
    """`CalculatedAmount` + `TaxAmountExclusive`, positive for a sale."""
    return EXACT.add(charge.amount, charge.tax_on_top)


def charge_excluding_tax(charge: MarkupTrans) -> Decimal:
    """`CalculatedAmount` − `TaxAmountInclusive`, positive for a sale."""
    return EXACT.subtract(charge.amount, charge.tax_inside)


def charges_including_tax(transaction: RetailTransaction) -> Decimal:
    """All charges that count, with the tax inside and on top of them."""
    return total(map(charge_including_tax, transaction.live_charges))
