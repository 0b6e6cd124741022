"""docs/entities.md says what the entities' definitions say."""

import importlib.machinery
import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_made_from_the_definitions() -> None:
    loader = importlib.machinery.SourceFileLoader("entities_doc", str(ROOT / "scripts" / "entities-doc"))
    spec = importlib.util.spec_from_loader("entities_doc", loader)
    assert spec is not None
    script = importlib.util.module_from_spec(spec)
    loader.exec_module(script)

    page = (ROOT / "docs" / "entities.md").read_text(encoding="utf-8")

    assert page == script.document(), "run `make docs`"
    assert page.count("\n| `") == 469
