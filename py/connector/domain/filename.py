"""Names of attachments on their way through multipart quoting, PHP and vtenext's file store.

vtenext cuts the part of a file's name up to and including the first underscore, PHP cuts at path
separators, file systems refuse names over 255 bytes. A name made here comes out as it went in.
"""

from __future__ import annotations

import re

from connector.domain.body import sound

LONGEST = 200
"""Characters of a stored name."""

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
_ENTITY = re.compile("&[#a-z0-9]+;")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_HTML = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#034;": '"', "&#39;": "'", "&#039;": "'",
         "&apos;": "'", "&nbsp;": " ", "&amp;": "&"}  # fmt: skip


def stored_name(name: str, kind: str) -> str:
    """The name under which an attachment is sent to the CRM.

    ``kind`` is its media type, or Office's own word for it (``item``, ``eml``, ``icalendar``). Signs
    that would cut or change the name on its way are replaced, long names trimmed before their ending;
    a missing name becomes ``attachment`` with the ending of its media type, and attached mails and
    calendar entries get theirs where it is missing. Stable: a stored name is stored as it is.
    """
    ending = _ENDINGS.get(kind.partition(";")[0].strip().lower(), "")
    clean = sound(name).translate(_REPLACED).strip(" ").rstrip(". ")
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


def upload_name(index: int, name: str) -> str:
    """The name for the upload: vtenext cuts the number and the underscore off again."""
    return f"{index}_{name}"


def matches(sent: str, stored_title: str) -> bool:
    """Whether a document's title in the CRM can be what became of the stored name ``sent``.

    Allows for what CRM and database do to a title: cut, trimmed, HTML-escaped, and characters beyond
    the BMP turned into question marks, one for each or one for each byte.
    """
    titles = {_plain(stored_title), _plain(_ENTITY.sub(_unescaped, stored_title))}
    for lost in (None, "????", "?", "??", "\ufffd"):
        name = _plain(sent if lost is None else _BEYOND_BMP.sub(lost, sent))
        if name in titles or any(len(title) >= 100 and name.startswith(title) for title in titles):
            return True
    return False


def _plain(title: str) -> str:
    return " ".join(title.split())


def _unescaped(match: re.Match[str]) -> str:
    return _HTML.get(match[0], match[0])
