"""Names of attachments on their way through multipart quoting, PHP and vtenext's file store.

vtenext cuts the part of a file's name up to and including the first underscore, PHP cuts at path
separators, file systems refuse names over 255 bytes. A name made here comes out as it went in. The title
that vtenext makes of it holds 50 characters; the name of the file itself stays whole.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from functools import lru_cache

from connector.mail.body import sound

LONGEST = 200
"""Characters of a stored name."""

TITLE = 50
"""Characters of a Document's title in a stock vtenext."""

_MOST_BYTES = 220  # of 255 that file systems allow; vtenext puts its own number before the name
_LONGEST_ENDING = 16
_REPLACED = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys(range(0x7F, 0xA0), " "),
    **{ord(sign): "_" for sign in "/\\<>:|?*\ufffd"},
    ord('"'): "\u201d",
    **dict.fromkeys([0x2028, 0x2029, 0xA0], " "),
    # Marks that reverse the reading order make "exe.pdf" out of "fdp.exe".
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF], None),
}
AS_TEXT = frozenset(
    "php php3 php4 php5 pht phtml phps phar htm html xhtml js pl py rb cgi asp cfm vbs jsp exe bin bat com sh dll msi"
    " htaccess htpasswd".split()
)
"""Endings behind which a stock vtenext puts ``.txt`` (``$upload_badext``)."""
_ENDINGS = {
    "item": ".eml", "eml": ".eml", "message/rfc822": ".eml", "icalendar": ".ics", "text/calendar": ".ics",
    "application/ics": ".ics", "application/pdf": ".pdf", "application/zip": ".zip",
    "application/x-zip-compressed": ".zip", "application/json": ".json", "application/xml": ".xml", "text/xml": ".xml",
    "application/rtf": ".rtf", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt", "application/vnd.ms-outlook": ".msg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m", "application/pgp-signature": ".asc", "audio/mpeg": ".mp3", "audio/wav": ".wav",
    "audio/x-wav": ".wav", "image/bmp": ".bmp", "image/gif": ".gif", "image/jpeg": ".jpg", "image/jpg": ".jpg",
    "image/png": ".png", "image/svg+xml": ".svg", "image/tiff": ".tif", "image/webp": ".webp", "text/csv": ".csv",
    "text/html": ".html", "text/plain": ".txt", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "video/mp4": ".mp4",
}  # fmt: skip
_ALWAYS = (".eml", ".ics")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def stored_name(name: str, kind: str) -> str:
    """The name under which an attachment is sent to the CRM.

    ``kind`` is its media type, or Office's own word for it (``item``, ``eml``, ``icalendar``). Signs
    that would cut or change the name on its way are replaced, long names trimmed before their ending;
    a missing name becomes ``attachment`` with the ending of its media type, and attached mails and
    calendar entries get theirs where it is missing. Stable: a stored name is stored as it is.

    Characters beyond U+FFFF become ``_``: a three-byte database keeps another name than the file store, and
    vtenext then hands out an empty file.
    """
    ending = _ENDINGS.get(kind.partition(";")[0].strip().lower(), "")
    clean = _BEYOND_BMP.sub("_", sound(name).translate(_REPLACED)).strip(" ").rstrip(". ")
    if not clean.strip("._ "):
        clean = "attachment" + ending
    elif ending in _ALWAYS and not clean.lower().endswith(ending):
        clean += ending
    return _trimmed(clean)


def _trimmed(name: str) -> str:
    if len(name) <= LONGEST and len(name.encode()) <= _MOST_BYTES:
        return name
    stem, dot, last = name.rpartition(".")
    ending = dot + last
    if not stem or len(ending) > _LONGEST_ENDING or " " in last:
        stem, ending = name, ""
    stem = stem[: LONGEST - len(ending)]
    stem = stem.encode()[: _MOST_BYTES - len(ending.encode())].decode(errors="ignore")
    return stem.rstrip(". ") + ending


def is_handed_out_as_text(name: str) -> bool:
    """Whether a stock vtenext hands out a file of this name with ``.txt`` behind it. REST tells no file's name."""
    _, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in AS_TEXT


def upload_name(index: int, name: str) -> str:
    """The name for the upload.

    Where it holds an underscore, a number and one more go before it, for vtenext to cut off. Other names are sent
    as they are, and downloads are called so.
    """
    return f"{index}_{name}" if "_" in name else name


class Likeness(enum.IntEnum):
    """How well a Document's title fits the name that was sent."""

    OTHER = 0
    CUT = 1
    SAME = 2


def likeness(sent: str, title: str) -> Likeness:
    """Compare a Document's title with the stored name ``sent``, of which the CRM may have made it.

    Allows for what CRM and database do to a title: cut, trimmed, HTML written or resolved, and characters beyond
    the BMP turned into question marks, one for each or one for each byte.
    """
    plain = _plain(title)
    whole, cut = _titles(sent)
    if plain in whole:
        return Likeness.SAME
    # Another CRM may keep more of a title than a stock vtenext.
    longer = len(title) > TITLE and any(name.startswith(plain) for name in whole)
    return Likeness.CUT if plain in cut or longer else Likeness.OTHER


@lru_cache(512)
def _titles(sent: str) -> tuple[frozenset[str], frozenset[str]]:
    """What may become of a name: whole, and cut."""
    written = tuple(_written(sent))
    return frozenset(map(_plain, written)), frozenset(_plain(one[:TITLE]) for one in written if len(one) > TITLE)


def _written(sent: str) -> Iterator[str]:
    """How the CRM may write a name."""
    for lost in ("????", "?", "??", "\ufffd") if _BEYOND_BMP.search(sent) else ():
        yield from _escaped(_BEYOND_BMP.sub(lost, sent))
    yield from _escaped(sent)


def _escaped(name: str) -> Iterator[str]:
    yield name
    if not _ACTIVE.isdisjoint(name):
        yield name.translate(_ESCAPES)
        yield name.translate(_ESCAPES | {ord("'"): "'"})


_ESCAPES = {ord("&"): "&amp;", ord('"'): "&quot;", ord("'"): "&#039;", ord("<"): "&lt;", ord(">"): "&gt;"}
_ACTIVE = frozenset("&\"'<>")


def _plain(title: str) -> str:
    if "&" in title:
        from html import unescape  # its table of names is only loaded when there may be an escape

        title = unescape(unescape(title))
    return " ".join(title.split())
