"""38 digits, the most that an amount may have, survive every store: as staged, and as posted."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from postering.domain.money import EXACT, LARGEST_DIGITS, Money, amount_text, digits_of, negated
from postering.domain.posting.queue import PostResult
from postering.domain.posting.verdicts import build_order
from tests.domain.pieces_examples import a_piece, rows_of
from tests.domain.transactions_examples import a_sale, a_setup, with_totals
from tests.store.adapters import Adapter, fresh
from tests.store.examples import a_posting, kept, staged_there

DIGITS: Final = "12345678901234567890123456789012345678"


def amounts(currency: str) -> tuple[Decimal, ...]:
    """38 digits that differ from their neighbours, and 38 nines."""
    return tuple(EXACT.scaleb(Decimal(digits), -digits_of(currency)) for digits in (DIGITS, "9" * LARGEST_DIGITS))


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_38_digits_survive_the_store_as_staged_and_as_posted(adapter: Adapter, currency: str) -> None:
    for amount in amounts(currency):
        sale = a_sale(taxes=(), discounts=(), charges=())
        line = replace(sale.sales[0], net=negated(amount), gross=negated(amount), tax=Decimal(0), discount=Decimal(0))
        payment = replace(sale.payments[0], tendered=amount, company_amount=amount, currency=currency)
        header = replace(sale.header, currency=currency)
        sale = with_totals(replace(sale, header=header, sales=(replace(line, currency=currency),), payments=(payment,)))
        order = build_order(sale, a_setup(currency), "ONL-000001")
        assert (order.document.total, order.paid) == (Money(amount, currency), Money(amount, currency))
        with fresh(adapter) as deployment:
            store = deployment.opened()
            piece = a_piece(*rows_of(sale))
            (staged,) = kept(store, piece)
            posting = a_posting(staged, "ONL-000001")
            document = replace(order.document, transaction=staged.record.key)
            posting = replace(posting, order=replace(order, document=document))
            assert [outcome.result for outcome in store.post([posting])] == [PostResult.POSTED]

            store = deployment.reopened(store)

            assert staged_there(store, staged.record.key).pieces == (piece,)
            kept_order = store.order_of(staged.record.key)
            assert kept_order == posting.order
            text = format(amount, "f")
            assert kept_order is not None
            assert amount_text(kept_order.document.total.amount, currency) == text
            assert kept_order.journal[0].debit.text == text
