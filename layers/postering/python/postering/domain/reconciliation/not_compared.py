"""Transactions that stand against no channel: their store has no channel database, or it could not be read."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from postering.domain.money import ZERO, negated, total
from postering.domain.reconciliation.compare import Compared
from postering.domain.reconciliation.differences import CHANNEL_AND_PACKAGES, Difference, Reason
from postering.domain.texts import counted


class NotCompared:
    """One difference for each store and currency, with the amount of the packages (of the store, if they are gone).

    Only the days that `has_day` wants count.
    """

    def __init__(self, has_day: Callable[[date | None], bool]) -> None:
        self._has_day = has_day
        self._sums: dict[tuple[str, str, str], tuple[int, Decimal]] = {}

    def add(self, one: Compared) -> None:
        """Count a transaction, if it is not compared with a channel."""
        against = one.packages or one.staged
        if one.not_compared and against is not None and self._has_day(against.business_date):
            place = (one.transaction.store, against.currency, one.not_compared)
            count, amount = self._sums.get(place, (0, ZERO))
            self._sums[place] = (count + 1, total((amount, against.gross)))

    def differences(self) -> Iterator[Difference]:
        """What was counted."""
        for (store, currency, why), (count, amount) in sorted(self._sums.items()):
            against_none = f"{counted(count, 'transaction')} of {store or 'no store'} not compared with a channel"
            yield Difference(
                transaction=None,
                between=CHANNEL_AND_PACKAGES,
                amount=negated(amount),
                currency=currency,
                why=f"{why}: {against_none}",
                reason=Reason.NOT_COMPARED,
            )
