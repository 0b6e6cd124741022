"""`transactions`, `show` and `explain`: the list, the whole story, and why something is no order."""

from collections.abc import Callable

import pytest

from postering.domain.retail_transactions.entities import ENTITIES
from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]
LIST_KEYS = [
    *("transaction_id", "channel", "store", "terminal", "channel_reference_id", "business_date", "currency", "total"),
    *("state", "codes", "sales_id"),
]
PAYMENT, SALES = "RetailTransactionPaymentTrans", "RetailTransactionSalesTrans"


def test_the_list_shows_what_matches(stage: Stage, postering: Postering) -> None:
    stage(
        shop.sale("T-1"),
        shop.sale("T-2", day="2026-11-21"),
        shop.changed(shop.sale("T-3"), PAYMENT, {"tenderType": "77"}),
    )
    postering("sync-orders")

    def ids(*options: str) -> list[str]:
        return [one["transaction_id"] for one in postering("transactions", *options, "--json").json["transactions"]]

    assert ids() == ["T-1", "T-3", "T-2"]
    assert ids("--state", "failed") == ids("--code", "payment_method") == ["T-3"]
    assert ids("--date", "2026-11-21") == ["T-2"]
    assert ids("--store", shop.STORE, "--limit", "2") == ["T-1", "T-3"]
    assert "3 transactions" in postering("transactions").out
    assert "No transaction matches" in postering("transactions", "--date", "2026-11-22").out


