"""Posts business events to a web address: one POST per batch, with the events in order as a JSON array."""

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
    """Follows no redirection: urllib would send GET, and an answer to GET does not mean that the batch was taken."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        """Return None: no redirection is followed."""


_OPENER: Final = urllib.request.build_opener(_Unmoved)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An http or https address that answers with 2xx when it has taken a batch, within `timeout_seconds`."""

    url: str
    timeout_seconds: float = 10.0

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Post the events, at most 100 per batch. Raises `ReceiverUnavailable` if the answer is missing or not 2xx."""
        for some in batched(events, _AT_ONCE):
            self._post(some)

    def _post(self, events: Sequence[BusinessEvent]) -> None:
        body = json.dumps([event.as_json() for event in events], ensure_ascii=False).encode("utf-8")
        headers = {"Content-Type": "application/json", "User-Agent": "postering"}
        # The settings allow only http and https.
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
        """The address without the parts that may be secret: user, path and query."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.split('/')[0].rpartition('@')[2]}"
