"""The set's country names, by the online store that serves them, with their ISO 3166 codes.

Names and codes of countries are facts; the four stores are derived: the data names no channel.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

UNITED_KINGDOM: Final = "OR-UK"
DOTCOM: Final = "OR-DOTCOM"
EUROPEAN_UNION: Final = "OR-EU"
EXPORT: Final = "OR-EXPORT"

CHANNELS: Final[Mapping[str, int]] = MappingProxyType(
    {UNITED_KINGDOM: 5637144592, DOTCOM: 5637144593, EUROPEAN_UNION: 5637144594, EXPORT: 5637144595}
)
"""RecId of each store's channel, as in the bundled setup: made up, and the same for ever."""

_UNITED_KINGDOM = {"United Kingdom": "GBR", "Unspecified": ""}
_EUROPEAN_UNION = {
    "Austria": "AUT",
    "Belgium": "BEL",
    "Cyprus": "CYP",
    "Czech Republic": "CZE",
    "Denmark": "DNK",
    "EIRE": "IRL",
    "European Community": "",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Greece": "GRC",
    "Italy": "ITA",
    "Lithuania": "LTU",
    "Malta": "MLT",
    "Netherlands": "NLD",
    "Poland": "POL",
    "Portugal": "PRT",
    "Spain": "ESP",
    "Sweden": "SWE",
}
_EXPORT = {
    "Australia": "AUS",
    "Bahrain": "BHR",
    "Brazil": "BRA",
    "Canada": "CAN",
    "Channel Islands": "JEY",  # derived: the set does not say which island
    "Hong Kong": "HKG",
    "Iceland": "ISL",
    "Israel": "ISR",
    "Japan": "JPN",
    "Lebanon": "LBN",
    "Norway": "NOR",
    "RSA": "ZAF",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Switzerland": "CHE",
    "USA": "USA",
    "United Arab Emirates": "ARE",
}

COUNTRY_CODES: Final[Mapping[str, str]] = MappingProxyType(_UNITED_KINGDOM | _EUROPEAN_UNION | _EXPORT)
"""ISO 3166-1 alpha-3 code of each country name of the whole set; empty if the name is no country."""


def store_of_country(country: str) -> str:
    """The store that serves `country`, a name in `COUNTRY_CODES`, if nothing else decides."""
    if country in _UNITED_KINGDOM:
        return UNITED_KINGDOM
    return EUROPEAN_UNION if country in _EUROPEAN_UNION else EXPORT


def is_zero_rated(country: str) -> bool:
    """Whether British VAT is 0 % on goods sent to `country`: an export, outside the EU of the time."""
    return country in _EXPORT
