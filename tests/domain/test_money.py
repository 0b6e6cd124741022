"""Money: exact to 38 digits whatever the thread's context, never a float, never two currencies, never -0.00."""

from collections.abc import Iterator
from decimal import Context, Decimal, Inexact, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import (
    DIGITS,
    EXACT,
    Money,
    absolute,
    amount_text,
    difference,
    digits_of,
    has_digits_of,
    negated,
    plain,
    product,
    rounded,
    scale,
    total,
)

WHOLE = st.integers(-(10**38) + 1, 10**38 - 1)
AMOUNTS = st.builds(lambda units, places: Decimal(units).scaleb(-places, EXACT), WHOLE, st.integers(0, 38))
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])


@pytest.fixture(autouse=True)
def narrow_context() -> Iterator[None]:
    """Everything here holds although the thread rounds to three digits."""
    with localcontext(Context(prec=3)):
        yield


def whole(amount: Decimal, places: int = 80) -> int:
    """The amount as a whole number of 10^-places, without any context."""
    sign, digits, exponent = amount.as_tuple()
    assert isinstance(exponent, int)
    number: int = int("".join(map(str, digits))) * 10 ** (places + exponent)
    return -number if sign else number


@given(st.lists(AMOUNTS, max_size=8))
def test_a_sum_is_exact_for_38_digits(amounts: list[Decimal]) -> None:
    assert whole(total(amounts)) == sum(map(whole, amounts))


@given(AMOUNTS, AMOUNTS)
def test_difference_sign_and_product_are_exact_for_38_digits(left: Decimal, right: Decimal) -> None:
    assert whole(difference(left, right)) == whole(left) - whole(right)
    assert whole(negated(left)) == -whole(left)
    assert whole(absolute(left)) == abs(whole(left))
    assert whole(product(left, right), 80) == whole(left, 40) * whole(right, 40)


@given(AMOUNTS, AMOUNTS)
def test_money_adds_subtracts_and_compares_exactly(left: Decimal, right: Decimal) -> None:
    one, other = Money(left, "USD"), Money(right, "USD")

    assert whole((one + other).amount) == whole(left) + whole(right)
    assert whole((one - other).amount) == whole(left) - whole(right)
    assert whole((-one).amount) == -whole(left)
    assert whole(abs(one).amount) == abs(whole(left))
    assert whole(Money.total((one, other, one), "USD").amount) == 2 * whole(left) + whole(right)
    assert (one < other) is (whole(left) < whole(right))
    assert (one <= other) is (whole(left) <= whole(right))
    assert (one > other) is (whole(left) > whole(right))
    assert (one >= other) is (whole(left) >= whole(right))
    assert (one == other) is (whole(left) == whole(right))


@given(AMOUNTS)
def test_plain_text_reads_back_to_the_same_amount_and_is_the_shortest(amount: Decimal) -> None:
    text = plain(amount)

    assert whole(Decimal(text)) == whole(amount)
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert plain(Decimal(text)) == text


@given(AMOUNTS, CURRENCIES)
def test_the_text_of_an_amount_reads_back_and_has_the_currency_s_digits_or_more(amount: Decimal, currency: str) -> None:
    text = amount_text(amount, currency)

    assert whole(Decimal(text)) == whole(amount)
    assert len(text.partition(".")[2]) == max(digits_of(currency), scale(amount))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("5", "USD", "5.00"),
        ("-12.3", "GBP", "-12.30"),
        ("1250", "JPY", "1250"),
        ("1E+3", "JPY", "1000"),
        ("1.25", "KWD", "1.250"),
        ("0.5", "CLF", "0.5000"),
        ("0.005", "USD", "0.005"),
        ("0.5", "JPY", "0.5"),
        ("1.2500", "USD", "1.25"),
        ("7", "XXX", "7.00"),
        ("99999999999999999999999999999999999.99", "EUR", "99999999999999999999999999999999999.99"),
    ],
)
def test_an_amount_is_written_with_the_digits_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert amount_text(Decimal(amount), currency) == text
    assert str(Money(Decimal(amount), currency)) == f"{text} {currency}"


