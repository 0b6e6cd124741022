"""Lines and their rows: discounts, taxes of both engines, exemptions, signs, gift cards."""

from dataclasses import replace
from decimal import Decimal

import pytest

from postering.domain.checks import check
from postering.domain.problems import Problem, codes_of
from postering.domain.retail_transactions.transactions import RetailTransaction, TaxTrans, TaxTransGTE
from tests.domain.transactions_examples import a_sale, a_setup, with_child, with_header

ONE = Decimal(1)


def problems(transaction: RetailTransaction) -> tuple[Problem, ...]:
    return check(transaction, a_setup())


def codes(transaction: RetailTransaction) -> tuple[str, ...]:
    return codes_of(problems(transaction))


def a_return() -> RetailTransaction:
    """The sale given back, every amount with the other sign."""
    sale = a_sale()
    line = sale.sales[0]
    turned = replace(
        line, quantity=-line.quantity, net=-line.net, tax=-line.tax, gross=-line.gross, discount=-line.discount
    )
    return replace(
        sale,
        header=replace(
            sale.header,
            gross=-sale.header.gross,
            net=-sale.header.net,
            discount=-sale.header.discount,
            paid=-sale.header.paid,
        ),
        sales=(turned,),
        taxes=(replace(sale.taxes[0], amount=-sale.taxes[0].amount),),
        discounts=(replace(sale.discounts[0], amount=-sale.discounts[0].amount),),
        charges=(replace(sale.charges[0], amount=Decimal("-10.00"), tax=-ONE, tax_on_top=-ONE),),
        payments=(replace(sale.payments[0], tendered=-sale.payments[0].tendered),),
    )


def test_a_return_has_every_amount_the_other_way_round() -> None:
    assert codes(a_return()) == ()


def test_a_missing_tax_row_is_reported_with_the_amount_that_the_line_should_have() -> None:
    (found,) = problems(replace(a_sale(), taxes=()))

    assert found.code == "LINE_TAX"
    assert (found.expected, found.found) == ("0.00", "-5.40")
    assert found.rows == ("RetailTransactionSalesTrans[1]",)
    assert "0 tax rows" in found.message


def test_several_tax_rows_of_a_line_are_summed_and_named() -> None:
    rows = (
        TaxTrans(sales_line=ONE, code="CITY", amount=Decimal("2.00")),
        TaxTrans(sales_line=ONE, code="STATE", amount=Decimal("3.41")),
    )

    (found,) = problems(replace(a_sale(), taxes=rows))

    assert (found.expected, found.found) == ("-5.41", "-5.40")
    assert found.rows == (
        "RetailTransactionSalesTrans[1]",
        "RetailTransactionTaxTrans[1,CITY]",
        "RetailTransactionTaxTrans[1,STATE]",
    )


def test_an_exempt_tax_row_does_not_count_whatever_it_says() -> None:
    sale = a_sale()
    exempt = TaxTrans(sales_line=ONE, code="X", amount=Decimal("9.99"), exempt=1, included_in_price=1)

    assert codes(replace(sale, taxes=(*sale.taxes, exempt))) == ()


def test_components_count_instead_of_tax_rows_if_the_generic_engine_calculated() -> None:
    generic = with_header(a_sale(), tax_calculation_type=1)
    components = (
        TaxTransGTE(sales_line=ONE, component="CGST", amount=Decimal("2.70")),
        TaxTransGTE(sales_line=ONE, component="SGST", amount=Decimal("2.70")),
    )

    assert codes(replace(generic, gte_taxes=components)) == ()
    assert codes(replace(generic, gte_taxes=components[:1])) == ("LINE_TAX",)


def test_components_without_the_engine_that_made_them_are_hinted_at() -> None:
    component = TaxTransGTE(sales_line=ONE, component="CGST", amount=Decimal("5.40"))

    (found,) = problems(replace(a_sale(), taxes=(), gte_taxes=(component,)))

    assert found.code == "LINE_TAX"
    assert "TaxCalculationType of RetailTransactionTable to 1" in found.repair


