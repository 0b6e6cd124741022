"""The server of processes that can be killed, as the tests use it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

_ROOT = Path(__file__).parents[2]


class Processes:
    """Begins processes of both jobs on a deployment; one that fails by itself fails the test."""

    def __init__(self) -> None:
        paths = os.pathsep.join([str(_ROOT), str(_ROOT / "layers/postering/python")])
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killable"],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def moments(self, home: Path) -> int:
        """How many moments there are at which a process may be killed."""
        ((_, said),) = self._ask([(home, 0)])
        return int(said)

    def killed(self, home: Path, moments: Sequence[int]) -> int:
        """Processes at once, each killed at its moment where it lives to see it; how many were."""
        return sum(status != 0 for status, _ in self._ask([(home, moment) for moment in moments]))

    def at_once(self, home: Path, number: int) -> None:
        """So many processes at once, to their end."""
        self._ask([(home, -1)] * number)

    def close(self) -> None:
        """End the server."""
        self._server.communicate()
        assert self._server.returncode == 0

    def _ask(self, orders: Sequence[tuple[Path, int]]) -> list[tuple[int, str]]:
        asked, answer = cast(IO[str], self._server.stdin), cast(IO[str], self._server.stdout)
        asked.write(json.dumps([(str(home), moment) for home, moment in orders]) + "\n")
        asked.flush()
        answers: list[tuple[int, str]] = json.loads(answer.readline())
        for status, said in answers:
            assert status in {0, -signal.SIGKILL}, said
        return answers
