"""The 21 causes that keep a sale from becoming an order: each made here, explained and fixed by the printed command.

docs/operator.md has a row for each. Tests of causes that cannot occur here show that they cannot.
"""

from pathlib import Path

import pytest

from postering.channels.databases.tables import create_tables, insert_rows
from postering.domain.checks import CODES
from postering.domain.setup.setup_file import SetupError, parse_setup_text, read_setup
from tests.cli import shop
from tests.operator.desk import PAYMENT, SALES, TAX, Desk, basket, with_row
from tests.pasting import Printed, printed

CHANNEL_DATABASE = '\n[[channel_databases]]\nname = "houston"\ngroup = "Default"\nurl = "sqlite:///channel.db"\n'


def commands_if_missing(desk: Desk, asked: str) -> list[Printed]:
    """The commands that `explain` prints for a transaction that is not staged."""
    ran = desk.postering("explain", asked, "--json")
    assert ran.status == 1
    assert ran.json["transaction"] is None
    return printed(ran.json["not_staged"]["repair"])


def follow_next_command(desk: Desk, transaction: str) -> None:
    """Run the command that `explain` prints for a transaction without a problem."""
    (command,) = printed(desk.explained(transaction)["whereabouts"])
    desk.paste(command)


def sell(home: Path, rows: shop.Rows, counter: int) -> None:
    """Write a transaction to the channel database."""
    counters = {"RetailTransactionDiscountTrans": "ReplicationCounterFromOrigin"}
    counted = {
        entity: [{**row, counters.get(entity, "replicationCounterFromOrigin"): counter} for row in some]
        for entity, some in rows.items()
    }
    insert_rows(f"sqlite:///{home / 'channel.db'}", counted)


def test_1_the_p_job_has_not_run(desk: Desk) -> None:
    desk.upload(basket("T-1"))

    said = desk.postering("explain", "T-1")
    assert "No P-job has taken up these packages yet: Default/session-1." in " ".join(said.out.split())
    desk.paste(commands_if_missing(desk, "T-1")[0])
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"


def test_2_the_group_is_not_active(desk: Desk) -> None:
    desk.set_up(old="active = true", new="active = false")
    desk.upload(basket("T-1"))
    desk.run("p-job")

    assert "Group Default is not active" in " ".join(desk.postering("explain", "T-1").out.split())
    for command in commands_if_missing(desk, "T-1")[:2]:
        desk.paste(command)
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"


