"""A setup file is taken whole or not at all, what is wrong is named, and it comes back as written."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.checks import CODES
from postering.domain.problems import Severity
from postering.domain.setup.setup import Company, HierarchyNode, NumberSequence, Period, Product, Setup, TenderOperation
from postering.domain.setup.setup_file import SetupError, SetupProblem, parse_setup_text, read_setup, write_setup
from tests.domain.setup.setup_documents import DAYS, EXAMPLE, Document, example, problems_of, put, setups


@pytest.fixture
def document() -> Document:
    """The example, as it is parsed."""
    return example()


def test_the_example_is_read_as_it_stands() -> None:
    setup = read_setup(parse_setup_text(EXAMPLE, "setup.toml"))

    usrt = setup.companies[0]
    assert usrt.number_sequence == NumberSequence(format="ONL-######", next=1, largest=999999)
    assert usrt.maximum_payment_difference == Decimal("0.01")
    assert usrt.open_periods == (Period(start=date(2010, 1, 1), end=date(2026, 12, 31)),)
    houston = setup.channel(5637144592)
    assert houston is not None
    assert houston.time_zone == "America/Chicago"
    assert [group.name for group in setup.active_groups()] == ["Default"]
    assert setup.hierarchies[0].nodes[2] == HierarchyNode(
        name="West",
        parent="America",
        stores=("SEATTLE-ONLINE",),
        valid_from=date(2010, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    gift_card = setup.payment_method("USRT", "8", None)
    assert gift_card is not None
    assert gift_card.operation is TenderOperation.PAY_GIFT_CERTIFICATE
    assert setup.severity_of("ITEM") is Severity.WARN
    assert setup.products[0].serial_controlled is False
    assert setup.products[1] == Product(company="USRT", item="91050", serial_controlled=None)


def test_what_is_not_given_has_its_default(document: Document) -> None:
    setup = read_setup(document, CODES)

    assert setup.companies[1] == Company(
        id="DEMF",
        currency="EUR",
        number_sequence=NumberSequence(format="#####-DE", next=500, largest=99999),
        maximum_payment_difference=Decimal(0),
        hold_after_edit=False,
        original_wait_days=0,
        variance_account="",
        receivable_account="130150",
        gift_card_liability_account="",
        open_periods=(),
    )
    assert setup.channel_database_groups[0].active
    assert setup.channels[2].payment_required
    assert not setup.channels[1].prices_include_tax


def test_an_empty_text_or_a_null_is_not_given(document: Document) -> None:
    document["payment_methods"][0] |= {"card_type": ""}
    document["hierarchies"][0]["nodes"][0] |= {"parent": "", "valid_from": None}
    document["products"][0] |= {"serial_controlled": None, "tax_group": ""}

    setup = read_setup(document, CODES)

    assert setup.payment_methods[0].card_type == ""
    assert setup.hierarchies[0].nodes[0].valid_from is None
    assert setup.products[0].serial_controlled is None


def test_an_empty_document_is_an_empty_setup_and_comes_back() -> None:
    assert read_setup({}) == Setup()
    assert write_setup(Setup()) == {}


def test_json_of_the_same_shape_is_the_same_setup() -> None:
    setup = read_setup(parse_setup_text(EXAMPLE, "setup.toml"))
    written = json.dumps(write_setup(setup)).encode()

    assert read_setup(parse_setup_text(written, "setup.json")) == setup


@pytest.mark.parametrize("given", ["0.05", Decimal("0.05"), Decimal("5E-2")])
def test_an_amount_is_exact(document: Document, given: object) -> None:
    document["companies"][0]["maximum_payment_difference"] = given

    assert read_setup(document, CODES).companies[0].maximum_payment_difference == Decimal("0.05")


def test_an_amount_of_38_digits_keeps_each_of_them(document: Document) -> None:
    long = "123456789012345678901234567890123456.78"
    document["companies"][0]["maximum_payment_difference"] = long

    setup = read_setup(document, CODES)

    assert str(setup.companies[0].maximum_payment_difference) == long
    assert read_setup(write_setup(setup)) == setup


# --- single values -------------------------------------------------------------------------------

WRONG_VALUES = [
    ("companies[0].id", 5, "the number 5", "Put it into quotes."),
    ("companies[0].id", "", "an empty text", "Write it, or take the entry out."),
    ("companies[0].id", " USRT", "the text ' USRT'", "Take them out."),
    ("companies[0].currency", "usd", "the text 'usd'", "Did you mean 'USD'"),
    ("companies[0].currency", "DOLLAR", "the text 'DOLLAR'", "Write its three capital letters."),
    ("companies[0].number_sequence", "ONL-###", "the text 'ONL-###'", "Write keys and values."),
    ("companies[0].number_sequence.format", "ONL", "the text 'ONL'", "Write one run, as in ONL-######."),
    ("companies[0].number_sequence.format", "#-#", "the text '#-#'", "Write one run, as in ONL-######."),
    ("companies[0].number_sequence.format", "#" * 21, f"the text '{'#' * 21}'", "Make it shorter."),
    ("companies[0].number_sequence.next", "1", "the text '1'", "Take the quotes off."),
    ("companies[0].number_sequence.next", True, "true", "Write a whole number."),
    ("companies[0].number_sequence.next", 1.0, "the decimal number 1.0", "Write a whole number."),
    ("companies[0].number_sequence.next", -1, "the number -1", "Write another one."),
    ("companies[0].number_sequence.next", 16**5000, "a very long number", "Write another one."),
    (
        "companies[0].maximum_payment_difference",
        0.05,
        "the decimal number 0.05",
        'so that it is exact: "0.05".',
    ),
    ("companies[0].maximum_payment_difference", "-0.05", "the text '-0.05'", "Write digits"),
    ("companies[0].maximum_payment_difference", "1e3", "the text '1e3'", "Write digits"),
    ("companies[0].maximum_payment_difference", "1,50", "the text '1,50'", "Write digits"),
    ("companies[0].maximum_payment_difference", "١", "the text '١'", "Write digits"),
    ("companies[0].maximum_payment_difference", True, "true", "Write an amount in quotes."),
    (
        "companies[0].maximum_payment_difference",
        Decimal("1E+999999"),
        "the decimal number 1E+999999",
        "Write",
    ),
    ("companies[0].maximum_payment_difference", 16**5000, "a very long number", "Write a smaller amount."),
    ("companies[0].hold_after_edit", "true", "the text 'true'", "Write one, without quotes."),
    ("companies[0].hold_after_edit", 1, "the number 1", "Write one, without quotes."),
    ("companies[0].original_wait_days", -1, "the number -1", "Write another one."),
    ("companies[0].open_periods", {}, "a table", "Write [[companies.open_periods]]"),
    ("companies[0].open_periods[0].to", "2026-13-01", "the text '2026-13-01'", "Write year, month and day"),
    ("companies[0].open_periods[0].to", "20261231", "the text '20261231'", "Write year, month and day"),
    ("companies[0].open_periods[0].to", 2026, "the number 2026", "Write year, month and day"),
    ("channel_database_groups[1].name", "../up", "the text '../up'", "Rename it."),
    ("channel_database_groups[1].name", "a/b", "the text 'a/b'", "Rename it."),
    ("channel_database_groups[1].name", "x" * 65, f"the text '{'x' * 60}…'", "Rename it."),
    ("channel_databases[0].url", 5, "the number 5", "Put it into quotes."),
    ("channels[0].id", "5637144592", "the text '5637144592'", "Take the quotes off."),
    ("channels[0].id", 2**63, f"the number {2**63}", "Write another one."),
    ("channels[0].id", True, "true", "Write a whole number."),
    ("channels[0].default_customer", 100001, "the number 100001", "Put it into quotes."),
    (
        "channels[0].time_zone",
        "America/Chikago",
        "the text 'America/Chikago'",
        "Did you mean 'America/Chicago'",
    ),
    ("channels[0].time_zone", "America", "the text 'America'", ""),
    ("channels[0].time_zone", "../../etc/passwd", "the text '../../etc/passwd'", ""),
    ("hierarchies[0].nodes[1].stores", "HOUSTON-ONLINE", "the text 'HOUSTON-ONLINE'", "Put it into [ and ]."),
    ("hierarchies[0].nodes[1].stores[0]", 7, "the number 7", "Put it into quotes."),
    ("payment_methods[0].operation", "PayCard ", "the text 'PayCard '", "Did you mean 'PayCard'"),
    ("payment_methods[0].operation", "Barter", "the text 'Barter'", "Write one of them."),
    ("payment_methods[0].operation", 200, "the number 200", "Write one of them."),
    ("modes_of_delivery[0].kind", "Ship", "the text 'Ship'", "Did you mean 'ship'"),
    ("checks[0].code", "ITEMS", "the text 'ITEMS'", "Did you mean 'ITEM'"),
    ("checks[0].code", "STORE", "the text 'STORE'", "Take it out: STORE always blocks."),
    ("checks[0].severity", "blocks", "the text 'blocks'", "Did you mean 'block'"),
    ("products[0].barcodes", [7350053850019], "the number 7350053850019", "Put it into quotes."),
]


@pytest.mark.parametrize(
    ("place", "value", "found", "repair"),
    WRONG_VALUES,
    ids=[f"{case[0]}-{number}" for number, case in enumerate(WRONG_VALUES)],
)
def test_a_wrong_value_is_named_with_what_to_do(
    document: Document, place: str, value: object, found: str, repair: str
) -> None:
    put(document, place, value)

    problems = problems_of(document)

    problem = problems[place] if place in problems else problems[f"{place}[0]"]  # of a list: its first
    assert problem.found == found
    assert repair in problem.repair
    assert problem.expected


def test_a_date_with_a_time_is_no_date() -> None:
    text = EXAMPLE.replace(b"valid_from = 2010-01-01", b"valid_from = 2010-01-01T00:00:00Z")

    problem = problems_of(dict(parse_setup_text(text, "s.toml")))["hierarchies[0].nodes[2].valid_from"]

    assert problem.found == "the date and time 2010-01-01T00:00:00+00:00"


def test_an_error_never_shows_the_url_of_a_database(document: Document) -> None:
    put(document, "channel_databases[0].url", " postgresql://user:s3cret@host/db")

    with pytest.raises(SetupError) as refused:
        read_setup(document, CODES)

    assert "channel_databases[0].url (houston)" in str(refused.value)
    assert "s3cret" not in str(refused.value)


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("company", "'companies'"),
        ("companies[0].curency", "'currency'"),
        ("companies[0].number_sequence.larges", "'largest'"),
        ("companies[0].open_periods[0].until", "from, to"),
        ("hierarchies[0].nodes[1].store", "'stores'"),
        ("channels[0].timezone", "'time_zone'"),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_was_meant(document: Document, place: str, near: str) -> None:
    put(document, place, "x")

    (problem,) = problems_of(document).values()

    assert (problem.place, problem.found) == (place, "an unknown one")
    assert near in problem.repair


@pytest.mark.parametrize(
    ("section", "required"),
    [
        ("companies", ["id", "currency", "number_sequence", "receivable_account"]),
        ("channel_database_groups", ["name"]),
        ("channel_databases", ["name", "group", "url"]),
        (
            "channels",
            ["id", "store", "company", "currency", "time_zone", "channel_database_group", "default_customer"],
        ),
        ("hierarchies", ["name"]),
        ("payment_methods", ["company", "tender_type", "name", "operation"]),
        ("modes_of_delivery", ["company", "id", "kind"]),
        ("charge_codes", ["company", "code"]),
        ("checks", ["code", "severity"]),
        ("products", ["company", "item"]),
        ("customers", ["company", "account"]),
    ],
)
def test_an_empty_entry_names_all_its_required_keys(section: str, required: list[str]) -> None:
    problems = problems_of({section: [{}]})

    assert list(problems) == [f"{section}[0].{key}" for key in required]
    assert {problem.found for problem in problems.values()} == {"none"}


@pytest.mark.parametrize("value", ["x", {"id": "USRT"}, 5])
def test_a_section_is_a_list_of_tables(value: object) -> None:
    (problem,) = problems_of({"companies": value}).values()

    assert problem.place == "companies"
    assert "[[companies]]" in problem.repair


def test_an_entry_is_a_table() -> None:
    (problem,) = problems_of({"customers": ["100001"]}).values()

    assert (problem.place, problem.found) == ("customers[0]", "the text '100001'")


# --- there and back ------------------------------------------------------------------------------


@settings(max_examples=60)
@given(setups())
def test_a_setup_comes_back_from_its_document(setup: Setup) -> None:
    written = write_setup(setup)

    assert read_setup(written) == setup
    text = json.dumps(written).encode()
    assert read_setup(parse_setup_text(text, "setup.json")) == setup


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | DAYS | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLACES = [case[0] for case in WRONG_VALUES] + list(example())


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
def test_whatever_stands_in_a_document_it_is_read_or_refused_with_places(
    changes: list[tuple[str, object]],
) -> None:
    document = example()
    for place, value in changes:
        try:
            put(document, place, value)
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change took the place away
    problems: tuple[SetupProblem, ...] = ()
    try:
        setup = read_setup(document, CODES)
    except SetupError as refused:
        problems = refused.problems
    else:
        assert read_setup(write_setup(setup)) == setup
    assert all(problem.place and problem.expected and problem.repair for problem in problems)
