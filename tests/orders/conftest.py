"""Each example folder of docs/orders.md is run in a fresh deployment, and its books are held to be sound."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Postering, home, postering
from tests.orders.order_book import SETUP, OrderBook, runs_of

__all__ = ["home", "postering"]

Run = Callable[[str], OrderBook]
"""Runs the example folder of a kind; the order book after that."""


@pytest.fixture
def empty_book(postering: Postering) -> OrderBook:
    """A fresh deployment with the examples' setup."""
    assert postering("setup", "apply", SETUP).status == 0
    return OrderBook(postering)


@pytest.fixture
def book(empty_book: OrderBook) -> Run:
    """Runs a kind: every folder of it in order, both jobs after each."""

    def ran(kind: str) -> OrderBook:
        for folder in runs_of(kind):
            empty_book.run(folder)
        empty_book.assert_sound()
        return empty_book

    return ran
