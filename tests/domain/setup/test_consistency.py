"""What does not fit together between the lines of a setup document is named, all of it at once."""

import copy

import pytest

from postering.domain.checks import CODES
from postering.domain.setup.setup import TenderOperation
from postering.domain.setup.setup_file import SetupError, read_setup
from tests.domain.setup.setup_documents import Document, change, example, problems_of, put


@pytest.fixture
def document() -> Document:
    """The example, as it is parsed."""
    return example()


@pytest.mark.parametrize(
    ("place", "value", "repair"),
    [
        ("channel_databases[0].group", "Defualt", "Did you mean 'Default'?"),
        ("channels[0].company", "USRX", "Did you mean 'USRT'?"),
        ("channels[0].channel_database_group", "X", "Add it, or name another."),
        ("channels[0].default_customer", "100003", "Did you mean '100002' or '100001'?"),
        ("payment_methods[0].company", "DEMG", "Did you mean 'DEMF'?"),
        ("modes_of_delivery[0].company", "X", "Add it, or name another."),
        ("charge_codes[0].company", "X", "Add it, or name another."),
        ("products[0].company", "X", "Add it, or name another."),
        ("customers[0].company", "X", "Add it, or name another."),
        ("hierarchies[0].nodes[2].parent", "Amerika", "Did you mean 'America'?"),
        ("hierarchies[0].nodes[2].stores[0]", "SEATLE-ONLINE", "Did you mean 'SEATTLE-ONLINE'"),
    ],
)
def test_a_reference_to_what_is_not_there_is_named(document: Document, place: str, value: str, repair: str) -> None:
    problem = change(document, place, value)

    assert problem.found == f"the text {value!r}"
    assert problem.repair.startswith(repair)


def test_a_default_customer_is_looked_for_only_where_customers_of_the_company_are_given(
    document: Document,
) -> None:
    document["channels"][2]["default_customer"] = "anybody"

    assert read_setup(document, CODES).channels[2].default_customer == "anybody"


def test_a_reference_is_not_blamed_for_a_company_that_could_not_be_read(document: Document) -> None:
    document["companies"][0]["id"] = 1

    assert list(problems_of(document)) == ["companies[0].id"]


@pytest.mark.parametrize(
    ("section", "index", "key"),
    [
        ("companies", 0, "id"),
        ("channel_database_groups", 0, "name"),
        ("channel_databases", 0, "name"),
        ("hierarchies", 0, "name"),
        ("payment_methods", 1, "card_type"),
        ("payment_methods", 2, "tender_type"),
        ("modes_of_delivery", 0, "id"),
        ("charge_codes", 0, "code"),
        ("checks", 0, "code"),
        ("products", 0, "item"),
        ("customers", 0, "account"),
    ],
)
def test_the_same_twice_is_named(document: Document, section: str, index: int, key: str) -> None:
    entries = document[section]
    entries.append(copy.deepcopy(entries[index]))

    problem = problems_of(document)[f"{section}[{len(entries) - 1}].{key}"]

    assert problem.expected == "each once"
    assert problem.found.endswith(f"again, after {section}[{index}]")


def test_two_channels_have_neither_the_same_id_nor_the_same_store(document: Document) -> None:
    document["channels"].append(dict(document["channels"][0]))

    assert set(problems_of(document)) == {"channels[3].id", "channels[3].store"}


def test_groups_that_some_file_systems_take_for_one_are_the_same(document: Document) -> None:
    document["channel_database_groups"].append({"name": "DEFAULT"})

    assert "channel_database_groups[2].name" in problems_of(document)


def test_a_text_stands_once_in_its_list(document: Document) -> None:
    document["products"][0]["units"] = ["ea", "box", "ea"]

    assert problems_of(document)["products[0].units[2]"].found == "'ea' again"


def test_two_nodes_of_a_hierarchy_have_not_the_same_name(document: Document) -> None:
    assert change(document, "hierarchies[0].nodes[3].name", "West").expected == "each once"


def test_nodes_in_a_ring_are_named_once(document: Document) -> None:
    problem = change(document, "hierarchies[0].nodes[0].parent", "West")

    assert problem.found == "World → West → America → World"
    assert len(problems_of(document)) == 1


def test_a_node_is_not_its_own_parent(document: Document) -> None:
    assert change(document, "hierarchies[0].nodes[3].parent", "Europe").found == "Europe → Europe"


def test_a_tolerance_needs_the_account_that_it_is_posted_to(document: Document) -> None:
    del document["companies"][0]["variance_account"]
    assert list(problems_of(document)) == ["companies[0].variance_account"]

    document["companies"][0]["maximum_payment_difference"] = "0.00"
    assert read_setup(document, CODES).companies[0].variance_account == ""


def test_a_gift_card_method_needs_the_companys_liability_account(document: Document) -> None:
    document["companies"][0]["gift_card_liability_account"] = ""

    assert list(problems_of(document)) == ["companies[0].gift_card_liability_account"]


@pytest.mark.parametrize("operation", [str(one) for one in TenderOperation])
def test_a_method_that_is_posted_to_an_account_needs_one(document: Document, operation: str) -> None:
    method = document["payment_methods"][0] | {"operation": operation, "account": ""}
    document["payment_methods"][0] = method

    if operation in {"PayCustomerAccount", "PayGiftCertificate"}:
        assert read_setup(document, CODES).payment_methods[0].account == ""
    else:
        assert operation in problems_of(document)["payment_methods[0].account"].repair


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("companies[0].open_periods[0].to", "2009-12-31", "a day not before `from`"),
        ("hierarchies[0].nodes[2].valid_to", "2009-12-31", "a day not before `valid_from`"),
        ("companies[1].number_sequence.largest", 499, "a number not below `next`"),
        ("companies[1].number_sequence.largest", 100000, "a number that fits the run of #, at most 99999"),
    ],
)
def test_bounds_are_in_order(document: Document, place: str, value: object, expected: str) -> None:
    assert change(document, place, value).expected == expected


def test_all_that_is_wrong_is_found_at_once(document: Document) -> None:
    changes: dict[str, object] = {
        "companies[0].currency": "XXX",
        "companies[1].number_sequence.next": "1",
        "channels[0].company": "NONE",
        "hierarchies[0].nodes[3].parent": "Europa",
        "payment_methods[5].operation": "PayNothing",
        "modes_of_delivery[2].kind": "fly",
        "checks[1].code": "ROW_INVALID",
        "customer": [],
    }
    for place, value in changes.items():
        put(document, place, value)

    assert set(problems_of(document)) == set(changes)


def test_a_message_names_place_line_and_repair(document: Document) -> None:
    problem = change(document, "payment_methods[1].operation", "PayCrad")

    assert problem.message == (
        "payment_methods[1].operation (USRT, 2, VISA): expected one of PayCash, PayCard, PayCustomerAccount, "
        "PayCurrency, PayCheck, PayLoyalty, PayCorporateCard, PayCreditMemo, PayGiftCertificate, "
        "found the text 'PayCrad'. Did you mean 'PayCard' or 'PayCash' or 'PayCorporateCard'?"
    )


def test_a_message_of_very_many_problems_ends() -> None:
    with pytest.raises(SetupError) as refused:
        read_setup({"customers": [{"company": "X"}] * 1000})

    assert len(refused.value.problems) == 2000
    assert str(refused.value).endswith("\nand 1950 more")
