"""The internet headers of a mail, read from the text that Outlook hands out (RFC 5322, RFC 2047).

Real headers are broken in every way, so nothing here raises: what can't be understood is empty or None.
All of it is linear in the length of the text.
"""

from __future__ import annotations

import binascii
import datetime
import re
from collections.abc import Iterable, Iterator

from connector.mail.body import sound
from connector.mail.dates import instant

ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NO_BASE64 = re.compile("[^A-Za-z0-9+/]")
_ANGLES = re.compile("<[^<>]*>")
_MAILS_OWN = frozenset("from sender reply-to to cc bcc subject message-id received return-path mime-version".split())
_LONGEST_DATE, _MOST_DATES = 1_000, 20
_NOT_IN_ID = re.compile("[\\s<>\x00-\x1f\x7f-\x9f]+")
_CHARSETS = {  # what mailers write and what they mean
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030",
    "gbk": "gb18030", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "cp-850": "cp850",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "x-sjis": "cp932",
    "unicode-1-1-utf-8": "utf-8", "unknown-8bit": "utf-8", "x-unknown": "utf-8", "default": "utf-8",
}  # fmt: skip
_NO_CHARSETS = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "utf_7")


class Headers:
    """The fields of one mail's head. Names are compared without case; an absent field is empty."""

    __slots__ = ("_values",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name.lower(), []).append(value)

    @property
    def of_a_mail(self) -> bool:
        """Whether any field stands there that only a mail has; an answer of a server may have a date and a type."""
        return not _MAILS_OWN.isdisjoint(self._values)

    def first(self, name: str) -> str:
        """The unfolded value of the first field of that name, as it was written."""
        values = self._values.get(name.lower())
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """The unfolded values of all fields of that name, in order."""
        return tuple(self._values.get(name.lower(), ()))

    def filled(self, other: Headers) -> Headers:
        """These fields and, of names that are absent here, the other's."""
        joined = Headers()
        joined._values = {**other._values, **self._values}
        return joined

    def text(self, name: str) -> str:
        """The first field of that name as a person reads it: RFC 2047 words decoded, one line."""
        return one_line(decode_words(self.first(name)))


def parse(text: str) -> Headers:
    """Read the head of a mail: CRLF or LF, folded lines, up to the first empty line.

    A line that is neither a field nor folded is taken for a continuation whose indent got lost.
    """
    return Headers(_fields(text))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    name = ""
    parts: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line and name:
            break
        head, colon, value = line.partition(":")
        head = head.rstrip(" \t")
        if line[:1] not in (" ", "\t") and colon and head and head.isascii() and head.isprintable() and " " not in head:
            if name:
                yield name, " ".join(parts)
            name, parts = head, [value.strip()] if value.strip() else []
        elif name and line.strip():
            parts.append(line.strip())
    if name:
        yield name, " ".join(parts)


def one_line(text: str) -> str:
    """The text without control characters and halves of characters, with single spaces, trimmed."""
    if not text.isprintable():
        text = _CONTROLS.sub(" ", sound(text))
    return " ".join(text.split())


def decode_words(text: str) -> str:
    """Decode the RFC 2047 encoded words in a text; what is broken stays as it is written."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[bytes] = []  # neighbours of one charset are joined first: mailers cut characters in two
    charset = ""
    done = 0
    for match in ENCODED_WORD.finditer(text):
        data = _word_bytes(match[2], match[3])
        if data is None:
            continue
        between = text[done : match.start()]
        named = match[1].partition("*")[0].lower()
        if pending and (named != charset or (between and not between.isspace())):
            out.append(_decoded(b"".join(pending), charset))
            pending = []
            if between.strip():
                out.append(between)
        elif not pending:
            out.append(between)
        pending.append(data)
        charset = named
        done = match.end()
    if pending:
        out.append(_decoded(b"".join(pending), charset))
    out.append(text[done:])
    return "".join(out)


def _word_bytes(encoding: str, written: str) -> bytes | None:
    if encoding in "qQ":
        return binascii.a2b_qp(written.encode("utf-8", "replace"), header=True)
    bare = _NO_BASE64.sub("", written)
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return None


def _decoded(data: bytes, charset: str) -> str:
    charset = _CHARSETS.get(charset, charset)
    if charset.replace("-", "_") not in _NO_CHARSETS:
        try:
            return data.decode(charset, "replace")
        except (LookupError, ValueError):
            pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def date(headers: Headers) -> datetime.datetime | None:
    """When the mail was written, in UTC (`dates.instant`).

    None when no ``Date`` field says it for certain, or several say different things.
    """
    instants = {instant(decode_words(value[:_LONGEST_DATE])) for value in headers.all("Date")[:_MOST_DATES]} - {None}
    return instants.pop() if len(instants) == 1 else None


def message_id(headers: Headers) -> str:
    """The Message-ID in angle brackets, or empty."""
    value = headers.first("Message-ID")
    return next(iter(ids(value)), "") or bracketed(value)


def in_reply_to(headers: Headers) -> str:
    """The ids of the mails this one answers: in angle brackets, separated by spaces, or empty."""
    return " ".join(ids(" ".join(headers.all("In-Reply-To"))))


def references(headers: Headers) -> str:
    """The ids of the thread: in angle brackets, separated by spaces, each once, in order."""
    return " ".join(ids(" ".join(headers.all("References"))))


def ids(text: str) -> tuple[str, ...]:
    """The message ids in a text, in angle brackets, each once, in order.

    Where no brackets are written, the words with an ``@`` are taken.
    """
    found = _ANGLES.findall(text) or [word for word in text.replace(",", " ").split() if "@" in word]
    return tuple(dict.fromkeys(one for one in map(bracketed, found) if one))


def bracketed(text: str) -> str:
    """One message id in angle brackets, without white space, control characters and other brackets."""
    bare = _NOT_IN_ID.sub("", sound(text))
    return f"<{bare}>" if bare else ""
