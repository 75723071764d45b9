"""What all commands share: each answers wrong input, and what the machine refuses, in a sentence.

A command in ``scripts/`` is ``sys.exit(commands.run("workshop.build"))``; its ``main`` reads its options by `Options`.
Standard library only: it runs before the environment is there.
"""

from __future__ import annotations

import argparse
import datetime
import errno
import importlib
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from workshop.installing import Failed

WRONG_INPUT, STOPPED = 2, 130
"""Exit codes: of a command that refuses what was typed, and of one that Ctrl+C has ended."""
LAST_PORT = 65535

_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "this user may not read or write there",
    errno.EPERM: "this user may not read or write there",
    errno.EROFS: "nothing can be written there",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "a part of that path is a file, not a folder",
    errno.EEXIST: "it is there already",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOSPC: "the disk is full; make some room and start again",
    errno.EDQUOT: "the disk's quota is used up; make some room and start again",
}


class Options(argparse.ArgumentParser):
    """A parser that says in one sentence what of the input is wrong, and where to read more.

    Options are not abbreviated: what a typing error means is not guessed.
    """

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})  # type: ignore[arg-type]  # argparse's own

    def error(self, message: str) -> NoReturn:
        """Print the sentence and end with exit code 2."""
        text = message.removeprefix("argument ")
        print(f"{text}{'' if text.endswith('.') else '.'} See {self.prog} --help.", file=sys.stderr)
        raise SystemExit(WRONG_INPUT)


def run(module: str, before: Callable[[], object] = lambda: None) -> int:
    """Run the ``main`` of a module; returns the exit code.

    ``before`` makes the environment in which is what the module imports.
    """
    before()
    return answered(importlib.import_module(module).main)


def answered(main: Callable[[], int]) -> int:
    """Run a command's ``main``, and turn what ends it into a sentence on stderr; returns the exit code.

    Anything that is no matter of input or machine is a fault of the command, and stays a traceback.
    """
    try:
        code = main()
        sys.stdout.flush()
    except Failed as error:
        return _said(f"\n{error}", 1)
    except KeyboardInterrupt:
        return _said("\nStopped.", STOPPED)
    except BrokenPipeError:
        # Whoever read the output, such as head, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _said(told(error), 1)
    return code


def _said(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def told(error: OSError) -> str:
    """Return what the system refused, a sentence that begins with the file's name where it is known."""
    reason = _REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__
    names = " and ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    sentence = f"{names}: {reason}" if names else reason[:1].upper() + reason[1:]
    return sentence if sentence.endswith(".") else f"{sentence}."


def wrong(what: str) -> argparse.ArgumentTypeError:
    """Return the error of an option's value, a sentence."""
    return argparse.ArgumentTypeError(what)


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` to ``most``."""
    span = f"a whole number from {least} to {most}" if most is not None else f"a whole number, {least} or more"

    def read(text: str) -> int:
        number = int(text) if text.strip().removeprefix("-").isdecimal() else None
        if number is None or number < least or (most is not None and number > most):
            raise wrong(f"{text!r} is not {span}")
        return number

    return read


def port(text: str) -> int:
    """Read a port, 0 for a free one."""
    if not (text.isascii() and text.isdecimal()) or int(text) > LAST_PORT:
        raise wrong(f"{text!r} is no port: a whole number from 1 to {LAST_PORT} is")
    return int(text)


def amount(text: str) -> float:
    """Read a number of seconds or milliseconds, 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise wrong(f"{text!r} is no number, 0 or more")
    return number


def day(text: str) -> datetime.date:
    """Read a date as 2027-12-31."""
    try:
        # In one form only: Python also reads 20271231 and 2027-W52-5.
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        raise wrong(f"{text!r} is no date of the calendar, written as 2027-12-31") from None


def address(text: str) -> str:
    """Read the https address of a page or a CRM; plain http is for this machine only."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    local = host in {"localhost", "127.0.0.1", "::1"}
    if not host or parts.scheme not in ({"https", "http"} if local else {"https"}) or set(text) & set(" <>\"'\\"):
        raise wrong(f"{text!r} is no https address such as https://crm.example.com/crm")
    if parts.username is not None or parts.query or parts.fragment:
        raise wrong(f"{text!r} is more than an address: leave user names, and what follows ? or #, out")
    return text


def readable_file(text: str) -> Path:
    """Read the name of a file that is there and may be read."""
    file = Path(text).expanduser()
    try:
        with file.open("rb"):
            return file
    except OSError as error:
        raise wrong(told(_named(error, text))) from None
    except ValueError:
        raise wrong(f"{text!r} is no name of a file") from None


def writable_file(text: str) -> Path:
    """Read the name of a file that can be written, though nothing is written yet; its folder has to be there."""
    file = Path(text).expanduser()
    try:
        if file.is_dir():
            raise wrong(f"{text}: it is a folder, not a file")
        if not file.parent.is_dir():
            raise wrong(f"{text}: there is no folder {file.parent}")
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise wrong(f"{text}: this user may not write there")
    except (OSError, ValueError):
        raise wrong(f"{text!r} is no name of a file") from None
    return file


def folder_to_make(text: str) -> Path:
    """Read the name of a folder that can be made, or filled; what stands above it may be missing too."""
    folder = Path(text).expanduser().absolute()
    try:
        standing = next(place for place in (folder, *folder.parents) if place.exists())
        if not standing.is_dir():
            raise wrong(f"{text}: {standing} is a file, not a folder")
        if not os.access(standing, os.W_OK):
            raise wrong(f"{text}: this user may not write there")
    except (OSError, ValueError):
        raise wrong(f"{text!r} is no name of a folder") from None
    return folder


def _named(error: OSError, name: str) -> OSError:
    return OSError(error.errno, error.strerror or str(error), name)
