"""What the order book says of a transaction, in words short enough for a test to hold each amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from postering.domain.money import total
from tests.cli.conftest import Postering

EXAMPLES = Path(__file__).parents[1] / "examples" / "orders"
SETUP = EXAMPLES / "setup.toml"
GROUP = "Default"


def kinds() -> list[str]:
    """The kinds that have an example folder."""
    return sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def runs_of(kind: str) -> list[Path]:
    """The folders that a kind is packaged from, one after the other: itself, or `1`, `2`, … in it."""
    folder = EXAMPLES / kind
    return sorted(path for path in folder.iterdir() if path.is_dir()) or [folder]


@dataclass(frozen=True)
class OrderBook:
    """A deployment with the examples' setup, looked at through the command."""

    postering: Postering

    def run(self, folder: Path, *options: str) -> Any:
        """Package the folder, run both jobs; the report of Synchronize orders."""
        assert self.postering("package", folder, "--group", GROUP).status == 0
        assert self.postering("p-job").status == 0
        return self.sync_orders(*options)

    def sync_orders(self, *options: str) -> Any:
        """Run Synchronize orders; its report."""
        return self.postering("sync-orders", *options, "--json").json

    def ids(self) -> list[str]:
        """Every transaction that was staged."""
        return [one["transaction_id"] for one in self.postering("transactions", "--json").json["transactions"]]

    def story(self, transaction: str) -> Any:
        """`show --json`."""
        return self.postering("show", transaction, "--json").json

    def state(self, transaction: str) -> str:
        """The state, with what waits for, blocks or warns: `failed UNDER_OVER_PAYMENT`."""
        row = self.story(transaction)["transaction"]
        return " ".join((row["state"], *row["codes"]))

    def reason(self, transaction: str) -> str:
        """Why it is no order."""
        return str(self.story(transaction)["transaction"]["reason"])

    def posted(self, transaction: str) -> Any:
        """The one document."""
        (document,) = self.story(transaction)["documents"]
        return document

    def document(self, transaction: str) -> str:
        """`sales_order 70.40 USD = 54.00 + 6.40 + 10.00`: total = net + tax + charges."""
        of = self.posted(transaction)
        return f"{of['kind']} {of['total']} {of['currency']} = {of['net']} + {of['tax']} + {of['charges']}"

    def settled(self, transaction: str) -> str:
        """`paid 30.00, open 70.00, variance 0.00`."""
        of = self.posted(transaction)
        return f"paid {of['paid']}, open {of['open']}, variance {of['variance']}"

    def lines(self, transaction: str) -> list[str]:
        """`1: 2 ea 81327 at 30.00 less 6.00 = 54.00 + 5.40 = 59.40`: net + tax = total."""
        return [
            f"{of['line']}: {of['quantity']} {of['unit']} {of['item']} at {of['price']} less {of['discount']}"
            f" = {of['net']} + {of['tax']} = {of['total']}"
            for of in self.posted(transaction)["lines"]
        ]

    def of_lines(self, transaction: str, *names: str) -> list[tuple[Any, ...]]:
        """Named values of each line."""
        return [tuple(line[name] for name in names) for line in self.posted(transaction)["lines"]]

    def deliveries(self, transaction: str, *names: str) -> list[tuple[Any, ...]]:
        """Named values of each line's delivery."""
        return [tuple(line["delivery"][name] for name in names) for line in self.posted(transaction)["lines"]]

    def charges(self, transaction: str) -> list[str]:
        """`0/0 FREIGHT 10.00 + 1.00`: line and number, code, amount and tax."""
        return [
            f"{of['line']}/{of['number']} {of['code']} {of['amount']} + {of['tax']}"
            for of in self.posted(transaction)["charges_detail"]
        ]

    def taxes(self, transaction: str) -> list[str]:
        """`1 CITY 2.00`: line, code and amount, with what is special of it."""
        return [
            f"{line['line']} {tax['code']} {tax['amount']}"
            + (" included" if tax["included_in_price"] else "")
            + (" exempt" if tax["exempt"] else "")
            for line in self.posted(transaction)["lines"]
            for tax in line["taxes"]
        ]

    def discounts(self, transaction: str) -> list[str]:
        """`1/1 Periodic 6.00 SPRING-10`: line and number, origin, amount, offer and coupon."""
        return [
            " ".join(
                filter(None, (f"{line['line']}/{of['line']}", of["origin"], of["amount"], of["offer"], of["coupon"]))
            )
            for line in self.posted(transaction)["lines"]
            for of in line["discounts"]
        ]

    def payments(self, transaction: str) -> list[str]:
        """`1 Visa 70.40 authorized`."""
        return [
            f"{of['line']} {of['method']} {of['amount']} {of['status']}" for of in self.story(transaction)["payments"]
        ]

    def journal(self, transaction: str) -> list[str]:
        """`Dr 112250 70.40` and `Cr 130100 70.40`."""
        entries = self.story(transaction)["journal"]
        return [
            f"Dr {of['account']} {of['debit']}" if Decimal(of["debit"]) else f"Cr {of['account']} {of['credit']}"
            for of in entries
        ]

    def assert_sound(self) -> None:
        """What holds for whatever was posted: sums, a balanced journal, and books that reconcile."""
        for transaction in self.ids():
            story = self.story(transaction)
            for document in story["documents"]:
                _assert_adds_up(document)
            assert _sum(story["journal"], "amount_mst") == 0
            assert _sum(story["journal"], "debit") == _sum(story["journal"], "credit")
        reconciled = self.postering("reconcile", "--json")
        assert (reconciled.status, reconciled.json["unexplained"]) == (0, [])
        assert reconciled.json["balanced"]


def _assert_adds_up(document: Any) -> None:
    lines, charges = document["lines"], document["charges_detail"]
    parts = [_sum([document], name) for name in ("net", "tax", "charges")]
    assert _sum([document], "total") == total(parts) == total((_sum(lines, "total"), _sum(charges, "total")))
    if document["kind"] != "quotation":
        assert _sum([document], "total") == total(_sum([document], name) for name in ("paid", "open", "variance"))
    assert all(_sum([line], "total") == total((_sum([line], "net"), _sum([line], "tax"))) for line in lines)


def _sum(rows: Sequence[Any], name: str) -> Decimal:
    return total(Decimal(row[name]) for row in rows)
