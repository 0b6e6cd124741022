"""What the faults are injected into: transactions in steps, with every kind of transaction and of trouble.

`states` says what each step must end in; that is written here by hand and reckoned by no code of the product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.faults.rows import (
    ACCOUNT,
    CARD,
    CARD_NUMBER,
    GIFT_CARD,
    HEADER,
    LINE,
    PAYMENT,
    Rows,
    basket,
    but,
    cancellation,
    cancellation_of_a_line,
    customer_order,
    given_back,
    header,
    large,
    only,
    quotation,
    sale,
    take_back,
)


@dataclass(frozen=True)
class Step:
    """What comes before the jobs run: rows in the channel database, and packages.

    `counter` is the channel's for all of `sold` (0: each has its own, higher than any before). Where `numbers` are
    given, so many are left in the sequence; when it has run out and the jobs are quiet, a longer one is set up.
    """

    sold: Sequence[Rows] = ()
    packages: Mapping[str, Sequence[Rows]] = field(default_factory=dict)
    counter: int = 0
    numbers: int | None = None


@dataclass(frozen=True)
class Workload:
    """Steps, and the state of each transaction after each of them.

    Of each pair of `rivals` one is posted and the other fails, whichever comes first; from the second step. What is
    `racing` may be in another state where runs are at once: it comes with other content in another session of the same
    step, and a run between the two posts it; or an operator's edit fixes it.
    """

    steps: tuple[Step, ...]
    states: tuple[Mapping[str, str], ...]
    rivals: tuple[tuple[str, str], ...] = ()
    racing: frozenset[str] = frozenset()


_CONFLICT: Final = sale("P-5")
_OTHER_CONTENT: Final = but(_CONFLICT, LINE, price="18.99")
_BAD: Final = sale("P-4")
_LATE: Final = sale("T-5", cents=333)
_FREIGHT: Final = sale("T-2", freight=500)
_COPIES: Final = [sale("P-1"), sale("P-2", paid=(3000, 998))]
_ANNA: Final = "0b0c1f5e-7a52-4b07-9c0d-5a6f0e1d2c3b"
_BERT: Final = "{5D3A9C1E-0F4B-4E6A-8B7C-9D8E7F6A5B4C}"

_FIRST: Final[dict[str, str]] = {
    **dict.fromkeys(("T-1", "T-2", "T-3", "T-4", "P-1", "P-2", "Q-1"), "succeeded"),
    **dict.fromkeys(("A-1", "A-2", "A-3", "G-1", "O-1", "X-1", "R-0", "L-1", "M-1"), "succeeded"),
    **dict.fromkeys(("T-9", "P-3", "P-4"), "failed"),
    "T-5": "waiting",
    "N-1": "not_an_order",
    "V-1": "voided",
}
_SECOND: Final[dict[str, str]] = {
    **_FIRST,
    **dict.fromkeys(("T-5", "C-1", "C-4", "R-3", "P-7", "R-4", "A-4"), "succeeded"),
    **dict.fromkeys(("P-5", "C-2"), "failed"),
}
_THIRD: Final[dict[str, str]] = {
    **_SECOND,
    **dict.fromkeys(("T-7", "T-8", "C-2", "C-3", "P-4", "P-6"), "succeeded"),
}

WHOLE: Final = Workload(
    steps=(
        Step(
            sold=[
                sale("T-1"),
                _FREIGHT,
                sale("T-3", paid=(1000, 2000, 998)),
                sale("T-4", quantity=3, paid=(5996,)),  # a cent less than due: within the tolerance
                only(_LATE, HEADER, PAYMENT),
                but(sale("T-9"), HEADER, comment=CARD_NUMBER),
            ],
            packages={
                "first": [*_COPIES, but(sale("P-3"), PAYMENT, comment2=CARD_NUMBER), but(_BAD, LINE, qty="two")],
                "first-again": [*_COPIES, quotation("Q-1")],
                "kinds": [
                    customer_order("A-1", _ANNA, paid=(1000,)),
                    customer_order("A-2", _ANNA, paid=()),
                    customer_order("A-3", _BERT),
                    basket("G-1", [(2, 1999)], paid=(3000, 998), tenders=(GIFT_CARD, CARD)),
                    basket("O-1", [(1, 5000)], tenders=(ACCOUNT,)),
                    basket("X-1", [(1, 1999), (-1, 999)]),
                    given_back("R-0", quantity=1),
                    large("L-1", 40),
                    basket("M-1", [(2, 1999), (1, 700)]),
                ],
                "others": [
                    header("N-1", 2),
                    but(sale("V-1"), HEADER, entryStatus="1"),
                    {LINE: [{"itemId": "81327", "lineNum": "1"}]},
                ],
            },
        ),
        Step(
            sold=[only(_LATE, LINE), only(but(_FREIGHT, LINE, price="20.99"), LINE)],
            packages={
                "second": [_CONFLICT, cancellation("C-1", "W-T-3"), take_back("R-1", "T-1", quantity=2)],
                "second-other": [_OTHER_CONTENT, take_back("R-2", "T-1", quantity=2), customer_order("A-4", _ANNA)],
                "references": [
                    sale("E-1", reference="W-E"),
                    sale("E-2", reference="W-E"),
                    cancellation("C-2", "W-P-6"),
                    cancellation_of_a_line("C-4", "M-1", line=1, quantity=1, cents=1999),
                ],
                "part": [take_back("R-3", "T-4", quantity=1), sale("P-7"), take_back("R-4", "T-7", quantity=1)],
            },
            numbers=3,
        ),
        # Committed late: their counter, one for both, is lower than what was read before.
        Step(
            sold=[sale("T-7"), sale("T-8")],
            packages={"third": [cancellation("C-3", "W-T-4"), sale("P-6"), only(_BAD, LINE)]},
            counter=50,
        ),
    ),
    states=(_FIRST, _SECOND, _THIRD),
    rivals=(("R-1", "R-2"), ("E-1", "E-2")),
    racing=frozenset({"P-5", "T-9"}),
)
"""Every kind."""

_FEW_FIRST: Final[dict[str, str]] = {
    **dict.fromkeys(("T-1", "A-1", "A-2", "L-1"), "succeeded"),
    "T-5": "waiting",
}

FEW: Final = Workload(
    steps=(
        Step(
            sold=[sale("T-1"), only(_LATE, HEADER, PAYMENT)],
            packages={"first": [customer_order("A-1", _ANNA, paid=(1000,)), customer_order("A-2", _ANNA, paid=())]}
            | {"large": [large("L-1", 40)]},
        ),
        Step(
            sold=[only(_LATE, LINE)],
            packages={
                "second": [_CONFLICT, take_back("R-1", "T-1", quantity=2), cancellation("C-1", "W-A-1")],
                "second-other": [_OTHER_CONTENT, take_back("R-2", "T-1", quantity=2), quotation("Q-1")],
            },
            numbers=2,
        ),
    ),
    states=(
        _FEW_FIRST,
        {**_FEW_FIRST, **dict.fromkeys(("T-5", "C-1", "Q-1"), "succeeded"), "P-5": "failed"},
    ),
    rivals=(("R-1", "R-2"),),
    racing=frozenset({"P-5"}),
)
"""What is worth most on an engine where each call costs milliseconds."""

LARGE: Final = Workload(
    steps=(Step(packages={"large": [large("L-1", 5_000), sale("P-1")]}),),
    states=(dict.fromkeys(("L-1", "P-1"), "succeeded"),),
)
"""An order of 5,000 lines, beside a small one."""

WORKLOADS: Final = {"whole": WHOLE, "few": FEW, "large": LARGE}
