"""The verdict on a transaction as it is now. All that it depends on is read here."""

from datetime import timedelta

from postering.domain.errors import PosteringError
from postering.domain.posting.verdicts import Verdict, decide
from postering.domain.returns.originals import Originals
from postering.domain.sales_orders.customers import Customers
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import Staged, State, TransactionRecord
from postering.domain.staging.staging import Judgement, internal_error
from postering.jobs.defects import log_defect
from postering.jobs.originals import customers_of, originals_of
from postering.jobs.ports import Store
from postering.jobs.run import Run


def verdict_of(staged: Staged, setup: Setup, store: Store, run: Run) -> tuple[Verdict, Originals]:
    """The verdict on the transaction under `setup`, and the originals that it was decided with.

    A failure of the program is logged, and fails this one transaction with `INTERNAL_ERROR`. Errors of the store are
    raised.
    """
    originals: Originals = {}
    customers: Customers = {}
    try:
        assembly = staged.record.assembled(staged.pieces)
        if assembly.header is not None:
            originals = originals_of(assembly.retail_transaction, setup, store)
            customers = customers_of(assembly.retail_transaction, setup, store)
        waited = _has_waited(staged.record, setup, run)
        return decide(assembly, setup, originals, customers, has_waited=waited), originals
    except PosteringError:  # the store or the setup is at fault, not this transaction
        raise
    except Exception as error:
        log_defect(error, staged.record.key)
        problem = internal_error(error, staged.record.key)
        judgement = Judgement(state=State.FAILED, problems=(problem,))
        return Verdict(judgement=judgement, problems=(problem,)), originals


def _has_waited(record: TransactionRecord, setup: Setup, run: Run) -> bool:
    """Whether the wait for a missing original is over (`original_wait_days` of the company)."""
    company = setup.company(record.key.company)
    days = company.original_wait_days if company is not None else 0
    return record.received + timedelta(days=days) <= run.now()