def test_a_store_that_nobody_knows_is_refused_by_the_list(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    ran = postering("transactions", "--store", shop.STORE[:-1])

    assert ran.status == 1
    assert f"Did you mean '{shop.STORE}'?" in ran.err


def test_a_transaction_that_is_posted_is_skipped_with_the_reason(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")

    ran = postering("sync-orders", "--transaction", "T-1")

    assert "1 skipped" in ran.out
    assert "nothing left to post" in ran.out


def test_a_row_of_the_list_has_these_keys(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")

    (row,) = postering("transactions", "--json").json["transactions"]

    assert list(row) == LIST_KEYS
    assert (row["total"], row["currency"], row["sales_id"], row["codes"]) == ("10.00", "USD", "ONL-000001", [])


def test_show_tells_the_whole_story(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1", amount="12.3"))
    postering("sync-orders")

    story = postering("show", "T-1", "--json").json

    assert list(story["transaction"]) == [*LIST_KEYS, "DataAreaId", "type", "reason"]
    assert (story["transaction"]["DataAreaId"], story["transaction"]["type"]) == ("USRT", 27)
    assert list(story["entities"]) == list(ENTITIES)
    (header,) = story["entities"]["RetailTransactionTable"]
    assert (header["grossAmount"], header["type"], header["businessDate"]) == ("-12.3", 27, "2026-11-20")
    (document,) = story["documents"]
    assert (document["kind"], document["id"], document["currency"]) == ("sales_order", "ONL-000001", "USD")
    assert {name: document[name] for name in ("total", "net", "tax", "charges", "discount")} == {
        "total": "12.30",
        "net": "12.30",
        "tax": "0.00",
        "charges": "0.00",
        "discount": "0.00",
    }
    assert document["charges_detail"] == document["addresses"] == []
    (line,) = document["lines"]
    assert (line["line"], line["item"], line["quantity"], line["unit"], line["price"], line["total"]) == (
        *(1, "81327", "1", "ea", "12.30"),
        "12.30",
    )
    (payment,) = story["payments"]
    assert [payment[name] for name in ("line", "method", "operation", "amount", "currency", "status")] == [
        *(1, "Visa", "PayCard", "12.30", "USD"),
        "authorized",
    ]
    assert (payment["payment_currency"], payment["payment_amount"]) == ("USD", "12.30")
    assert story["journal"] == [
        {
            "voucher": "ONL-000001",
            "date": "2026-11-20",
            "payment_line": 1,
            "account": account,
            "debit": debit,
            "credit": credit,
            "currency": "USD",
            "amount_mst": in_company_currency,
            "text": "Visa, payment 1 of ONL-000001",
        }
        for account, debit, credit, in_company_currency in (
            ("112250", "12.30", "0.00", "12.30"),
            ("130100", "0.00", "12.30", "-12.30"),
        )
    ]
    assert [set(entry) for entry in story["timeline"]] == [{"at", "by", "what", "before", "after"}] * 2
    assert [entry["after"] for entry in story["timeline"]] == ["pending", "succeeded"]
    assert story["problems"] == story["conflicts"] == []


def test_an_answers_amount_has_the_digits_of_its_currency(stage: Stage, postering: Postering) -> None:
    sale = shop.sale("T-1")
    (header,) = sale["RetailTransactionTable"]
    key = {name: header[name] for name in ("DataAreaId", "Channel", "store", "terminal", "transactionId")}
    answer = {"type": 0, "parentLineNum": -1, "infocodeId": "TIP", "lineNum": 1, "information": "yes", "amount": "2.5"}
    stage(sale | {"RetailTransactionInfocodeTrans": [key | answer]})
    postering("sync-orders")

    (document,) = postering("show", "T-1", "--json").json["documents"]

    assert [each["amount"] for each in document["infocodes"]] == ["2.50"]


def test_each_kind_of_id_names_the_transaction(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"), shop.sale("T-2"))
    postering("sync-orders", "--transaction", "T-2")

    for text in ("T-2", "REF-T-2", f"{shop.KEY}T-2", "ONL-000001"):
        assert postering("explain", text, "--json").json["transaction"]["transaction_id"] == "T-2"


def test_an_id_that_several_have_lists_them(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1", ChannelReferenceId="SAME"), shop.sale("T-2", ChannelReferenceId="SAME"))

    ran = postering("show", "SAME", "--json")

    assert ran.status == 1
    assert ran.out == ""
    assert f"{shop.KEY}T-1" in ran.err
    assert f"{shop.KEY}T-2" in ran.err


@pytest.mark.parametrize("command", ["show", "explain"])
def test_an_unknown_id_suggests_near_ones(command: str, stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1000"), shop.sale("X-7"))

    ran = postering(command, "T-1001")

    assert ran.status == 1
    assert "did you mean T-1000?" in ran.err


def test_a_rejected_row_stands_under_its_entity(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1"), SALES, {"qty": "a lot"}))

    story = postering("show", "T-1", "--json").json

    (line,) = story["entities"][SALES]
    assert line["_rejected"] is True
    assert line["qty"] == "a lot"
    assert [problem["code"] for problem in story["problems"]] == ["ROW_INVALID"]


def test_a_conflict_is_shown_side_by_side(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    stage(shop.changed(shop.sale("T-1"), SALES, {"comment": "other"}))

    (conflict,) = postering("show", "T-1", "--json").json["conflicts"]

    assert conflict["row"] == f"{SALES}[1]"
    assert conflict["differences"] == [{"column": "comment", "kept": "", "other": "other"}]
    assert "CONTENT_CONFLICT" in postering("explain", "T-1").out


def test_explain_gives_each_problem_with_its_repair(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1"), PAYMENT, {"tenderType": "77"}))
    postering("sync-orders")

    explained = postering("explain", "T-1", "--json").json
    described = postering("explain", "T-1").out

    assert explained["transaction"] == postering("show", "T-1", "--json").json["transaction"]
    (problem,) = explained["problems"]
    assert list(problem) == ["code", "severity", "message", "expected", "found", "rows", "repair"]
    assert (problem["code"], problem["severity"], problem["found"]) == ("PAYMENT_METHOD", "block", "77")
    assert f"{PAYMENT}[1]" in described
    assert '  tender_type = "77"\n' in described
    assert "postering setup apply FILE" in described


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (shop.lacking(shop.sale("T-1"), "RetailTransactionTable"), "waits for its header"),
        (shop.lacking(shop.sale("T-1"), SALES), "waits for item lines: the header promises 1, 0 came"),
        (shop.lacking(shop.sale("T-1"), PAYMENT), "waits for payment lines: the header promises 1, 0 came"),
        (shop.sale("T-1", type=2), "It is not an order"),
        (shop.sale("T-1", entryStatus=1), "It is voided"),
        (shop.sale("T-1"), "It is ready: the next run of Synchronize orders takes it"),
    ],
)
def test_explain_says_where_it_stands(rows: shop.Rows, says: str, stage: Stage, postering: Postering) -> None:
    stage(rows)

    assert says in " ".join(postering("explain", "T-1").out.split())


def test_explain_says_what_a_waiting_one_waits_for(stage: Stage, postering: Postering) -> None:
    stage(shop.lacking(shop.sale("T-1"), SALES))

    explained = postering("explain", "T-1", "--json").json

    assert explained["waiting_for"] == "WAITING_FOR_LINES"
    assert explained["transaction"]["codes"] == ["WAITING_FOR_LINES"]


def test_explain_says_that_an_order_needs_nothing(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")

    assert "posted as ONL-000001: there is nothing to fix" in postering("explain", "T-1").out


def test_what_data_holds_never_steers_the_terminal(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1"), SALES, {"DlvMode": "[bold]\x1b[31m"}))
    postering("sync-orders")

    for command in ("show", "explain"):
        out = postering(command, "T-1").out
        assert "\x1b" not in out
        assert "[bold]" in out
