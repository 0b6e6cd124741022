"""Files that appear as a whole and durable, or not at all; a run that is killed leaves nothing under their name."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

_Result = TypeVar("_Result")


def write_whole(path: Path, fill: Callable[[BinaryIO], _Result], *, over: bool = False) -> _Result:
    """Let `fill` write the file `path`, open for reading too; gives what `fill` gave.

    It is written beside its place under a name that ends with `.part`. Raises `FileExistsError` where `path` is there
    already, or comes meanwhile, unless it may be written `over`.
    """
    if not over and (path.exists() or path.is_symlink()):
        raise FileExistsError(path)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x+b") as stream:
            result = fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if over:
            part.replace(path)
        else:
            _publish(part, path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return result


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(part: Path, path: Path) -> None:
    """Give the file its own name, without writing over what another process put there meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)
