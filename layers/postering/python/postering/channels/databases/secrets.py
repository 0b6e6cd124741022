"""Addresses of channel databases that are secrets in AWS, so that the setup of a stack holds no passwords."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from postering.domain.errors import ChannelDatabaseUnavailable
from postering.outside.aws import advice, aws_client, code_of

_SERVICE: Final = "Secrets Manager"
_KEY: Final = "url"
_ADVICE: Final[Mapping[str, str]] = {
    "ResourceNotFoundException": "there is no such secret; make it, or correct the url in the setup",
    "AccessDeniedException": "the P-job may not read it; its name must begin with the stack's and /channels/, "
    "and a key of your own must let the P-job's role decrypt",
    "DecryptionFailure": "it can't be decrypted; let the P-job's role use its key",
    "InvalidRequestException": "it can't be read now; if it was deleted, restore it",
}


def secrets_client() -> Any:
    """A client of AWS Secrets Manager by the environment's region and credentials."""
    return aws_client(
        "secretsmanager", lambda why: ChannelDatabaseUnavailable(f"AWS Secrets Manager can't be used: {why}"), tries=4
    )


def secret_url(client: Callable[[], Any], database: str, name: str) -> str:
    """The SQLAlchemy URL in the secret `name`: its whole text, or `url` of a JSON object.

    `client` makes a client of AWS Secrets Manager. Raises `ChannelDatabaseUnavailable`, which never shows the
    content of a secret.
    """
    place = f"channel database {database}: secret {name}"
    try:
        text = client().get_secret_value(SecretId=name).get("SecretString", "").strip()
    except ChannelDatabaseUnavailable as error:
        raise ChannelDatabaseUnavailable(f"{place}: {error}") from error
    except ClientError as error:
        to_do = advice(_SERVICE, error, _ADVICE, "it could not be read; run the job again")
        raise ChannelDatabaseUnavailable(f"{place}: {to_do} ({code_of(error)})") from error
    except BotoCoreError as error:
        to_do = advice(_SERVICE, error, _ADVICE, "")
        raise ChannelDatabaseUnavailable(f"{place}: {to_do} ({type(error).__name__})") from error
    url = _url_of(text)
    if not url:
        raise ChannelDatabaseUnavailable(
            f"{place}: it holds no address; put an SQLAlchemy URL into it, such as "
            'postgresql+psycopg://reader:…@host/database, or {"url": "…"}'
        )
    return url


def _url_of(text: str) -> str:
    if not text.startswith("{"):
        return text if "://" in text else ""
    try:
        url = json.loads(text).get(_KEY, "")
    except ValueError:
        return ""
    return url if isinstance(url, str) and "://" in url else ""
