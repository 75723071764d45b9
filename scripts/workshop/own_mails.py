"""Read the mails that somebody names for a try, and say which of them are none.

mails = read([Path("offer.eml"), Path("mails")])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from standin_outlook.mail import Mail
from standin_outlook.reading import read as taken_apart
from workshop import commands
from workshop.installing import Failed, announce

SUFFIX = ".eml"
LARGEST = 200 * 1024 * 1024
"""Bytes of a mail that the stand-in takes, as when a file is dropped onto its page."""
OUTLOOK_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an Outlook message file (.msg) begins."""
HEAD = 64 * 1024
_HEADER = re.compile(
    rb"^(?:from|to|cc|subject|date|received|sender|reply-to|message-id|mime-version|content-[a-z]+|return-path|x-[\w-]+)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


def read(paths: Sequence[Path]) -> list[Mail]:
    """Read files, and folders with what is below. Raises Failed.

    A file that was named has to be a mail. One of a folder that is none is left out, and announced.
    """
    found = [(file, path.is_dir()) for path in paths for file in _files(path.expanduser())]
    announce(f"Reading {len(found)} file{'' if len(found) == 1 else 's'} …")
    mails = []
    for file, one_of_many in found:
        content = _content(file)
        if isinstance(content, bytes):
            mails.append(taken_apart(content, source=str(file)))
        elif one_of_many:
            announce(f"{file} is left out: {content}")
        else:
            raise Failed(f"--mail {file}: {content}")
    if not mails:
        raise Failed("--mail: none of the files is a mail.")
    return mails


def _files(path: Path) -> list[Path]:
    try:
        if not path.exists():
            raise Failed(f"--mail {path}: there is no such file or folder.")
        if not path.is_dir():
            return [path]
        # The Mac leaves files "._name" beside others' on foreign disks.
        inside = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith("._")]
    except OSError as error:
        raise Failed(f"--mail {commands.told(error)}") from None
    mails = [file for file in inside if file.suffix.lower() == SUFFIX]
    if not mails:
        others = sorted({file.suffix.lower() for file in inside if file.suffix})[:5]
        hint = f" (there is {', '.join(others)})" if others else ""
        raise Failed(f"--mail {path}: there is no {SUFFIX} file in that folder{hint}.")
    return mails


def _content(file: Path) -> bytes | str:
    """Return the bytes of a mail, or why the file is none."""
    try:
        size = file.stat().st_size
        if size > LARGEST:
            return f"it has {size // 1024**2} MB, and the stand-in takes {LARGEST // 1024**2} MB."
        raw = file.read_bytes()
    except OSError as error:
        return commands.told(OSError(error.errno, error.strerror or str(error)))
    if not raw.strip():
        return "it is empty."
    if raw.startswith(OUTLOOK_FORMAT):
        return "it has Outlook's own format (.msg). Outlook on the web downloads mails as .eml."
    if not _HEADER.search(raw[:HEAD].replace(b"\r", b"\n")):
        return "it does not look like a mail: it has no headers, such as From or Subject."
    return raw
