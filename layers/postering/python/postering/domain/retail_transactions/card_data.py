"""Card data that must not be kept: full card numbers, track data, card verification values.

Source: PCI DSS 3.2–3.4 (no storage of full numbers in clear, nor of sensitive authentication data); the last four
digits may be shown.
"""

import re
from typing import Final

_SEPARATORS: Final = r"[ \t\u00a0\u2009\u202f\-\u2010-\u2013]{0,3}"
# Digits that may be one number: not the decimals of another one. What follows a number (its expiry date) is in it too.
_RUN: Final = re.compile(rf"(?<!\d)(?<!\d\.)\d(?:{_SEPARATORS}\d){{12,}}")
_GROUP: Final = re.compile(r"\d+")
_SMALLEST_GROUP: Final = 4
"""Digits of the first group of a card number that is written among other digits: all issuers print four or more."""
_LONGEST_PHONE_NUMBER: Final = 15
"""Digits of a telephone number after its `+` (E.164): a tenth of the long ones pass the Luhn check by chance."""
_TRACK: Final = re.compile(r"%?[Bb]\d[\d ]{11,22}\^[^^]{2,26}\^\d{4,}[^ ]*|;\d{12,19}=\d{4,}\??")
_TRACK_WITHOUT_SENTINELS: Final = re.compile(r"(?<!\d)(\d{13,19})[=Dd]\d{7,}[0-9A-Fa-f]*\??")
_VERIFICATION_TEXT: Final = re.compile(
    r"(?<![^\W_])(?:(?:credit|payment)?card|cc)?[ _-]?"
    r"(?:(?:cvv|cvc|cvn)2?|cav2|(?<=card)[ _-]?(?:security|verification)[ _-]?(?:code|value|number))"
    r"(?:[ _-]?(?:code|value|number|no|nr))?(?:\W{1,3}is\b)?[\W_]{1,6}(\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_VERIFICATION_NAME: Final = re.compile(
    r"(?:(?:cvv|cvc|cvn)2?|(?:^|card|_)(?:cav2|cid2?))(?:_?(?:code|value|number))?$"
    r"|^(?:security_?code|verification_?(?:code|value|number))$"
    r"|card_?(?:security|verification)",
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
    text = _TRACK.sub(lambda found: _only_last_four(found[0]), text)
    text = _TRACK_WITHOUT_SENTINELS.sub(_mask_track, text)
    text = _RUN.sub(_mask_card_numbers, text)
    return _VERIFICATION_TEXT.sub(lambda found: found[0][: -len(found[1])] + "*" * len(found[1]), text)


def without_tracks(text: str) -> str:
    """`text` with track data as a reader of cards sends it (between its sentinels) taken out, and nothing else."""
    return _TRACK.sub(lambda found: _only_last_four(found[0]), text) if "^" in text or ";" in text else text


def _mask_track(found: re.Match[str]) -> str:
    return _only_last_four(found[1]) if is_card_number(_digits(found[1])) else found[0]


def _only_last_four(track: str) -> str:
    """The masked number that track data begins with, and nothing of the rest."""
    number = re.search(r"\d[\d ]+\d", track)
    digits = _digits(number[0]) if number else ""
    return "*" * (len(digits) - 4) + digits[-4:]


def _mask_card_numbers(found: re.Match[str]) -> str:
    """A run of digits with the card numbers in it masked: all of it, or some of its groups."""
    run = found[0]
    is_phone = found.string[found.start() - 1 : found.start()] == "+"
    groups = [group.span() for group in _GROUP.finditer(run)]
    hidden: set[int] = set()
    for first, (start, end_of_first) in enumerate(groups):
        grouped = end_of_first - start >= _SMALLEST_GROUP
        if first and not grouped:
            continue
        count = 0
        for last in range(first, len(groups)):
            end = groups[last][1]
            count += end - groups[last][0]
            if count > _LONGEST:
                break
            whole = first == 0 and last == len(groups) - 1
            phone = is_phone and first == 0 and count <= _LONGEST_PHONE_NUMBER
            if count >= _SHORTEST and (whole or grouped) and not phone and is_card_number(_digits(run[start:end])):
                places = [place for place in range(start, end) if run[place].isdecimal()]
                hidden.update(places[:-4])
    if not hidden:
        return run
    return "".join("*" if place in hidden else character for place, character in enumerate(run))


_SHORTEST: Final = 13
_LONGEST: Final = 19


def _digits(text: str) -> str:
    """The digits of `text`, those of any script as ASCII."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def _in_issuer_range(digits: str) -> bool:
    return any(first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _RANGES)


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    single = (int(digit) for digit in digits[-1::-2])
    return (sum(single) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0
