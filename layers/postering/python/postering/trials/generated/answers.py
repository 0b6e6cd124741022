"""Made-up infocodes and attributes: on the header, on lines, on payments."""

from decimal import Decimal

from postering.domain.retail_transactions.transactions import AttributeTrans, InfocodeTrans
from postering.trials.generated.basket import Basket

_HEADER, _LINE, _PAYMENT = 0, 1, 2
"""InfocodeAttachType."""
_SUBCODE, _TEXT = 1, 9
"""InfocodeInputType."""


def answer(basket: Basket) -> None:
    """Answers and named texts, of few transactions."""
    choices = basket.choices
    if choices.chance(5):
        _infocode(basket, _HEADER, Decimal(-1), "SURVEY", information="Found by a search", input_type=_TEXT)
    if basket.sales and choices.chance(5):
        line = choices.one_of(basket.sales)
        reason = choices.one_of(("GIFT", "SIZE"))
        _infocode(basket, _LINE, line.line, "REASON", subcode=reason, input_type=_SUBCODE)
    if basket.payments and choices.chance(8):
        _infocode(basket, _PAYMENT, choices.one_of(basket.payments).line, "CHECK-ID", information="passport seen")
    if choices.chance(5):
        _attribute(basket, Decimal(0), "Campaign", choices.one_of(("newsletter", "search", "Größe zählt")))
    if basket.sales and choices.chance(5):
        _attribute(basket, choices.one_of(basket.sales).line, "Engraving", "For Ada")


def _infocode(
    basket: Basket,
    attached_to: int,
    parent: Decimal,
    infocode: str,
    *,
    subcode: str = "",
    information: str = "",
    input_type: int = 0,
) -> None:
    basket.infocodes.append(
        InfocodeTrans(
            attached_to=attached_to,
            parent_line=parent,
            line=Decimal(1),
            infocode=infocode,
            subcode=subcode,
            information=information,
            input_type=input_type,
            status=int(basket.choices.chance(6)),
        )
    )


def _attribute(basket: Basket, line: Decimal, name: str, value: str) -> None:
    basket.attributes.append(AttributeTrans(sales_line=line, attribute=name, value=value))
