"""A source of each kind, and a deployment whose setup names it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from postering.deployment import sources
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.domain.setup.setup import ChannelDatabase
from postering.domain.setup.setup_file import write_setup
from postering.operations.setups import apply_setup
from tests.channels.sources.kinds import FOLDER, KINDS, Kind, Source, open_folder
from tests.domain.transactions_examples import a_setup


@pytest.fixture(params=KINDS, ids=[kind.scheme for kind in KINDS])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """One kind of source. This line is all that a deployment must know of a new one."""
    monkeypatch.setattr(sources, "KINDS", {**sources.KINDS, FOLDER.scheme: open_folder})
    assert isinstance(request.param, Kind)
    return request.param


@pytest.fixture
def source(kind: Kind, tmp_path: Path) -> Source:
    """An empty source."""
    made = Source(kind, tmp_path)
    made.make()
    return made


@pytest.fixture
def at(source: Source) -> Iterator[Deployment]:
    """A local deployment whose one channel database is the source."""
    line = ChannelDatabase(name="houston", group="Default", url=source.kind.url)
    setup = replace(a_setup(), channel_databases=(line,))
    with deployment(Settings(home=source.home)) as opened:
        apply_setup(opened, json.dumps(write_setup(setup)).encode(), "setup.json")
        yield opened
