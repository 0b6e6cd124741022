"""Changes between two setups: every line that differs, and those that transactions use."""

from dataclasses import replace

from postering.domain.setup.changes import ChangeKind, SetupChange, changes_between, used_by_transactions
from postering.domain.setup.setup import ChannelDatabase, Setup
from tests.domain.transactions_examples import a_setup

SETUP = a_setup()
CHANNEL = SETUP.channels[0]
METHOD = SETUP.payment_methods[0]


def found(new: Setup, old: Setup = SETUP) -> list[tuple[str, str]]:
    return [(str(change.kind), change.name) for change in changes_between(old, new)]


def in_use(new: Setup, channels: tuple[int, ...] = (CHANNEL.id,)) -> list[str]:
    return [change.name for change in used_by_transactions(changes_between(SETUP, new), SETUP, channels)]


def test_the_same_setup_changes_nothing() -> None:
    assert changes_between(SETUP, SETUP) == ()


def test_a_first_setup_adds_every_line() -> None:
    changes = changes_between(Setup(), SETUP)

    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    assert len(changes) == sum(len(getattr(SETUP, name)) for name in vars(Setup()) if not name.startswith("_"))


def test_a_changed_line_names_each_key_with_before_and_after() -> None:
    new = replace(SETUP, payment_methods=(replace(METHOD, account="999999"), *SETUP.payment_methods[1:]))

    (change,) = changes_between(SETUP, new)

    assert change == SetupChange(
        kind=ChangeKind.CHANGED,
        table="payment_methods",
        line=(METHOD.company, METHOD.tender_type, METHOD.card_type),
        differences=(("account", METHOD.account, "999999"),),
    )


def test_a_new_password_is_a_change_that_shows_none_of_both() -> None:
    one, other = (
        replace(
            SETUP, channel_databases=(ChannelDatabase(name="db", group="Default", url=f"postgresql://a:{word}@b/c"),)
        )
        for word in ("first-word", "second-word")
    )

    (change,) = changes_between(one, other)

    assert change.kind is ChangeKind.CHANGED
    assert "word" not in str(change.as_json())


def test_a_company_store_or_method_that_transactions_use_does_not_vanish_unnoticed() -> None:
    method = f"payment_methods {', '.join(filter(None, (METHOD.company, METHOD.tender_type, METHOD.card_type)))}"

    assert in_use(replace(SETUP, channels=())) == [f"channels {CHANNEL.store}"]
    assert in_use(replace(SETUP, companies=())) == [f"companies {CHANNEL.company}"]
    assert in_use(replace(SETUP, payment_methods=SETUP.payment_methods[1:])) == [method]
    assert f"channels {CHANNEL.store}" in in_use(replace(SETUP, channels=(replace(CHANNEL, id=CHANNEL.id + 1),)))


def test_an_account_in_use_that_becomes_another_is_named_and_one_that_is_new_is_not() -> None:
    company = SETUP.companies[0]
    moved = replace(SETUP, companies=(replace(company, receivable_account="1"), *SETUP.companies[1:]))
    bare = replace(SETUP, companies=(replace(company, variance_account=""), *SETUP.companies[1:]))
    given_one = changes_between(bare, SETUP)

    assert in_use(moved) == [f"companies {company.id}"]
    assert used_by_transactions(given_one, bare, (CHANNEL.id,)) == ()


def test_lines_that_no_transaction_uses_may_go() -> None:
    assert in_use(replace(SETUP, channels=(), companies=()), channels=()) == []
    assert in_use(replace(SETUP, hierarchies=(), modes_of_delivery=(), products=())) == []