def test_a_tax_row_of_a_missing_line_is_reported() -> None:
    sale = a_sale()
    stray = TaxTrans(sales_line=Decimal(7), code="VAT", amount=Decimal("1.00"))

    (found,) = problems(replace(sale, taxes=(*sale.taxes, stray)))

    assert found.code == "LINE_TAX"
    assert found.rows == ("RetailTransactionTaxTrans[7,VAT]",)
    assert found.message == "1 tax row of line 7: there is no such item line"


def test_a_discount_row_of_a_missing_line_is_reported() -> None:
    sale = a_sale()
    stray = replace(sale.discounts[0], sales_line=Decimal(7))

    assert codes(replace(sale, discounts=(*sale.discounts, stray))) == ("LINE_DISCOUNT",)


def test_rows_of_a_voided_line_do_not_count() -> None:
    sale = a_sale()
    voided = replace(sale.sales[0], line=Decimal(2), status=1, quantity=Decimal(9), price=Decimal(-1))
    tax = TaxTrans(sales_line=Decimal(2), code="VAT", amount=Decimal("0.001"), included_in_price=1)
    discount = replace(sale.discounts[0], sales_line=Decimal(2))

    more = replace(
        sale,
        sales=(*sale.sales, voided),
        taxes=(*sale.taxes, tax),
        discounts=(*sale.discounts, discount),
    )

    assert codes(with_header(more, number_of_item_lines=Decimal(2))) == ()


def test_prices_with_tax_in_the_header_and_without_in_a_tax_row_contradict_each_other() -> None:
    (found,) = problems(with_header(a_sale(), prices_include_tax=1))

    assert found.code == "TAX_INCLUDED_IN_PRICE"
    assert found.rows == ("RetailTransactionTable", "RetailTransactionTaxTrans[1,VAT]")


def test_price_and_exempted_tax_make_the_original_price() -> None:
    exempt = with_child(a_sale(), "sales", 0, exempt_original_price=Decimal("33.00"), exempt_reduction=Decimal("3.00"))

    assert codes(exempt) == ()
    (found,) = problems(with_child(exempt, "sales", 0, exempt_original_price=Decimal("32.00")))
    assert found.code == "TAX_EXEMPT"
    assert (found.expected, found.found) == ("33.00", "32.00")


def test_charge_and_exempted_tax_make_the_original_charge() -> None:
    exempt = with_child(
        a_sale(), "charges", 0, exempt_original_price=Decimal("12.00"), exempt_reduction=Decimal("2.00")
    )

    assert codes(exempt) == ()
    assert codes(with_child(exempt, "charges", 0, exempt_reduction=Decimal(0))) == ("CHARGE_TAX_EXEMPT",)


@pytest.mark.parametrize("quantity", [Decimal(2), Decimal(0)])
def test_a_net_amount_without_a_quantity_of_its_sign_is_a_contradiction(quantity: Decimal) -> None:
    assert "SIGN" in codes(with_child(a_sale(), "sales", 0, quantity=quantity))


def test_a_line_given_for_nothing_has_no_sign_to_contradict() -> None:
    sale = a_sale()
    free = replace(
        sale.sales[0],
        line=Decimal(2),
        net=Decimal(0),
        tax=Decimal(0),
        gross=Decimal(0),
        discount=Decimal(0),
    )
    more = replace(sale, sales=(*sale.sales, free))

    assert codes(with_header(more, number_of_item_lines=Decimal(2), number_of_items=Decimal(4))) == ()


def test_a_gift_card_may_be_sold_and_not_returned() -> None:
    assert codes(with_child(a_sale(), "sales", 0, is_gift_card=1)) == ()
    assert codes(with_child(a_return(), "sales", 0, is_gift_card=1)) == ("GIFT_CARD_RETURN",)


def test_a_gift_card_may_be_cancelled_before_it_is_issued() -> None:
    cancelled = with_header(with_child(a_return(), "sales", 0, is_gift_card=1), type=37)

    assert codes(cancelled) == ()
