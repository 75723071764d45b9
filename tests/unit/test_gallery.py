"""The pictures in ``docs/gallery`` are those of the states that there are."""

from __future__ import annotations

from unit.screens import SCREENS
from workshop.gallery import EVERYDAY, OUT, index

MOST = 3_300_000
"""Bytes of all pictures: a checkout has them all."""


def test_there_is_a_sheet_of_each_state() -> None:
    there = {file.name for file in OUT.glob("*.webp")}
    assert there == {f"{name}.webp" for name in SCREENS} | {f"{name}.languages.webp" for name in EVERYDAY}
    assert set(EVERYDAY) <= SCREENS.keys()


def test_the_gallery_is_small_and_its_page_shows_all_of_it() -> None:
    assert sum(file.stat().st_size for file in OUT.iterdir()) <= MOST
    assert (OUT / "README.md").read_text("utf-8") == index(SCREENS)
