"""TOML and JSON are parsed exactly, and a fault of syntax has its line and column."""

import pytest

from postering.domain.setup.setup_file import SetupError, parse_setup_text
from tests.domain.setup.setup_documents import EXAMPLE


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        (b"[[companies]]\nid = USRT\n", "s.toml", "s.toml, line 2, column 6"),
        (b"[[companies]]\nid = ", "s.toml", "s.toml, line 2, column 6"),
        (b"[[companies]]\nid = 'a'\nid = 'b'\n", "s.toml", "s.toml, line 3, column 9"),
        (b'{"companies": [\n  {"id": }]}', "s.json", "s.json, line 2, column 10"),
        (b'{"companies": []', "setup", "setup, line 1, column 17"),
        (b"# \xc3\xb8\nid = '\xff'", "s.toml", "s.toml, line 2, column 7"),
    ],
)
def test_a_fault_of_syntax_has_line_and_column(text: bytes, name: str, place: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_setup_text(text, name)

    assert refused.value.problems[0].place == place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"", "s.toml"),
        (b"# nothing\n", "s.toml"),
        (b"{}", "s.json"),
        (b"[]", "s.json"),
        (b'{"a": NaN}', "s.json"),
        (b'{"a": -Infinity}', "s.json"),
        (b"[" * 100_000, "s.json"),
        (b"a = " + b"[" * 100_000, "s.toml"),
        (b'{"a": ' + b"9" * 5000 + b"}", "s.json"),
        (b"a = " + b"9" * 5000, "s.toml"),
    ],
)
def test_what_is_no_setup_at_all_is_refused(text: bytes, name: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_setup_text(text, name)

    assert refused.value.problems[0].place.startswith(name)
    assert len(str(refused.value)) < 500


def test_a_key_twice_in_json_is_named_with_its_place() -> None:
    text = b'{"companies": [{"id": "A"}, {"id": "A", "currency": "USD", "id": "B"}], "companies": []}'

    with pytest.raises(SetupError) as refused:
        parse_setup_text(text, "s.json")

    assert [problem.place for problem in refused.value.problems] == ["companies"]
    inner = text.replace(b', "companies": []', b"")
    with pytest.raises(SetupError) as refused:
        parse_setup_text(inner, "s.json")
    assert [problem.place for problem in refused.value.problems] == ["companies[1].id"]


def test_numbers_of_json_stay_exact() -> None:
    parsed = parse_setup_text(b'{"a": 0.10, "b": 12345678901234567890.123456789012345678}', "s.json")

    assert [str(parsed["a"]), str(parsed["b"])] == ["0.10", "12345678901234567890.123456789012345678"]


@pytest.mark.parametrize("name", ["setup", "setup.txt", "SETUP.TOML", "-"])
def test_toml_is_known_by_suffix_or_content(name: str) -> None:
    assert parse_setup_text(b"\xef\xbb\xbf" + EXAMPLE, name) == parse_setup_text(EXAMPLE, "s.toml")


@pytest.mark.parametrize("name", ["setup", "setup.txt", "SETUP.JSON", "-"])
def test_json_is_known_by_suffix_or_content(name: str) -> None:
    assert parse_setup_text(b' \n{"companies": []}', name) == {"companies": []}
