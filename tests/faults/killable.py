"""A process of its own that runs both jobs over a deployment: to its end, or until it kills itself at some moment.

    python -m tests.faults.killable HOME [MOMENT]

A moment is a number of calls from Python into C: statements, commits, writes, links, fsyncs and all between them are
moments, so that the same number dies at the same place. Without one, the last line printed says how many there are.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from tests.faults.world import MANY_DEATHS, opened


def main(home: Path, moment: int) -> None:
    """Run both jobs, twice: the second run takes up what the first may have overtaken."""
    moments = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal moments
        if event == "c_call":
            moments += 1
            if moments == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    with opened(home, limits=MANY_DEATHS, name=f"process-{os.getpid()}") as world:
        if moment >= 0:
            sys.setprofile(count)
        world.both_jobs()
        world.both_jobs()
        sys.setprofile(None)
    print(moments)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
