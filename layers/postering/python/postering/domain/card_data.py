"""Card data that must not be kept: full card numbers, track data, card verification values.

Source: PCI DSS 3.2–3.4 (no storage of full numbers in clear, nor of sensitive authentication data); the last four
digits may be shown.
"""

import re
from typing import Final

_NUMBER: Final = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?!\d)")
_TRACK: Final = re.compile(r"%?[Bb]\d{12,19}\^[^^]{2,26}\^\d{4,}[^ ]*|;\d{12,19}=\d{4,}\??")
_VERIFICATION_TEXT: Final = re.compile(r"\b(?:cvv2?|cvc2?|cvn2?|cav2)\b\W{0,3}(\d{3,4})\b", re.IGNORECASE)
_VERIFICATION_NAME: Final = re.compile(
    r"^(?:card)?_?(?:cvv2?|cvc2?|cvn2?|cav2|cid2?|security_?code|verification_?(?:code|value|number))"
    r"(?:_?(?:code|value|number))?$|^card_?(?:security|verification)",
    re.IGNORECASE,
)

# Issuers' ranges: first digits (from, to) and the lengths that a number of that range has.
_RANGES: Final = tuple(
    (first, last, frozenset(lengths))
    for first, last, lengths in (
        ("4", "4", (13, 16, 18, 19)),  # Visa
        ("51", "55", (16,)),  # Mastercard
        ("2221", "2720", (16,)),  # Mastercard
        ("34", "34", (15,)),  # American Express
        ("37", "37", (15,)),  # American Express
        ("6011", "6011", range(16, 20)),  # Discover
        ("644", "659", range(16, 20)),  # Discover
        ("300", "305", range(14, 20)),  # Diners Club
        ("3095", "3095", range(14, 20)),  # Diners Club
        ("36", "36", range(14, 20)),  # Diners Club
        ("38", "39", range(14, 20)),  # Diners Club
        ("3528", "3589", range(16, 20)),  # JCB
        ("62", "62", range(16, 20)),  # UnionPay
        ("81", "82", (16,)),  # UnionPay, RuPay
        ("60", "60", (16,)),  # RuPay
        ("508", "508", (16,)),  # RuPay
        ("50", "50", range(13, 20)),  # Maestro
        ("56", "58", range(13, 20)),  # Maestro
        ("63", "63", range(13, 20)),  # Maestro
        ("67", "69", range(13, 20)),  # Maestro
        ("2200", "2204", range(16, 20)),  # Mir
        ("9792", "9792", (16,)),  # Troy
    )
)


def is_card_number(digits: str) -> bool:
    """Whether `digits` (13 to 19 of them) lie in an issuer's range and pass the Luhn check."""
    return _in_issuer_range(digits) and _passes_luhn(digits)


def names_verification_value(column: str) -> bool:
    """Whether a column of this name holds card verification values."""
    return _VERIFICATION_NAME.search(column) is not None


def masked(text: str) -> str:
    """`text` with card numbers masked to their last four digits, and track data and verification values taken out.

    The same text comes back where it holds none of these.
    """
    if sum(map(str.isdecimal, text)) < 3:
        return text
    text = _TRACK.sub(_mask_digits, text)
    text = _NUMBER.sub(_mask_card_number, text)
    return _VERIFICATION_TEXT.sub(lambda found: found[0].replace(found[1], "*" * len(found[1])), text)


def _mask_card_number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return _mask_digits(found) if is_card_number(digits) else found[0]


def _mask_digits(found: re.Match[str]) -> str:
    first_run = re.search(r"\d(?:[ -]?\d)+", found[0])
    number = first_run[0] if first_run else found[0]
    hidden = len(re.sub(r"\D", "", number)) - 4
    shown: list[str] = []
    for character in number:
        if character.isdecimal() and hidden > 0:
            shown.append("*")
            hidden -= 1
        else:
            shown.append(character)
    return "".join(shown)


def _in_issuer_range(digits: str) -> bool:
    return any(
        first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _RANGES
    )


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    single = (int(digit) for digit in digits[-1::-2])
    return (sum(single) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0
