"""The skeleton of a message, as ``pane/files.js`` makes it of the message's bytes, in Python for a mailbox on CPython.

A browser test compares the two.
"""

from __future__ import annotations

LONGEST, MOST_COUNTED = 512 * 1024, 1000


def skeleton_of(raw: bytes, longest: int = LONGEST) -> str:
    """Return the head, each line that begins like a boundary with what follows to the next empty line, and counts."""
    kept: list[str] = []
    room, counted, in_head = longest, 0, True
    for line in raw.split(b"\n"):
        if room <= 0:
            break
        if in_head or line.startswith(b"--"):
            if counted:
                kept.append(f"\0{min(counted, MOST_COUNTED)}")
                counted = 0
            kept.append(_text(line[:room]))
            room -= len(line) + 1
            in_head = line not in (b"", b"\r")
        else:
            counted += len(b"".join(line.split()))
    if counted:
        kept.append(f"\0{min(counted, MOST_COUNTED)}")
    if room <= 0:
        kept.append("\0+")
    return "\n".join(kept)


def _text(line: bytes) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace")
    return text.replace("\0", "").replace("\r", "")
