"""Log entries for the program's own failures on one transaction: kind and place, no data."""

import logging
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.staging.staging import internal_error

_LOGGER: Final = logging.getLogger("postering.jobs")


def log_defect(error: Exception, key: TransactionKey) -> None:
    """Log a failure when it is caught: its kind, function and line, and the transaction's key.

    The error's text and trace are left out, because they may hold personal data.
    """
    _LOGGER.error("the program failed on transaction %s: %s", key, internal_error(error, key).found)
