"""A cancellation is built from its own rows: charges that are kept or given back, its header, and what is refunded."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.posting.verdicts import build_order
from postering.domain.problems import Severity, codes_of
from postering.domain.retail_transactions.transactions import MarkupTrans, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import Cancellation, compensate
from postering.domain.returns.originals import Original
from postering.domain.setup.setup import Check
from tests.domain.returns.cancellations_examples import a_line, after, asked, numbered, tender
from tests.domain.transactions_examples import KEY, a_sale, a_setup, with_header, with_totals

SETUP = a_setup()


def charge(amount: str, code: str = "FREIGHT", number: int = 1, **more: Any) -> MarkupTrans:
    return MarkupTrans(line=Decimal(number), code=code, amount=Decimal(amount), currency="USD", **more)


def ordered(net: str, *payments: PaymentTrans, charges: tuple[MarkupTrans, ...] = ()) -> Original:
    """A customer order of two items for `net` in all, with charges, paid so."""
    sale = a_sale(
        sales=(a_line("-2", f"-{net}"),), taxes=(), discounts=(), charges=charges, payments=numbered(payments)
    )
    sale = with_header(with_totals(sale), type=33)
    return Original(account=Account(key=KEY), order=build_order(sale, SETUP, "ONL-000001"))


def cancelling(
    *lines: SalesTrans,
    charges: tuple[MarkupTrans, ...] = (),
    payments: tuple[PaymentTrans, ...] = (),
    header: str | None = None,
    name: str = "C-1",
) -> RetailTransaction:
    """A cancellation whose header sums its rows, or says `header` (in the channel's sign)."""
    made = with_totals(replace(asked(*lines, payments=payments, name=name), charges=charges))
    return made if header is None else with_header(made, gross=Decimal(header))


def books(made: Cancellation) -> tuple[str, str, list[str], str]:
    """Total of the document, of its charges, what is given back, and what stays open."""
    assert made.order is not None, made.problems
    document = made.order.document
    charges = sum((each.total.amount for each in document.charges), Decimal(0))
    return (
        document.total.text,
        f"{charges:.2f}",
        [payment.amount.text for payment in made.order.payments],
        made.order.open.text,
    )


def of(transaction: RetailTransaction, original: Original) -> Cancellation:
    return compensate(transaction, original, SETUP, "ONL-000002")


# --- a charge is kept, in four forms -------------------------------------------------------------------------

DEPOSIT = tender("4.78")
KEPT = charge("2.39", code="CANCEL")


@pytest.mark.parametrize(
    ("cancellation", "expected"),
    [
        (cancelling(a_line("2", "47.80"), charges=(KEPT,), payments=(tender("-2.39"),)), ("-45.41", "2.39")),
        (cancelling(payments=(tender("-2.39"),)), ("-47.80", "0.00")),
        (cancelling(charges=(KEPT,), payments=(tender("-2.39"),)), ("-45.41", "2.39")),
        (cancelling(a_line("2", "47.80"), charges=(KEPT,)), ("-45.41", "2.39")),
    ],
    ids=["all rows", "payments alone", "charge and payments", "no payments"],
)
def test_a_cancellation_charge_is_on_the_document_and_the_rest_of_the_deposit_goes_back(
    cancellation: RetailTransaction, expected: tuple[str, str]
) -> None:
    total, charges, refunds, _ = books(of(cancellation, ordered("47.80", DEPOSIT)))

    assert (total, charges) == expected
    assert refunds == ["-2.39"]


# --- charges of the order ------------------------------------------------------------------------------------


def test_freight_that_is_not_given_back_stays_paid() -> None:
    original = ordered("100.00", tender("110.00"), charges=(charge("10.00"),))

    assert books(of(cancelling(a_line("2", "100.00")), original)) == ("-100.00", "0.00", ["-100.00"], "0.00")


def test_without_lines_and_charges_all_charges_go_too() -> None:
    original = ordered("100.00", tender("110.00"), charges=(charge("10.00"),))

    assert books(of(cancelling(), original)) == ("-110.00", "-10.00", ["-110.00"], "0.00")


def test_freight_is_given_back_by_a_row_of_its_own_and_never_twice() -> None:
    original = ordered("100.00", tender("110.00"), charges=(charge("10.00"),))
    back = cancelling(a_line("1", "50.00"), charges=(charge("-10.00"),))

    first = of(back, original)
    rest = after(original, first)
    again = of(cancelling(a_line("1", "50.00"), charges=(charge("-10.00"),), name="C-2"), rest)

    assert books(first) == ("-60.00", "-10.00", ["-60.00"], "0.00")
    assert codes_of(again.problems) == ("REFUND_AMOUNT",)
    assert "C-1 took the rest" in again.problems[0].message
    assert books(of(cancelling(name="C-2"), rest)) == ("-50.00", "0.00", ["-50.00"], "0.00")


def test_a_part_of_a_charge_may_be_given_back_and_the_rest_later() -> None:
    original = ordered("100.00", tender("125.00"), charges=(charge("25.00"),))

    first = of(cancelling(a_line("1", "50.00"), charges=(charge("-15.00"),)), original)
    rest = of(cancelling(name="C-2"), after(original, first))

    assert books(first) == ("-65.00", "-15.00", ["-65.00"], "0.00")
    assert books(rest) == ("-60.00", "-10.00", ["-60.00"], "0.00")


@pytest.mark.parametrize("given", [charge("-10.01"), charge("-10.00", code="WRAPPING"), charge("-1.00", code="")])
def test_no_more_of_a_charge_is_given_back_than_was_charged(given: MarkupTrans) -> None:
    original = ordered("100.00", tender("110.00"), charges=(charge("10.00"),))

    assert codes_of(of(cancelling(a_line("2", "100.00"), charges=(given,)), original).problems) == ("REFUND_AMOUNT",)


# --- what is refunded where no payment rows say it -----------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "lines", "refunds"),
    [
        ("50.00", (a_line("1", "50.00"),), []),
        ("60.00", (a_line("1", "50.00"),), ["-10.00"]),
        ("30.00", (), ["-30.00"]),
        ("100.00", (a_line("1", "50.00"),), ["-50.00"]),
    ],
    ids=["the deposit is the rest", "a part of it is too much", "all of it", "paid in full"],
)
def test_the_amount_paid_beyond_what_is_still_owed_goes_back(
    paid: str, lines: tuple[SalesTrans, ...], refunds: list[str]
) -> None:
    made = of(cancelling(*lines), ordered("100.00", tender(paid)))

    assert books(made)[2] == refunds


