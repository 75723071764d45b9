"""Small pictures of how the pane's states are laid out, which look the same on every machine.

All text is set in blocks (`workshop.blockfont`), and what each browser draws in its own way is drawn plainly. A
sixteenth of the pixels is kept, in greys: what is left is where things stand and how large they are. A test compares
these pictures.

    lay_out(page)
    differing(taken(page, markup), known("receipt"))
"""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

from workshop import blockfont
from workshop.checkout import ROOT

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Page

FOLDER = ROOT / "tests" / "pane" / "layouts"
SIZE = {"width": 320, "height": 1500}
PART, GREYS = 4, 16
"""So many pixels in both directions become one; shades that are kept."""
ANOTHER = 48
"""By how much of 255 a pixel is another: anti-aliasing of browsers differs by less."""
STYLE = f"""
@font-face {{ font-family: {blockfont.NAME}; src: url("{blockfont.address()}"); }}
*, *::before, *::after {{ font-family: {blockfont.NAME} !important; font-style: normal !important;
  text-rendering: geometricPrecision !important; }}
* {{ caret-color: transparent !important; font-synthesis: none !important; scrollbar-width: none; }}
input[type="checkbox"], select {{ appearance: none !important; }}
input[type="checkbox"] {{ outline: 2px solid; outline-offset: -2px; }}
"""
"""What is put on top of the pane's own style."""


def lay_out(page: Page) -> None:
    """Make a page ready for such pictures."""
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]  # a width and a height
    page.add_style_tag(content=STYLE)
    page.evaluate(f"document.fonts.load('14px {blockfont.NAME}').then(() => undefined)")


def taken(page: Page, markup: str) -> Image:
    """Return a picture of a state."""
    from PIL import Image

    # A page puts the focus, with its ring, somewhere only once.
    calm = re.sub(r' autofocus(="")?', "", markup)
    page.evaluate("markup => void (document.getElementById('pane').innerHTML = markup)", calm)
    # Playwright's own way waits for more, which takes as long again.
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    session.detach()
    whole = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("L")
    small = whole.resize((whole.width // PART, whole.height // PART), Image.Resampling.BOX)
    return small.point([round(grey / 255 * (GREYS - 1)) * (255 // (GREYS - 1)) for grey in range(256)])


def known(name: str) -> Image:
    """Return the picture that was looked at. Raises FileNotFoundError."""
    from PIL import Image

    return Image.open(FOLDER / f"{name}.png").convert("L")


def differing(one: Image, other: Image) -> int:
    """Return how many pixels differ."""
    from PIL import ImageChops

    if one.size != other.size:
        return one.width * one.height
    return sum(ImageChops.difference(one, other).histogram()[ANOTHER:])


def write(page: Page, drawn: dict[str, str]) -> None:
    """Take the pictures of all states; those of states that are no more are removed."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        if old.stem not in drawn:
            old.unlink()
    lay_out(page)
    for name, markup in drawn.items():
        picture, file = taken(page, markup), FOLDER / f"{name}.png"
        if not file.exists() or differing(picture, known(name)):
            picture.quantize(GREYS).save(file, optimize=True)
