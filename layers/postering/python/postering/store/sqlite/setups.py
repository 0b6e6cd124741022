"""The setup by version on SQLite."""

import json
from collections.abc import Sequence
from datetime import datetime

from postering.domain.setup.setup import ActiveSetup, Setup, SetupVersion
from postering.domain.setup.setup_file import read_setup, write_setup
from postering.store.sqlite.part import Part


class Setups(Part):
    """`jobs.ports.SetupStore`."""

    def setup(self) -> ActiveSetup:
        """The active setup; in a new deployment version 0, which is empty."""
        row = self._connection.row("SELECT version, setup FROM setups ORDER BY version DESC LIMIT 1")
        if row is None:
            return ActiveSetup(version=0, setup=Setup())
        return ActiveSetup(version=row[0], setup=read_setup(json.loads(row[1])))

    def setup_at(self, version: int) -> Setup:
        """The setup of `version`; version 0 is empty."""
        row = self._connection.row("SELECT setup FROM setups WHERE version = ?", (version,))
        return read_setup(json.loads(row[0])) if row is not None else Setup()

    def setup_versions(self) -> Sequence[SetupVersion]:
        """Every applied version, oldest first."""
        rows = self._connection.rows("SELECT version, at, by FROM setups ORDER BY version")
        return [SetupVersion(version=version, at=datetime.fromisoformat(at), by=by) for version, at, by in rows]

    def apply_setup(self, setup: Setup, expected_version: int, at: datetime, by: str) -> bool:
        """Make `setup` the active one, as the next version. Returns False if another write was first."""
        with self._connection.writing() as connection:
            latest = connection.row("SELECT coalesce(max(version), 0) FROM setups")
            if latest is None or latest[0] != expected_version:
                return False
            connection.change(
                "INSERT INTO setups (version, at, by, setup) VALUES (?, ?, ?, ?)",
                (expected_version + 1, at.isoformat(), by, json.dumps(write_setup(setup))),
            )
            return True
