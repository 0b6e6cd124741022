"""Sales order numbers of a run: taken in blocks; the number of a lost posting goes to the next order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from postering.domain.posting.queue import PostOutcome, PostResult
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import NumberSequence, Setup
from postering.jobs.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """Numbers that the run has taken and not used yet, by company."""

    store: Store
    setup: Setup
    _left: dict[str, list[str]] = field(default_factory=dict)

    def reserve(self, companies: Iterable[str]) -> None:
        """Take one number for each of `companies`, less those left over."""
        for company_id, count in Counter(companies).items():
            company = self.setup.company(company_id)
            assert company is not None
            left = self._left.setdefault(company_id, [])
            sequence = company.number_sequence
            if count > len(left):
                taken = self.store.take_numbers(company_id, count - len(left), sequence.next, sequence.largest)
                left += map(sequence.number, taken)

    def next(self, company_id: str) -> str | None:
        """The next reserved number. None if the company's numbers have run out."""
        left = self._left.get(company_id)
        return left.pop(0) if left else None

    def give_back(self, order: PostedOrder, outcome: PostOutcome) -> None:
        """Keep the number for the next order, unless the failed write may have taken effect."""
        if outcome.result is not PostResult.PASSING_FAILURE:
            self._left[order.document.company].insert(0, order.document.id)

    def sequence(self, company_id: str) -> NumberSequence | None:
        """The company's number sequence. None for an unknown company."""
        company = self.setup.company(company_id)
        return company.number_sequence if company is not None else None
