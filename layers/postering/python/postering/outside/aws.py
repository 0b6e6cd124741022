"""Clients of AWS services: time-outs, few tries, and what an operator can do about an error."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from postering.domain.errors import PosteringError

SIGN_IN: Final = "sign in again, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, with it, AWS_SESSION_TOKEN"
_EXPIRED: Final = f"the credentials have expired; {SIGN_IN}"
_NOT_VALID: Final = f"the credentials are not valid; {SIGN_IN}"
_CLOCK: Final = "the clock of this machine is wrong; set it, then run it again"
_ADVICE: Final[Mapping[str, str]] = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidAccessKeyId": _NOT_VALID,
    "InvalidClientTokenId": _NOT_VALID,
    "InvalidSignatureException": _NOT_VALID,
    "InvalidToken": _NOT_VALID,
    "SignatureDoesNotMatch": _NOT_VALID,
    "UnrecognizedClientException": _NOT_VALID,
    "RequestExpired": _CLOCK,
    "RequestTimeTooSkewed": _CLOCK,
}
"""What every service answers to a wrong identity, and what to do."""

Unavailable = Callable[[str], PosteringError]
"""Makes the error that the caller raises, of a sentence."""


def aws_client(
    service: str,
    unavailable: Unavailable,
    *,
    connect_seconds: float = 3,
    read_seconds: float = 10,
    tries: int = 3,
    **options: Any,
) -> Any:
    """A client by the environment's region, credentials and AWS_ENDPOINT_URL; it tries again by itself, `tries` in all.

    Raises what `unavailable` makes where the environment names no region, or a profile that is not there.
    """
    config = Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": tries},
        **options,
    )
    try:
        return botocore.session.Session().create_client(service, config=config)
    except (BotoCoreError, ValueError) as wrong:  # a profile that is not there, an endpoint that is no address
        raise unavailable(f"{wrong}; set AWS_DEFAULT_REGION and credentials, or the AWS profile") from wrong


def code_of(error: ClientError) -> str:
    """The code of a refused call; '' where the service gave none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def said(error: ClientError | BotoCoreError) -> str:
    """An error in the service's or the SDK's own words: `AccessDenied: …`, `EndpointConnectionError: …`."""
    if isinstance(error, ClientError):
        return f"{code_of(error)}: {error.response.get('Error', {}).get('Message', '')}"
    return f"{type(error).__name__}: {error}"


def advice(service: str, error: ClientError | BotoCoreError, own: Mapping[str, str], otherwise: str) -> str:
    """What to do about an error: by its code as the service's `own` table says, then as for every service."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return f"there are no credentials; {SIGN_IN}"
    if isinstance(error, BotoCoreError):
        variable = f"AWS_ENDPOINT_URL_{service.upper().replace(' ', '_')}"
        return f"{service} can't be reached; check the network, the region and {variable}, then run it again"
    return own.get(code_of(error)) or _ADVICE.get(code_of(error)) or otherwise
