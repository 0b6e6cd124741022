"""`check` as a whole: valid transactions pass, every change of a field is found, a setup changes severities."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from postering.domain.checks import check
from postering.domain.checks.findings import Place
from postering.domain.money import EXACT, negated
from postering.domain.problems import Severity, blocking, codes_of
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction, read_transaction
from postering.domain.setup.setup import Check
from tests.domain.transactions_examples import (
    a_sale,
    a_setup,
    raw_rows,
    valid_transactions,
    with_channel,
    with_child,
    with_company,
    with_header,
)

Mutation = Callable[[RetailTransaction, Decimal], RetailTransaction]


@given(valid_transactions())
def test_a_valid_transaction_has_no_problem(transaction: RetailTransaction) -> None:
    assert check(transaction, a_setup(transaction.header.currency)) == ()


@given(valid_transactions())
def test_a_valid_transaction_has_no_problem_after_its_rows_were_read_from_text(
    transaction: RetailTransaction,
) -> None:
    rows = [read_row(ENTITIES[entity], raw, "here") for entity, each in raw_rows(transaction).items() for raw in each]
    sound = [row for row in rows if isinstance(row, Row)]

    again = read_transaction(transaction.key, sound)

    assert len(sound) == len(rows)
    assert again == transaction


@given(valid_transactions())
def test_total_is_always_paid_and_variance_and_open(transaction: RetailTransaction) -> None:
    place = Place.of(transaction, a_setup(transaction.header.currency))

    assert place is not None
    settled = place.settlement

    assert settled.total.amount == negated(transaction.header.gross)
    assert settled.total == settled.paid + settled.variance + settled.open


def test_a_fixed_code_blocks_whatever_the_setup_says() -> None:
    setup = replace(a_setup(), checks=(Check(code="CURRENCY", severity=Severity.OFF),))
    euros = with_channel(setup, currency="EUR")

    assert [problem.severity for problem in check(a_sale(), euros)] == [Severity.BLOCK]


def test_all_problems_are_reported_at_once_in_a_stable_order() -> None:
    broken = with_child(a_sale(), "payments", 0, tender_type="77", tendered=Decimal("60.40"))
    broken = with_header(with_child(broken, "charges", 0, code="TOLL"), net=Decimal("-1.00"))

    problems = check(broken, a_setup())

    assert codes_of(problems) == (
        "NET_AMOUNT",
        "PAYMENT_AMOUNT",
        "UNDER_OVER_PAYMENT",
        "PAYMENT_METHOD",
        "CHARGE_CODE",
    )
    assert problems == check(broken, a_setup())
    assert blocking(problems) == problems


def test_nothing_is_checked_against_the_setup_if_the_store_is_unknown() -> None:
    broken = with_child(a_sale(), "payments", 0, tender_type="77", tendered=Decimal("60.40"))
    broken = with_header(broken, delivery_mode="11", business_date_given=None, net=Decimal("-1.00"))

    found = codes_of(check(replace(broken, key=replace(broken.key, channel=7)), a_setup()))

    assert found == ("NET_AMOUNT", "PAYMENT_AMOUNT", "STORE")


def test_a_thousand_bad_lines_make_few_problems_that_name_them_all() -> None:
    sale = a_sale()
    lines = tuple(replace(sale.sales[0], line=Decimal(n), price=Decimal(-1)) for n in range(1, 1001))

    found = [
        problem
        for problem in check(replace(sale, sales=lines), with_company(a_setup()))
        if problem.code == "NEGATIVE_PRICE"
    ]

    assert len(found) == 21
    assert len({row for problem in found for row in problem.rows}) == 1000
    assert found[-1].message.startswith("980 more of the same kind")


def test_amounts_of_thirty_eight_digits_are_compared_to_the_last_one() -> None:
    sale = a_sale()
    large = Decimal("-999999999999999999999999999999999999.99")
    line = replace(sale.sales[0], net=large, gross=large, tax=Decimal(0), discount=Decimal(0), quantity=Decimal(-1))
    one = replace(sale, sales=(line,), taxes=(), discounts=(), charges=())
    header = replace(
        one.header,
        gross=large,
        net=large,
        discount=Decimal(0),
        paid=negated(large),
        number_of_items=Decimal(1),
    )
    exact = with_child(replace(one, header=header), "payments", 0, tendered=negated(large))

    assert check(exact, a_setup()) == ()
    assert codes_of(check(with_header(exact, net=EXACT.add(large, Decimal("0.01"))), a_setup())) == ("NET_AMOUNT",)
