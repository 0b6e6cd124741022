"""Lines: voided, corrected and linked ones, gift cards, what is weighed, overridden prices, numbers of things."""

import pytest

from tests.orders.conftest import Run
from tests.orders.order_book import EXAMPLES, GROUP, OrderBook


def test_a_voided_line_is_kept_out_with_what_belongs_to_it(book: Run) -> None:
    shop = book("voided-line")

    assert shop.document("2001") == "sales_order 40.00 USD = 40.00 + 0.00 + 0.00"
    assert shop.lines("2001") == ["1: 1 ea 81327 at 40.00 less 0.00 = 40.00 + 0.00 = 40.00"]
    assert shop.taxes("2001") == []
    assert len(shop.story("2001")["entities"]["RetailTransactionSalesTrans"]) == 2


def test_a_correction_line_is_a_line_with_the_other_sign(book: Run) -> None:
    shop = book("correction-line")

    assert shop.document("2002") == "sales_order 20.00 USD = 20.00 + 0.00 + 0.00"
    assert shop.lines("2002") == [
        "1: 3 ea 81327 at 10.00 less 0.00 = 30.00 + 0.00 = 30.00",
        "2: -1 ea 81327 at 10.00 less 0.00 = -10.00 + 0.00 = -10.00",
    ]
    assert shop.of_lines("2002", "corrected", "original") == [(False, None), (True, None)]


def test_a_linked_item_is_a_line_of_its_own(book: Run) -> None:
    shop = book("linked-item")

    assert shop.document("2003") == "sales_order 10.50 USD = 10.50 + 0.00 + 0.00"
    assert shop.lines("2003") == [
        "1: 6 pcs 81332 at 1.50 less 0.00 = 9.00 + 0.00 = 9.00",
        "2: 6 pcs 81333 at 0.25 less 0.00 = 1.50 + 0.00 = 1.50",
    ]
    assert shop.of_lines("2003", "text", "brings_linked_items", "linked_item") == [
        ("Lemonade", True, False),
        ("Bottle deposit", False, True),
    ]


def test_gift_cards_that_are_sold_have_a_line_and_a_number_each(book: Run) -> None:
    shop = book("gift-card-sold")

    assert shop.document("2004") == "sales_order 50.00 USD = 50.00 + 0.00 + 0.00"
    assert shop.of_lines("2004", "item", "quantity", "gift_card_number") == [
        ("0010", "1", "GC-7001"),
        ("0010", "1", "GC-7002"),
    ]
    assert [card["operation"] for (card,) in shop.of_lines("2004", "gift_card")] == ["Issue", "Issue"]
    assert shop.deliveries("2004", "kind", "email") == [("electronic", "karen@example.com")] * 2
    # No entry for the card: it is issued on invoice. The entries are those of the payment.
    assert shop.journal("2004") == ["Dr 112250 50.00", "Cr 130100 50.00"]


def test_the_number_of_a_gift_card_is_in_no_log(empty_book: OrderBook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    commands = (("package", EXAMPLES / "gift-card-sold", "--group", GROUP), ("p-job",), ("sync-orders",))

    for command in commands:
        ran = empty_book.postering(*command)
        assert "GC-7001" not in ran.out + ran.err
    assert empty_book.state("2004") == "succeeded"
    assert "GC-7001" not in caplog.text


def test_an_electronic_line_goes_to_its_e_mail_address(book: Run) -> None:
    shop = book("electronic-delivery")

    assert shop.deliveries("2005", "mode", "kind", "email", "email_content") == [
        ("Electronic", "electronic", "karen@example.com", "Enjoy reading")
    ]


def test_what_is_weighed_has_its_quantity_and_unit(book: Run) -> None:
    shop = book("scale-item")

    assert shop.document("2006") == "sales_order 111.02 USD = 111.02 + 0.00 + 0.00"
    assert shop.lines("2006") == [
        "1: 0.755 kg 81334 at 19.90 less 0.00 = 15.02 + 0.00 = 15.02",
        "2: 2 box 81327 at 48.00 less 0.00 = 96.00 + 0.00 = 96.00",
    ]
    assert shop.of_lines("2006", "scale_item", "unit_quantity", "unit_price") == [
        (True, "0.755", "19.90"),
        (False, "2", "48.00"),
    ]


def test_an_overridden_price_is_the_price(book: Run) -> None:
    shop = book("price-override")

    assert shop.lines("2007") == ["1: 1 ea 81327 at 24.00 less 0.00 = 24.00 + 0.00 = 24.00"]
    assert shop.of_lines("2007", "price_overridden", "original_price") == [(True, "30.00")]


def test_serial_and_batch_numbers_are_kept_and_a_missing_one_is_told(book: Run) -> None:
    shop = book("serial-and-batch-numbers")

    assert shop.of_lines("2008", "serial_number", "batch_number") == [("SN-0001", None), (None, "LOT-12")]
    assert shop.state("2009") == "failed SERIAL_NUMBER"


def test_what_a_line_leaves_out_of_its_delivery_comes_from_the_header(book: Run) -> None:
    shop = book("delivery-from-line-or-header")

    names = ("mode", "warehouse", "site", "fulfilment_store", "ship_date", "receipt_date", "address_line")
    assert shop.deliveries("2010", *names) == [
        ("99", "DC-CENTRAL", "CENTRAL", None, "2026-03-16", "2026-03-18", 0),
        ("21", "DC-WEST", "CENTRAL", "SEATTLE", "2026-03-20", "2026-03-18", 2),
    ]
