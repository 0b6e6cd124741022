"""A check as one object: its code, meaning and severity, the master data that it needs, and its examination.

Each check is in the file of its family, beside its examination and its repair; `postering.domain.checks` lists them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from postering.domain.checks.findings import Place
from postering.domain.problems import Code, Problem, Severity
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Company, Setup, fact_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Master data that a check needs: whether a company lacks it, and `why` the check is then off."""

    lacks: Callable[[Company, Setup], bool]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Code):
    """A code that is found by examining one transaction `alone`, or in its place in the setup (`placed`), or both.

    Examinations yield problems; `with_severity` adds their severity. They run only if the check is on, `placed` ones
    only if channel, store and company fit the setup.
    """

    alone: Callable[[RetailTransaction], Iterator[Problem]] | None = None
    placed: Callable[[RetailTransaction, Place], Iterator[Problem]] | None = None
    needs: Needs | None = None

    def severity_in(self, setup: Setup) -> Severity:
        """The severity that the setup gives; the check's own if it gives none or must not give one."""
        return self.severity if self.fixed else setup.severity_of(self.name) or self.severity

    def with_severity(self, found: Iterator[Problem], severity: Severity) -> tuple[Problem, ...]:
        """The problems found, with their severity; if a setup may change it, they depend on that line of it too."""
        switch = () if self.fixed else (fact_name("checks", self.name),)
        return tuple(replace(each, severity=severity, depends_on=(*switch, *each.depends_on)) for each in found)
