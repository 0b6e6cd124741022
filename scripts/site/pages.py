"""Brings files that lie outside docs/ into the site: MkDocs calls the functions named `on_…` while it builds.

The pages of docs/ are read on a code host too. There a link to a test, an example or the README is a relative path that
leaves docs/. Here each file and folder that is linked so, or named under `repository/` in the navigation of mkdocs.yml,
becomes a page below `repository/`, and the links lead to it. A link to a file that does not exist is left as it is, and
the strict build fails on it.
"""

import re
from collections.abc import Iterable, Iterator
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OUTSIDE = "repository"

# A link's target, or code: nothing in it is a link.
_LINK = re.compile(
    r"(?ms)^(?P<fence>`{3,})[^`].*?^(?P=fence)|`[^`\n]+`|(?P<before>\]\()(?P<to>[^)\s#]+)(?P<after>[^)\n]*\))"
)
_LOADED = re.compile(
    r"<(?:(?:script|img|iframe|source)\b[^>]*?\bsrc|link\b(?![^>]*\bcanonical)[^>]*?\bhref)"
    r"=[\"']?((?:https?:)?//[^\"'\s>]+)"
)
_LANGUAGES = {".py": "python", ".toml": "toml", ".json": "json", ".jsonl": "json", ".yaml": "yaml", ".yml": "yaml"}


def on_config(config: "MkDocsConfig") -> "MkDocsConfig":
    """Lists a folder's pages where the navigation names the folder; makes anchors as code hosts make them."""
    from pymdownx.slugs import slugify

    config.nav = [_expanded(entry) for entry in config.nav or ()]
    config.mdx_configs.setdefault("toc", {})["slugify"] = slugify(case="lower")
    return config


def on_files(files: "Files", config: "MkDocsConfig") -> "Files":
    """Adds the pages of what lies outside docs/ and is linked or in the navigation."""
    from mkdocs.structure.files import File

    for path in pages_outside_docs(_named(config.nav or ())):
        files.append(File.generated(config, site_path(path), content=page_text(path)))
    return files


def on_page_markdown(markdown: str, page: "Page", **_: Any) -> str:
    """Leads the links of a page of docs/ to the pages of the site."""
    source = DOCS / page.file.src_uri
    return markdown if page.file.generated_by else with_site_links(markdown, source.parent, page.file.src_uri)


def on_post_page(output: str, page: "Page", **_: Any) -> str:
    """Refuses a page that would load something from another machine."""
    from mkdocs.exceptions import PluginError

    if found := loaded_from_elsewhere(output):
        raise PluginError(f"{page.file.src_uri} loads from another machine: {', '.join(found)}")
    return output


def pages_outside_docs(named: Iterable[Path]) -> list[Path]:
    """Files and folders of the repository that get a page of their own: `named`, and all that pages link to."""
    pages = sorted(DOCS.rglob("*.md"))
    todo = [*named, *(path for page in pages for path in linked_paths(page))]
    found: dict[Path, None] = {}
    while todo:
        path = todo.pop(0)
        if path in found or path.is_relative_to(DOCS):
            continue
        found[path] = None
        if path.suffix == ".md":
            todo.extend(linked_paths(path))
    return list(found)


def linked_paths(page: Path) -> Iterator[Path]:
    """Files and folders of the repository that a page links to."""
    for link in _LINK.finditer(page.read_text(encoding="utf-8")):
        if link["to"] and (target := _target(link["to"], page.parent)):
            yield target


def site_path(path: Path) -> str:
    """Where a file or folder of the repository stands in the site, as the path of its page's source."""
    if path.is_relative_to(DOCS):
        inside = path.relative_to(DOCS).as_posix()
        return f"{inside}/README.md" if path.is_dir() else inside
    inside = f"{OUTSIDE}/{path.relative_to(ROOT).as_posix()}"
    if path.is_dir():
        return f"{inside}/README.md"
    return inside if path.suffix == ".md" else f"{inside}.md"


def with_site_links(text: str, folder: Path, own: str) -> str:
    """`text`, which lies in `folder`, with its relative links leading from the page `own` to pages of the site."""

    def lead(link: re.Match[str]) -> str:
        target = _target(link["to"], folder) if link["to"] else None
        if target is None:
            return link[0]
        return f"{link['before']}{relpath(site_path(target), PurePosixPath(own).parent)}{link['after']}"

    return _LINK.sub(lead, text)


def page_text(path: Path) -> str:
    """The page of a file or folder that lies outside docs/."""
    if path.suffix == ".md":
        return with_site_links(path.read_text(encoding="utf-8"), path.parent, site_path(path))
    return "\n".join(_listing(path))


def loaded_from_elsewhere(html: str) -> list[str]:
    """Addresses of scripts, styles, pictures and frames that a browser would fetch from another machine."""
    return _LOADED.findall(html)


def _expanded(entry: Any) -> Any:
    """An entry of the navigation, its folders (written with a slash at the end) as the pages in them."""
    if isinstance(entry, dict):
        return {title: _expanded(below) for title, below in entry.items()}
    if isinstance(entry, list):
        return [_expanded(below) for below in entry]
    if not entry.endswith("/"):
        return entry
    pages = sorted((DOCS / entry).glob("*.md"), key=lambda page: (page.name != "README.md", page.name))
    return [page.relative_to(DOCS).as_posix() for page in pages]


def _named(entry: Any) -> Iterator[Path]:
    """Files outside docs/ that the navigation names."""
    if isinstance(entry, str):
        if entry.startswith(f"{OUTSIDE}/"):
            yield ROOT / entry.removeprefix(f"{OUTSIDE}/")
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from _named(below)


def _target(link: str, folder: Path) -> Path | None:
    """The file or folder of the repository that a link leads to; None for an address, and if there is none."""
    target = (folder / link).resolve()
    if ":" in link or not target.exists() or not target.is_relative_to(ROOT):
        return None
    return target / "README.md" if (target / "README.md").is_file() else target


def _listing(path: Path) -> Iterator[str]:
    """The text of a file, or of each file of a folder, as a page; no search finds it."""
    yield "---\nsearch:\n  exclude: true\n---\n"
    yield f"# `{path.relative_to(ROOT).as_posix()}`\n"
    if path.is_file():
        yield from _fenced(path)
        return
    for file in sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts):
        yield f"## `{file.relative_to(path).as_posix()}`\n"
        yield from _fenced(file)


def _fenced(file: Path) -> Iterator[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield f"{file.stat().st_size} bytes, not text.\n"
        return
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", text))])
    yield f"{fence}{_LANGUAGES.get(file.suffix, 'text')}\n{text.rstrip()}\n{fence}\n"
