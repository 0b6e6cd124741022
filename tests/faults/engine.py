"""A DynamoDB engine for the faults: one that runs already, else dynoxide of this machine, else none."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

_ROOT = Path(__file__).parents[2]
_STARTED_WITHIN_SECONDS = 30


def program() -> str | None:
    """Where dynoxide is: named by DYNOXIDE, on the PATH or in node_modules."""
    named = os.environ.get("DYNOXIDE") or shutil.which("dynoxide")
    return named or next((str(path) for path in _ROOT.glob("node_modules/@dynoxide/*/dynoxide")), None)


@contextmanager
def running_engine() -> Iterator[str | None]:
    """The address of an engine that is stopped afterwards; None where none is installed."""
    if address := os.environ.get("POSTERING_TEST_ENGINE"):
        yield address
        return
    found = program()
    if found is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    engine = subprocess.Popen(
        [found, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, engine)
        yield f"http://127.0.0.1:{port}"
    finally:
        engine.terminate()
        engine.wait()


def _wait_for(port: int, engine: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + _STARTED_WITHIN_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert engine.poll() is None, "the engine did not start"
            assert monotonic() < until, "the engine does not answer"
            sleep(0.1)
        else:
            return
