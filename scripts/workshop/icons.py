"""Draw the add-in's icons, an envelope tied to a chain link: ``python scripts/icons.py``.

The PNG files are committed; this is run only when the drawing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workshop import commands, environment
from workshop.checkout import PANE

FOLDER = PANE / "icons"
SIZES = (16, 25, 32, 48, 50, 64, 75, 80, 96, 128, 144)
"""Pixels: 16, 32 and 80 on the ribbon; 64 and 128 for the store; 25, 32 and 48 on mobiles, at scales 1 to 3."""
SMALL = 32
"""Below this size, details are left out and lines are thicker."""

BLUE = (43, 106, 168, 255)
SKY = (56, 160, 224, 255)
PAPER = (255, 255, 255, 255)
CLEAR = (0, 0, 0, 0)
OVERSAMPLING = 16


def draw(size: int, target: Path) -> None:
    """Draw the icon of ``size`` × ``size`` pixels into a PNG file."""
    from PIL import Image, ImageDraw

    edge = size * OVERSAMPLING
    picture = Image.new("RGBA", (edge, edge), CLEAR)
    pen = ImageDraw.Draw(picture)
    line = edge * (0.085 if size < SMALL else 0.055)

    def at(*points: float) -> list[float]:
        return [edge * point for point in points]

    # The envelope: blue, with the flap as a white line.
    pen.rounded_rectangle(at(0.03, 0.12, 0.97, 0.80), radius=edge * 0.08, fill=BLUE)
    flap = [(edge * x, edge * y) for x, y in ((0.10, 0.22), (0.50, 0.52), (0.90, 0.22))]
    pen.line(flap, fill=PAPER, width=round(line), joint="curve")
    for x, y in (flap[0], flap[-1]):
        pen.ellipse((x - line / 2, y - line / 2, x + line / 2, y + line / 2), fill=PAPER)

    # The chain: two links that hold each other (one where there is no room); a clear rim parts them from the envelope.
    chain = Image.new("RGBA", (edge, edge), CLEAR)
    ink = ImageDraw.Draw(chain)
    links = ((0.30, 0.58, 0.70, 0.88), (0.58, 0.58, 0.98, 0.88)) if size >= SMALL else ((0.375, 0.56, 1.0, 0.9375),)
    width = edge * (0.125 if size < SMALL else 0.085)
    rim = edge * 0.06
    for left, top, right, bottom in links:
        box = at(left, top, right, bottom)
        outer = [box[0] - rim, box[1] - rim, box[2] + rim, box[3] + rim]
        pen.rounded_rectangle(outer, radius=(outer[3] - outer[1]) / 2, fill=CLEAR)
    for box in (at(*link) for link in links):
        ink.rounded_rectangle(box, radius=(box[3] - box[1]) / 2, outline=SKY, width=round(width))
    picture.alpha_composite(chain)
    picture.resize((size, size), Image.Resampling.LANCZOS).save(target, optimize=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    commands.Options(description=(__doc__ or "").partition("\n")[0]).parse_args(arguments)
    environment.ensure(whole=True)
    FOLDER.mkdir(exist_ok=True)
    for size in SIZES:
        draw(size, FOLDER / f"icon-{size}.png")
    print(f"{len(SIZES)} icons in {FOLDER}")
    return 0
