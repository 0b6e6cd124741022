"""Limits of an upload package: a larger one is refused."""

from dataclasses import dataclass
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLimits:
    """Sizes are in bytes. `max_ratio` is the ratio of unpacked to packed size, measured while a file is unpacked."""

    max_ratio: int = 200
    ratio_applies_above_bytes: int = MIB
    max_unpacked_bytes: int = 2048 * MIB
    max_line_bytes: int = 16 * MIB
    max_rows: int = 10_000_000
    max_json_depth: int = 64
    max_members: int = 64
    max_manifest_bytes: int = MIB


DEFAULT_LIMITS: Final = PackageLimits()
"""The limits, if the settings give no others."""
