"""Rules between the lines of a setup document: references, repeated keys, needed accounts, bounds, hierarchies.

They work on lines as far as those could be read, so that one reading of a document finds all its problems.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from postering.domain.near_names import did_you_mean
from postering.domain.setup.table_readers import Line
from postering.domain.setup.tables import MASTER_DATA, tender_rules

_ONCE: Final = (
    ("companies", ("id",)),
    ("channel_database_groups", ("name",)),
    ("channel_databases", ("name",)),
    ("channels", ("id",)),
    ("channels", ("store",)),
    ("hierarchies", ("name",)),
    ("payment_methods", ("company", "tender_type", "card_type")),
    ("checks", ("code",)),
    *((name, value.KNOWN_BY) for name, value in MASTER_DATA.items()),
)
_OPTIONAL_IN_KEYS: Final = frozenset({"card_type"})
# Their names become names of folders; to some file systems HOUSTON and Houston are the same.
_FOLDERS: Final = frozenset({"channel_database_groups", "channel_databases"})

_REFERENCES: Final = (
    ("channel_databases", "group", "channel_database_groups", "name"),
    ("channels", "company", "companies", "id"),
    ("channels", "channel_database_group", "channel_database_groups", "name"),
    ("payment_methods", "company", "companies", "id"),
    *((name, "company", "companies", "id") for name in MASTER_DATA),
)


def check_setup(setup: Line) -> None:
    """Report every line of the document that does not fit the others."""
    for section, names in _ONCE:
        _check_unique(setup.lines(section), names, fold=section in _FOLDERS)
    for section, name, target, target_name in _REFERENCES:
        known = _known(setup.lines(target), target_name)
        for line in setup.lines(section):
            _check_reference(line, name, known, f"one of the {target}")
    for company in setup.lines("companies"):
        _check_company(company, setup)
    for method in setup.lines("payment_methods"):
        if method.has("operation") and tender_rules(method.get("operation")).method_account:
            _require_account(method, "account", f"{method.get('operation')} is posted to it")
    for channel in setup.lines("channels"):
        _check_default_customer(channel, setup)
    stores = _known(setup.lines("channels"), "store")
    for hierarchy in setup.lines("hierarchies"):
        _check_hierarchy(hierarchy, stores)


def _check_unique(lines: Iterable[Line], names: tuple[str, ...], *, fold: bool = False) -> None:
    first: dict[tuple[object, ...], Line] = {}
    for line in lines:
        if not line.has(*(name for name in names if name not in _OPTIONAL_IN_KEYS)):
            continue
        shown = [line.get(name) for name in names if line.has(name)]
        key = tuple(str(line.get(name)).casefold() if fold else line.get(name) for name in names)
        if (earlier := first.setdefault(key, line)) is not line:
            found = f"{', '.join(map(str, shown))} again, after {earlier.place.path}"
            line.place.key(names[-1] if line.has(names[-1]) else names[-2]).report(
                "each once", found, "Take one of them out or rename it.", in_words=True
            )


def _known(lines: tuple[Line, ...], name: str) -> frozenset[str] | None:
    """The names that a reference may have; None if one of them could not be read, for it might be the right one."""
    return frozenset(line.get(name) for line in lines) if all(line.has(name) for line in lines) else None


def _check_reference(line: Line, name: str, known: frozenset[str] | None, expected: str) -> None:
    if line.has(name) and known is not None and line.get(name) not in known:
        hint = did_you_mean(line.get(name), known) or "Add it, or name another."
        line.place.key(name).report(expected, line.get(name), hint)


def _require_account(line: Line, name: str, why: str) -> None:
    place = line.place.key(name)
    reported = any(problem.place == place.path for problem in place.problems)
    if not line.has(name) and not reported:
        place.report("an account", "none", f"Add {name}: {why}.", in_words=True)


def _check_order(line: Line, first: str, last: str, key: str, expected: str) -> None:
    if line.has(first, last) and line.get(first) > line.get(last):
        line.place.key(key).report(expected, line.get(last), "Swap them, or fix one.")


def _check_company(company: Line, setup: Line) -> None:
    if company.has("number_sequence"):
        _check_sequence(company.get("number_sequence"))
    for period in company.lines("open_periods"):
        _check_order(period, "start", "end", "to", "a day not before `from`")
    if company.has("maximum_payment_difference") and company.get("maximum_payment_difference") > Decimal(0):
        _require_account(company, "variance_account", "the maximum payment difference is posted to it")
    for method in setup.lines("payment_methods"):
        if method.has("company", "operation") and company.has("id") and method.get("company") == company.get("id"):
            operation = method.get("operation")
            if account := tender_rules(operation).company_account:
                _require_account(company, account, f"a {operation} payment method is posted to it")


def _check_sequence(sequence: Line) -> None:
    _check_order(sequence, "next", "largest", "largest", "a number not below `next`")
    if sequence.has("format", "largest"):
        fits = int("9" * sequence.get("format").count("#"))
        if sequence.get("largest") > fits:
            expected = f"a number that fits the run of #, at most {fits}"
            repair = "Lengthen the run of # or lower the number."
            sequence.place.key("largest").report(expected, sequence.get("largest"), repair)


def _check_default_customer(channel: Line, setup: Line) -> None:
    customers = setup.lines("customers")
    if not channel.has("company", "default_customer") or not all(line.has("company") for line in customers):
        return
    company = channel.get("company")
    accounts = _known(tuple(line for line in customers if line.get("company") == company), "account")
    if accounts:
        _check_reference(channel, "default_customer", accounts, f"one of the customers of {company}")


def _check_hierarchy(hierarchy: Line, stores: frozenset[str] | None) -> None:
    nodes = hierarchy.lines("nodes")
    _check_unique(nodes, ("name",))
    names = _known(nodes, "name")
    for node in nodes:
        _check_reference(node, "parent", names, "another node of the hierarchy")
        _check_order(node, "valid_from", "valid_to", "valid_to", "a day not before `valid_from`")
        for index, store in enumerate(node.get("stores") or ()):
            if stores is not None and store not in stores:
                hint = did_you_mean(store, stores) or "Add its channel, or take it out."
                node.place.key("stores").entry(index).report("the store of a channel", store, hint)
    parents = {node.get("name"): node.get("parent") for node in nodes if node.has("name", "parent")}
    places = {node.get("name"): node.place for node in nodes}
    for cycle in _cycles(parents):
        found = " → ".join((*cycle, cycle[0]))
        repair = "Give one of them another parent, or none."
        places[cycle[0]].key("parent").report("a parent that is not below the node", found, repair, in_words=True)


def _cycles(parents: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Each cycle of nodes once, from its first node in the document."""
    seen: set[str] = set()
    for name in parents:
        way: list[str] = []
        at: str | None = name
        while at is not None and at not in seen:
            seen.add(at)
            way.append(at)
            at = parents.get(at)
        if at is not None and at in way:
            yield tuple(way[way.index(at) :])
