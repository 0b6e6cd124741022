"""The documentation site: its navigation, and the files outside docs/ that it brings in (`make check` builds it)."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def hook() -> Any:
    spec = importlib.util.spec_from_file_location("pages", ROOT / CONFIG["hooks"][0])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = hook()


def names(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from names(below)


def paths(name: str) -> list[Path]:
    """The files that a name of the navigation stands for."""
    if name.startswith("repository/"):
        return [ROOT / name.removeprefix("repository/")]
    return sorted((DOCS / name).glob("*.md")) if name.endswith("/") else [DOCS / name]


def test_the_navigation_names_every_page_of_docs_once() -> None:
    named = [path for name in names(CONFIG["nav"]) for path in paths(name)]

    assert sorted(path for path in named if path.is_relative_to(DOCS)) == sorted(DOCS.rglob("*.md"))
    assert [path for path in named if not path.is_file()] == []


def test_the_navigation_has_a_tab_for_each_reader() -> None:
    assert [next(iter(entry)) for entry in CONFIG["nav"]] == ["Start", "Operator", "Integrator", "AWS", "Contributor"]


def test_the_first_page_links_to_every_page_beside_it_and_to_the_index_of_decisions() -> None:
    linked = set(PAGES.linked_paths(DOCS / "README.md"))

    assert ({*DOCS.glob("*.md"), *DOCS.glob("*/README.md")} - {DOCS / "README.md"}) - linked == set()


def test_a_build_is_strict_about_pages_links_and_anchors() -> None:
    assert CONFIG["strict"] is True
    assert {rule for rules in CONFIG["validation"].values() for rule in rules.values()} == {"warn"}
    assert set(CONFIG["validation"]["links"]) == {"not_found", "anchors", "absolute_links", "unrecognized_links"}


def test_make_check_builds_the_site() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    check = next(line for line in makefile.splitlines() if line.startswith("check:"))

    assert "site" in check.partition("##")[0].split()


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("[a](../tests/project/test_site.py)", "[a](repository/tests/project/test_site.py.md)"),
        ("[a](../tests/project/test_site.py#names)", "[a](repository/tests/project/test_site.py.md#names)"),
        ("[a](../README.md)", "[a](repository/README.md)"),
        ("[a](../tests/project)", "[a](repository/tests/project/README.md)"),
        ("[a](decisions)", "[a](decisions/README.md)"),
        ("[a](settings.md#where-things-are)", "[a](settings.md#where-things-are)"),
        ("[a](#here) and `[a](../README.md)`", "[a](#here) and `[a](../README.md)`"),
        ("[a](../no-such-file.md)", "[a](../no-such-file.md)"),
        ("[a](https://example.com/README.md)", "[a](https://example.com/README.md)"),
        ("[a](../../outside-of-the-repository)", "[a](../../outside-of-the-repository)"),
    ],
)
def test_a_link_of_a_page_leads_to_a_page_of_the_site(link: str, leads_to: str) -> None:
    assert PAGES.with_site_links(link, DOCS, "page.md") == leads_to


def test_a_link_of_a_page_outside_docs_leads_to_a_page_of_the_site() -> None:
    text = "[a](docs/settings.md) [b](CHANGELOG.md)\n\n```\n[c](CHANGELOG.md)\n```\n"

    assert PAGES.with_site_links(text, ROOT, "repository/README.md") == (
        "[a](../settings.md) [b](CHANGELOG.md)\n\n```\n[c](CHANGELOG.md)\n```\n"
    )


def test_pages_outside_docs_are_found_over_links_of_pages_outside_docs() -> None:
    found = PAGES.pages_outside_docs([ROOT / "README.md"])

    assert {ROOT / "README.md", ROOT / "NOTICE", ROOT / "tests/orders/test_kinds.py"} <= set(found)
    assert [path for path in found if path.is_relative_to(DOCS)] == []


def test_a_page_of_a_file_shows_the_whole_file_and_is_not_searched() -> None:
    page = PAGES.page_text(ROOT / "NOTICE")

    assert page.startswith("---\nsearch:\n  exclude: true\n---\n\n# `NOTICE`\n")
    assert (ROOT / "NOTICE").read_text(encoding="utf-8").rstrip() in page


def test_a_page_of_a_folder_shows_each_of_its_files() -> None:
    folder = ROOT / "tests/examples/orders/online-order"
    page = PAGES.page_text(folder)

    assert [file.name for file in folder.iterdir() if f"\n## `{file.name}`\n" not in page] == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<script src="https://example.com/a.js"></script>', ["https://example.com/a.js"]),
        ('<link rel="stylesheet" href="//example.com/a.css">', ["//example.com/a.css"]),
        ("<img alt=picture src='http://example.com/a.png'>", ["http://example.com/a.png"]),
        ('<script src="assets/a.js"></script> <a href="https://example.com">', []),
        ('<link href="https://example.com/a.html" rel="canonical">', []),
    ],
)
def test_what_a_browser_would_fetch_from_another_machine_is_found(html: str, found: list[str]) -> None:
    assert PAGES.loaded_from_elsewhere(html) == found
