"""Rows: what makes two of them equal, which are bad, and that nothing of a card number is kept anywhere."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, SALES, TRANSPORT_COLUMNS, Entity, FieldType
from postering.domain.retail_transactions.rows import AnyRow, RejectedRow, Row, UnkeyedRow, canonical_hash, read_row
from postering.domain.retail_transactions.values import NumberText, Raw, typed, value_text

KEY = {
    "DataAreaId": "USRT",
    "Channel": "5637144592",
    "store": "HOUSTON-ONLINE",
    "terminal": "R1",
    "transactionId": "T-1",
}
KEY_OF = {name: dict(zip(entity.transaction_keys, KEY.values(), strict=True)) for name, entity in ENTITIES.items()}
ROW_KEY: dict[str, dict[str, Raw]] = {
    name: {
        column: {"TaxCode": "VAT", "Name": "Colour", "infocodeId": "GIFT", "Path": "a/b", "TaxComponent": "CGST"}.get(
            column, "1"
        )
        for column in entity.row_keys
    }
    for name, entity in ENTITIES.items()
}
CARD = "4111111111111111"
EVERY_ENTITY = pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)


def read(entity: str, /, **columns: Raw) -> AnyRow:
    return read_row(ENTITIES[entity], {**KEY_OF[entity], **ROW_KEY[entity], **columns}, "f.jsonl, row 3")


def sound(entity: str, /, **columns: Raw) -> Row:
    row = read(entity, **columns)
    assert isinstance(row, Row), row
    return row


def rejected(entity: str, /, **columns: Raw) -> RejectedRow:
    row = read(entity, **columns)
    assert isinstance(row, RejectedRow), row
    return row


def unkeyed(entity: str, /, **columns: Raw) -> UnkeyedRow:
    row = read(entity, **columns)
    assert isinstance(row, UnkeyedRow), row
    return row


def codes(row: RejectedRow | UnkeyedRow) -> set[str]:
    return {problem.code for problem in row.problems}


def everything_kept(row: AnyRow) -> str:
    """Every text of the row, its problems included, one a line."""

    def texts(part: object) -> Iterator[str]:
        if isinstance(part, Mapping):
            yield from texts(list(part.items()))
        elif isinstance(part, list | tuple):
            for each in part:
                yield from texts(each)
        else:
            yield str(part)

    return "\n".join(texts(asdict(row)))


# --- equal content, equal hash -------------------------------------------------------------------


@EVERY_ENTITY
def test_a_row_of_keys_alone_is_sound_in_every_entity(entity: Entity) -> None:
    row = sound(entity.name)

    assert row.transaction == TransactionKey("USRT", 5637144592, "HOUSTON-ONLINE", "R1", "T-1")
    assert row.key == tuple(str(part) for part in ROW_KEY[entity.name].values())
    assert row.hash == canonical_hash(entity.name, row.values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"lineNum": "1"}, {"lineNum": "1.0000"}),
        ({"lineNum": NumberText("1")}, {"lineNum": Decimal("1.0000")}),
        ({"qty": "-2"}, {"qty": NumberText("-2.000")}),
        ({"qty": 0}, {"qty": "-0.00"}),
        ({"transactionStatus": 1}, {"transactionStatus": "voided"}),
        ({"transactionStatus": "1"}, {"transactionStatus": "Voided"}),
        ({"comment": ""}, {}),
        ({"comment": None}, {}),
        ({"qty": ""}, {"qty": None}),
        ({"itemId": NumberText("81327")}, {"itemId": "81327"}),
        ({"QTY": "1", "ITEMID": "x"}, {"itemId": "x", "qty": "1"}),
        ({"businessDate": "2026-03-14"}, {"businessDate": date(2026, 3, 14)}),
        ({"Partner_Field": "x"}, {"partner_field": "x"}),
        ({"partner_field": NumberText("1.50")}, {"partner_field": Decimal("1.5")}),
        ({"partner_field": ""}, {}),
    ],
)
def test_rows_of_equal_content_have_equal_hashes(one: Mapping[str, Raw], other: Mapping[str, Raw]) -> None:
    assert sound(SALES, **one).hash == sound(SALES, **other).hash
    assert sound(SALES, **one).key == sound(SALES, **other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"qty": "-1"}, {"qty": "1"}),
        ({"qty": "0"}, {}),
        ({"comment": "a"}, {"comment": "A"}),
        ({"comment": "a"}, {"comment": "a "}),
        ({"transactionStatus": 0}, {}),
        ({"lineNum": "1"}, {"lineNum": "1.5"}),
        ({"partner_field": "x"}, {}),
        ({"partner_field": "x"}, {"partner_field": "y"}),
        ({"itemId": "007"}, {"itemId": "7"}),
        ({"comment": "x"}, {"itemId": "x"}),
    ],
)
def test_rows_of_other_content_have_other_hashes(one: Mapping[str, Raw], other: Mapping[str, Raw]) -> None:
    assert sound(SALES, **one).hash != sound(SALES, **other).hash


def test_an_absent_terminal_is_an_empty_one() -> None:
    absent = {name: value for name, value in KEY.items() if name != "terminal"}

    without = read_row(ENTITIES[HEADER], absent, "here")
    empty = read_row(ENTITIES[HEADER], {**absent, "terminal": ""}, "here")
    null = read_row(ENTITIES[HEADER], {**absent, "terminal": None}, "here")

    assert isinstance(without, Row)
    assert without.transaction.terminal == ""
    assert without == empty == null


@pytest.mark.parametrize("name", ["DataAreaId", "store", "terminal", "transactionId"])
def test_keys_are_compared_exactly_case_included(name: str) -> None:
    lower = sound(HEADER, **{name: KEY[name].lower()})

    assert lower.transaction != sound(HEADER).transaction
    assert lower.hash != sound(HEADER).hash


def test_keys_that_are_texts_keep_their_case_blanks_and_zeros() -> None:
    assert sound("RetailTransactionTaxTrans", TaxCode="vat").key == ("1", "vat")
    assert sound("RetailTransactionTaxTrans", TaxCode="007").key == ("1", "007")
    assert sound("RetailTransactionTaxTrans", TaxCode=" ").key == ("1", " ")


@EVERY_ENTITY
def test_transport_columns_are_no_part_of_the_hash(entity: Entity) -> None:
    values: dict[FieldType, Raw] = {
        FieldType.STRING: "elsewhere",
        FieldType.INTEGER: "2",
        FieldType.DATETIME: "2026-03-14T10:00:00Z",
    }
    known = entity.by_folded_name
    transport = {
        (known[column].name if column in known else column): values[known[column].type] if column in known else "x"
        for column in TRANSPORT_COLUMNS
    }

    row = sound(entity.name, **transport, ValidationMessage="checked")

    assert row.hash == sound(entity.name).hash
    assert len(row.values) > len(sound(entity.name).values)


@pytest.mark.parametrize("kind", [27, 31, 33, 2, None])
def test_the_sales_order_number_is_no_part_of_the_hash_of_what_becomes_one(kind: int | None) -> None:
    assert sound(HEADER, type=kind).hash == sound(HEADER, type=kind, salesOrderId="SO-1").hash


@pytest.mark.parametrize("kind", [37, "37", "asyncordercancellation"])
def test_the_sales_order_number_of_a_cancellation_says_what_is_cancelled_and_counts(kind: Raw) -> None:
    assert sound(HEADER, type=kind).hash != sound(HEADER, type=kind, salesOrderId="SO-1").hash
    assert sound(HEADER, type=kind, SALESORDERID="SO-1").hash == sound(HEADER, type=37, salesOrderId="SO-1").hash


def test_unknown_columns_are_kept_as_text_and_are_part_of_the_content() -> None:
    row = sound(SALES, Partner_Colour="red", Weight=NumberText("1.50"), Tags=["b", "a"])

    assert {row.values[name] for name in ("Partner_Colour", "Weight", "Tags")} == {"red", "1.5", '["b","a"]'}


def test_values_have_the_types_of_their_columns() -> None:
    row = sound(SALES, QTY="-2.5", transactionStatus="Voided", businessDate="2026-03-14", Catalog="5")

    assert row.values["qty"] == Decimal("-2.5")
    assert row.values["transactionStatus"] == 1
    assert row.values["businessDate"] == date(2026, 3, 14)
    assert row.values["Catalog"] == 5
    assert sound(HEADER, BeginDateTime="2026-03-14T10:00:00+01:00").values["BeginDateTime"] == datetime(
        2026, 3, 14, 9, tzinfo=UTC
    )


NAMES = st.text(st.characters(exclude_categories=["Cs", "Nd"]), min_size=1, max_size=8).filter(
    lambda name: name.casefold() not in ENTITIES[SALES].by_folded_name
)
COLUMNS = st.fixed_dictionaries(
    {},
    optional={
        "qty": st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9).map(
            str
        ),
        "comment": st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=9),
        "transactionStatus": st.sampled_from(["0", "1", "Voided", "oNhOLD"]),
        "businessDate": st.dates().map(str),
        "Catalog": st.integers(-(2**63), 2**63 - 1).map(str),
        "giftcard": st.integers(0, 1).map(str),
    },
)


@given(
    COLUMNS, st.dictionaries(NAMES, st.sampled_from(["", "x", "Y z"]), max_size=2), st.randoms(use_true_random=False)
)
def test_order_and_case_of_columns_change_nothing_and_values_read_back_from_their_texts(
    columns: dict[str, Raw], more: dict[str, Raw], chance: st.DataObject
) -> None:
    unique = {name.casefold(): (name, value) for name, value in more.items()}
    row = sound(SALES, **columns, **dict(unique.values()))
    shuffled = list((KEY_OF[SALES] | ROW_KEY[SALES] | columns).items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    again = read_row(
        ENTITIES[SALES], {name.upper(): value for name, value in shuffled} | dict(unique.values()), "there"
    )
    texts = {name: value_text(value) for name, value in row.values.items()}
    back = {
        name: typed(ENTITIES[SALES].by_name[name], text) if name in ENTITIES[SALES].by_name else text
        for name, text in texts.items()
    }

    assert isinstance(again, Row)
    assert (again.hash, again.key) == (row.hash, row.key)
    assert back == row.values
    assert canonical_hash(SALES, back) == row.hash


# --- bad rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["DataAreaId", "Channel", "transactionId"])
@pytest.mark.parametrize("absent", [None, ""])
def test_a_row_without_a_part_of_the_transaction_s_key_belongs_to_no_transaction(missing: str, absent: Raw) -> None:
    row = unkeyed(HEADER, **{missing: absent}, comment="kept")

    assert codes(row) == {"ROW_INVALID"}
    assert row.where == "f.jsonl, row 3"
    assert row.problems[0].message == f"f.jsonl, row 3: {missing} is missing, it is part of the row's key"
    assert row.raw["comment"] == "kept"


@pytest.mark.parametrize(
    "wrong",
    [
        {"Channel": "abc"},
        {"Channel": True},
        {"transactionId": "x" * 45},
        {"store": ["HOUSTON"]},
        {"store": False},
        {"terminal": "\ud800"},
        {"STORE": "ANOTHER"},
        {"TransactionID": "T-2"},
        {"CHANNEL": "5637144592"},
    ],
)
def test_a_row_whose_transaction_can_not_be_told_for_sure_belongs_to_none(wrong: Mapping[str, Raw]) -> None:
    row = unkeyed(HEADER, **wrong)

    assert codes(row) == {"ROW_INVALID"}


@EVERY_ENTITY
def test_a_row_without_its_own_key_is_rejected_and_fails_its_transaction(entity: Entity) -> None:
    for column in entity.row_keys:
        row = rejected(entity.name, **{column: None})
        assert row.key is None
        assert row.name == f"{entity.name}[?]"
        assert row.transaction == sound(entity.name).transaction
        assert [problem.expected for problem in row.problems] == [f"a value in {column}"]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"qty": "one"}, "one"),
        ({"qty": "1e2"}, "1e2"),
        ({"qty": NumberText("1E400")}, "1E400"),
        ({"qty": True}, "true"),
        ({"qty": [1]}, "[1]"),
        ({"transactionStatus": "Gone"}, "Gone"),
        ({"businessDate": "2026-02-30"}, "2026-02-30"),
        ({"DlvMode": {"id": 99}}, '{"id":99}'),
        ({"unit": "x" * 61}, "x" * 61),
        ({"comment": "half a pair \ud83d"}, "half a pair \\ud83d"),
        ({"partner_field": "half a pair \ud83d"}, "half a pair \\ud83d"),
        ({"partner_\ud83d": "x"}, "x"),
        ({"unit": "y" * 500}, "y" * 80 + "…"),
    ],
)
def test_a_bad_value_rejects_the_row_with_place_column_value_and_what_was_expected(
    wrong: Mapping[str, Raw], found: str
) -> None:
    row = rejected(SALES, **wrong)

    assert row.key == ("1",)
    assert row.name == "RetailTransactionSalesTrans[1]"
    (problem,) = row.problems
    assert (problem.code, problem.found) == ("ROW_INVALID", found)
    assert problem.message.startswith("f.jsonl, row 3: ")
    assert problem.expected
    assert problem.repair
    everything_kept(row).encode("utf-8")


def test_every_problem_of_a_row_is_told() -> None:
    row = rejected(SALES, qty="x", price="y", transactionStatus="z")

    assert [problem.message.split(": ")[1].split(" ")[0] for problem in row.problems] == [
        "qty",
        "price",
        "transactionStatus",
    ]


def test_a_rejected_row_keeps_what_came() -> None:
    row = rejected(SALES, qty="one", itemId="81327", Partner="x")

    assert {name: row.raw[name] for name in ("qty", "itemId", "Partner")} == {
        "qty": "one",
        "itemId": "81327",
        "Partner": "x",
    }


def test_the_same_bad_row_has_the_same_hash_wherever_it_comes_from_and_another_one_another() -> None:
    bad = {**KEY_OF[SALES], **ROW_KEY[SALES], "qty": "one", "Origin": "a"}
    first, again = (read_row(ENTITIES[SALES], {**bad, "Origin": where}, where) for where in ("a", "b"))

    assert first.hash == again.hash
    assert rejected(SALES, qty="two").hash != first.hash
    assert canonical_hash(SALES, {}) != first.hash


@pytest.mark.parametrize(
    "twice",
    [
        {"qty": "1", "QTY": "2"},
        {"qty": "1", "QTY": "1"},
        {"qty": "x", "QTY": "1"},
        {"Partner": "1", "PARTNER": "2"},
    ],
)
def test_a_column_given_twice_in_another_case_rejects_the_row(twice: Mapping[str, Raw]) -> None:
    row = rejected(SALES, **twice)

    assert "given twice" in " ".join(problem.message for problem in row.problems)


def test_a_key_given_twice_is_no_key() -> None:
    row = rejected(SALES, LINENUM="2")

    assert row.key is None
    assert codes(row) == {"ROW_INVALID"}


def test_an_empty_column_beside_a_given_one_of_the_same_name_is_absent() -> None:
    assert sound(SALES, qty="", QTY="1").hash == sound(SALES, qty="1").hash


# --- card data -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"comment": CARD},
        {"comment": "4111 1111 1111 1111 12/27"},
        {"Partner": f"card {CARD}"},
        {"Partner": {"deep": [{"number": CARD}]}},
        {"Partner": NumberText(CARD)},
        {"Partner": int(CARD)},
        {"Partner": f";{CARD}=2712101123?"},
        {"CVV": "123"},
        {"cardSecurityCode": "1234"},
        {"comment": "cvv 123"},
        {f"note {CARD}": "x"},
        {f"note {CARD}": ""},
        {"qty": CARD},
        {"qty": NumberText(CARD)},
        {"transactionStatus": CARD},
        {"businessDate": CARD},
        {"businessDate": "4111 1111 1111 1111"},
        {"Catalog": "4111-1111-1111-1111"},
        {"LogisticsPostalAddress": f"card {CARD}"},
        {"barcode": {"number": CARD}},
        {"unit": f"{CARD} " * 4},
        {"qty": "1", "QTY": CARD},
        {"Partner": "1", "PARTNER": CARD},
        {"comment": CARD, "qty": "x"},
    ],
)
def test_card_data_in_any_column_is_refused_and_kept_nowhere(columns: Mapping[str, Raw]) -> None:
    row = rejected(SALES, **columns)
    kept = everything_kept(row)

    assert codes(row) == {"CARD_DATA"}
    assert CARD not in kept
    assert CARD[:12] not in kept.replace(" ", "").replace("-", "")
    assert not {"123", "1234", "cvv 123"} & set(kept.splitlines())


NAMES_A_KEY_OR_AN_ACCOUNT = {
    "channelreferenceid",
    "salesorderid",
    "suspendedtransactionid",
    "purchid",
    "itemid",
    "custaccount",
    "custaccountasync",
    "loyaltycardid",
    "giftcardid",
    "giftcardidmasked",
    "giftcardnumber",
    "creditvoucherid",
    "cardpaymentaccountid",
    "paymentcardtoken",
    "paymentcapturetoken",
}


@EVERY_ENTITY
def test_card_data_is_looked_for_in_every_text_column_that_names_no_key(entity: Entity) -> None:
    named = ("receipt", "return", "linked", "invoiceid", "barcode", "statementid", "inventtransid", "listingid")
    for field in entity.fields:
        folded = field.name.casefold()
        if field.name in entity.keys or field.type is not FieldType.STRING or any(part in folded for part in named):
            continue
        row = read(entity.name, **{field.name: CARD})
        if isinstance(row, Row):
            assert folded in NAMES_A_KEY_OR_AN_ACCOUNT, field.name
        else:
            assert CARD not in everything_kept(row), field.name


def test_card_data_in_a_row_that_belongs_to_no_transaction_is_masked_too() -> None:
    row = unkeyed(SALES, transactionId=None, comment=CARD)

    assert "CARD_DATA" in codes(row)
    assert CARD not in everything_kept(row)


@pytest.mark.parametrize("entity", [HEADER, "RetailTransactionPaymentTrans", SALES])
def test_a_transaction_id_that_looks_like_a_card_number_is_a_key(entity: str) -> None:
    assert sound(entity, transactionId=CARD).transaction.transaction_id == CARD


@pytest.mark.parametrize(
    ("entity", "column"),
    [
        (HEADER, "ChannelReferenceId"),
        (HEADER, "salesOrderId"),
        (HEADER, "receiptId"),
        (HEADER, "LogisticsPostalAddress"),
        (HEADER, "InvoiceRecId"),
        (SALES, "returnTransactionId"),
        (SALES, "barcode"),
        (SALES, "Catalog"),
        (SALES, "receiptId"),
        ("RetailTransactionPaymentTrans", "LinkedPaymentTransactionId"),
        ("RetailTransactionPaymentTrans", "PaymentRefRecId"),
        ("RetailTransactionMarkupTrans", "MarkupAutoTableRecId"),
    ],
)
def test_columns_of_keys_record_ids_and_bar_codes_may_look_like_a_card_number(entity: str, column: str) -> None:
    assert value_text(sound(entity, **{column: CARD}).values[column]) == CARD


def test_the_hash_is_taken_after_masking() -> None:
    another = "5555550000061111"  # an issuer's number with the same last four digits

    assert rejected(SALES, comment=CARD).raw == rejected(SALES, comment=another).raw
    assert rejected(SALES, comment=CARD).hash == rejected(SALES, comment=another).hash


@given(st.text(st.characters(), max_size=30), st.text(st.characters(), max_size=30))
def test_whatever_comes_a_row_comes_out_that_every_store_takes(name: str, value: str) -> None:
    row = read(SALES, **{name: value})

    everything_kept(row).encode("utf-8")
    assert isinstance(row, Row | RejectedRow | UnkeyedRow)
    assert len(row.hash) == 64
