"""The kinds of sources: the scheme of a channel database's url says which kind opens it."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from postering.deployment.settings import Settings
from postering.domain.setup.addresses import scheme_of
from postering.domain.setup.setup import ChannelDatabase
from postering.jobs.ports import ChannelSource

OpenSource = Callable[[ChannelDatabase, Path, Settings], ChannelSource]
"""Opens a channel database of the setup; a relative path in its url lies below the deployment's folder."""


def _open_database(line: ChannelDatabase, home: Path, settings: Settings) -> ChannelSource:
    # Loaded when it is used: SQLAlchemy takes its time.
    from postering.channels.databases import databases

    return databases.ChannelDatabase(
        name=line.name, group=line.group, url=line.url, home=home, look_back=settings.look_back_counters
    )


KINDS: Final[Mapping[str, OpenSource]] = {
    **dict.fromkeys(("mariadb", "mssql", "mysql", "oracle", "postgresql", "sqlite"), _open_database),
}
"""The kind of each scheme. Any other scheme, and a secret's name, is a database's."""


def open_source(line: ChannelDatabase, home: Path, settings: Settings) -> ChannelSource:
    """The source that a line of the setup names. It is not reached before a snapshot of it is taken."""
    return KINDS.get(scheme_of(line.url), _open_database)(line, home, settings)


def known_schemes() -> frozenset[str]:
    """The schemes that a setup may use: those of the kinds, and of every SQLAlchemy dialect that is installed."""
    dialects = entry_points(group="sqlalchemy.dialects")
    return frozenset((*KINDS, *(dialect.name.partition(".")[0] for dialect in dialects)))
