"""Business events to a web address: one POST for each batch, a JSON array in order."""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from postering.domain.errors import ReceiverUnavailable
from postering.domain.lists import batched
from postering.domain.staging.business_events import BusinessEvent

_AT_ONCE: Final = 100


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it would ask with GET, and an answer to that is no taking of what was posted."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        """Nowhere."""


_OPENER: Final = urllib.request.build_opener(_Unmoved)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An http or https address that answers with 2xx when it has taken a batch, within `timeout_seconds`."""

    url: str
    timeout_seconds: float = 10.0

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Post them, at most 100 at a time. Raises `ReceiverUnavailable` for any other answer, or none."""
        for some in batched(events, _AT_ONCE):
            self._post(some)

    def _post(self, events: Sequence[BusinessEvent]) -> None:
        body = json.dumps([event.as_json() for event in events], ensure_ascii=False).encode("utf-8")
        headers = {"Content-Type": "application/json", "User-Agent": "postering"}
        # The settings let nothing but http and https through.
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with _OPENER.open(request, timeout=self.timeout_seconds) as answer:
                if not 200 <= answer.status < 300:
                    raise ReceiverUnavailable(f"{self.place} answered {answer.status}")
        except urllib.error.HTTPError as error:
            error.close()
            raise ReceiverUnavailable(f"{self.place} answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise ReceiverUnavailable(f"{self.place} does not answer: {type(error).__name__}") from error

    @property
    def place(self) -> str:
        """The address without what may be secret in it: user, path and query."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.split('/')[0].rpartition('@')[2]}"
