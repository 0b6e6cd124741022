"""Selection of stores: by name, or by a node of an organization hierarchy that is above them on a day."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final

from postering.domain.lists import grouped
from postering.domain.near_names import did_you_mean
from postering.domain.setup.setup import Channel, Hierarchy, HierarchyNode, Setup

DEFAULT_HIERARCHY: Final = "Stores by Region"
"""The hierarchy of a selection that names none."""


class SelectionError(ValueError):
    """A selection has names that the setup does not know. `problems` has one sentence for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the sentences; together they are the message."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def stores_of(
    setup: Setup,
    hierarchy_name: str | None,
    nodes: Collection[str],
    stores: Collection[str],
    day_of: Callable[[Channel], date],
) -> tuple[Channel, ...]:
    """The channels of a selection, each once, in setup order.

    `nodes` stand for every store below them in the hierarchy (None: `DEFAULT_HIERARCHY`) on the channel's own day
    `day_of(channel)`, by a chain of nodes that are all valid on that day; a hierarchy alone stands for all its stores.
    `stores` are selected whether or not they are in the hierarchy. `SelectionError` has every unknown name;
    `ValueError` says that nothing was named.
    """
    if hierarchy_name is None and not nodes and not stores:
        raise ValueError("a selection names a hierarchy, nodes or stores")
    name = DEFAULT_HIERARCHY if hierarchy_name is None else hierarchy_name
    hierarchy = setup.hierarchy(name)
    problems = list(_unknown_stores(setup, hierarchy, stores))
    if hierarchy_name is not None or nodes:
        problems += _unknown_nodes(setup, name, hierarchy, nodes)
    if problems:
        raise SelectionError(problems)
    chains = _chains(hierarchy, _tops(hierarchy, nodes, stores)) if hierarchy else {}
    return tuple(
        channel
        for channel in setup.channels
        if channel.store in stores or _is_below(chains.get(channel.store, []), channel, day_of)
    )


_Chain = tuple[HierarchyNode, ...]


def _tops(hierarchy: Hierarchy, nodes: Collection[str], stores: Collection[str]) -> tuple[HierarchyNode, ...]:
    if nodes or stores:
        return tuple(node for node in hierarchy.nodes if node.name in nodes)
    return tuple(node for node in hierarchy.nodes if not node.parent)


def _chains(hierarchy: Hierarchy, tops: Iterable[HierarchyNode]) -> dict[str, list[_Chain]]:
    """By store, each chain of nodes from a selected one down to the one that names the store."""
    children = grouped((node.parent, node) for node in hierarchy.nodes)
    chains: dict[str, list[_Chain]] = {}
    waiting: list[_Chain] = [(top,) for top in tops]
    while waiting:
        chain = waiting.pop()
        for store in chain[-1].stores:
            chains.setdefault(store, []).append(chain)
        waiting += [(*chain, child) for child in children.get(chain[-1].name, ()) if child not in chain]
    return chains


def _is_below(chains: list[_Chain], channel: Channel, day_of: Callable[[Channel], date]) -> bool:
    if not chains:
        return False
    day = day_of(channel)
    return any(all(node.is_valid_on(day) for node in chain) for chain in chains)


def _unknown_stores(setup: Setup, hierarchy: Hierarchy | None, stores: Iterable[str]) -> Iterable[str]:
    known = [channel.store for channel in setup.channels]
    nodes = [node.name for node in hierarchy.nodes] if hierarchy else []
    for store in dict.fromkeys(stores):
        if setup.channel_of_store(store) is None:
            hint = "It is a node: name it under nodes." if store in nodes else did_you_mean(store, known)
            yield f"No channel of the setup has the store {store!r}. {hint}".rstrip()


def _unknown_nodes(setup: Setup, name: str, hierarchy: Hierarchy | None, nodes: Iterable[str]) -> Iterable[str]:
    if hierarchy is None:
        hint = did_you_mean(name, [known.name for known in setup.hierarchies])
        yield f"The setup has no hierarchy {name!r}. {hint}".rstrip()
        return
    known = [node.name for node in hierarchy.nodes]
    for node in dict.fromkeys(nodes):
        if node not in known:
            is_store = setup.channel_of_store(node) is not None
            hint = "It is a store: name it under stores." if is_store else did_you_mean(node, known)
            yield f"The hierarchy {name!r} has no node {node!r}. {hint}".rstrip()
