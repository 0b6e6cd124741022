"""Card numbers, track data and verification values are found, whatever stands around them, and nothing else is."""

from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.retail_transactions.card_data import is_card_number, masked, names_verification_value


def with_check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if luhn(digits + last))


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


# Published test numbers of the issuers and of payment services, and numbers made for those that publish none.
CARDS = {
    "Visa": "4111111111111111",
    "Visa 13": "4222222222222",
    "Visa 19": "4000000000000000006",
    "Mastercard": "5555555555554444",
    "Mastercard 2-series": "2223003122003222",
    "American Express 34": "343434343434343",
    "American Express 37": "378282246310005",
    "Discover": "6011111111111117",
    "Discover 65": "6510000000000000",
    "Diners Club 30": "30569309025904",
    "Diners Club 38": "38520000023237",
    "JCB": "3530111333300000",
    "UnionPay": "6240008631401148",
    "UnionPay 19": "6205500000000000004",
    "RuPay": with_check_digit("810000000000000"),
    "Maestro": "6759649826438453",
    "Maestro 18": "501800000000000009",
    "Mir": "2200000000000004",
    "Troy": with_check_digit("979200000000000"),
}
EVERY_CARD = pytest.mark.parametrize("number", CARDS.values(), ids=CARDS)


@EVERY_CARD
def test_a_number_of_every_issuer_is_a_card_number_and_is_masked_to_its_last_four(number: str) -> None:
    assert is_card_number(number)
    assert masked(number) == "*" * (len(number) - 4) + number[-4:]


