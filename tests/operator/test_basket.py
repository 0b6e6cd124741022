"""The sound transaction of which the other tests make broken ones."""

from tests.operator.desk import Desk, basket


def test_the_basket_is_posted_without_a_problem(desk: Desk) -> None:
    desk.receive(basket("T-1"))

    assert desk.state("T-1") == "succeeded"
    assert desk.order("T-1")["total"] == "70.40"
