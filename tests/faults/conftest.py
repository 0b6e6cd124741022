"""The deployment that faults are injected into, and the table of what came of them."""

import pytest

from tests.faults.injecting import COUNT, RUNS, SEED, Ready, ready


@pytest.fixture(scope="session")
def at(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """The workload without a fault, ready to be harmed."""
    return ready(tmp_path_factory.mktemp("faults"))


def pytest_report_header() -> str:
    """What a failure is repeated with."""
    return f"faults: FAULT_RUNS={RUNS} FAULT_SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where one process ran them all, as `make fault` does: the table."""
    if COUNT.faults:
        terminalreporter.section("faults")
        for line in COUNT.table():
            terminalreporter.write_line(line)
