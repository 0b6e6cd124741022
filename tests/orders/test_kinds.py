"""Kinds of transaction: orders, quotes, cancellations, returns, exchanges, and what is none of them."""

from tests.orders.conftest import Run
from tests.orders.order_book import EXAMPLES, OrderBook

SALE, BACK = ["Dr 112250 100.00", "Cr 130100 100.00"], ["Dr 130100 50.00", "Cr 112250 50.00"]


def test_an_online_order_becomes_a_sales_order(book: Run) -> None:
    shop = book("online-order")

    assert shop.document("1001") == "sales_order 70.40 USD = 54.00 + 6.40 + 10.00"
    assert shop.settled("1001") == "paid 70.40, open 0.00, variance 0.00"
    assert shop.lines("1001") == ["1: 2 ea 81327 at 30.00 less 6.00 = 54.00 + 5.40 = 59.40"]
    assert shop.taxes("1001") == ["1 VAT 5.40"]
    assert shop.discounts("1001") == ["1/1 Periodic 6.00 SPRING-10"]
    assert shop.charges("1001") == ["0/0 FREIGHT 10.00 + 1.00"]
    assert shop.payments("1001") == ["1 Visa 70.40 authorized"]
    assert shop.journal("1001") == ["Dr 112250 70.40", "Cr 130100 70.40"]
    order = shop.posted("1001")
    assert (order["comment"], order["customer_purchase_order"]) == ("Leave at the door", "PO-77")
    assert order["delivery"]["email"] == "karen@example.com"
    assert [(one["name"], one["value"]) for one in order["attributes"]] == [("Gift note", "Happy birthday")]
    assert [(one["attached_to"], one["information"]) for one in order["infocodes"]] == [("Header", "A friend")]


def test_an_asynchronous_customer_order_may_be_part_paid(book: Run) -> None:
    shop = book("asynchronous-customer-order")

    assert shop.document("1002") == "sales_order 100.00 USD = 100.00 + 0.00 + 0.00"
    assert shop.settled("1002") == "paid 30.00, open 70.00, variance 0.00"
    assert shop.payments("1002") == ["1 Visa 30.00 authorized"]
    assert shop.journal("1002") == ["Dr 112250 30.00", "Cr 130100 30.00"]


def test_a_quote_becomes_a_quotation_without_journal(book: Run) -> None:
    shop = book("quote")

    assert shop.document("1003") == "quotation 100.00 USD = 100.00 + 0.00 + 0.00"
    assert (shop.payments("1003"), shop.journal("1003")) == ([], [])


def test_a_cancellation_without_lines_takes_back_the_whole_order(book: Run) -> None:
    shop = book("cancellation-whole")

    assert shop.document("1004") == "sales_order 110.00 USD = 100.00 + 0.00 + 10.00"
    assert shop.document("1005") == "cancellation -110.00 USD = -100.00 + 0.00 + -10.00"
    assert shop.lines("1005") == ["1: -1 ea 81327 at 100.00 less 0.00 = -100.00 + 0.00 = -100.00"]
    assert shop.charges("1005") == ["0/0 FREIGHT -10.00 + 0.00"]
    assert shop.payments("1005") == ["1 Visa -110.00 refunded"]
    assert shop.journal("1005") == ["Dr 130100 110.00", "Cr 112250 110.00"]
    assert shop.posted("1005")["business_date"] == "2026-03-16"


def test_a_cancellation_with_lines_takes_back_those(book: Run) -> None:
    shop = book("cancellation-by-line")

    assert shop.document("1006") == "sales_order 120.00 USD = 120.00 + 0.00 + 0.00"
    assert shop.document("1007") == "cancellation -50.00 USD = -50.00 + 0.00 + 0.00"
    assert shop.lines("1007") == ["1: -1 ea 81327 at 50.00 less 0.00 = -50.00 + 0.00 = -50.00"]
    assert (shop.payments("1007"), shop.journal("1007")) == (["1 Visa -50.00 refunded"], BACK)
    assert shop.document("1030") == "cancellation -20.00 USD = -20.00 + 0.00 + 0.00"
    assert shop.lines("1030") == ["2: -1 ea 91050 at 20.00 less 0.00 = -20.00 + 0.00 = -20.00"]
    assert shop.payments("1030") == ["1 Visa -20.00 refunded"]
    assert shop.journal("1030") == ["Dr 130100 20.00", "Cr 112250 20.00"]


def test_an_order_is_cancelled_once_also_when_two_ask_at_once(book: Run) -> None:
    shop = book("cancelled-twice-at-once")

    assert sorted(shop.state(one) for one in ("1032", "1033")) == ["failed RETURN_QUANTITY", "succeeded"]
    (posted,) = (one for one in ("1032", "1033") if shop.state(one) == "succeeded")
    assert shop.document(posted) == "cancellation -100.00 USD = -100.00 + 0.00 + 0.00"
    assert shop.journal(posted) == ["Dr 130100 100.00", "Cr 112250 100.00"]


