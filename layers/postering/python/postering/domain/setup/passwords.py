"""Passwords in the addresses of channel databases: never shown, and kept if a shown address is applied again."""

import re
from collections.abc import Mapping
from typing import Final

MASK: Final = "***"

# user:PASSWORD@host, up to the last @ before the path; and options that carry a secret.
_PASSWORD: Final = re.compile(
    r"(://[^/?#@:]*:)[^/?#]*(?=@)|([?&;][^=&;]*(?:password|pwd|passwd|secret|token)=)[^&;]+", re.IGNORECASE
)


def masked_url(url: str) -> str:
    """`url` with every password in it as `***`; a secret's name and an address without one come back as they are."""
    return _PASSWORD.sub(lambda found: (found[1] or found[2]) + MASK, url)


def masked_document(document: Mapping[str, object]) -> dict[str, object]:
    """A setup's document (`write_setup`) as it may be shown."""
    return {key: _masked(part) if key == "channel_databases" else part for key, part in document.items()}


def with_kept_passwords(document: Mapping[str, object], active: Mapping[str, object]) -> dict[str, object]:
    """`document` with the addresses of `active` in place of the masked ones that `setup show` prints.

    A masked address that the active setup does not have comes back as it is: `read_setup` refuses it.
    """
    lines = document.get("channel_databases")
    if not isinstance(lines, list):
        return dict(document)
    kept = {line["name"]: str(line["url"]) for line in _lines(active.get("channel_databases", []))}
    given = [_kept(line, kept) if isinstance(line, Mapping) else line for line in lines]
    return {**document, "channel_databases": given}


def _kept(line: Mapping[str, object], kept: Mapping[object, str]) -> Mapping[str, object]:
    name, url = line.get("name"), line.get("url")
    before = kept.get(name, "") if isinstance(name, str) else ""
    return {**line, "url": before} if before and url == masked_url(before) else line


def _lines(lines: object) -> list[Mapping[str, object]]:
    assert isinstance(lines, list)
    return lines


def _masked(lines: object) -> object:
    return [{**line, "url": masked_url(str(line["url"]))} for line in _lines(lines)]
