"""A check as one object: its code and meaning, its severity, the master data it needs, and its examination.

Each stands beside its examination and its repair, in the file of its family; `postering.domain.checks` lists them all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from postering.domain.checks.findings import Place
from postering.domain.problems import Code, Problem, Severity
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Company, Setup, fact_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The master data that a check needs: whether a company lacks it, and what to give. Without it the check is off."""

    lacks: Callable[[Company, Setup], bool]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Code):
    """A code that is found by looking at one transaction, `alone` or in its place in the setup (`placed`), or both.

    Examinations are generators of problems without a severity: the setup gives it. They are run only where the check
    is on, and only where channel, store and company fit the setup if they are `placed`.
    """

    alone: Callable[[RetailTransaction], Iterator[Problem]] | None = None
    placed: Callable[[RetailTransaction, Place], Iterator[Problem]] | None = None
    needs: Needs | None = None

    def severity_in(self, setup: Setup) -> Severity:
        """The severity that the setup gives; the check's own where it gives none or may give none."""
        return self.severity if self.fixed else setup.severity_of(self.name) or self.severity

    def judged(self, found: Iterator[Problem], severity: Severity) -> tuple[Problem, ...]:
        """What was found, with its severity; where that can be switched, it depends on the switch too."""
        switch = () if self.fixed else (fact_name("checks", self.name),)
        return tuple(replace(each, severity=severity, depends_on=(*switch, *each.depends_on)) for each in found)
