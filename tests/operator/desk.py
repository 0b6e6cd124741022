"""An operator's day in a test: channel rows come in, jobs run, and the commands that `explain` prints are run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.pasting import Printed, printed

HEADER, SALES, PAYMENT = "RetailTransactionTable", "RetailTransactionSalesTrans", "RetailTransactionPaymentTrans"
TAX, DISCOUNT, CHARGE = "RetailTransactionTaxTrans", "RetailTransactionDiscountTrans", "RetailTransactionMarkupTrans"
SETUP = f"""{shop.SETUP}
[[charge_codes]]
company = "USRT"
code = "FREIGHT"
"""
_MOST_STEPS = 6


@dataclass
class Desk:
    """A deployment, its setup file, and the folder in which packages are made."""

    postering: Postering
    folder: Path
    setup: str = SETUP
    packages: int = 0

    @property
    def setup_file(self) -> Path:
        """The operator's setup file."""
        return self.folder / "setup.toml"

    def set_up(self, text: str = "", *, old: str = "", new: str = "") -> None:
        """Apply the setup, with `text` added and `old` replaced."""
        assert old in self.setup
        self.setup = (self.setup.replace(old, new, 1) if old else self.setup) + text
        self._apply()

    def _apply(self) -> None:
        self.setup_file.write_text(self.setup, encoding="utf-8")
        ran = self.postering("setup", "apply", self.setup_file)
        assert ran.status == 0, ran.err

    def upload(self, *transactions: shop.Rows) -> str:
        """Put a package of transactions into the uploads; the id of its session."""
        self.packages += 1
        folder = shop.written(self.folder / f"files-{self.packages}", *transactions)
        session = f"session-{self.packages}"
        made = self.postering("package", folder, "--group", "Default", "--session", session)
        assert made.status == 0, made.err
        return session

    def receive(self, *transactions: shop.Rows) -> None:
        """Upload transactions and run both jobs."""
        self.upload(*transactions)
        self.run("p-job")
        self.run("sync-orders")

    def run(self, *words: str) -> Ran:
        """Run a command that must succeed."""
        ran = self.postering(*words)
        assert ran.status == 0, (words, ran.err)
        return ran

    def state(self, transaction: str) -> str:
        """State and codes: `failed GROSS_AMOUNT`."""
        row = self.postering("show", transaction, "--json").json["transaction"]
        return " ".join((row["state"], *row["codes"]))

    def order(self, transaction: str) -> Any:
        """The one document of a transaction."""
        (document,) = self.postering("show", transaction, "--json").json["documents"]
        return document

    def explained(self, named: str) -> Any:
        """The JSON of `explain ID --json`."""
        return self.postering("explain", named, "--json").json

    def repairs(self, transaction: str, code: str) -> list[Printed]:
        """The commands that `explain` prints for the first problem with a code."""
        problems = [each for each in self.explained(transaction)["problems"] if each["code"] == code]
        assert problems, f"{transaction} has no {code}, it is {self.state(transaction)}"
        return printed(problems[0]["repair"])

    def paste(self, command: Printed) -> str:
        """Run a printed command, after pasting its lines into the setup file; the command's name."""
        if command.is_setup:
            self.setup = command.pasted(self.setup)
            self._apply()
        else:
            self.run(*command.words)
        return command.words[0]

    def fix(self, transaction: str, code: str) -> str:
        """Run the first command for the code, then (job, explain, first command) until it is not failed; its state."""
        self.paste(self.repairs(transaction, code)[0])
        for _ in range(_MOST_STEPS):
            self.run("sync-orders")
            if not self.state(transaction).startswith("failed"):
                break
            problem = self.explained(transaction)["problems"][0]
            self.paste(printed(problem["repair"])[0])
        return self.state(transaction)


def basket(number: str, **header: object) -> shop.Rows:
    """Two at 30.00 less 6.00, taxed 5.40, with freight of 10.00 and its tax of 1.00: 70.40, paid by Visa."""
    sale = shop.sale(number, amount="70.40")
    key = {"Channel": shop.CHANNEL, "transactionId": number, "DataAreaId": "USRT"}
    top = {"netAmount": "-64.00", "discAmount": "6.00", "numberOfItems": 2, "IsTaxIncludedInPrice": 0}
    line = {
        "qty": "-2",
        "price": "30.00",
        "netAmount": "-54.00",
        "taxAmount": "-5.40",
        "netAmountInclTax": "-59.40",
        "discAmount": "6.00",
        "periodicDiscAmount": "6.00",
    }
    row = key | {"StoreId": shop.STORE, "store": shop.STORE}
    charge = {"saleLineNum": 0, "markupLineNum": 1, "MarkupCode": "FREIGHT", "CalculatedAmount": "10.00"}
    return {
        HEADER: [sale[HEADER][0] | top | header],
        SALES: [sale[SALES][0] | line],
        PAYMENT: sale[PAYMENT],
        TAX: [_of(TAX, row) | {"SaleLineNum": 1, "TaxCode": "VAT", "Amount": "5.40", "IsIncludedInPrice": 0}],
        DISCOUNT: [_of(DISCOUNT, row) | {"SaleLineNum": 1, "LineNum": 1, "Amount": "6.00", "DiscountOriginType": 2}],
        CHARGE: [_of(CHARGE, row) | charge | {"TaxAmountExclusive": "1.00", "CurrencyCode": "USD"}],
    }


def _of(entity: str, row: shop.Row) -> shop.Row:
    """The key columns as the entity spells them."""
    from postering.domain.retail_transactions.entities import ENTITIES

    company, channel, store, _, transaction = ENTITIES[entity].transaction_keys
    return {
        company: row["DataAreaId"],
        channel: row["Channel"],
        store: row["store"],
        transaction: row["transactionId"],
    }


def with_row(rows: shop.Rows, entity: str, **columns: object) -> shop.Rows:
    """The same transaction with other values in the first row of an entity."""
    first, *others = rows[entity]
    return {**rows, entity: [{**first, **columns}, *others]}
