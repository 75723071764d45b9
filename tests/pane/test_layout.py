"""How every state of the pane is laid out, by pictures that look the same on every machine (`workshop.layouts`).

What has changed is drawn anew by ``python scripts/gallery.py --trees``: look at the pictures that differ, and at the
gallery's, before they are committed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from pane.test_views_axe import DRAWN, opened
from workshop.gallery import EVERYDAY
from workshop.layouts import FOLDER, differing, known, lay_out, taken

pytestmark = pytest.mark.browser
MOST = 12
"""Pixels of such a picture that may differ: browsers round the corners of a control in their own ways."""
OTHERS = [name for name in DRAWN if name not in EVERYDAY]
BROKEN = {
    "a margin that is gone": ".panel { margin-inline: 0 !important; }",
    "a line more": ".account { block-size: 1.75rem; }",
    "a button in another place": ".bar button { align-self: end !important; inline-size: auto !important; }",
    "a sign that is gone": ".good::before { display: none !important; }",
    "a frame that is gone": ".box { border: 0 !important; background: none !important; }",
    "a text over another one": ".about { position: absolute; }",
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page in which texts are blocks."""
    for page in opened(browser, color_scheme="light", reduced_motion="reduce"):
        lay_out(page)
        yield page


@pytest.mark.deep("the layout of rarer views", also=("everyday",))
@pytest.mark.parametrize("names", [EVERYDAY, OTHERS], ids=["everyday", "others"])
def test_everything_stands_where_it_stood(page: Page, names: tuple[str, ...]) -> None:
    moved = {name: differing(taken(page, DRAWN[name]), known(name)) for name in names}
    assert {name: count for name, count in moved.items() if count > MOST} == {}


def test_a_layout_that_breaks_is_seen(page: Page) -> None:
    views = [DRAWN[name] for name in ("choose-several", "receipt-mixed")]
    before = [taken(page, one) for one in views]
    assert all(differing(taken(page, one), known) == 0 for one, known in zip(views, before, strict=True))
    unseen = []
    for name, style in BROKEN.items():
        added = page.add_style_tag(content=style)
        if all(differing(taken(page, one), known) <= MOST for one, known in zip(views, before, strict=True)):
            unseen.append(name)
        added.evaluate("node => node.remove()")
    assert unseen == []


def test_there_is_a_picture_of_each_state() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(DRAWN)
