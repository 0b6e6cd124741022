"""Payments and their journal: how far each has come, what counts, what stays open, refunds and differences."""

from tests.orders.conftest import Run

CARD, CASH = ["Dr 112250 100.00", "Cr 130100 100.00"], ["Dr 110110 100.00", "Cr 130100 100.00"]
PAID = "paid 100.00, open 0.00, variance 0.00"


def test_an_authorized_card_is_posted_on_its_clearing_account(book: Run) -> None:
    shop = book("payment-authorized")

    assert shop.payments("6001") == ["1 Visa 100.00 authorized"]
    assert shop.journal("6001") == CARD
    (payment,) = shop.story("6001")["payments"]
    assert (payment["operation"], payment["authorization"]) == ("PayCard", "A-001")
    assert (payment["card_token"], payment["authorized_amount"]) == ("tok_4c1f", "100.00")


def test_a_captured_card_makes_the_same_entry(book: Run) -> None:
    shop = book("payment-captured")

    assert shop.payments("6002") == ["1 Visa 100.00 captured"]
    assert shop.journal("6002") == CARD


def test_a_declined_payment_does_not_pay(book: Run) -> None:
    shop = book("payment-declined")

    assert shop.payments("6003") == ["1 Visa 100.00 declined", "2 Cards 100.00 authorized"]
    assert (shop.settled("6003"), shop.journal("6003")) == (PAID, ["Dr 112259 100.00", "Cr 130100 100.00"])


def test_a_voided_payment_does_not_pay(book: Run) -> None:
    shop = book("payment-voided")

    assert shop.payments("6004") == ["1 Visa 100.00 voided", "2 Visa 60.00 voided", "3 Cash 100.00 captured"]
    assert (shop.settled("6004"), shop.journal("6004")) == (PAID, CASH)


def test_a_payment_whose_capture_failed_does_not_pay(book: Run) -> None:
    shop = book("payment-capture-failed")

    assert shop.payments("6005") == ["1 Visa 100.00 capture_failed", "2 Cash 100.00 captured"]
    assert (shop.settled("6005"), shop.journal("6005")) == (PAID, CASH)


def test_only_a_customer_order_may_be_part_paid_where_payment_is_required(book: Run) -> None:
    shop = book("payment-partial")

    assert shop.state("6006") == "failed UNDER_OVER_PAYMENT"
    assert shop.settled("6007") == "paid 60.00, open 40.00, variance 0.00"
    assert shop.journal("6007") == ["Dr 112250 60.00", "Cr 130100 60.00"]


def test_nothing_is_paid_above_the_total(book: Run) -> None:
    shop = book("payment-above-the-total")

    assert {one: shop.state(one) for one in shop.ids()} == dict.fromkeys(("6008", "6009"), "failed UNDER_OVER_PAYMENT")


def test_an_order_that_is_paid_on_delivery_stays_open(book: Run) -> None:
    shop = book("pay-on-delivery")

    assert shop.settled("6010") == "paid 0.00, open 100.00, variance 0.00"
    assert (shop.payments("6010"), shop.journal("6010")) == ([], [])


def test_a_deposit_is_paid_and_the_rest_stays_open(book: Run) -> None:
    shop = book("deposit")

    assert shop.settled("6011") == "paid 50.00, open 200.00, variance 0.00"
    assert shop.journal("6011") == ["Dr 112250 50.00", "Cr 130100 50.00"]
    assert [payment["prepayment"] for payment in shop.story("6011")["payments"]] == [True]


def test_several_tenders_make_an_entry_each(book: Run) -> None:
    shop = book("several-tenders")

    assert shop.payments("6012") == ["1 Visa 50.00 authorized", "2 Cash 30.00 captured", "3 Gift card 20.00 captured"]
    assert shop.journal("6012") == [
        *("Dr 112250 50.00", "Cr 130100 50.00"),
        *("Dr 110110 30.00", "Cr 130100 30.00"),
        *("Dr 250600 20.00", "Cr 130100 20.00"),
    ]


