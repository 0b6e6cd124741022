"""The program's own failures on one transaction, logged: what failed and where, and nothing of what it worked on."""

import logging
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.staging.staging import internal_error

_LOGGER: Final = logging.getLogger("postering.jobs")


def log_defect(error: Exception, key: TransactionKey) -> None:
    """Log a failure once where it is caught: kind, function, line, and whose transaction it was.

    The error's own text and its trace are left out: they may hold personal data (design §3, rules 5 and 10).
    """
    _LOGGER.error("the program failed on transaction %s: %s", key, internal_error(error, key).found)
