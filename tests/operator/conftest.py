"""Fixtures for an operator's desk: the small shop's deployment and the commands that its explanations print."""

from pathlib import Path

import pytest

from tests.cli.conftest import Postering, home, postering
from tests.operator.desk import Desk

__all__ = ["home", "postering"]


@pytest.fixture
def desk(postering: Postering, tmp_path: Path) -> Desk:
    """A desk with the setup applied."""
    made = Desk(postering, tmp_path)
    made.set_up()
    return made
