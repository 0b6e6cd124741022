"""The counts of `status`: transactions and amounts by state and code, sales order numbers left, ages in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from postering.domain.inquiries.standing import Unfinished
from postering.domain.lists import grouped
from postering.domain.money import amount_text, total
from postering.domain.setup.tables import Company
from postering.domain.texts import counted

RUNS_AHEAD: Final = 20
SHARE_OF_SEQUENCE: Final = 100
"""Numbers are few if 20 runs like the last use them up, if less than a hundredth is left, or less than is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSums:
    """Transactions in `state` with `code` ('' for none), the arrival of the oldest, and totals by currency.

    A transaction counts under each of its codes; one whose header has not come has no amount.
    """

    state: str
    code: str
    transactions: int
    oldest: datetime
    amounts: tuple[tuple[str, Decimal], ...]

    @property
    def amounts_text(self) -> str:
        """`120.00 USD, 5.00 EUR`."""
        return ", ".join(f"{amount_text(amount, currency)} {currency}" for currency, amount in self.amounts)

    def as_json(self) -> dict[str, object]:
        """The shape of a member of `problems` in `status --json`."""
        return {
            "state": self.state,
            "code": self.code or None,
            "transactions": self.transactions,
            "oldest": self.oldest.isoformat(),
            "amounts": {currency: amount_text(amount, currency) for currency, amount in self.amounts},
        }


def codes_of(unfinished: Iterable[Unfinished]) -> tuple[CodeSums, ...]:
    """The sums by state and code, the most frequent first."""
    groups = by_state_and_code(unfinished)
    summed = (_summed(state, code, those) for (state, code), those in groups.items())
    return tuple(sorted(summed, key=lambda sums: (sums.state, -sums.transactions, sums.code)))


def by_state_and_code(unfinished: Iterable[Unfinished]) -> Mapping[tuple[str, str], Sequence[Unfinished]]:
    """The transactions by state and by each of their codes, `""` if they have none."""
    return grouped(((one.state, code), one) for one in unfinished for code in one.codes or ("",))


def _summed(state: str, code: str, those: Sequence[Unfinished]) -> CodeSums:
    by_currency = grouped((one.currency, one.total) for one in those if one.total is not None and one.currency)
    return CodeSums(
        state=state,
        code=code,
        transactions=len(those),
        oldest=min(one.received for one in those),
        amounts=tuple((currency, total(amounts)) for currency, amounts in sorted(by_currency.items())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Sales order numbers of a company: the next one, how many are left, and whether these are few."""

    company: str
    next: int
    left: int
    few: bool

    def as_json(self) -> dict[str, object]:
        """The shape of a member of `numbers` in `status --json`."""
        return {"company": self.company, "next": self.next, "left": self.left, "few": self.few}


def numbers_of(company: Company, next_number: int | None, last_run: int, due: int) -> Numbers:
    """The rest of the company's number sequence (`next_number` None: it was not made yet).

    `last_run` counts the orders that the last run posted, `due` the transactions that may still become one.
    """
    sequence = company.number_sequence
    following = sequence.next if next_number is None else next_number
    left = max(0, sequence.largest - following + 1)
    size = sequence.largest - sequence.next + 1
    few = left < max(RUNS_AHEAD * last_run, size // SHARE_OF_SEQUENCE, due)
    return Numbers(company=company.id, next=following, left=left, few=few)


def age(span: timedelta) -> str:
    """`40 seconds`, `5 minutes`, `3 hours`, `12 days`: the largest unit of which there are two, or one of seconds."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(seconds // length, unit)
    return counted(seconds, "second")