@EVERY_CARD
def test_one_wrong_digit_makes_it_no_card_number(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert not is_card_number(wrong)
    assert masked(wrong) == wrong


@pytest.mark.parametrize(
    "number", [with_check_digit(start + "0" * 14) for start in ("1", "9", "7", "2100", "2721", "3000000", "2221")]
)
def test_a_number_that_passes_luhn_outside_of_the_issuers_ranges_is_none(number: str) -> None:
    assert luhn(number)
    assert not is_card_number(number)
    assert masked(number) == number


@pytest.mark.parametrize("length", [12, 14, 15, 17, 20])
def test_a_visa_number_of_a_length_that_visa_does_not_have_is_none(length: int) -> None:
    number = with_check_digit("4" + "1" * (length - 2))

    assert masked(number) == number


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("4111-1111-1111-1111", "****-****-****-1111"),
        ("4111 - 1111 - 1111 - 1111", "**** - **** - **** - 1111"),
        ("4111\u00a01111\u00a01111\u00a01111", "****\u00a0****\u00a0****\u00a01111"),
        ("4111\u20131111\u20131111\u20131111", "****\u2013****\u2013****\u20131111"),
        ("3782 822463 10005", "**** ****** *0005"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "* * * * * * * * * * * * 1 1 1 1"),
        ("paid with 4111111111111111, thank you", "paid with ************1111, thank you"),
        ("card4111111111111111x", "card************1111x"),
        ("Visa no.4111111111111111", "Visa no.************1111"),
        ("(4111111111111111)", "(************1111)"),
        ("4111111111111111.", "************1111."),
        ("4111111111111111 12/27", "************1111 12/27"),
        ("4111 1111 1111 1111 12/27 123", "**** **** **** 1111 12/27 123"),
        ("4111-1111-1111-1111-1227", "****-****-****-1111-1227"),
        ("3782 822463 10005 12/27", "**** ****** *0005 12/27"),
        ("2026-03-14 4111111111111111", "2026-03-14 ************1111"),
        ("1 4111 1111 1111 1111 1", "1 **** **** **** 1111 1"),
        ("4111111111111111 5555555555554444", "************1111 ************4444"),
        ("４１１１１１１１１１１１１１１１", "*" * 12 + "１１１１"),
        ('{"note":["4111111111111111"]}', '{"note":["************1111"]}'),
        ("4111.1111.1111.1111", "****.****.****.1111"),
        ("4111_1111_1111_1111", "****_****_****_1111"),
        ("4111/1111/1111/1111", "****/****/****/1111"),
        ("4111\\1111\\1111\\1111", "****\\****\\****\\1111"),
        ("4111\n1111\r\n1111 1111", "****\n****\r\n**** 1111"),
        ("4111        1111     1111  1111", "****        ****     ****  1111"),
        ("4111\u20141111\u22121111\uff0d1111", "****\u2014****\u2212****\uff0d1111"),
        (
            "4111 \u2014\u2014 1111 \u2014\u2014 1111 \u2014\u2014 1111",
            "**** \u2014\u2014 **** \u2014\u2014 **** \u2014\u2014 1111",
        ),
        ("4111\u200b1111\u200d1111\ufeff1111", "****\u200b****\u200d****\ufeff1111"),
        ("4\u00ad1\u00ad11111111111111", "*\u00ad*\u00ad**********1111"),
        ("4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "*.*.*.*.*.*.*.*.*.*.*.*.1.1.1.1"),
        ("+4111 1111 1111 1111", "+**** **** **** 1111"),
        ("+378282246310005", "+***********0005"),
        ("4111111111111111.00", "************1111.00"),
        ("+4111111111111111", "+************1111"),
    ],
)
def test_a_card_number_is_found_however_it_is_written_and_whatever_stands_around_it(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("%B4111111111111111^BERG/KAREN^27121010000012345678?", "************1111"),
        ("B4111111111111111^BERG/KAREN^27121010000012345678", "************1111"),
        ("%B4111 1111 1111 1111^BERG/KAREN^2712101123?", "************1111"),
        (";4111111111111111=27121010000012345678?", "************1111"),
        ("4111111111111111=27121010000012345678", "************1111"),
        ("4111111111111111D27121010000012345F", "************1111"),
        (";123456789012=2712?", "********9012"),
        ("swiped: ;4111111111111111=2712101123? ok", "swiped: ************1111 ok"),
    ],
)
def test_of_track_data_only_the_last_four_digits_of_the_number_are_kept(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("CVV 123", "CVV ***"),
        ("cvv: 123", "cvv: ***"),
        ("cvv2=1234", "cvv2=****"),
        ("CVC2 is 123", "CVC2 is ***"),
        ("cvv_code 123", "cvv_code ***"),
        ("card_cvv=123", "card_cvv=***"),
        ("Card security code: 1234", "Card security code: ****"),
        ("cardSecurityCode=123", "cardSecurityCode=***"),
        ('{"cvv":"123"}', '{"cvv":"***"}'),
        ('{"cvv" : "123"}', '{"cvv" : "***"}'),
        ("CAV2-123", "CAV2-***"),
    ],
)
def test_a_verification_value_in_a_text_is_taken_out(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Karen Berg",
        "123",
        "CVV",
        "no cvv was asked for",
        "CVV 12345",
        "XCVC1234",
        "security code 1234 at the gate",
        "1.4111111111111111",
        "0.41111111111111111111",
        "2026-03-14T10:20:30.123456Z",
        "2026-03-14 2026-03-15 2026-03-16",
        "+49 171 12345678",
        "+4917112345678",
        "0171 1234567",
        "41111111111111111111111111",
        "HOUSTON-1-1700000000004",
        "192.168.100.200",
        "41.4033812345678",
        "4111111111111.11",
        "1 2 3 4111.50 4222.75 1234.00",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_a_text_without_card_data_comes_back_as_it_is(text: str) -> None:
    assert masked(text) == text


def test_a_telephone_number_that_passes_luhn_is_none_behind_its_plus() -> None:
    number = with_check_digit("491711234567")

    assert is_card_number(number)
    assert masked(f"+{number}") == f"+{number}"
    assert masked(f"+{number[:2]} {number[2:5]} {number[5:]}") == f"+{number[:2]} {number[2:5]} {number[5:]}"
    assert masked(number) != number


@pytest.mark.parametrize(
    "column",
    [
        "cvv",
        "CVV2",
        "cvc_code",
        "CardCvv",
        "creditCardCVV",
        "cc_cvc2",
        "PaymentCVN",
        "cav2",
        "CID",
        "cardCid",
        "SecurityCode",
        "card_security_code",
        "CardVerificationValue",
        "creditCardVerificationNumber",
        "verification_code",
    ],
)
def test_a_column_of_verification_values_is_known_by_its_name(column: str) -> None:
    assert names_verification_value(column)


@pytest.mark.parametrize(
    "column", ["comment", "cvvResult", "orderId", "placid", "acid", "CustomerId", "code", "security", "cardTypeId"]
)
def test_other_columns_hold_none(column: str) -> None:
    assert not names_verification_value(column)


SEPARATORS = st.sampled_from(
    [
        "",
        " ",
        "-",
        " - ",
        ".",
        "_",
        "/",
        "\\",
        "\n",
        "\r\n",
        "   ",
        "      ",
        "\u2014",
        "\u2212",
        "\u200b",
        "\ufeff",
        " / ",
    ]
)
AROUND = st.text(st.sampled_from("abc ,;:/()#äß\n"), max_size=6)


@given(st.sampled_from(sorted(CARDS.values())), SEPARATORS, AROUND, AROUND)
def test_no_full_number_survives_masking(number: str, separator: str, before: str, after: str) -> None:
    written = separator.join(number[place : place + 4] for place in range(0, len(number), 4))

    kept = masked(f"{before}{written}{after}")

    assert kept != f"{before}{written}{after}"
    assert "".join(filter(str.isdecimal, kept)) == number[-4:]
    assert masked(kept) == kept


@pytest.mark.parametrize(
    "written", [str, lambda guid: guid.hex, lambda guid: f"{{{guid}}}".upper(), lambda guid: f"id={guid}."]
)
def test_no_guid_is_taken_for_a_card_number(written: Callable[[UUID], str]) -> None:
    made = Random(2026)  # noqa: S311 - nothing here is a secret

    refused = [
        text for _ in range(20_000) if masked(text := written(UUID(int=made.getrandbits(128), version=4))) != text
    ]

    assert refused == []


@pytest.mark.parametrize("place", ["{}", "+{}", "card {} thanks", "Storgata 5\n{}\n0181 Oslo", "ref_{}_x", "{}/12/27"])
@pytest.mark.parametrize("separator", ["", " ", "-", ".", "_", "/", "\n", "  ", "\u2013", "\u200b"])
def test_numbers_of_every_network_are_found_wherever_they_are_written(place: str, separator: str) -> None:
    made = Random(7)  # noqa: S311 - nothing here is a secret
    for number in (a_number(first, length, made) for first, length in NETWORKS for _ in range(5)):
        text = place.format(separator.join(number[at : at + 4] for at in range(0, len(number), 4)))
        if place == "+{}" and len(number) == 13:
            continue  # a telephone number
        assert number not in "".join(filter(str.isdecimal, masked(text)))


NETWORKS = [
    ("4", 13), ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15),
    ("6011", 16), ("644", 16), ("65", 19), ("300", 14), ("305", 16), ("3095", 14), ("36", 14), ("38", 14), ("39", 16),
    ("3528", 16), ("3589", 19), ("62", 16), ("62", 19), ("81", 16), ("60", 16), ("508", 16), ("50", 13), ("56", 16),
    ("58", 19), ("63", 16), ("67", 18), ("69", 16), ("2200", 16), ("2204", 19), ("9792", 16),
]  # fmt: skip


def a_number(first: str, length: int, made: Random) -> str:
    return with_check_digit(first + "".join(str(made.randrange(10)) for _ in range(length - 1 - len(first))))


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing_more_and_keeps_texts_without_digits(text: str) -> None:
    kept = masked(text)

    assert masked(kept) == kept
    if not any(map(str.isdecimal, text)):
        assert kept == text
