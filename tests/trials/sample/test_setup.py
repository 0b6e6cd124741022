"""The bundled setups name all that the sample's rows use, and differ in the gift card alone."""

import tomllib
from typing import Any

import pytest

from postering.domain.setup.setup_file import parse_setup_text, read_setup
from postering.trials.sample.files import (
    DAY,
    SETUP,
    SETUP_WITHOUT_GIFT_CARDS,
    sample_bytes,
    sample_text,
)
from postering.trials.sample.online_retail import CHANNELS, COMPANY

GIFT_CARD = {
    "company": "ORUK",
    "tender_type": "8",
    "name": "Gift card",
    "operation": "PayGiftCertificate",
    "account": "250600",
}


@pytest.fixture
def setup() -> dict[str, Any]:
    return tomllib.loads(sample_text(SETUP))


def test_the_setup_has_a_channel_for_every_store_and_no_other(setup: dict[str, Any]) -> None:
    assert {channel["store"]: channel["id"] for channel in setup["channels"]} == CHANNELS
    for channel in setup["channels"]:
        assert (channel["company"], channel["currency"]) == (COMPANY, "GBP")
        assert channel["default_customer"]


@pytest.mark.parametrize(("name", "methods"), [(SETUP, 5), (SETUP_WITHOUT_GIFT_CARDS, 4)])
def test_each_setup_is_sound(name: str, methods: int) -> None:
    read = read_setup(parse_setup_text(sample_bytes(name), name))

    assert len(read.payment_methods) == methods
    assert (read.payment_method(COMPANY, "8", None) is None) == (methods == 4)


def test_every_store_hangs_on_one_node(setup: dict[str, Any]) -> None:
    (hierarchy,) = setup["hierarchies"]

    nodes = {node["name"]: node["stores"] for node in hierarchy["nodes"]}

    assert hierarchy["name"] == "Stores by Region"
    assert nodes == {"United Kingdom": ["OR-UK", "OR-DOTCOM"], "Abroad": ["OR-EU", "OR-EXPORT"]}


def test_the_setup_names_all_that_the_rows_use(setup: dict[str, Any], sample_file: Any) -> None:
    rows = sample_file.rows
    headers, lines, payments, charges = (
        rows[f"RetailTransaction{name}"] for name in ("Table", "SalesTrans", "PaymentTrans", "MarkupTrans")
    )

    methods = {(each["tender_type"], each.get("card_type", "")) for each in setup["payment_methods"]}
    modes = {each["id"] for each in setup["modes_of_delivery"]}
    codes = {each["code"] for each in setup["charge_codes"]}

    assert {(row["tenderType"], row.get("cardTypeId", "")) for row in payments} <= methods
    assert {row["DlvMode"] for row in [*headers, *lines] if "DlvMode" in row} == modes
    assert {row["MarkupCode"] for row in charges} <= codes
    assert {(row["store"], row["Channel"]) for row in headers} <= set(CHANNELS.items())
    (period,) = setup["companies"][0]["open_periods"]
    assert all(period["from"] <= row["businessDate"] <= period["to"] for row in headers)


def test_every_row_of_the_setup_is_of_its_one_company(setup: dict[str, Any]) -> None:
    assert [company["id"] for company in setup["companies"]] == [COMPANY]
    for table in ("channels", "payment_methods", "modes_of_delivery", "charge_codes"):
        assert {each["company"] for each in setup[table]} == {COMPANY}


def test_the_two_setups_differ_in_the_gift_card_alone(setup: dict[str, Any]) -> None:
    without = tomllib.loads(sample_text(SETUP_WITHOUT_GIFT_CARDS))

    setup["payment_methods"].remove(GIFT_CARD)

    assert without == setup


def test_the_two_setups_read_the_same_but_for_the_gift_card() -> None:
    whole, without = (sample_text(name).splitlines() for name in (SETUP, SETUP_WITHOUT_GIFT_CARDS))

    only_in_whole = [line for line in whole if line not in set(without)]

    assert [line for line in only_in_whole if not line.startswith("#")] == [
        'tender_type = "8"',
        'name = "Gift card"',
        'operation = "PayGiftCertificate"',
        'account = "250600"',
    ]


def test_the_attribution_is_bundled_with_the_data(sample_file: Any, day: Any) -> None:
    attribution = sample_text("ATTRIBUTION.md")

    assert "doi:10.24432/C5BW33" in attribution
    assert "https://creativecommons.org/licenses/by/4.0/" in attribution
    assert day.controls["source"]["sha256_uncompressed"] in attribution
    assert sample_bytes(DAY) == day.unpacked
