"""Processes of their own that run both jobs over deployments: to the end, or until they kill themselves at some moment.

    python -m tests.faults.killable      reads lines of orders from standard input, answers each with a line

It imports once and forks each process, so that a death costs milliseconds. A line is a JSON list of [HOME, MOMENT]: so
many processes begin at once; the answer is a list of [STATUS, WHAT IT SAID], status −9 where it was killed.

A moment is a number of calls from Python into C: statements, commits, writes, links, fsyncs, requests and all between
them are moments, so that the same number dies at the same place. At moment 0 the process says how many there are; at
−1 it does not even count.
"""

import json
import os
import signal
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import IO

from tests.faults.world import opened


def run(home: Path, moment: int) -> int:
    """Both jobs, twice: the second run takes up what the first may have overtaken; the moments that there were."""
    moments = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal moments
        if event == "c_call":
            moments += 1
            if moments == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    with opened(home, name=f"process-{os.getpid()}") as world:
        if moment >= 0:
            sys.setprofile(count)
        world.both_jobs()
        world.both_jobs()
        sys.setprofile(None)
    return moments


def forked(home: Path, moment: int, said: IO[str]) -> int:
    """A process of its own; its id. What it says is its moments, or why it failed."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        said.write(str(run(home, moment)))
        status = 0
    except BaseException:
        sys.setprofile(None)
        traceback.print_exc(file=said)
    finally:
        said.flush()
        os._exit(status)


def answered(orders: list[tuple[str, int]]) -> list[tuple[int, str]]:
    """All of them at once."""
    with ExitStack() as files:
        said = [files.enter_context(TemporaryFile("w+")) for _ in orders]
        children = [forked(Path(home), moment, out) for (home, moment), out in zip(orders, said, strict=True)]
        answers = []
        for child, out in zip(children, said, strict=True):
            _, status = os.waitpid(child, 0)
            out.seek(0)
            answers.append((os.waitstatus_to_exitcode(status), out.read()))
        return answers


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answered(json.loads(line))), flush=True)
