"""The plan of a running `postering schedule`: a file in POSTERING_HOME with the next run of each job.

The schedule writes it whenever the plan changes and removes it at the end. If a killed process left its plan, the
plan is ignored, because its process no longer runs.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from postering.outside.files import write_whole

PLAN: Final = "schedule.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPlan:
    """The schedule that runs as `process`: the minutes and the next run of each job. An ended job has no next run."""

    process: int
    minutes: Mapping[str, int]
    next: Mapping[str, datetime]


def write_plan(home: Path, plan: LocalPlan) -> None:
    """Write the plan whole, in place of the one before."""
    content = {
        "process": plan.process,
        "jobs": {
            job: {"minutes": minutes, "next": plan.next[job].isoformat() if job in plan.next else None}
            for job, minutes in plan.minutes.items()
        },
    }
    text = json.dumps(content, indent=2) + "\n"
    write_whole(home / PLAN, lambda stream: stream.write(text.encode("utf-8")), over=True)


def read_plan(home: Path) -> LocalPlan | None:
    """The plan of the schedule that runs; None if no schedule runs or the file can't be read."""
    try:
        content = json.loads((home / PLAN).read_text(encoding="utf-8"))
        plan = LocalPlan(
            process=int(content["process"]),
            minutes={job: int(one["minutes"]) for job, one in content["jobs"].items()},
            next={job: datetime.fromisoformat(one["next"]) for job, one in content["jobs"].items() if one["next"]},
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return plan if _runs(plan.process) else None


def remove_plan(home: Path, process: int) -> None:
    """Remove the plan that `process` wrote; the plan of another running process stays."""
    plan = read_plan(home)
    if plan is None or plan.process == process:
        with suppress(FileNotFoundError):
            (home / PLAN).unlink()


def _runs(process: int) -> bool:
    """Whether a process with this number runs on this machine. Only POSIX can be asked without harm."""
    if os.name != "posix" or process <= 0:
        return process > 0
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
