"""The scheme of a channel database's url: it says which kind of source the channel database is."""

import re
from collections.abc import Collection, Iterable
from typing import Final

from postering.domain.near_names import did_you_mean
from postering.domain.setup.table_readers import Line

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:[+.-][A-Za-z0-9+.-]*)?:")
_SECRET: Final = "arn"


def scheme_of(url: str) -> str:
    """`postgresql` of `postgresql+psycopg://host/shop`; '' of the name of a secret, which has none."""
    found = _SCHEME.match(url)
    return found[1] if found and found[1] != _SECRET else ""


def check_schemes(databases: Iterable[Line], known: Collection[str]) -> None:
    """Report every channel database whose url is of no known kind. The url is not shown: it may hold a password."""
    for database in databases:
        scheme = scheme_of(database.get("url")) if database.has("url") else ""
        if scheme and scheme not in known:
            expected = f"a url that begins with one of {', '.join(sorted(known))}"
            hint = did_you_mean(scheme, known) or "Write the url of a known kind, or the name of a secret."
            database.place.key("url").report(expected, f"{scheme}:", hint)
