"""Values of RetailTransactionType that the process treats by name (domain facts of D365 Commerce)."""

from typing import Final

CUSTOMER_PAYMENT: Final = 3
ONLINE_ORDER: Final = 27
ASYNC_QUOTE: Final = 31
ASYNC_ORDER: Final = 33
ASYNC_CANCELLATION: Final = 37

POSTED_TYPES: Final = frozenset({ONLINE_ORDER, ASYNC_QUOTE, ASYNC_ORDER, ASYNC_CANCELLATION})
"""The types that Synchronize orders posts; all others stay staged."""
