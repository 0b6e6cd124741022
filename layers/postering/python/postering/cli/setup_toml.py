"""A setup document as TOML: what `setup show` prints can be saved and applied again."""

import json
from collections.abc import Iterator, Mapping

_INLINE = ("number_sequence", "open_periods")


def setup_toml(document: Mapping[str, object]) -> str:
    """The text of a document as `write_setup` makes it: a block for each line of the setup."""
    return "\n\n".join("\n".join(block) for block in _blocks(document, ""))


def _blocks(document: Mapping[str, object], above: str) -> Iterator[list[str]]:
    for section, rows in document.items():
        if not _is_section(section, rows):
            continue
        assert isinstance(rows, list)
        for row in rows:
            yield [
                f"[[{above}{section}]]",
                *(f"{key} = {_value(value)}" for key, value in row.items() if not _is_section(key, value)),
            ]
            yield from _blocks(row, f"{above}{section}.")


def _is_section(key: str, value: object) -> bool:
    return key not in _INLINE and isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(part)}' for key, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # JSON's texts, whole numbers and booleans are TOML's, but for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
