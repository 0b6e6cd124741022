"""Facts of a setup: the name and the text of each thing that a verdict can depend on.

A problem names the facts that it was found by (`Problem.depends_on`); when one of them changes, its
transaction is tried again.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from postering.domain.money import plain


def fact_name(*parts: str | int) -> str:
    """The name of a fact, its parts escaped: `charge_codes/USRT/A%2FB` for the charge code A/B."""
    return "/".join(str(part).replace("%", "%25").replace("/", "%2F") for part in parts)


def text_of(value: object) -> str:
    """A text that is the same for equal values only; the order of a tuple does not count."""
    if is_dataclass(value):
        return ", ".join(f"{field.name}: {text_of(getattr(value, field.name))}" for field in fields(value))
    if isinstance(value, tuple):
        return f"[{'; '.join(sorted(text_of(part) for part in value))}]"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)  # texts, integers, booleans, None
