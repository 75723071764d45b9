"""Mail headers, read whatever state they are in: nothing here raises on a broken mail."""

from __future__ import annotations

import email.errors
import email.header
import email.utils
import re
from datetime import UTC, datetime
from email.message import Message

from standin_outlook import people
from standin_outlook.mail import Address

# What the email package raises on mails that break the rules in ways it did not foresee.
BROKEN = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
    email.errors.MessageError,
)
_PREFIX = re.compile(r"^\s*(re|aw|wg|fw|fwd|r|i|rif|sv|antw)\s*(\[\d+\])?\s*:\s*", re.IGNORECASE)
# Charsets that are declared, and the ones that their senders mean and Outlook reads.
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "utf-8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "cp-850": "cp850",
    "gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
}


def decoded(value: object) -> str:
    """Unfold a raw header value and decode its RFC 2047 words and stray 8-bit bytes."""
    text = re.sub(r"\r?\n[ \t]?", " ", readable(str(value)))
    # Some mailers put encoded words inside quotes, or several without a space between.
    text = re.sub(r"\?=(?==\?)", "?= ", text)
    pieces: list[str] = []
    try:
        for content, charset in email.header.decode_header(text):
            pieces.append(content if isinstance(content, str) else text_of(content, charset))
    except BROKEN:
        return _clean(text)
    return _clean("".join(pieces))


def text_of(content: bytes, charset: str | None) -> str:
    """Decode bytes by their declared charset, else as UTF-8, else as Windows-1252: never raises."""
    declared = (charset or "utf-8").strip().strip("\"'").lower()
    declared = _MEANT.get(declared, declared)
    for encoding in (declared, "utf-8"):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return content.decode(declared, "replace")
    except (LookupError, UnicodeError, ValueError):
        return content.decode("cp1252", "replace")


def readable(text: str) -> str:
    """Turn the surrogates by which Python keeps stray 8-bit bytes into the letters they mean."""
    if text.isascii():
        return text
    if not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text.encode("utf-8", "replace").decode("utf-8")
    return text_of(text.encode("utf-8", "surrogateescape"), None)


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()


def raw_values(part: Message, name: str) -> list[str]:
    """Every value of a header as it stands in the file, folded and encoded."""
    return [str(value) for key, value in part.raw_items() if key.lower() == name.lower()]


def first(part: Message, name: str) -> str:
    """The decoded first value of a header, "" when there is none."""
    values = raw_values(part, name)
    return decoded(values[0]) if values else ""


def addresses(part: Message, name: str) -> tuple[Address, ...]:
    """All mailboxes of an address header; groups are opened, empty groups vanish."""
    found: list[Address] = []
    for raw in raw_values(part, name):
        value = re.sub(r"\r?\n[ \t]?", " ", readable(raw))
        found.extend(Address(decoded(name or address), decoded(address)) for name, address in people.mailboxes(value))
    return tuple(found)


def moment(part: Message) -> datetime | None:
    """When the mail came: the topmost Received line, else the Date header; None when neither can be read."""
    received = [value.rpartition(";")[2] for value in raw_values(part, "received")[:1]]
    for value in [*received, *raw_values(part, "date")[:1]]:
        try:
            parsed = email.utils.parsedate_to_datetime(decoded(value))
            return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def normalized(subject: str) -> str:
    """A subject without its reply and forward prefixes."""
    while True:
        shorter = _PREFIX.sub("", subject, count=1)
        if shorter == subject:
            return subject.strip()
        subject = shorter


def block(raw: bytes) -> str:
    """All header lines of a raw mail as text with CRLF line ends, as ``getAllInternetHeadersAsync`` gives them."""
    match = re.search(rb"\r?\n\r?\n", raw)
    lines = raw[: match.start()] if match else raw
    text = text_of(lines.lstrip(b"\xef\xbb\xbf"), None).replace("\0", "")
    return re.sub(r"\r\n|\r|\n", "\r\n", text) + "\r\n"


def lines(headers: str, name: str) -> list[str]:
    """The decoded values of a field in a block of headers."""
    found = re.findall(rf"^{name}[ \t]*:(.*(?:\r?\n[ \t].*)*)", headers, re.IGNORECASE | re.MULTILINE)
    return [decoded(value) for value in found]


def entity(raw: bytes) -> bytes:
    """A mail as a MIME entity of its own: its content fields and its body."""
    match = re.search(rb"\r?\n\r?\n", raw)
    lines, body = (raw[: match.start()], raw[match.end() :]) if match else (raw, b"")
    fields = re.findall(rb"^content-[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", lines, re.IGNORECASE | re.MULTILINE)
    return b"\r\n".join(fields) + b"\r\n\r\n" + body
