"""docs/export.md has the columns that are written, and every kind, format and member of a receipt."""

import importlib.machinery
import importlib.util
from pathlib import Path

from postering.domain.exports.catalogue import SHEETS
from postering.operations.exporting.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_has_the_columns_as_they_are_defined() -> None:
    loader = importlib.machinery.SourceFileLoader("export_doc", str(ROOT / "scripts" / "export-doc"))
    spec = importlib.util.spec_from_loader("export_doc", loader)
    assert spec is not None
    script = importlib.util.module_from_spec(spec)
    loader.exec_module(script)

    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")

    assert page == script.page(page), "run `make docs`"
    section = page.partition(script.BEGIN)[2].partition(script.END)[0]
    assert section.count("\n| `") == sum(len(sheet.columns) for sheet in SHEETS.values())


def test_the_page_names_every_kind_and_format() -> None:
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")

    assert [name for name in (*SHEETS, *FORMATS) if name not in page] == []
