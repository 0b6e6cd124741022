"""docs/orders.md says of each field what docs/fields.toml says."""

import importlib.machinery
import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_has_the_answer_of_every_field() -> None:
    loader = importlib.machinery.SourceFileLoader("fields_doc", str(ROOT / "scripts" / "fields-doc"))
    spec = importlib.util.spec_from_loader("fields_doc", loader)
    assert spec is not None
    script = importlib.util.module_from_spec(spec)
    loader.exec_module(script)

    page = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")

    assert page == script.page(page), "run `make docs`"
    section = page.partition(script.BEGIN)[2].partition(script.END)[0]
    assert section.count("\n| `") == 469
