"""The range of a channel database that is read again; a setting of the environment."""

from typing import Final

LOOK_BACK_COUNTERS: Final = 1_000
"""Replication counters below the highest that was received."""
