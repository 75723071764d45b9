"""The pane's style sheet, joined of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop.checkout import ROOT
from workshop.stylesheet import Unjoined, joined


def test_the_files_stand_in_the_place_of_their_imports(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "one.css").write_text("a { color: red; }\n", "utf-8")
    (tmp_path / "css" / "two.css").write_text("b { color: blue; }\n", "utf-8")
    sheet = tmp_path / "pane.css"
    sheet.write_text('/* All. */\n@import "css/two.css";\n@import "css/one.css";\n', "utf-8")
    assert joined(sheet) == "/* All. */\nb { color: blue; }\na { color: red; }\n"


@pytest.mark.parametrize(
    "imported", ["", '@import "css/one.css";\n@import "css/one.css";\n', '@import "css/gone.css";\n']
)
def test_each_file_is_imported_once(tmp_path: Path, imported: str) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "one.css").write_text("", "utf-8")
    (tmp_path / "pane.css").write_text(imported, "utf-8")
    with pytest.raises(Unjoined, match=r"css/(one|gone)\.css"):
        joined(tmp_path / "pane.css")


def test_nothing_is_left_to_be_fetched() -> None:
    assert "@import" not in joined(ROOT / "pane" / "pane.css")
