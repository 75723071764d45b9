"""The skeleton of a message, as ``pane/files.js`` makes it of the message's bytes, in Python for a mailbox on CPython.

A browser test compares the two.
"""

from __future__ import annotations

LONGEST, MOST_COUNTED = 512 * 1024, 1000


def skeleton_of(raw: bytes, longest: int = LONGEST) -> str:
    """Return the head, each line that begins like a boundary with what follows to the next empty line, and counts.

    With the places in bytes of such lines, of what follows an empty line, and of the end.
    """
    kept: list[str] = []
    room, counted, in_head, at = longest, 0, True, 0
    for line in raw.split(b"\n"):
        if room <= 0:
            break
        begins = line.startswith(b"--")
        if in_head or begins:
            if counted:
                kept.append(f"\0{min(counted, MOST_COUNTED)}")
                counted = 0
            if begins:
                kept.append(f"\0@{at}")
            kept.append(_text(line[:room]))
            room -= len(line) + 1
            in_head = line not in (b"", b"\r")
            if not in_head:
                kept.append(f"\0@{min(at + len(line) + 1, len(raw))}")
        else:
            counted += len(b"".join(line.split()))
        at += len(line) + 1
    if counted:
        kept.append(f"\0{min(counted, MOST_COUNTED)}")
    kept.append("\0+" if room <= 0 else f"\0@{len(raw)}")
    return "\n".join(kept)


def _text(line: bytes) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace")
    return text.replace("\0", "").replace("\r", "")
