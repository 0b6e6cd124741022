"""What holds of all that the recipe makes up: no problem, sums that add up, a balanced journal, nothing lost."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.checks import check
from postering.domain.keys import TransactionKey
from postering.domain.money import EXACT, Money, has_digits_of, negated, product, rounded
from postering.domain.posting.verdicts import Verdict, decide
from postering.domain.retail_transactions.back_to_rows import raw_rows
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction, read_transaction
from postering.domain.returns.accounts import Account
from postering.domain.returns.links import named_originals
from postering.domain.returns.originals import Original, Originals
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder
from postering.domain.staging.assembly import Assembly, assemble
from postering.domain.staging.pieces import Piece
from postering.store.packing import pack_order, unpack_order
from postering.trials.generated import SHOPS, Kind, made_up_setup, made_up_transactions
from tests.domain.transactions_examples import a_setup, valid_transactions
from tests.trials.generated.drawn import DrawnChoices

SETUP = made_up_setup()
ALONE = tuple(str(kind) for kind in (Kind.SALE, Kind.RETURN, Kind.EXCHANGE, Kind.QUOTE))


@st.composite
def histories(draw: st.DrawFn) -> list[RetailTransaction]:
    """A few transactions of one shop, the later ones taking back of the earlier."""
    shop = draw(st.sampled_from(SHOPS))
    kinds = (Kind.SALE, Kind.SALE, Kind.CANCELLATION, Kind.LINKED_RETURN, Kind.LINKED_EXCHANGE)
    return list(made_up_transactions(DrawnChoices(draw), draw(st.integers(1, 6)), "T", (shop,), kinds, largest=4))


def rows_of(transaction: RetailTransaction) -> Iterator[Row]:
    for entity, rows in raw_rows(transaction).items():
        for raw in rows:
            row = read_row(ENTITIES[entity], raw, entity)
            assert isinstance(row, Row), row
            yield row


def assembly_of(transaction: RetailTransaction) -> Assembly:
    return assemble(transaction.key, [Piece(transaction=transaction.key, rows=tuple(rows_of(transaction)))])


def order_of(verdict: Verdict) -> PostedOrder:
    assert verdict.problems == ()
    assert verdict.order is not None
    return verdict.order


class Books:
    """Orders as they are posted one after the other, with what was taken back of each."""

    def __init__(self) -> None:
        self.originals: dict[TransactionKey, Original] = {}
        self.by_reference: dict[str, TransactionKey] = {}

    def post(self, transaction: RetailTransaction) -> PostedOrder:
        verdict = decide(assembly_of(transaction), SETUP, self._originals_of(transaction))
        order = order_of(verdict)
        for key, movements in verdict.taken_back.items():
            original = self.originals[key]
            self.originals[key] = replace(original, account=original.account.moved(movements, "w"))
        if order.document.kind is not DocumentKind.CANCELLATION:
            self.originals[transaction.key] = Original(account=Account(key=transaction.key), order=order)
            self.by_reference[transaction.header.channel_reference_id] = transaction.key
        return order

    def _originals_of(self, transaction: RetailTransaction) -> Originals:
        if transaction.header.type == 37:
            keys = [self.by_reference[transaction.header.channel_reference_id]]
        else:
            keys = list(named_originals(transaction, SETUP))
        return {key: self.originals[key] for key in keys}


def assert_sound(order: PostedOrder) -> None:
    """Lines and charges make the total, payments and what is open too; every currency of the journal balances."""
    document, currency = order.document, order.document.currency
    lines = Money.total((line.total for line in document.lines), currency)
    charges = Money.total((charge.total for charge in document.charges), currency)
    assert lines + charges == document.total == document.net + document.tax + document.charge_amount
    assert all(line.net + line.tax == line.total for line in document.lines)
    assert order.paid == Money.total((row.amount for row in order.payments if row.counts), currency)
    if document.kind is not DocumentKind.QUOTATION:
        assert document.total == order.paid + order.variance + order.open
    entries = order.journal
    assert Money.total((e.debit for e in entries), currency) == Money.total((e.credit for e in entries), currency)
    assert not Money.total((entry.company_amount for entry in entries), "USD")


@given(valid_transactions(kinds=ALONE))
def test_what_is_made_up_has_no_problem_and_becomes_an_order(transaction: RetailTransaction) -> None:
    setup = a_setup(transaction.header.currency)

    order = order_of(decide(assembly_of(transaction), setup))

    assert check(transaction, setup) == ()
    assert order.document.header_total == order.document.total
    assert order.document.total.amount == negated(transaction.header.gross)
    assert_sound(order)


@given(valid_transactions(kinds=ALONE))
def test_an_order_of_it_goes_through_json_and_loses_nothing(transaction: RetailTransaction) -> None:
    order = order_of(decide(assembly_of(transaction), a_setup(transaction.header.currency)))

    assert unpack_order(transaction.key.text, pack_order(order)) == order


@settings(max_examples=60)
@given(histories())
def test_what_takes_back_of_earlier_orders_never_takes_more_than_is_left(history: list[RetailTransaction]) -> None:
    books = Books()
    for transaction in history:
        order = books.post(transaction)
        assert_sound(order)
        assert unpack_order(transaction.key.text, pack_order(order)) == order


@given(valid_transactions(kinds=ALONE))
def test_its_rows_are_read_back_as_they_were_made(transaction: RetailTransaction) -> None:
    assert read_transaction(transaction.key, rows_of(transaction)) == transaction


@given(valid_transactions(kinds=ALONE))
def test_the_shares_of_a_discount_make_the_line_s_discount(transaction: RetailTransaction) -> None:
    for line in transaction.sales:
        shares = (line.line_discount, line.total_discount, line.periodic_discount, line.tender_discount)
        whole = line.discount
        for share in shares:
            whole = EXACT.subtract(whole, share)
        assert not whole


@given(valid_transactions(kinds=ALONE))
def test_the_rates_of_a_payment_make_its_amounts_exactly(transaction: RetailTransaction) -> None:
    for row in transaction.payments:
        if row.payment_amount is None or row.company_amount is None:
            continue
        in_own = EXACT.divide(product(row.payment_amount, row.exchange_rate), 100)
        in_company = EXACT.divide(product(row.tendered, row.company_exchange_rate), 100)
        assert in_own == row.tendered
        assert rounded(in_company, "USD") == row.company_amount
        assert has_digits_of(row.payment_amount, row.currency)


@given(valid_transactions(kinds=ALONE))
def test_every_amount_has_the_digits_of_its_currency(transaction: RetailTransaction) -> None:
    currency = transaction.header.currency

    for line in transaction.sales:
        assert all(has_digits_of(amount, currency) for amount in (line.net, line.tax, line.gross, line.discount))
    for charge in transaction.charges:
        assert all(has_digits_of(amount, currency) for amount in (charge.amount, charge.tax))
    assert all(has_digits_of(row.tendered, currency) for row in transaction.payments)