@pytest.mark.parametrize("active", ["true", "false"])
def test_2_a_session_that_waits_says_why(desk: Desk, active: str) -> None:
    desk.upload(basket("T-1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("postering.jobs.p_job.apply_session", _killed)
        assert desk.postering("p-job").status == 130
    desk.set_up(old="active = true", new=f"active = {active}")

    explained = desk.explained("session-1")
    assert "waits to be applied" in explained["message"]
    for command in printed(explained["repair"]):
        desk.paste(command)
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"
    assert "is applied: of 1 transaction 1 brought something new" in desk.explained("session-1")["message"]


def test_2_a_package_that_runs_died_of_is_named_and_tried_now_or_given_up(desk: Desk) -> None:
    desk.upload(basket("T-1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("postering.jobs.applying._same_bytes", _killed)
        for _ in range(3):
            assert desk.postering("p-job").status == 130
    desk.run("p-job")

    (need,) = [each for each in desk.postering("status", "--json").json["needs"] if each["kind"] == "package_suspect"]
    assert "Default/session-1: 3 runs" in need["what"]
    assert "memory" in need["what"]
    assert need["command"] == "postering explain Default/session-1"
    explained = desk.explained("session-1")
    assert "3 runs" in explained["message"]
    now, give_up = printed(explained["repair"])
    assert give_up.words == ["sessions", "cancel", "Default/session-1"]
    desk.paste(now)
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_3_the_channel_database_can_not_be_reached(desk: Desk, home: Path) -> None:
    desk.set_up(CHANNEL_DATABASE)
    desk.run("p-job")

    said = " ".join(desk.postering("explain", "T-1").out.split())
    assert "Channel database houston (group Default) was never read." in said
    create_tables("sqlite:///channel.db", home)
    sell(home, basket("T-1"), counter=7)
    desk.paste(commands_if_missing(desk, "T-1")[0])
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"
    said = " ".join(desk.postering("explain", "T-2").out.split())
    assert "The highest replication counter received of channel database houston (group Default) is 7 on" in said


def test_4_a_package_is_bad(desk: Desk, home: Path) -> None:
    session = desk.upload(basket("T-1"))
    (package,) = (home / "uploads").rglob(f"{session}.zip")
    sound = package.read_bytes()
    package.write_bytes(sound[:-40])
    assert desk.postering("p-job").status == 1

    assert "Sessions that could not be applied: Default/session-1" in " ".join(
        desk.postering("explain", "T-1").out.split()
    )
    (look, *_) = [each for each in commands_if_missing(desk, "T-1") if each.words[0] == "explain"]
    explained = desk.explained(look.words[1])
    assert explained["session"]["status"] == "ApplyFailed"
    package.write_bytes(sound)  # the sender made it anew
    rerun, cancel = printed(explained["repair"])
    assert cancel.words == ["sessions", "cancel", "Default/session-1"]
    desk.paste(rerun)
    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"


def test_4_a_value_is_longer_than_its_column(desk: Desk) -> None:
    desk.receive(with_row(basket("T-1"), SALES, unit="e" * 100), basket("T-2"))
    assert desk.state("T-2") == "succeeded"

    assert desk.fix("T-1", "ROW_INVALID") == "succeeded"


def test_5_a_transaction_id_comes_twice(desk: Desk) -> None:
    desk.upload(basket("T-1"))
    desk.run("p-job")
    desk.receive(basket("T-1", comment="another"))

    assert desk.fix("T-1", "CONTENT_CONFLICT") == "succeeded"


def test_6_a_part_of_the_rows_comes(desk: Desk) -> None:
    desk.receive(shop.lacking(basket("T-1"), SALES))
    assert desk.state("T-1") == "waiting WAITING_FOR_LINES"
    assert "the header promises 1, 0 came" in desk.explained("T-1")["whereabouts"]

    desk.receive(basket("T-1"))

    assert desk.state("T-1") == "succeeded"


def test_7_synchronize_orders_has_not_run_or_not_for_this_store(desk: Desk) -> None:
    desk.set_up(old="[[payment_methods]]", new='[[hierarchies.nodes]]\nname = "East"\n\n[[payment_methods]]')
    desk.upload(basket("T-1"))
    desk.run("p-job")
    desk.run("sync-orders", "--node", "East")
    assert desk.state("T-1") == "pending"

    follow_next_command(desk, "T-1")

    assert desk.state("T-1") == "succeeded"


@pytest.mark.parametrize("way", ["posted now", "taken out"])
def test_7_a_transaction_that_runs_died_of_is_named_and_posted_now_or_taken_out(desk: Desk, way: str) -> None:
    desk.upload(basket("T-1"))
    desk.run("p-job")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("postering.jobs.verdict.decide", _killed)
        for _ in range(3):
            assert desk.postering("sync-orders").status == 130
    desk.run("sync-orders")

    (need,) = [
        each for each in desk.postering("status", "--json").json["needs"] if each["kind"] == "transaction_suspect"
    ]
    assert "T-1: 3 runs" in need["what"]
    assert "memory" in need["what"]
    explained = desk.explained("T-1")
    assert "3 runs" in explained["transaction"]["reason"]
    assert "memory" in explained["whereabouts"]
    assert "3 runs" in " ".join(desk.postering("show", "T-1").out.split())
    post, void = printed(explained["whereabouts"])
    desk.paste(post if way == "posted now" else void)

    assert desk.state("T-1").split()[0] == ("succeeded" if way == "posted now" else "voided")
    assert desk.postering("status", "--json").json["transactions"]["suspects"] == []


def test_8_the_number_sequence_is_exhausted(desk: Desk) -> None:
    desk.set_up(old="largest = 999999", new="largest = 1")
    desk.receive(basket("T-0"))
    desk.receive(basket("T-1"))

    assert desk.fix("T-1", "NUMBER_SEQUENCE") == "succeeded"


@pytest.mark.parametrize("column", ["paymentCardToken", "paymentAuthorization"])
def test_9_there_is_no_payment_service_to_be_the_default(desk: Desk, column: str) -> None:
    desk.receive(with_row(basket("T-1"), PAYMENT, **{column: "tok-1"}))

    assert desk.state("T-1") == "succeeded"


def test_10_a_setup_without_the_account_that_a_payment_needs_is_refused() -> None:
    text = shop.SETUP.replace('account = "112250"', "")

    with pytest.raises(SetupError, match="account"):
        read_setup(parse_setup_text(text.encode(), "setup.toml"))


def test_10_an_order_is_underpaid(desk: Desk) -> None:
    desk.receive(with_row(basket("T-1"), PAYMENT, amountTendered="70.04"))

    assert desk.fix("T-1", "UNDER_OVER_PAYMENT") == "succeeded"


@pytest.mark.parametrize("number", [0, 1], ids=["another day", "the period opened"])
def test_11_the_period_is_closed(desk: Desk, number: int) -> None:
    desk.receive(basket("T-1", businessDate="2031-01-15"))

    desk.paste(desk.repairs("T-1", "BUSINESS_DATE")[number])

    desk.run("sync-orders")
    assert desk.state("T-1") == "succeeded"


def test_12_no_terms_of_payment_are_asked_for() -> None:
    assert not [code for code in CODES if "TERMS" in code]
    with pytest.raises(SetupError, match="terms_of_payment"):
        read_setup(parse_setup_text(b'[[terms_of_payment]]\nid = "CC"\n', "setup.toml"))


def test_13_the_customer_is_unknown(desk: Desk) -> None:
    desk.set_up('\n[[customers]]\ncompany = "USRT"\naccount = "100001"\n')
    desk.receive(basket("T-1", custAccount="100002"))

    assert desk.fix("T-1", "CUSTOMER") == "succeeded"


def test_14_the_item_is_unknown(desk: Desk) -> None:
    desk.set_up('\n[[products]]\ncompany = "USRT"\nitem = "91050"\n')
    desk.receive(basket("T-1"))

    assert desk.fix("T-1", "ITEM") == "succeeded"


def test_15_the_tax_groups_do_not_meet(desk: Desk) -> None:
    desk.set_up('\n[[products]]\ncompany = "USRT"\nitem = "81327"\ntax_group = "STD"\n')
    desk.receive(with_row(basket("T-1"), SALES, TaxItemGroup="RED"))

    assert desk.fix("T-1", "TAX_GROUP") == "succeeded"


def test_16_goods_and_services_tax_has_the_wrong_kind_of_rows(desk: Desk) -> None:
    desk.receive(basket("T-1", TaxCalculationType=1))

    assert desk.fix("T-1", "LINE_TAX") == "succeeded"


@pytest.mark.parametrize(
    ("code", "columns"), [("PAYMENT_METHOD", {"tenderType": "9"}), ("CARD_TYPE", {"cardTypeId": "JCB"})]
)
def test_17_the_payment_method_or_card_type_is_not_mapped(desk: Desk, code: str, columns: dict[str, str]) -> None:
    desk.receive(with_row(basket("T-1"), PAYMENT, **columns))

    assert desk.fix("T-1", code) == "succeeded"


@pytest.mark.parametrize(("captured", "status"), [(0, "authorized"), (1, "captured")], ids=["18", "19"])
def test_18_and_19_a_payment_is_posted_as_the_channel_says_it_stands(desk: Desk, captured: int, status: str) -> None:
    desk.receive(with_row(basket("T-1"), PAYMENT, IsPaymentCaptured=captured))

    (payment,) = desk.postering("show", "T-1", "--json").json["payments"]
    assert payment["status"] == status


def test_20_the_totals_do_not_agree(desk: Desk) -> None:
    desk.receive(basket("T-1", grossAmount="-70.41"), with_row(basket("T-2"), TAX, Amount="5.41"))

    assert desk.fix("T-1", "GROSS_AMOUNT") == "succeeded"
    assert desk.fix("T-2", "LINE_TAX") == "succeeded"


def test_20_a_missing_row_heals_the_transaction_when_it_comes(desk: Desk) -> None:
    desk.receive(shop.lacking(basket("T-1"), TAX))
    assert desk.state("T-1") == "failed LINE_TAX"

    desk.receive(basket("T-1"))

    assert desk.state("T-1") == "succeeded"


def test_21_an_edited_transaction_is_held_until_it_is_released(desk: Desk) -> None:
    desk.set_up(old='id = "USRT"', new='id = "USRT"\nhold_after_edit = true')
    desk.receive(basket("T-1", grossAmount="-70.41"))
    desk.paste(desk.repairs("T-1", "GROSS_AMOUNT")[0])
    desk.run("sync-orders")
    assert desk.state("T-1").startswith("editing")

    follow_next_command(desk, "T-1")
    desk.run("sync-orders")

    assert desk.state("T-1") == "succeeded"


def test_21_an_edit_of_a_transaction_that_a_run_has_posted_is_refused(desk: Desk) -> None:
    desk.receive(basket("T-1"))

    ran = desk.postering("edit", "T-1", "comment=late")

    assert ran.status == 1
    assert "it is posted as ONL-000001" in ran.err
