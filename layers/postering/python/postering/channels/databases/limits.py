"""How far a channel database is read again; a setting of the environment."""

from typing import Final

LOOK_BACK_COUNTERS: Final = 1_000
"""Replication counters below the highest that was received."""
