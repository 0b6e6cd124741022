"""docs/reconcile.md names every reason and every verdict."""

from pathlib import Path

import pytest

from postering.domain.reconciliation import Verdict
from postering.domain.reconciliation.differences import Reason

PAGE = (Path(__file__).parents[2] / "docs" / "reconcile.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", list(Reason))
def test_the_page_has_every_reason(reason: Reason) -> None:
    assert any(str(reason) in line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| "))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_page_has_every_verdict(verdict: Verdict) -> None:
    assert f"| `{verdict}` |" in PAGE
