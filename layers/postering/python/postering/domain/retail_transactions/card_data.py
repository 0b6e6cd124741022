"""Finds and masks card data that must not be kept: full card numbers, track data, card verification values.

Source: PCI DSS 3.2–3.4 (no storage of full numbers in clear, nor of sensitive authentication data); the last four
digits may be shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_INVISIBLE: Final = "\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_DASHES: Final = r"\-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# Digits that may be one number, whatever separates them. Digits after it (its expiry date) are in it too.
_RUN: Final = re.compile(rf"\d(?:[\s._/\\{_DASHES}{_INVISIBLE}]{{0,20}}\d){{12,}}")
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}]+")
_DASH: Final = re.compile(f"[{_DASHES}]")
_GROUP: Final = re.compile(rf"\d(?:[{_INVISIBLE}]*\d)*")
_CLOSE: Final = re.compile(rf"[ \t\u00a0\u2009\u202f{_DASHES}]{{0,3}}")
_SMALLEST_GROUP: Final = 4
"""Digits of the first group of a card number that is written among other digits: all issuers print four or more."""
_LARGEST_GROUP: Final = 6
"""Digits of the largest group that an issuer prints: `3782 822463 10005`."""
_LONGEST_PHONE_NUMBER: Final = 13
"""Digits of a telephone number after its `+`: hardly any has more, and a tenth of the long ones pass Luhn by chance."""
_GUID: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{32})(?![0-9A-Za-z])"
)
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
    """`text` with card numbers masked to their last four digits, and without track data and verification values.

    A text without them comes back unchanged.
    """
    if sum(map(str.isdecimal, text)) < 3:
        return text
    text = _TRACK.sub(lambda found: _only_last_four(found[0]), text)
    text = _TRACK_WITHOUT_SENTINELS.sub(_mask_track, text)
    text = _outside_guids(text)
    return _VERIFICATION_TEXT.sub(lambda found: found[0][: -len(found[1])] + "*" * len(found[1]), text)


def without_tracks(text: str) -> str:
    """`text` without track data in the form of a card reader (between sentinels); nothing else is changed."""
    return _TRACK.sub(lambda found: _only_last_four(found[0]), text) if "^" in text or ";" in text else text


def _mask_track(found: re.Match[str]) -> str:
    return _only_last_four(found[1]) if is_card_number(_digits(found[1])) else found[0]


def _only_last_four(track: str) -> str:
    """The masked number at the beginning of track data, without the rest."""
    number = re.search(r"\d[\d ]+\d", track)
    digits = _digits(number[0]) if number else ""
    return "*" * (len(digits) - 4) + digits[-4:]


def _outside_guids(text: str) -> str:
    """`text` with card numbers masked, but not in GUIDs: a tenth of the digits in them pass Luhn by chance."""
    parts, end = [], 0
    for guid in _GUID.finditer(text):
        parts += [_RUN.sub(_mask_card_numbers, text[end : guid.start()]), guid[0]]
        end = guid.end()
    return "".join((*parts, _RUN.sub(_mask_card_numbers, text[end:])))


def _mask_card_numbers(found: re.Match[str]) -> str:
    """A run of digits with the card numbers in it masked: all of it, or some of its groups."""
    run = found[0]
    hidden: set[int] = set()
    is_phone = found.string[found.start() - 1 : found.start()] == "+"
    for start, end in _candidates(run, is_phone=is_phone):
        if is_card_number(_digits(run[start:end])):
            hidden.update([place for place in range(start, end) if run[place].isdecimal()][:-4])
    if not hidden:
        return run
    return "".join("*" if place in hidden else character for place, character in enumerate(run))


def _candidates(run: str, *, is_phone: bool) -> Iterator[tuple[int, int]]:
    """The places in a run of digits that may hold a card number: from its first digit to behind its last."""
    groups = list(_groups(run))
    for first, start in enumerate(groups):
        grouped = start.digits >= _SMALLEST_GROUP
        count = 0
        for last in range(first, len(groups)):
            count += groups[last].digits
            if count > _LONGEST:
                break
            whole = first == 0 and last == len(groups) - 1
            phone = is_phone and first == 0 and count <= _LONGEST_PHONE_NUMBER
            if count >= _SHORTEST and not phone and _may_be_one(groups[first : last + 1], whole=whole, grouped=grouped):
                yield start.start, groups[last].end


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits without a visible character between them; `gap` is the text between them and the digits before."""

    start: int
    end: int
    digits: int
    gap: str


def _groups(run: str) -> Iterator[_Group]:
    end = 0
    for found in _GROUP.finditer(run):
        gap = _UNSEEN.sub("", run[end : found.start()])
        end = found.end()
        yield _Group(found.start(), end, sum(map(str.isdecimal, found[0])), gap)


def _may_be_one(groups: Sequence[_Group], *, whole: bool, grouped: bool) -> bool:
    """Whether groups of digits may be one number: close to each other, or separated as issuers print them."""
    if any(group.gap == "." and group.digits > _LARGEST_GROUP for group in groups):
        return False  # the decimals of a number
    gaps = [group.gap for group in groups[1:]]
    if all(map(_CLOSE.fullmatch, gaps)):
        return whole or grouped
    printed = all(group.digits <= _LARGEST_GROUP for group in groups)
    return printed and len(set(map(_kind, gaps))) == 1 and (grouped or all(group.digits == 1 for group in groups))


def _kind(gap: str) -> str:
    """The kind of a gap: white space, a dash of any length, or another mark."""
    marks = {"-" if _DASH.match(mark) is not None else mark for mark in gap if not mark.isspace()}
    return "".join(sorted(marks))


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
