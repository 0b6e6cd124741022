"""Reconciliation: channel = packages = staged = orders + payments = journal, to the cent and row by row.

Each side is recomputed from its own bytes or records, never from totals that the jobs wrote: a job that counted
wrongly, and a record that was changed since, are both found.
"""

from postering.domain.reconciliation.channel_differences import ChannelSide
from postering.domain.reconciliation.compare import Compared, Sides, compare
from postering.domain.reconciliation.differences import Difference
from postering.domain.reconciliation.report import Reconciliation, Verdict, reconciliation
from postering.domain.reconciliation.rows import ReportRow, Sums

__all__ = [
    "ChannelSide",
    "Compared",
    "Difference",
    "Reconciliation",
    "ReportRow",
    "Sides",
    "Sums",
    "Verdict",
    "compare",
    "reconciliation",
]
