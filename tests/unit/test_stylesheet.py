"""The pane's style sheet, joined of its files."""

from __future__ import annotations

import re
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


def test_colours_are_named_once_and_used_by_their_names() -> None:
    """A theme is one set of values: whatever is coloured follows it."""
    folder = ROOT / "pane" / "css"
    theme = (folder / "theme.css").read_text("utf-8")
    rest = "".join(file.read_text("utf-8") for file in folder.glob("*.css") if file.name != "theme.css")
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl|\boklch", rest) == []
    here = set(re.findall(r"^\s*(--[\w-]+):", rest, re.MULTILINE)) - set(looked_for())
    named = set(re.findall(r"^\s*(--[\w-]+):", theme, re.MULTILINE))
    assert set(re.findall(r"var\((--[\w-]+)", theme + rest)) == named | here
    both = re.findall(r"^\s*(--color\w+):(?! var\(--light, \S+\) var\(--dark, \S+\);)", theme, re.MULTILINE)
    assert both == [], "a colour without a value for each theme"


def looked_for() -> list[str]:
    """The properties that scripts look for."""
    scripts = "".join(file.read_text("utf-8") for file in (ROOT / "pane").glob("*.js"))
    return re.findall(r"getPropertyValue\(\"(--[\w-]+)\"\)", scripts)


def test_what_scripts_look_for_is_the_end_of_the_sheet() -> None:
    """It tells that the sheet has come as a whole: else it would be asked for once more at each start."""
    [name] = looked_for()
    assert re.search(rf"\n:root {{\n  {name}: [a-z]+;\n}}\n\Z", joined(ROOT / "pane" / "pane.css"))


def test_nothing_is_left_to_be_fetched() -> None:
    assert "@import" not in joined(ROOT / "pane" / "pane.css")
