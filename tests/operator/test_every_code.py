"""Every code of a problem: made, explained, fixed by the printed command, and then posted or voided.

docs/operator.md has a row for each; `tests/docs/test_operator.py` compares the two.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from postering.domain.checks import CODES
from postering.domain.posting.queue import PostOutcome, PostResult
from postering.store.sqlite import SQLiteStore
from tests.cli import shop
from tests.operator.desk import CHARGE, DISCOUNT, HEADER, PAYMENT, SALES, TAX, Desk, basket, with_row
from tests.orders.order_book import EXAMPLES, SETUP, runs_of
from tests.pasting import printed

CARD_NUMBER = "4111 1111 1111 1111"
PRODUCT = '\n[[products]]\ncompany = "USRT"\nitem = "81327"\n'
OTHER_PRODUCT = '\n[[products]]\ncompany = "USRT"\nitem = "91050"\n'
CUSTOMERS = '\n[[customers]]\ncompany = "USRT"\naccount = "100001"\n'


def row(entity: str, **columns: object) -> shop.Rows:
    """The basket T-1 with other values in the first row of an entity."""
    return with_row(basket("T-1"), entity, **columns)


def check(code: str, severity: str = "block") -> str:
    """The lines of the setup that give a check its severity."""
    return f'\n[[checks]]\ncode = "{code}"\nseverity = "{severity}"\n'


@dataclass(frozen=True)
class Case:
    """A broken transaction T-1, under a setup with `setup` added; the state in which it `ends` after its repair."""

    code: str
    name: str
    rows: Callable[[], shop.Rows]
    setup: str = ""
    ends: str = "succeeded"


def all_in_euro() -> shop.Rows:
    return with_row(row(HEADER, currency="EUR"), SALES, currency="EUR")


def a_return(**line: object) -> shop.Rows:
    """One item given back for 10.00, refunded to the card."""
    sale = shop.sale("T-1", amount="10.00")
    sale = with_row(sale, HEADER, grossAmount="10.00", netAmount="10.00", paymentAmount="-10.00")
    sale = with_row(sale, SALES, qty=1, netAmount="10.00", netAmountInclTax="10.00", **line)
    return with_row(sale, PAYMENT, amountTendered="-10.00", amountCur="-10.00", amountMST="-10.00")


def a_short_payment(paid: str) -> shop.Rows:
    """Header and payment agree that less was paid than the total."""
    return with_row(row(HEADER, paymentAmount=paid), PAYMENT, amountTendered=paid, amountCur=paid, amountMST=paid)


def of_channel_7() -> shop.Rows:
    return {
        entity: [
            {**each, "Channel": 7} | {name: "BOSTON-ONLINE" for name in each if name.casefold() in {"store", "storeid"}}
            for each in rows
        ]
        for entity, rows in basket("T-1").items()
    }


CASES = (
    Case("GROSS_AMOUNT", "the header", lambda: row(HEADER, grossAmount="-70.41")),
    Case("GROSS_AMOUNT", "a charge", lambda: row(CHARGE, CalculatedAmount="10.01")),
    Case("NET_AMOUNT", "the header", lambda: row(HEADER, netAmount="-64.01")),
    Case("NET_AMOUNT", "a line", lambda: row(SALES, netAmount="-54.01")),
    Case("NET_PLUS_TAX", "a line", lambda: row(SALES, netAmountInclTax="-59.41")),
    Case("DISCOUNT_AMOUNT", "the header", lambda: row(HEADER, discAmount="6.01")),
    Case("NUMBER_OF_ITEMS", "the header", lambda: row(HEADER, numberOfItems=3)),
    Case("NUMBER_OF_LINES", "the header", lambda: row(HEADER, numberOfItemLines=0)),
    Case("NUMBER_OF_PAYMENTS", "the header", lambda: row(HEADER, numberOfPaymentLines=0)),
    Case("PAYMENT_AMOUNT", "the header", lambda: row(HEADER, paymentAmount="70.00")),
    Case("PAYMENT_AMOUNT", "the payment", lambda: row(PAYMENT, amountCur="70.00")),
    Case("PAYMENT_AMOUNT", "a rate", lambda: row(PAYMENT, currency="EUR", amountCur="60.00", exchRate="300")),
    Case("UNDER_OVER_PAYMENT", "the payment", lambda: row(PAYMENT, amountTendered="60.40")),
    Case("UNDER_OVER_PAYMENT", "a cent", lambda: a_short_payment("70.39")),
    Case("CURRENCY_ROUNDING", "a sum", lambda: row(HEADER, discAmount="6.001")),
    Case("CURRENCY_ROUNDING", "no sum", lambda: row(HEADER, totalDiscAmount="0.001")),
    Case("CURRENCY_ROUNDING", "not known", lambda: row(CHARGE, CalculatedAmount="10.001"), ends="voided"),
    Case("NO_LINES", "all voided", lambda: row(SALES, transactionStatus=1), ends="voided"),
    Case("TAX_INCLUDED_IN_PRICE", "the header", lambda: row(HEADER, IsTaxIncludedInPrice=1)),
    Case("CHARGE_TAX_EXEMPT", "a charge", lambda: row(CHARGE, TaxExemptPriceInclusiveOriginalPrice="12.00")),
    Case("LINE_DISCOUNT", "its row", lambda: row(DISCOUNT, Amount="5.00")),
    Case("LINE_DISCOUNT", "its shares", lambda: row(SALES, periodicDiscAmount="5.00")),
    Case("LINE_TAX", "its row", lambda: row(TAX, Amount="5.00")),
    Case("LINE_TAX", "the line", lambda: row(SALES, taxAmount="-5.00")),
    Case("LINE_TAX", "exempt", lambda: row(TAX, IsExempt=1)),
    Case("LINE_TAX", "a missing row", lambda: shop.lacking(basket("T-1"), TAX), ends="voided"),
    Case("TAX_EXEMPT", "a line", lambda: row(SALES, TaxExemptPriceInclusiveOriginalPrice="31.00")),
    Case("SIGN", "the quantity", lambda: row(SALES, qty=2)),
    Case("SIGN", "the net amount", lambda: row(SALES, netAmount="54.00")),
    Case("NEGATIVE_PRICE", "a line", lambda: row(SALES, price="-30.00")),
    Case("ITEM", "a product", lambda: basket("T-1"), setup=OTHER_PRODUCT),
    Case("BARCODE", "a product", lambda: row(SALES, barcode="736"), setup=f'{PRODUCT}barcodes = ["735"]\n'),
    Case("UNIT", "a product", lambda: row(SALES, unit="box"), setup=f'{PRODUCT}units = ["ea"]\n'),
    Case("SERIAL_NUMBER", "a product", lambda: basket("T-1"), setup=f"{PRODUCT}serial_controlled = true\n"),
    Case(
        "SERIAL_DIMENSION",
        "a line",
        lambda: row(SALES, InventSerialId="S-1"),
        setup=f"{PRODUCT}serial_controlled = false\n",
    ),
    Case("TAX_GROUP", "a product", lambda: row(SALES, TaxItemGroup="RED"), setup=f'{PRODUCT}tax_group = "STD"\n'),
    Case("GIFT_CARD_RETURN", "a return", lambda: a_return(giftcard=1), ends="voided"),
    Case("STORE", "a channel", of_channel_7),
    Case("CURRENCY", "a line", lambda: row(SALES, currency="NOK")),
    Case("CURRENCY", "the header", lambda: row(HEADER, currency="EUR")),
    Case("CURRENCY", "all of it", all_in_euro, ends="voided"),
    Case("PAYMENT_METHOD", "a tender type", lambda: row(PAYMENT, tenderType="9")),
    Case("CARD_TYPE", "a card type", lambda: row(PAYMENT, cardTypeId="JCB")),
    Case("MODE_OF_DELIVERY", "a line", lambda: row(SALES, DlvMode="11")),
    Case("CHARGE_CODE", "a charge", lambda: row(CHARGE, MarkupCode="TOLL")),
    Case("CUSTOMER", "the header", lambda: row(HEADER, custAccount="100002"), setup=CUSTOMERS),
    Case("BUSINESS_DATE", "a later day", lambda: row(HEADER, businessDate="2031-01-15")),
    Case("BUSINESS_DATE", "no day", lambda: row(HEADER, businessDate=None, transDate=None), ends="voided"),
    Case("FISCAL_DOCUMENT", "the header", lambda: basket("T-1"), setup=check("FISCAL_DOCUMENT")),
    Case("RETURN_ORIGINAL", "blocked", lambda: a_return(returnTransactionId="OLD"), setup=check("RETURN_ORIGINAL")),
    Case("CANCELLED_ORDER", "a 37", lambda: row(HEADER, type=37, salesOrderId="ONL-000777"), ends="voided"),
    Case("ROW_INVALID", "a date", lambda: row(HEADER, ShippingDateRequested="soon")),
    Case("ROW_INVALID", "an amount", lambda: row(HEADER, grossAmount="seventy")),
    Case("ROW_INVALID", "a text too long", lambda: row(SALES, unit="e" * 100)),
    Case("ROW_INVALID", "the type", lambda: row(HEADER, type="order"), ends="voided"),
    Case("CARD_DATA", "a comment", lambda: row(HEADER, comment=f"card {CARD_NUMBER}")),
)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}: {case.name}" for case in CASES])
def test_the_printed_command_fixes_it(desk: Desk, case: Case) -> None:
    desk.set_up(case.setup)
    desk.receive(case.rows())
    assert case.code in desk.state("T-1")

    ended = desk.fix("T-1", case.code)

    assert ended.split()[0] == case.ends
    if case.ends == "succeeded":
        assert desk.order("T-1")["id"]


def test_the_number_sequence_is_widened(desk: Desk) -> None:
    desk.set_up(old="largest = 999999", new="largest = 1")
    desk.receive(basket("T-0"), basket("T-1"))
    (failed,) = (each for each in ("T-0", "T-1") if desk.state(each) == "failed NUMBER_SEQUENCE")

    assert desk.fix(failed, "NUMBER_SEQUENCE") == "succeeded"
    assert desk.order(failed)["id"] == "ONL-000002"


def test_a_sequence_with_no_digit_left_gets_one_more(desk: Desk) -> None:
    desk.set_up(old='format = "ONL-######", next = 1, largest = 999999', new='format = "ONL-#", next = 9, largest = 9')
    desk.receive(basket("T-0"), basket("T-1"))
    (failed,) = (each for each in ("T-0", "T-1") if desk.state(each) == "failed NUMBER_SEQUENCE")

    assert desk.fix(failed, "NUMBER_SEQUENCE") == "succeeded"
    assert desk.order(failed)["id"] == "ONL-10"


def test_a_second_sale_of_a_reference_is_voided_or_posted_without_it(desk: Desk) -> None:
    desk.receive(basket("T-0", ChannelReferenceId="REF"))
    desk.receive(basket("T-1", ChannelReferenceId="REF"), basket("T-2", ChannelReferenceId="REF"))

    assert desk.fix("T-1", "DUPLICATE_REFERENCE") == "voided DUPLICATE_REFERENCE"
    desk.paste(desk.repairs("T-2", "DUPLICATE_REFERENCE")[1])
    desk.run("sync-orders")
    assert desk.state("T-2") == "succeeded"


@pytest.mark.parametrize(("number", "kept"), [(0, "later"), (1, None)], ids=["accepted", "dismissed"])
def test_one_of_two_versions_is_chosen(desk: Desk, number: int, kept: str | None) -> None:
    desk.upload(basket("T-1"))
    desk.run("p-job")
    desk.receive(basket("T-1", comment="later"))

    desk.paste(desk.repairs("T-1", "CONTENT_CONFLICT")[number])

    desk.run("sync-orders")
    assert desk.state("T-1") == "succeeded"
    assert desk.postering("show", "T-1", "--json").json["entities"][HEADER][0].get("comment") == kept


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("more-returned-than-is-left", "RETURN_QUANTITY"),
        ("more-refunded-than-is-left", "REFUND_AMOUNT"),
        ("cancelled-twice-at-once", "RETURN_QUANTITY"),
    ],
)
def test_a_document_that_takes_back_more_than_is_left_is_voided(desk: Desk, kind: str, code: str) -> None:
    assert (EXAMPLES / kind).is_dir()
    desk.setup = SETUP.read_text(encoding="utf-8")
    desk.set_up()
    for folder in runs_of(kind):
        desk.run("package", str(folder), "--group", "Default")
        desk.run("p-job")
        desk.run("sync-orders")
    (failed,) = desk.postering("transactions", "--code", code, "--json").json["transactions"]

    assert desk.fix(failed["transaction_id"], code).split()[0] == "voided"


def test_a_cancellation_of_an_item_that_was_not_sold_is_voided(desk: Desk) -> None:
    sold = shop.sale("T-1", amount="10.00")
    desk.receive(sold)
    reference = sold[HEADER][0]["ChannelReferenceId"]
    back = with_row(a_return(itemId="91050"), HEADER, type=37, ChannelReferenceId=reference)
    desk.receive({entity: [{**each, "transactionId": "C-1"} for each in rows] for entity, rows in back.items()})

    assert desk.state("C-1") == "failed RETURN_LINE"
    assert desk.fix("C-1", "RETURN_LINE") == "voided RETURN_LINE"


def test_an_order_that_is_too_large_is_voided(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, PostResult.TOO_LARGE)
    desk.receive(basket("T-1"))

    assert desk.fix("T-1", "ORDER_TOO_LARGE") == "voided ORDER_TOO_LARGE"


def test_a_transaction_whose_tries_are_used_up_is_run_again(desk: Desk) -> None:
    desk.upload(basket("T-1"))
    desk.run("p-job")
    with pytest.MonkeyPatch.context() as patch:
        refusing(patch, PostResult.PASSING_FAILURE)
        while not desk.state("T-1").startswith("failed"):
            desk.run("sync-orders", "--transaction", "T-1")

    assert desk.fix("T-1", "RETRIES_EXHAUSTED") == "succeeded"


def test_a_failure_of_the_program_is_run_again(desk: Desk) -> None:
    desk.upload(basket("T-1"))
    desk.run("p-job")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("postering.jobs.verdict.decide", _failing)
        desk.run("sync-orders")

    assert desk.fix("T-1", "INTERNAL_ERROR") == "succeeded"


def _failing(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def refusing(monkeypatch: pytest.MonkeyPatch, result: PostResult) -> None:
    """A store that writes no order."""
    monkeypatch.setattr(
        SQLiteStore, "post", lambda _, postings: [PostOutcome(result=result, detail="busy") for _ in postings]
    )


def test_a_return_whose_original_never_came_is_posted_with_a_warning_and_nothing_to_fix(desk: Desk) -> None:
    desk.receive(a_return(returnTransactionId="OLD"))

    assert desk.state("T-1") == "succeeded RETURN_ORIGINAL"
    (next_time,) = desk.repairs("T-1", "RETURN_ORIGINAL")
    assert next_time.is_setup
    desk.paste(next_time)


@pytest.mark.parametrize("number", ["it's", 'a "b" $c', "x/y#z|%", "-7", "é\u200b1", "`id`;&"])
def test_an_id_of_any_shape_is_named_so_that_its_command_finds_it(desk: Desk, number: str) -> None:
    broken = with_row(basket(number), HEADER, grossAmount="-70.41", ChannelReferenceId="REF")
    desk.receive(broken)
    desk.paste(printed(desk.explained("REF")["problems"][0]["repair"])[0])
    desk.run("sync-orders")

    assert desk.state("REF") == "succeeded"


BY_THEMSELVES = {
    "NUMBER_SEQUENCE",
    "DUPLICATE_REFERENCE",
    "CONTENT_CONFLICT",
    "RETURN_LINE",
    "RETURN_QUANTITY",
    "REFUND_AMOUNT",
    "ORDER_TOO_LARGE",
    "RETRIES_EXHAUSTED",
    "INTERNAL_ERROR",
}


def test_every_code_is_fixed_here() -> None:
    assert {case.code for case in CASES} | BY_THEMSELVES == CODES.keys()
