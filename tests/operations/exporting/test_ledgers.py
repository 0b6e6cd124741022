"""The journal as plain-text accounting: bean-check finds nothing, and both formats have the journal's sums."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from beancount.scripts.check import main as bean_check
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.errors import JobRefused
from postering.domain.exports.ledgers import (
    BEANCOUNT_HEAD,
    LEDGER_HEAD,
    account_part,
    beancount_text,
    ledger_account,
    ledger_text,
)
from postering.domain.exports.payments_and_journal import entries_of
from postering.domain.money import total
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import PostedOrder
from tests.domain.exports.test_sheets import posted
from tests.domain.transactions_examples import a_sale, valid_transactions
from tests.store.strategies import texts

Sums = Mapping[tuple[str, str], Decimal]
_POSTING = re.compile(r"    ([A-Z]\w*(?::[A-Z0-9][\w-]*)+)  (-?\d+(?:\.\d+)?) ([A-Z]{3})")
_HEADING = re.compile(r"\d{4}-\d{2}-\d{2} \* \([\w./-]*\) (?:Sales order|Return order|Quotation|Cancellation)")
_NOTE = re.compile(r"    ; [a-z_]+: .*")


def summed(amounts: Sequence[tuple[str, str, Decimal]]) -> Sums:
    keys = {(account, currency) for account, currency, _ in amounts}
    return {key: total(amount for *of, amount in amounts if tuple(of) == key) for key in keys}


def of_journal(orders: Sequence[PostedOrder]) -> Sums:
    """Debits less credits, by account and currency."""
    return summed(
        [
            (ledger_account(s), s.entry.debit.currency, (s.entry.debit - s.entry.credit).amount)
            for order in orders
            for s in entries_of(order)
        ]
    )


def of_beancount(text: str) -> Sums:
    """What beancount makes of it, without an error."""
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    amounts: list[tuple[str, str, Decimal]] = []
    for posting in (posting for entry in entries if isinstance(entry, Transaction) for posting in entry.postings):
        assert posting.units is not None
        assert posting.units.number is not None
        amounts.append((posting.account, posting.units.currency, posting.units.number))
    return summed(amounts)


def of_ledger(text: str) -> Sums:
    """Each line is a heading, a note or a posting, and each transaction balances by currency."""
    amounts: list[tuple[str, str, Decimal]] = []
    for block in text.removeprefix(LEDGER_HEAD).strip("\n").split("\n\n") if text != LEDGER_HEAD else []:
        heading, *lines = block.split("\n")
        assert _HEADING.fullmatch(heading), heading
        postings = [posting for line in lines if (posting := _POSTING.fullmatch(line))]
        found = [(str(posting[1]), str(posting[3]), Decimal(posting[2])) for posting in postings]
        assert [line for line in lines if not _NOTE.fullmatch(line) and not _POSTING.fullmatch(line)] == []
        assert {total(amount for *_, amount in found)} == {Decimal(0)}
        amounts += found
    return summed(amounts)


@given(transactions=st.lists(valid_transactions(), max_size=3))
def test_both_texts_have_the_sums_of_the_journal(transactions: list[RetailTransaction]) -> None:
    orders = [posted(each, f"ONL-{number:06}") for number, each in enumerate(transactions)]
    journal = of_journal(orders)

    assert of_beancount(BEANCOUNT_HEAD + "".join(map(beancount_text, orders))) == journal
    assert of_ledger(LEDGER_HEAD + "".join(map(ledger_text, orders))) == journal


@given(text=texts, account=texts, number=texts)
def test_whatever_stands_in_the_data_the_texts_stay_sound(text: str, account: str, number: str) -> None:
    order = posted(a_sale())
    order = replace(
        order,
        document=replace(order.document, company=text, id=number, customer=text, channel_reference_id=text),
        journal=tuple(replace(entry, account=account, text=text) for entry in order.journal),
    )

    assert of_beancount(BEANCOUNT_HEAD + beancount_text(order)) == of_journal([order])
    assert of_ledger(LEDGER_HEAD + ledger_text(order)) == of_journal([order])


def decoded(part: str) -> str:
    """The text that `account_part` coded."""
    return re.sub(r"-X([0-9A-F]+)-", lambda found: chr(int(found[1], 16)), part.removeprefix("X-Y"))


@given(text=texts | st.text("aX-Y_01é", max_size=8))
def test_a_part_of_an_account_has_its_own_name(text: str) -> None:
    part = account_part(text)

    assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9-]*", part)
    assert decoded(part) == text


@pytest.mark.parametrize(("text", "part"), [("112250", "112250"), ("1120-01", "1120-01"), ("a_b", "X-Ya-X5F-b")])
def test_an_ordinary_account_keeps_its_name(text: str, part: str) -> None:
    assert account_part(text) == part


def test_exports_that_follow_each_other_are_included_together(tmp_path: Path) -> None:
    for number in (1, 2):
        text = BEANCOUNT_HEAD + beancount_text(posted(a_sale(), f"ONL-{number}"))
        (tmp_path / f"journal-{number}.beancount").write_text(text, encoding="utf-8")
    books = tmp_path / "books.beancount"
    books.write_text(
        'plugin "beancount.plugins.auto_accounts"\n'
        'include "journal-1.beancount"\ninclude "journal-2.beancount"\n'
        "2026-03-15 balance Assets:Payments:USRT:112250  140.80 USD\n",
        encoding="utf-8",
    )

    checked = CliRunner().invoke(bean_check, [str(books)])

    assert (checked.exit_code, checked.output) == (0, "")


def test_bean_check_finds_a_cent_that_was_planted(tmp_path: Path) -> None:
    text = BEANCOUNT_HEAD + beancount_text(posted(a_sale())).replace("  70.40 USD", "  70.41 USD", 1)
    (tmp_path / "wrong.beancount").write_text(text, encoding="utf-8")

    checked = CliRunner().invoke(bean_check, [str(tmp_path / "wrong.beancount")])

    assert checked.exit_code == 1
    assert "does not balance" in checked.output


def test_a_year_that_beancount_does_not_know_is_told() -> None:
    order = posted(a_sale())
    order = replace(order, document=replace(order.document, business_date=date(2100, 1, 1)))

    with pytest.raises(JobRefused, match="beancount knows no year 2100, which ONL-000001"):
        beancount_text(order)
