"""Checks of the day of posting, and of the fiscal document."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from postering.domain.checks.check import Check, Needs
from postering.domain.checks.findings import Place, problem_of
from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem, Severity
from postering.domain.repairs.commands import correct, edit, or_change_setup, void
from postering.domain.repairs.setup_lines import open_periods
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import fact_name
from postering.domain.setup.toml import toml_value

_NO_DATE: Final = date(1900, 1, 1)


def business_date(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`BUSINESS_DATE`: there is a business date (else a transaction date), and it lies in an open period."""
    company, day = place.company, transaction.header.business_date
    if day is None or day == _NO_DATE:
        yield problem_of(
            "BUSINESS_DATE",
            "there is neither a business date nor a transaction date to post on",
            expected="a date in businessDate, or in transDate",
            found="",
            rows=(HEADER,),
            repair=_no_date_repair(transaction.key),
        )
    elif not company.is_open(day):
        periods = ", ".join(f"{period.start} to {period.end}" for period in company.open_periods)
        yield problem_of(
            "BUSINESS_DATE",
            f"{day} lies in no open period of company {company.id}",
            expected=f"a date within {periods}",
            found=day.isoformat(),
            rows=(HEADER,),
            repair=_period_repair(day, place, transaction.key),
            depends_on=(fact_name("open_periods", company.id),),
        )


def fiscal_document(transaction: RetailTransaction, _: Place) -> Iterator[Problem]:
    """`FISCAL_DOCUMENT`: there is a fiscal document (Brazil). Off unless the setup switches it on."""
    if not transaction.header.fiscal_document_id:
        yield problem_of(
            "FISCAL_DOCUMENT",
            "the header names no fiscal document",
            expected="a FiscalDocumentId",
            found="",
            rows=(HEADER,),
            repair=_document_repair(transaction.key),
        )


def _period_repair(day: date, place: Place, key: TransactionKey) -> str:
    """The nearest open day, the next before the last; or the open periods with the month of the day."""
    periods = place.company.open_periods
    later, earlier = [each.start for each in periods if each.start > day], [each.end for each in periods]
    nearest = min(later, default=None) or max(earlier)
    at_source = correct(f"businessDate of {HEADER} to a day in an open period")
    here = edit(
        key, "BUSINESS_DATE", (HEADER, "businessDate", nearest.isoformat()), when="Here, on the nearest open day"
    )
    where = f"[[companies]] with id = {toml_value(place.company.id)}"
    return at_source + here + or_change_setup("if its month is to be opened", where, open_periods(periods, day))


def _no_date_repair(key: TransactionKey) -> str:
    """The rows do not show on which day it was sold."""
    return correct(f"businessDate of {HEADER}") + void(key, "BUSINESS_DATE")


def _document_repair(key: TransactionKey) -> str:
    """The document's number, or the severity of the check."""
    at_source = correct(f"FiscalDocumentId of {HEADER}: post the fiscal document in the channel first")
    where = '[[checks]] with code = "FISCAL_DOCUMENT"'
    warned = or_change_setup("if orders may be posted without it", where, 'severity = "warn"')
    return at_source + warned + void(key, "FISCAL_DOCUMENT", "Or, if it must not be posted")


BUSINESS_DATE: Final = Check(
    name="BUSINESS_DATE",
    meaning="the business date lies in an open period",
    needs=Needs(
        lacks=lambda company, _: not company.open_periods,
        why="no open_periods are given in [[companies]]: every date is open, and only a missing date is found",
    ),
    placed=business_date,
)
FISCAL_DOCUMENT: Final = Check(
    name="FISCAL_DOCUMENT",
    meaning="the fiscal document is posted (Brazil)",
    severity=Severity.OFF,
    placed=fiscal_document,
)

CHECKS: Final = (BUSINESS_DATE, FISCAL_DOCUMENT)
"""The checks of this family, in the order of reports."""
