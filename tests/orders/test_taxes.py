"""Taxes: as the channel gave them, on top and inside, exempt, overridden, of charges, of the generic tax engine."""

from tests.orders.conftest import Run


def test_several_taxes_stand_on_top_of_a_line(book: Run) -> None:
    shop = book("tax-exclusive")

    assert shop.document("4001") == "sales_order 118.25 USD = 110.00 + 8.25 + 0.00"
    assert shop.taxes("4001") == ["1 CITY 2.00", "1 STATE 6.25"]
    assert shop.lines("4001")[0] == "1: 1 ea 81327 at 100.00 less 0.00 = 100.00 + 8.25 = 108.25"


def test_a_tax_inside_the_price_is_taken_out_of_net(book: Run) -> None:
    shop = book("tax-inclusive")

    assert shop.document("4002") == "sales_order 140.40 EUR = 120.00 + 20.40 + 0.00"
    assert shop.taxes("4002") == ["1 MWST19 19.00 included", "2 MWST7 1.40 included"]
    assert shop.lines("4002") == [
        "1: 1 ea 7001 at 119.00 less 0.00 = 100.00 + 19.00 = 119.00",
        "2: 2 ea 7002 at 10.70 less 0.00 = 20.00 + 1.40 = 21.40",
    ]
    assert shop.posted("4002")["prices_include_tax"] is True
    assert shop.journal("4002") == ["Dr 112251 140.40", "Cr 130150 140.40"]


def test_flags_that_contradict_each_other_are_refused(book: Run) -> None:
    shop = book("tax-flags-that-differ")

    assert shop.state("4003") == "failed TAX_INCLUDED_IN_PRICE"


def test_a_tax_is_exempt_by_its_row_or_by_a_reduced_price(book: Run) -> None:
    shop = book("tax-exempt")

    assert shop.document("4004") == "sales_order 100.00 USD = 100.00 + 0.00 + 0.00"
    assert shop.taxes("4004") == ["1 STATE 6.25 exempt"]
    assert shop.document("4005") == "sales_order 105.00 EUR = 100.00 + 0.00 + 5.00"
    assert shop.taxes("4005") == []
    assert shop.of_lines("4005", "exempt") == [({"original_price": "119.00", "reduction": "19.00"},)]
    (charge,) = shop.posted("4005")["charges_detail"]
    assert charge["exempt"] == {"original_price": "5.95", "reduction": "0.95"}
    assert shop.posted("4005")["tax_exempted"] is True


def test_an_overridden_tax_is_as_the_channel_gave_it(book: Run) -> None:
    shop = book("tax-override")

    assert shop.document("4006") == "sales_order 111.00 USD = 110.00 + 1.00 + 0.00"
    assert shop.taxes("4006") == ["1 REDUCED 1.00"]
    names = ("tax_override", "exempt_by_override", "tax_group", "original_tax_group")
    assert shop.of_lines("4006", *names) == [("SNAP", False, "TX-RED", "TX"), ("NONE", True, None, None)]


def test_the_tax_of_a_charge_is_on_top_or_inside(book: Run) -> None:
    shop = book("charge-tax")

    assert shop.document("4007") == "sales_order 122.00 USD = 100.00 + 2.00 + 20.00"
    assert shop.charges("4007") == ["0/0 FREIGHT 10.00 + 1.00", "0/1 HANDLING 10.00 + 1.00"]
    assert [(one["tax_on_top"], one["tax_inside"]) for one in shop.posted("4007")["charges_detail"]] == [
        ("1.00", "0.00"),
        ("0.00", "1.00"),
    ]


def test_components_and_measures_of_the_generic_tax_engine_are_kept(book: Run) -> None:
    shop = book("generic-tax-engine")

    assert shop.document("4008") == "sales_order 1180.00 USD = 1000.00 + 180.00 + 0.00"
    assert shop.taxes("4008") == ["1 CGST 90.00", "1 SGST 90.00"]
    ((measures, gst),) = shop.of_lines("4008", "tax_measures", "gst")
    assert gst["hsn_code"] == "8471"
    assert [(one["path"], one["value"]) for one in measures] == [
        ("Header/Lines/Tax/CGST/Amount", "90"),
        ("Header/Lines/Tax/SGST/Amount", "90"),
    ]
