"""Discounts: every origin and manual kind, offers and coupons, and the shares that make a line's discount."""

from tests.orders.conftest import Run


def test_each_origin_of_a_discount_is_kept(book: Run) -> None:
    shop = book("discount-origins")

    assert shop.document("5001") == "sales_order 85.00 USD = 85.00 + 0.00 + 0.00"
    assert shop.posted("5001")["discount"] == "15.00"
    assert shop.discounts("5001") == [
        "1/1 Customer 1.00",
        "2/1 Periodic 2.00 MIX-3",
        "3/1 Manual 3.00",
        "4/1 Loyalty_RU 4.00",
        "5/1 Tender 5.00",
    ]
    assert [net for (net,) in shop.of_lines("5001", "net")] == ["19.00", "18.00", "17.00", "16.00", "15.00"]


def test_each_manual_kind_of_discount_is_kept(book: Run) -> None:
    shop = book("discount-manual-kinds")

    assert shop.document("5002") == "sales_order 80.00 USD = 80.00 + 0.00 + 0.00"
    assert shop.discounts("5002") == ["1/1 Manual 1.00", "2/1 Manual 2.00", "3/1 Manual 4.00", "4/1 Manual 3.00"]
    assert [(rows[0]["manual_type"], rows[0]["percentage"]) for (rows,) in shop.of_lines("5002", "discounts")] == [
        ("LineAmount", "0"),
        ("LinePercent", "10"),
        ("TotalAmount", "0"),
        ("TotalPercent", "10"),
    ]
    order = shop.posted("5002")
    assert (order["total_discount"], order["manual_discount_amount"], order["manual_discount_percentage"]) == (
        *("7.00", "4.00"),
        "10",
    )


def test_a_discount_names_its_offer_and_coupon(book: Run) -> None:
    shop = book("discount-coupon-and-offer")

    assert shop.lines("5003") == ["1: 2 ea 81327 at 25.00 less 5.00 = 45.00 + 0.00 = 45.00"]
    assert shop.discounts("5003") == ["1/1 Periodic 5.00 OFFER-1 SPRING"]
    assert [rows[0]["amount_per_unit"] for (rows,) in shop.of_lines("5003", "discounts")] == ["2.50"]


def test_a_line_s_discount_is_the_sum_of_its_shares(book: Run) -> None:
    shop = book("discount-shares")

    assert shop.lines("5004") == ["1: 1 ea 81327 at 50.00 less 11.00 = 39.00 + 0.00 = 39.00"]
    assert shop.discounts("5004") == [
        "1/1 Periodic 5.00 OFFER-1",
        "1/2 Manual 3.00",
        "1/3 Manual 2.00",
        "1/4 Tender 1.00",
    ]
    ((shares,),) = shop.of_lines("5004", "discount_shares")
    assert sorted(share["amount"] for share in shares) == ["1.00", "2.00", "3.00", "5.00"]


def test_a_discount_for_a_tender_is_taken_off(book: Run) -> None:
    shop = book("discount-for-a-tender")

    assert shop.lines("5005") == ["1: 1 ea 81327 at 40.00 less 2.00 = 38.00 + 0.00 = 38.00"]
    assert shop.discounts("5005") == ["1/1 Tender 2.00"]
    assert shop.journal("5005") == ["Dr 112250 38.00", "Cr 130100 38.00"]