def test_a_cancellation_waits_for_an_order_that_is_not_posted_yet(empty_book: OrderBook) -> None:
    empty_book.run(EXAMPLES / "cancellation-before-its-order" / "1")
    assert empty_book.state("1008") == "waiting WAITING_FOR_PAYMENTS"
    assert empty_book.state("1009") == "waiting WAITING_FOR_ORIGINAL"

    empty_book.run(EXAMPLES / "cancellation-before-its-order" / "2")

    assert empty_book.document("1008") == "sales_order 100.00 USD = 100.00 + 0.00 + 0.00"
    assert empty_book.document("1009") == "cancellation -100.00 USD = -100.00 + 0.00 + 0.00"
    assert empty_book.journal("1008") == SALE
    assert empty_book.journal("1009") == ["Dr 130100 100.00", "Cr 112250 100.00"]
    empty_book.assert_sound()


def test_a_cancellation_of_what_never_comes_fails(book: Run) -> None:
    shop = book("cancellation-of-what-never-comes")

    assert shop.state("1010") == "failed CANCELLED_ORDER"
    assert shop.story("1010")["documents"] == []


def test_a_return_takes_back_a_part_of_its_original(book: Run) -> None:
    shop = book("return-with-original")

    assert shop.document("1012") == "return_order -50.00 USD = -50.00 + 0.00 + 0.00"
    assert shop.lines("1012") == ["1: -1 ea 81327 at 50.00 less 0.00 = -50.00 + 0.00 = -50.00"]
    ((original,),) = shop.of_lines("1012", "original")
    assert (original["transaction_id"], original["store"], original["line"]) == ("1011", "HOUSTON-ONLINE", 1)
    assert (shop.payments("1012"), shop.journal("1012")) == (["1 Visa -50.00 refunded"], BACK)
    (refund,) = shop.story("1012")["payments"]
    assert (refund["refunds_transaction"], refund["refunds_line"]) == ("1011", 1)


def test_a_return_needs_no_original(book: Run) -> None:
    shop = book("return-without-original")

    assert shop.state("1013") == "succeeded"
    assert shop.document("1013") == "return_order -55.00 USD = -50.00 + -5.00 + 0.00"
    assert shop.payments("1013") == ["1 Cash -55.00 refunded"]
    assert shop.journal("1013") == ["Dr 130100 55.00", "Cr 110110 55.00"]


def test_a_return_of_a_sale_older_than_the_deployment_is_posted_with_a_warning(book: Run) -> None:
    shop = book("return-of-an-older-sale")

    assert shop.state("1014") == "succeeded RETURN_ORIGINAL"
    assert shop.document("1014") == "return_order -50.00 USD = -50.00 + 0.00 + 0.00"
    assert shop.of_lines("1014", "original") == [(None,)]
    assert shop.journal("1014") == BACK


def test_no_more_is_returned_than_is_left(book: Run) -> None:
    shop = book("more-returned-than-is-left")

    assert shop.document("1016") == "return_order -50.00 USD = -50.00 + 0.00 + 0.00"
    assert shop.state("1017") == "failed RETURN_QUANTITY"
    (problem,) = shop.story("1017")["problems"]
    assert (problem["expected"], problem["found"]) == ("at most 1", "2")


def test_no_more_is_refunded_than_was_paid(book: Run) -> None:
    shop = book("more-refunded-than-is-left")

    assert shop.payments("1018") == ["1 Visa 70.00 authorized", "2 Gift card 30.00 captured"]
    assert shop.state("1019") == "failed REFUND_AMOUNT"
    (problem,) = shop.story("1019")["problems"]
    assert (problem["expected"], problem["found"]) == ("at most 30.00", "50.00")


def test_an_exchange_is_one_order_with_a_return_line(book: Run) -> None:
    shop = book("exchange")

    assert shop.document("1020") == "sales_order 55.00 USD = 50.00 + 5.00 + 0.00"
    assert shop.lines("1020") == [
        "1: 1 ea 81327 at 80.00 less 0.00 = 80.00 + 8.00 = 88.00",
        "2: -1 ea 91050 at 30.00 less 0.00 = -30.00 + -3.00 = -33.00",
    ]
    assert shop.taxes("1020") == ["1 VAT 8.00", "2 VAT -3.00"]
    assert shop.journal("1020") == ["Dr 112250 55.00", "Cr 130100 55.00"]


def test_voided_cancelled_and_training_transactions_are_left_alone(book: Run) -> None:
    shop = book("voided-and-training")

    assert {one: (shop.state(one), shop.reason(one)) for one in shop.ids()} == {
        "1021": ("voided", "entryStatus 1 (Voided)"),
        "1022": ("voided", "entryStatus 4 (Cancelled)"),
        "1023": ("voided", "entryStatus 6 (Training)"),
    }


def test_other_types_stay_staged_with_the_reason(book: Run) -> None:
    shop = book("other-types")

    assert {one: shop.state(one) for one in shop.ids()} == dict.fromkeys(
        ("1024", "1025", "1026", "1027"), "not_an_order"
    )
    assert [shop.reason(one).partition(" is not")[0] for one in ("1024", "1025", "1026", "1027")] == [
        "type 2 (Sales)",
        "type 3 (Payment)",
        "type 19 (CustomerOrder)",
        "type 36 (SuspendedTransaction)",
    ]
