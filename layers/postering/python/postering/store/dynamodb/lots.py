"""Lots of writes that fit one transaction of DynamoDB: 100 operations and 4 MB."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from postering.store.dynamodb.client import OPERATIONS_PER_TRANSACTION

ITEM_OVERHEAD: Final = 2_000
"""Bytes of an item beside its record, at most."""
_BYTES_PER_LOT: Final = 3_500_000

_Write = TypeVar("_Write")


def lots(
    writes: Iterable[_Write], *, operations: Callable[[_Write], int], size: Callable[[_Write], int]
) -> list[list[_Write]]:
    """The writes in their order, in lots that fit a transaction. A write that is too large has its own lot.

    `operations` gives the number of operations of a write, `size` its bytes.
    """
    made: list[list[_Write]] = []
    operations_left = bytes_left = 0
    for write in writes:
        operations_left -= operations(write)
        bytes_left -= size(write)
        if not made or operations_left < 0 or bytes_left < 0:
            made.append([])
            operations_left = OPERATIONS_PER_TRANSACTION - operations(write)
            bytes_left = _BYTES_PER_LOT - size(write)
        made[-1].append(write)
    return made
