"""A font in which each sign is the same block: texts are as wide and high on every machine, whatever fonts it has.

Pictures in which all text is set in it show the layout alone, so that those of two machines can be compared.

    style = f'@font-face {{ font-family: {NAME}; src: url("{address()}"); }}'
"""

from __future__ import annotations

import base64
import struct

NAME = "Blocks"
EM = 1000
WIDE, ASCENT, DESCENT = 500, 900, 300
"""Thousandths of an em: about what the fonts of Outlook take for a sign and a line."""
BLOCK = (60, 0, WIDE - 60, 500)
"""The corners of the block: left, bottom, right, top. So words are told from each other, and lines too."""
_LAST = 0x10FFFF


def address() -> str:
    """Return the font as a ``data:`` address."""
    return "data:font/ttf;base64," + base64.b64encode(font()).decode()


def font() -> bytes:
    """Return the font, a TrueType file of two glyphs: nothing, and the block."""
    block = _outline(*BLOCK)
    tables = {
        b"OS/2": _os2(),
        b"cmap": _every_sign(),
        b"glyf": block,
        b"head": _head(),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, ASCENT, -DESCENT, 0, WIDE, 0, 0, WIDE, 1, *([0] * 7), 2),
        b"hmtx": struct.pack(">HhHh", WIDE, 0, WIDE, BLOCK[0]),
        b"loca": struct.pack(">HHH", 0, 0, len(block) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 2, *([0] * 8)),
        b"name": _names(),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _outline(left: int, bottom: int, right: int, top: int) -> bytes:
    """A glyph of one rectangle."""
    corners = ((left, bottom), (left, top), (right, top), (right, bottom))
    head = struct.pack(">hhhhhHH", 1, left, bottom, right, top, len(corners) - 1, 0)
    steps = [(x - before[0], y - before[1]) for before, (x, y) in zip(((0, 0), *corners), corners, strict=False)]
    across, up = zip(*steps, strict=True)
    glyph = head + bytes([1] * len(corners)) + struct.pack(">4h", *across) + struct.pack(">4h", *up)
    return glyph + bytes(-len(glyph) % 4)


def _every_sign() -> bytes:
    """All of Unicode by the block, but the space and what is of no width."""
    blank = [(0x20, 0x20), (0xA0, 0xA0)]
    groups = [(0, 0x1F, 0), *((first, last, 0) for first, last in blank), (0x21, 0x9F, 1), (0xA1, _LAST, 1)]
    rows = b"".join(struct.pack(">III", *group) for group in sorted(groups))
    table = struct.pack(">HHIII", 13, 0, 16 + len(rows), 0, len(groups)) + rows
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head() -> bytes:
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0, 0, -DESCENT, WIDE, ASCENT, 0, 8, 2, 0, 0
    )


def _os2() -> bytes:
    sizes = [WIDE, 400, 5, 0, *([100] * 10), 0]
    start = struct.pack(">H15h", 4, *sizes) + bytes(10) + struct.pack(">4I", 1, 0, 0, 0) + b"NONE"
    lines = struct.pack(">HHHhhhHH", 0x40, 0x20, 0xFFFF, ASCENT, -DESCENT, 0, ASCENT, DESCENT)
    return start + lines + struct.pack(">IIhhHHH", 1, 0, 500, 700, 0, 0x20, 1)


def _names() -> bytes:
    texts = {1: NAME, 2: "Regular", 3: NAME, 4: NAME, 6: NAME}
    records, store = b"", b""
    for kind, text in texts.items():
        written = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, kind, len(written), len(store))
        store += written
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + store


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Put the tables together, with their checksums."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    offset = 12 + 16 * count
    search = (power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = struct.pack(">IHHHH", 0x10000, count, *search), b""
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + bytes(-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, offset + len(body), len(content))
        body += padded
    return directory + body
