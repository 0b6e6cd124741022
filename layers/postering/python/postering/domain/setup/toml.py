"""A setup as TOML: a block for each of its lines, so that the lines of a repair can be pasted below or into them."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

_INLINE: Final = ("open_periods",)
"""Lists of tables that stay in a line of their table, as an operator writes them."""


def setup_toml(document: Mapping[str, object]) -> str:
    """The text of a document as `write_setup` makes it."""
    return "\n\n".join("\n".join(block) for block in _blocks(document, ""))


def toml_line(key: str, value: object) -> str:
    """One line: `key = value`."""
    return f"{key} = {toml_value(value)}"


def toml_value(value: object) -> str:
    """`value` in one line: a text, a whole number, a boolean, or a list or table of these."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(toml_line(key, part) for key, part in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    # JSON and TOML write the others alike, except for one control character that JSON does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _blocks(document: Mapping[str, object], above: str) -> Iterator[list[str]]:
    for section, rows in document.items():
        for row in _tables(section, rows):
            yield [
                f"[[{above}{section}]]",
                *(toml_line(key, value) for key, value in row.items() if not _tables(key, value)),
            ]
            yield from _blocks(row, f"{above}{section}.")


def _tables(key: str, value: object) -> list[Mapping[str, object]]:
    """The entries of a list of tables; none if `value` is not one, or stays in one line."""
    if key in _INLINE or not isinstance(value, list):
        return []
    return value if all(isinstance(row, dict) for row in value) else []
