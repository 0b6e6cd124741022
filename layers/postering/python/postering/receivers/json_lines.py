"""Writes business events to a file, one JSON object per line. They count as sent once they are on the disk."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from postering.domain.errors import ReceiverUnavailable
from postering.domain.staging.business_events import BusinessEvent


@dataclass(frozen=True, slots=True)
class EventFile:
    """A JSON Lines file that grows. Each call writes its lines at once, so that two processes never mix their lines."""

    path: Path

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Append the events. Raises `ReceiverUnavailable` if the file can't be written."""
        lines = "".join(json.dumps(event.as_json(), ensure_ascii=False) + "\n" for event in events)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                self._write(handle, lines.encode("utf-8"))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise ReceiverUnavailable(f"{self.path} can't be written: {error.strerror or error}") from error

    @staticmethod
    def _write(handle: int, content: bytes) -> None:
        while content:
            content = content[os.write(handle, content) :]