@pytest.mark.parametrize("zero", ["0", "-0", "-0.00", "0E+3", "-0E-9"])
def test_nothing_has_no_sign(zero: str) -> None:
    nothing = Decimal(zero)

    assert plain(nothing) == "0"
    assert amount_text(nothing, "USD") == "0.00"
    assert amount_text(nothing, "JPY") == "0"
    for result in (negated(nothing), absolute(nothing), (-Money(nothing, "USD")).amount, rounded(nothing, "USD")):
        assert not result.is_signed()
    assert not Money(nothing, "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "USD", "0.01"),
        ("-0.005", "USD", "-0.01"),
        ("0.0049", "USD", "0.00"),
        ("-0.0049", "USD", "0.00"),
        ("2.5", "JPY", "3"),
        ("-0.4", "JPY", "0"),
        ("1.0005", "KWD", "1.001"),
        ("123456789012345678901234567890123456.785", "USD", "123456789012345678901234567890123456.79"),
    ],
)
def test_rounding_is_half_away_from_zero_to_the_digits_and_never_gives_minus_zero(
    amount: str, currency: str, expected: str
) -> None:
    assert str(rounded(Decimal(amount), currency)) == expected


@given(AMOUNTS, CURRENCIES)
def test_rounding_is_never_further_than_half_a_unit_and_never_minus_zero(amount: Decimal, currency: str) -> None:
    result = rounded(amount, currency)

    assert 2 * abs(whole(result) - whole(amount)) <= 10 ** (80 - digits_of(currency))
    assert has_digits_of(result, currency)
    assert result or not result.is_signed()


@pytest.mark.parametrize(
    ("amount", "currency", "fits"),
    [
        ("1.25", "USD", True),
        ("1.250", "USD", True),
        ("1.255", "USD", False),
        ("1.5", "JPY", False),
        ("10", "JPY", True),
    ],
)
def test_an_amount_has_no_more_decimals_than_its_currency(amount: str, currency: str, fits: bool) -> None:
    assert has_digits_of(Decimal(amount), currency) is fits


@pytest.mark.parametrize("given", [1.5, 1, "1.50", None, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")])
def test_money_refuses_what_is_no_finite_decimal(given: object) -> None:
    with pytest.raises(TypeError, match="finite Decimal"):
        Money(given, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mixed",
    [
        lambda usd, eur: usd + eur,
        lambda usd, eur: usd - eur,
        lambda usd, eur: usd < eur,
        lambda usd, eur: usd <= eur,
        lambda usd, eur: usd > eur,
        lambda usd, eur: usd >= eur,
        lambda usd, eur: Money.total((usd, eur), "USD"),
    ],
)
def test_two_currencies_are_never_mixed(mixed: object) -> None:
    assert callable(mixed)
    with pytest.raises(ValueError, match="not the same currency"):
        mixed(Money(Decimal(1), "USD"), Money(Decimal(1), "EUR"))


def test_equal_amounts_of_two_currencies_are_not_equal() -> None:
    assert Money(Decimal(1), "USD") != Money(Decimal(1), "EUR")
    assert Money(Decimal("1.0"), "USD") == Money(Decimal("1.00"), "USD")


def test_the_sum_of_nothing_is_zero() -> None:
    assert total(()) == 0
    assert Money.total((), "USD") == Money.zero("USD")


def test_a_result_that_would_have_to_be_rounded_is_an_error() -> None:
    with pytest.raises(Inexact):
        total((Decimal("1E+150"), Decimal("1E-150")))


def test_currencies_have_the_digits_of_iso_4217() -> None:
    assert {currency: DIGITS[currency] for currency in ("JPY", "ISK", "USD", "GBP", "KWD", "TND", "CLF")} == {
        "JPY": 0,
        "ISK": 0,
        "USD": 2,
        "GBP": 2,
        "KWD": 3,
        "TND": 3,
        "CLF": 4,
    }
