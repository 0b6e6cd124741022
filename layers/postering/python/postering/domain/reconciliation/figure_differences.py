"""The figures of a transaction against those of its document: those that differ, in words, and by how much."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from postering.domain.money import ZERO, absolute, difference
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.differences import STAGED_AND_ORDERS, Fault
from postering.domain.reconciliation.figures import Figures
from postering.domain.reconciliation.row_differences import listed
from postering.domain.reconciliation.staged import StagedSide


def number_faults(staged: StagedSide, booked: Booked) -> Iterator[Fault]:
    """The document bears the number that the transaction says."""
    if staged.sales_id != booked.id:
        why = f"the transaction says it became {staged.sales_id}, the document is {booked.id}"
        yield Fault(STAGED_AND_ORDERS, ZERO, why)


def describe_figures(
    document: str, received: Figures | None, posted: Figures | None, names: Iterable[str] | None = None
) -> tuple[str, Decimal]:
    """The figures that differ, in words, and the largest difference of a number among them; '' if none does.

    `names` are the figures to compare (None: all); `document` is the document's number.
    """
    if received is None or posted is None:
        return f"document {document} is not what the transaction says", ZERO
    compared = dict.fromkeys((*received, *posted) if names is None else names)
    wrong = [name for name in compared if received.get(name) != posted.get(name)]
    if not wrong:
        return "", ZERO
    shown = [
        f"{name} is {received.get(name, 'not there')} as staged, {posted.get(name, 'not there')} in the document"
        for name in wrong
    ]
    numbers = [name for name in wrong if not name.endswith(("item", "reference"))]
    differences = [_number_difference(received.get(name), posted.get(name)) for name in numbers]
    return f"document {document}: {listed(shown)}", max(differences, default=ZERO)


def _number_difference(left: str | None, right: str | None) -> Decimal:
    numbers = [Decimal(text) for text in (left, right) if text and _is_number(text)]
    return absolute(difference(*numbers)) if len(numbers) == 2 else ZERO


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