def test_it_is_taken_from_the_payments_in_their_order() -> None:
    made = of(cancelling(a_line("1", "50.00")), ordered("100.00", tender("30.00"), tender("70.00")))

    assert books(made)[2] == ["-30.00", "-20.00"]


# --- the header ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("0", ()),
        ("110.00", ()),
        ("-110.00", ("GROSS_AMOUNT",)),
        ("100.00", ("GROSS_AMOUNT",)),
        ("0.01", ("GROSS_AMOUNT",)),
    ],
)
def test_a_header_without_lines_has_the_total_of_the_document_or_of_its_rows(
    header: str, codes: tuple[str, ...]
) -> None:
    original = ordered("100.00", tender("110.00"), charges=(charge("10.00"),))

    assert codes_of(of(cancelling(header=header), original).problems) == codes


def test_a_header_that_differs_is_a_warning_where_the_setup_says_so() -> None:
    original = ordered("100.00", tender("100.00"))
    setup = replace(SETUP, checks=(Check(code="GROSS_AMOUNT", severity=Severity.WARN),))

    made = compensate(cancelling(header="7.00"), original, setup, "ONL-000002")

    assert made.order is not None
    assert [(each.code, each.severity) for each in made.problems] == [("GROSS_AMOUNT", Severity.WARN)]


# --- taxes and discounts of its own rows ---------------------------------------------------------------------


def test_amounts_of_a_row_are_those_of_the_document() -> None:
    original = ordered("100.00", tender("100.00"))
    row = a_line("1", "45.00", discount=Decimal("-5.00"))

    (line,) = _order(of(cancelling(row), original)).document.lines

    assert (line.net.text, line.discount.text) == ("-45.00", "-5.00")


def _order(made: Cancellation) -> Any:
    assert made.order is not None, made.problems
    return made.order


# --- whatever the parts --------------------------------------------------------------------------------------

CENTS = st.integers(0, 5_000).map(lambda cents: Decimal(cents) / 100)


@given(CENTS, CENTS, CENTS, st.lists(CENTS, max_size=3))
def test_in_all_no_more_goes_back_than_was_paid_and_nothing_is_owed_twice(
    freight: Decimal, wrapping: Decimal, paid: Decimal, kept: list[Decimal]
) -> None:
    total = Decimal(100) + freight + wrapping
    charges = (charge(f"{freight}"), charge(f"{wrapping}", code="WRAPPING", number=2))
    original = ordered("100.00", tender(f"{min(paid * 2, total)}"), charges=charges)
    received, given_back = min(paid * 2, total), Decimal(0)
    steps: list[RetailTransaction] = [
        cancelling(
            a_line("1", "50.00"),
            charges=tuple(charge(f"{each}", code="KEPT", number=n) for n, each in enumerate(kept, 1)),
        ),
        cancelling(charges=(), name="C-2"),
    ]
    for step in steps:
        made = of(step, original)
        assert made.order is not None, made.problems
        given_back -= sum((payment.amount.amount for payment in made.order.payments), Decimal(0))
        original = after(original, made)
    assert given_back <= received
    assert original.owed == sum(kept, Decimal(0))
    assert given_back == max(Decimal(0), received - original.owed)
