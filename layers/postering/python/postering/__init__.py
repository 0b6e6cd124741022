"""Postering: posting of online sales and payments, from the channel to orders and a payment journal.

Rooms, arrows inwards: ``cli > operations > deployment > (jobs | channels | store | receivers) > domain``. For programs:
``postering.open_books`` and the names of ``postering.api``, which are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from postering.api import (
        AppliedSetup,
        Books,
        CreatedPackage,
        JobRefused,
        PJobReport,
        PosteringError,
        Reconciliation,
        SetupError,
        SyncOrdersReport,
        open_books,
    )

__all__ = [
    "AppliedSetup",
    "Books",
    "CreatedPackage",
    "JobRefused",
    "PJobReport",
    "PosteringError",
    "Reconciliation",
    "SetupError",
    "SyncOrdersReport",
    "open_books",
]


def __getattr__(name: str) -> Any:
    """A name of the API, loaded at its first use: the command and the functions start without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from postering import api

    return getattr(api, name)
