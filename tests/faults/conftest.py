"""The deployment that faults are injected into, and the table of what came of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.injecting import COUNT, RUNS, SEED, Ready, ready


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where deployments lie: in memory, where this system has such a folder. What dies here is never the machine."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="faults-", dir=memory if os.access(memory, os.W_OK) else None) as found:
        yield Path(found)


@pytest.fixture(scope="session")
def at(folder: Path) -> Iterator[Ready]:
    """The workload without a fault, ready to be harmed."""
    made = ready(folder / "whole")
    yield made
    made.remove()


def pytest_report_header() -> str:
    """What a failure is repeated with."""
    return f"faults: FAULT_RUNS={RUNS} FAULT_SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where one process ran them all, as `make fault` does: the table."""
    if COUNT.faults:
        terminalreporter.section("faults")
        for line in COUNT.table():
            terminalreporter.write_line(line)
