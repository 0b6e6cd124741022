"""The judge itself: what is planted in right books is found, and told by its kind."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from tests.faults.injecting import Ready
from tests.faults.model import CENTS, DOUBLED, HALF_VISIBLE, LOST, Books, Model
from tests.faults.workload import WHOLE
from tests.faults.world import opened, run_step


def _without_transaction(books: Books) -> None:
    books.states.remove(("T-9", "failed"))


def _still_pending(books: Books) -> None:
    books.states[books.states.index(("T-5", "waiting"))] = ("T-5", "pending")


def _second_document(books: Books) -> None:
    books.documents.append(replace(books.documents[0], number="ONL-999999"))


def _same_number(books: Books) -> None:
    books.documents[0].number = books.documents[1].number


def _without_document(books: Books) -> None:
    books.documents.pop()


def _cent_of_journal(books: Books) -> None:
    account, amount = books.documents[0].journal[0]
    books.documents[0].journal[0] = (account, amount + 1)


def _cent_of_payment(books: Books) -> None:
    books.documents[0].payments[1] -= 1


def _taken_back_by_nobody(books: Books) -> None:
    books.taken["T-1"], books.takers["T-1"] = {"quantity": 1, "cents": 1999}, {"R-1"}


def _customer_twice(books: Books) -> None:
    first, second = (document for document in books.documents if document.transaction in {"A-1", "A-2"})
    first.customers = second.customers = first.customers or second.customers


def _without_customer(books: Books) -> None:
    for document in books.documents:
        document.customers = ()


def _customer_of_nobody(books: Books) -> None:
    books.customers["nobody"] = "T-1"


@pytest.fixture(scope="module")
def right(at: Ready) -> Books:
    """The books after the first step."""
    with opened(at.copy(0)) as world:
        run_step(world, 0)
        return world.books()


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        (_without_transaction, LOST),
        (_still_pending, LOST),
        (_second_document, DOUBLED),
        (_same_number, DOUBLED),
        (_without_document, HALF_VISIBLE),
        (_cent_of_journal, CENTS),
        (_cent_of_payment, CENTS),
        (_taken_back_by_nobody, HALF_VISIBLE),
        (_customer_twice, DOUBLED),
        (_without_customer, LOST),
        (_customer_of_nobody, HALF_VISIBLE),
    ],
)
def test_what_is_planted_is_found(right: Books, planted: Callable[[Books], None], kind: str) -> None:
    books = deepcopy(right)
    assert Model(WHOLE, 1).findings(books) == []

    planted(books)

    assert kind in {found for found, _ in Model(WHOLE, 1).findings(books)}
