"""The sound transaction that the others are broken from."""

from tests.operator.desk import Desk, basket


def test_the_basket_that_the_tests_break_is_sound(desk: Desk) -> None:
    desk.receive(basket("T-1"))

    assert desk.state("T-1") == "succeeded"
    assert desk.order("T-1")["total"] == "70.40"
