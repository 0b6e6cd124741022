"""Made-up delivery: one way for the whole order or a way per line, with dates, warehouses and one-time addresses."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from postering.domain.retail_transactions.transactions import AddressTrans
from postering.trials.generated.basket import Basket
from postering.trials.generated.shops import CARRY_OUT, ELECTRONIC, EXPRESS, PICKUP, SHIP

_WAYS: Final = (SHIP, SHIP, SHIP, EXPRESS, PICKUP, CARRY_OUT, ELECTRONIC)
SHIPPED: Final = frozenset({SHIP, EXPRESS})

# Invented people; no street, number or address of theirs exists.
_PEOPLE: Final = (
    ("Ada Example", "ada@example.com"),
    ("Jörg Beispiel", "joerg@example.com"),
    ("花子 見本", "hanako@example.com"),
)
_PLACES: Final = (
    {"street": "Sample Street", "street_number": "12", "city": "Houston", "state": "TX", "zip_code": "77002"},
    {"street": "Musterweg", "street_number": "3a", "city": "Berlin", "zip_code": "10115", "county": "Mitte"},
    {"street": "1-2-3 Mihon", "city": "Chiyoda", "district": "Marunouchi", "zip_code": "100-0005"},
)
_COUNTRIES: Final = ("USA", "DEU", "JPN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery that the lines of an order share; without a mode each line has its own."""

    mode: str
    mixed: bool


def deliver(basket: Basket) -> Delivery:
    """Chooses the delivery of the order, and writes the header's part of it."""
    choices, header = basket.choices, basket.header
    mode = choices.one_of(("", *_WAYS))
    header["delivery_mode"] = mode
    if mode in SHIPPED:
        _ship_to(basket, 0, header)
    if choices.chance(3):
        header["requested_ship_date"] = basket.name.day + timedelta(days=choices.whole(0, 5))
        header["requested_receipt_date"] = header["requested_ship_date"] + timedelta(days=choices.whole(0, 5))
    if choices.chance(3):
        header |= {"warehouse": "CENTRAL", "site": "Central"}
    return Delivery(mode=mode, mixed=choices.chance(4))


def of_line(basket: Basket, number: int, delivery: Delivery) -> dict[str, Any]:
    """The delivery columns of line `number`; none if it goes with the header."""
    choices = basket.choices
    said: dict[str, Any] = {}
    if delivery.mixed or not delivery.mode:
        said["delivery_mode"] = choices.one_of(_WAYS)
    mode = said.get("delivery_mode", delivery.mode)
    if mode in SHIPPED and "delivery_mode" in said and choices.chance(2):
        _ship_to(basket, number, said)
    if mode == PICKUP:
        said |= {"fulfilment_store": choices.one_of(("HOUSTON", "SEATTLE")), "warehouse": "STORE"}
    if mode == ELECTRONIC:
        said |= by_mail(basket)
    if choices.chance(6):
        said["requested_ship_date"] = basket.name.day + timedelta(days=choices.whole(0, 9))
        said["requested_receipt_date"] = said["requested_ship_date"]
    return said


def by_mail(basket: Basket) -> dict[str, Any]:
    """The delivery columns of a line that is sent by e-mail."""
    _, email = basket.choices.one_of(_PEOPLE)
    return {"delivery_mode": ELECTRONIC, "electronic_delivery_email": email, "electronic_delivery_content": "Enjoy!"}


def _ship_to(basket: Basket, line: int, said: dict[str, Any]) -> None:
    """A one-time address of the header (0) or a line, or else a stored one."""
    choices = basket.choices
    if choices.chance(3):
        said["postal_address"] = 5637144000 + choices.whole(1, 999)
        return
    name, email = choices.one_of(_PEOPLE)
    place = choices.whole(0, len(_PLACES) - 1)
    basket.addresses.append(
        AddressTrans(
            sales_line=Decimal(line),
            delivery_name=name,
            attention=choices.one_of(("", "Reception")),
            email=email,
            phone="+1 555 0100",
            country=_COUNTRIES[place],
            **_PLACES[place],
        )
    )
