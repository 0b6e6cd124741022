"""Delivery: charges of header and lines, addresses, pick-up, carry-out and mixed orders."""

from tests.orders.conftest import Run


def test_a_header_charge_stands_where_all_lines_share_a_mode(book: Run) -> None:
    shop = book("header-charge")

    assert shop.document("3001") == "sales_order 58.25 USD = 50.00 + 0.75 + 7.50"
    assert shop.charges("3001") == ["0/0 FREIGHT 7.50 + 0.75"]
    assert shop.deliveries("3001", "mode") == [("99",), ("99",)]


def test_line_charges_stand_where_modes_are_mixed(book: Run) -> None:
    shop = book("line-charges")

    assert shop.document("3002") == "sales_order 71.00 USD = 50.00 + 0.00 + 21.00"
    assert shop.charges("3002") == ["1/0 FREIGHT 5.00 + 0.00", "2/0 FREIGHT 15.00 + 0.00", "2/1 HANDLING 1.00 + 0.00"]
    assert shop.deliveries("3002", "mode") == [("99",), ("21",)]


def test_a_pro_rated_charge_keeps_its_cents(book: Run) -> None:
    shop = book("pro-rated-charge")

    assert shop.document("3003") == "sales_order 100.00 USD = 90.00 + 0.00 + 10.00"
    assert {(one["method"], one["value"]) for one in shop.posted("3003")["charges_detail"]} == {("Proportional", "10")}
    assert shop.charges("3003") == [
        f"{line}/0 FREIGHT {share} + 0.00" for line, share in ((1, "3.33"), (2, "3.33"), (3, "3.34"))
    ]


def test_addresses_of_order_and_line_are_frozen_with_the_document(book: Run) -> None:
    shop = book("addresses")

    assert shop.deliveries("3004", "address_line", "stored_address") == [(0, None), (2, None)]
    first, second = shop.posted("3004")["addresses"]
    assert (first["line"], first["name"], first["street"], first["city"], first["state"], first["zip_code"]) == (
        *(0, "Karen Berg", "123 Market Street"),
        *("Houston", "TX", "77002"),
    )
    assert (second["line"], second["name"], second["email"], second["phone"]) == (
        *(2, "Matthew Tolley"),
        *("matthew@example.com", "555-0100"),
    )
    assert shop.deliveries("3005", "address_line", "stored_address") == [(None, 68719476736)]


def test_a_pick_up_needs_no_address(book: Run) -> None:
    shop = book("pick-up")

    assert shop.deliveries("3006", "mode", "kind", "warehouse", "fulfilment_store", "address_line") == [
        ("60", "pickup", "HOUSTON", "HOUSTON", None)
    ]
    assert shop.posted("3006")["addresses"] == []


def test_one_order_mixes_carry_out_pick_up_shipping_and_electronic_lines(book: Run) -> None:
    shop = book("carry-out-and-mixed")

    assert shop.document("3007") == "sales_order 79.00 USD = 79.00 + 0.00 + 0.00"
    assert shop.deliveries("3007", "mode", "kind", "address_line") == [
        ("70", "carry_out", None),
        ("60", "pickup", None),
        ("99", "ship", 0),
        ("Electronic", "electronic", None),
    ]