def test_change_is_a_payment_of_its_own(book: Run) -> None:
    shop = book("cash-with-change")

    assert shop.payments("6013") == ["1 Cash 120.00 captured", "2 Cash -20.00 change"]
    assert shop.settled("6013") == PAID
    assert shop.journal("6013") == [
        *("Dr 110110 120.00", "Cr 130100 120.00"),
        *("Dr 130100 20.00", "Cr 110110 20.00"),
    ]


def test_a_foreign_currency_keeps_its_amount_and_rates_which_must_agree(book: Run) -> None:
    shop = book("foreign-currency")

    (payment,) = shop.story("6014")["payments"]
    assert (payment["amount"], payment["currency"]) == ("110.00", "USD")
    assert (payment["payment_amount"], payment["payment_currency"], payment["exchange_rate"]) == (
        "100.00",
        "EUR",
        "110",
    )
    assert (payment["company_amount"], payment["company_exchange_rate"]) == ("110", "100")
    assert shop.journal("6014") == ["Dr 110130 110.00", "Cr 130100 110.00"]
    assert shop.state("6024") == "failed PAYMENT_AMOUNT"


def test_a_refund_goes_to_the_payments_that_it_is_linked_to(book: Run) -> None:
    shop = book("refund-linked")

    assert shop.payments("6016") == ["1 Visa -60.00 refunded", "2 Cash -40.00 refunded"]
    assert [(one["refunds_transaction"], one["refunds_line"]) for one in shop.story("6016")["payments"]] == [
        ("6015", 1),
        ("6015", 2),
    ]
    assert shop.journal("6016") == [
        *("Dr 130100 60.00", "Cr 112250 60.00"),
        *("Dr 130100 40.00", "Cr 110110 40.00"),
    ]


def test_no_more_is_refunded_than_is_refundable(book: Run) -> None:
    shop = book("refund-above-what-is-refundable")

    assert shop.state("6018") == "failed REFUND_AMOUNT"
    (problem,) = shop.story("6018")["problems"]
    assert (problem["expected"], problem["found"]) == ("at most 80.00", "100.00")


def test_a_gift_card_is_taken_off_the_liability(book: Run) -> None:
    shop = book("gift-card-payment")

    assert shop.payments("6019") == ["1 Gift card 30.00 captured", "2 Visa 70.00 authorized"]
    assert shop.journal("6019") == [
        *("Dr 250600 30.00", "Cr 130100 30.00"),
        *("Dr 112250 70.00", "Cr 130100 70.00"),
    ]


def test_loyalty_points_pay_on_their_account(book: Run) -> None:
    shop = book("loyalty")

    assert shop.payments("6020") == ["1 Loyalty 15.00 captured", "2 Visa 85.00 authorized"]
    assert shop.journal("6020") == [
        *("Dr 250700 15.00", "Cr 130100 15.00"),
        *("Dr 112250 85.00", "Cr 130100 85.00"),
    ]
    assert shop.posted("6020")["loyalty_card"] == "LOY-1"


def test_what_is_put_on_account_makes_no_entry(book: Run) -> None:
    shop = book("on-account")

    assert shop.payments("6021") == ["1 On account 100.00 on_account"]
    assert (shop.settled("6021"), shop.journal("6021")) == (PAID, [])


def test_a_tolerated_difference_is_posted_as_variance_in_one_pair(book: Run) -> None:
    shop = book("tolerated-difference")

    assert shop.settled("6022") == "paid 99.99, open 0.00, variance 0.01"
    assert shop.journal("6022") == [
        *("Dr 112250 99.99", "Cr 130100 99.99"),
        *("Dr 618900 0.01", "Cr 130100 0.01"),
    ]
    assert shop.settled("6023") == "paid 100.01, open 0.00, variance -0.01"
    assert shop.journal("6023") == [
        *("Dr 112250 100.01", "Cr 130100 100.01"),
        *("Dr 130100 0.01", "Cr 618900 0.01"),
    ]
    for transaction in ("6022", "6023"):
        *_, debit, credit = shop.story(transaction)["journal"]
        assert debit["payment_line"] is credit["payment_line"] is None
        assert debit["text"] == credit["text"] == f"Payment difference of {debit['voucher']}"
