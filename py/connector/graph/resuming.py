"""Going on with a file that broke off, where what Microsoft Graph answers allows it (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PARTIAL = 206
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")


@dataclass(frozen=True)
class Version:
    """What tells one content of a file from another: its ETag, and its length in bytes or None."""

    etag: str = ""
    length: int | None = None

    @property
    def told(self) -> bool:
        """Whether anything is known by which the rest would be recognized."""
        return bool(self.etag) or self.length is not None


def version(status: int, headers: Mapping[str, str]) -> Version:
    """Return which content an answer is of; ``headers`` in lower case."""
    if status == PARTIAL:
        found = _RANGE.fullmatch(headers.get("content-range", "").strip())
        length = found[3] if found else ""
    else:
        # Of a compressed answer that is another length: then the parts do not fit, and it begins anew.
        length = headers.get("content-length", "").strip()
    # A weak one says that contents mean the same, not that their bytes are the same.
    etag = headers.get("etag", "").strip()
    known = length.isascii() and length.isdigit() and len(length) <= 18
    return Version("" if etag.startswith("W/") else etag, int(length) if known else None)


def asks(held: int, of: Version) -> dict[str, str]:
    """Return the headers that ask for what is missing behind ``held`` bytes; none where all has to come again."""
    return {"Range": f"bytes={held}-"} if held > 0 and of.told else {}


def goes_on(status: int, headers: Mapping[str, str], held: int, of: Version) -> bool:
    """Whether an answer is the rest of the same content, from the byte on that is missing."""
    found = _RANGE.fullmatch(headers.get("content-range", "").strip()) if status == PARTIAL else None
    if found is None or int(found[1]) != held:
        return False
    now = version(status, headers)
    if of.etag and now.etag:
        return of.etag == now.etag and (of.length is None or now.length is None or of.length == now.length)
    return of.length is not None and of.length == now.length
