"""The made-up transactions in their order: later ones take back of earlier ones, each of another order."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from postering.domain.retail_transactions.back_to_rows import raw_rows
from postering.domain.retail_transactions.rows import RawRow
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.trials.generated.basket import Name
from postering.trials.generated.choices import Choices
from postering.trials.generated.recipe import LARGEST, TAKING_BACK, Kind, make_up
from postering.trials.generated.shops import SHOPS, Shop
from postering.trials.generated.taking_back import can_be_returned, is_all_sold

FIRST_DAY: Final = date(2026, 1, 2)
_DAYS: Final = 120
_REMEMBERED: Final = 20
"""Orders of a shop that are kept in memory, so that later transactions can take them back."""

_KINDS: Final = (
    *(Kind.SALE,) * 60,
    *(Kind.RETURN,) * 4,
    *(Kind.EXCHANGE,) * 4,
    *(Kind.QUOTE,) * 4,
    *(Kind.LINKED_RETURN,) * 8,
    *(Kind.LINKED_EXCHANGE,) * 4,
    *(Kind.CANCELLATION,) * 8,
    *(Kind.NOT_AN_ORDER,) * 2,
)


def made_up_transactions(
    choices: Choices,
    number: int,
    prefix: str,
    shops: Sequence[Shop] = SHOPS,
    kinds: Sequence[Kind] = _KINDS,
    largest: int = LARGEST,
) -> Iterator[RetailTransaction]:
    """`number` transactions, valid with `made_up_setup`; ids and references begin with `prefix`."""
    remembered: dict[str, list[RetailTransaction]] = {shop.store: [] for shop in shops}
    for count in range(1, number + 1):
        shop, kind = choices.one_of(shops), choices.one_of(kinds)
        day = FIRST_DAY + timedelta(days=choices.whole(0, _DAYS))
        sold: RetailTransaction | None = None
        if kind in TAKING_BACK:
            kind, sold = _earlier(choices, kind, remembered[shop.store])
        if sold is not None and sold.header.business_date is not None:
            day = sold.header.business_date + timedelta(days=choices.whole(0, 30))
        name = Name(transaction_id=f"{prefix}-{count:07}", reference=f"{prefix}-W{count:07}", day=day)
        made = make_up(choices, shop, name, kind, sold, largest)
        yield made
        if kind is Kind.SALE and is_all_sold(made):
            remembered[shop.store] = [*remembered[shop.store], made][-_REMEMBERED:]


def _earlier(
    choices: Choices, kind: Kind, remembered: list[RetailTransaction]
) -> tuple[Kind, RetailTransaction | None]:
    """The order that is taken back, which is then forgotten; a sale if no order can be."""
    fitting = [each for each in remembered if kind is Kind.CANCELLATION or can_be_returned(each)]
    if not fitting:
        return Kind.SALE, None
    sold = choices.one_of(fitting)
    remembered.remove(sold)
    return kind, sold


def package_rows(transactions: Iterable[RetailTransaction]) -> Iterator[tuple[str, RawRow]]:
    """Their rows for a package: entity and row."""
    for transaction in transactions:
        for entity, rows in raw_rows(transaction).items():
            for row in rows:
                yield entity, row
