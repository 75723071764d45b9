"""A raw mail as a tree of parts, as forgiving as the parsers of mail programs are.

Python's own parser loses parts that others find: with a boundary that should have been quoted and was not, or that two
levels share. Here the innermost boundary wins, and a line of an outer one ends all that stands open. What is read is
held in ``email.message.Message``: a list of parts, or the text of a leaf with stray bytes as surrogates.
"""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser

from standin_outlook import fields, headers

MAXIMUM_DEPTH = 50
_HEADERS = Parser(policy=email.policy.compat32)
_LINE_END = r"(?:\r\n|\n|\r(?!\n))"
_BLANK_LINE = re.compile(_LINE_END + _LINE_END)
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
_BLANK_COLON = re.compile(r"(?m)^([!-9;-~]+)([ \t]+):")
_FIELD = re.compile(r"\s*[!-9;-~]+[ \t]*:")
_ENTITIES = frozenset({"message/rfc822", "message/global", "message/external-body"})


def tree(raw: bytes) -> Message:
    """Read a mail; any bytes give one."""
    return _read(raw.decode("ascii", "surrogateescape"), 0)


def children(part: Message) -> list[Message]:
    """The parts of a multipart, the mail in an attached one."""
    payload = vars(part).get("_payload")  # get_payload() would decode a text by its charset, and may fail
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def payload(part: Message) -> bytes:
    """The decoded bytes of a leaf; an unreadable transfer encoding gives them as they stand."""
    text = vars(part).get("_payload")
    return _decoded(text, fields.encoding(part)) if isinstance(text, str) else b""


def _decoded(text: str, encoding: str) -> bytes:
    carrier = Message(policy=email.policy.compat32)
    carrier["Content-Transfer-Encoding"] = encoding
    carrier.set_payload(text)
    try:
        content = carrier.get_payload(decode=True)
    except headers.BROKEN:
        content = None
    return content if isinstance(content, bytes) else text.encode("ascii", "surrogateescape")


def _read(text: str, depth: int) -> Message:
    part, _ = _Reader(text, depth).entity(0, len(text), (), "text/plain")
    return part


class _Reader:
    """One pass over a text. A place is an offset into it; ``depth``: how many mails this one is attached to."""

    def __init__(self, text: str, depth: int) -> None:
        self._text = text
        self._depth = depth

    def entity(self, start: int, end: int, outer: tuple[str, ...], default: str) -> tuple[Message, int]:
        """Read the part that begins here; return it and the place of the boundary line that ends it, or the end."""
        line = self._line(start, end, outer)
        stop = line.start() if line else end
        part, body = self._head(start, stop)
        part.set_default_type(default)
        kind = fields.content_type(part)
        if self._depth + len(outer) < MAXIMUM_DEPTH:
            if kind.startswith("multipart/"):
                for boundary in _boundaries(part):
                    if self._line(body, end if boundary in outer else stop, (boundary,)):
                        return part, self._parts(part, body, end, (*outer, boundary))
            elif kind in _ENTITIES:
                part.set_payload([self._attached(part, self._text[body : self._trimmed(body, stop, line)], len(outer))])
                return part, stop
        part.set_payload(self._text[body : self._trimmed(body, stop, line)])
        return part, stop

    def _head(self, start: int, end: int) -> tuple[Message, int]:
        """Read the header fields; return a part that has them, and the place where its body begins."""
        blank = _BLANK_LINE.search(self._text, start, end)
        stop = blank.end() if blank else end
        # Blanks before a colon are an obsolete form (RFC 5322, section 4.5), at which Python's parser ends a header.
        fields = _BLANK_COLON.sub(lambda found: f"{found[1]}:{found[2]}", self._text[start:stop])
        part = _HEADERS.parsestr(fields, headersonly=True)
        # A line that is no field ends the header too, and begins the body.
        rest = vars(part).get("_payload")
        return part, stop - (len(rest) if isinstance(rest, str) else 0)

    def _parts(self, whole: Message, body: int, end: int, boundaries: tuple[str, ...]) -> int:
        """Read the parts of a multipart; return the place of an outer boundary line, or the end."""
        default = "message/rfc822" if fields.content_type(whole) == "multipart/digest" else "text/plain"
        found: list[Message | str] = []
        line = self._line(body, end, boundaries)
        while line is not None and line["name"] == boundaries[-1]:
            if line["close"]:
                line = self._line(line.end(), end, boundaries[:-1])
                break
            part, place = self.entity(line.end(), end, boundaries, default)
            found.append(part)
            line = self._line(place, end, boundaries)
        whole.set_payload(found)
        return line.start() if line else end

    def _attached(self, part: Message, text: str, level: int) -> Message:
        """Read the mail in an attached one. Some mailers encode it, which the rules forbid."""
        encoding = fields.encoding(part)
        if encoding in ("base64", "quoted-printable") and not _FIELD.match(text):
            text = _decoded(text, encoding).decode("ascii", "surrogateescape")
        return _read(text, self._depth + level + 1)

    def _line(self, start: int, end: int, boundaries: tuple[str, ...]) -> re.Match[str] | None:
        """The next boundary line of any of these."""
        if not boundaries:
            return None
        names = "|".join(re.escape(one) for one in dict.fromkeys(boundaries))
        line = rf"(?:(?<=[\r\n])|\A)--(?P<name>{names})(?P<close>--)?[ \t]*(?:\r\n|\r|\n|\Z)"
        return re.compile(line).search(self._text, start, end)

    def _trimmed(self, body: int, stop: int, line: re.Match[str] | None) -> int:
        """Where a body stops: the line end before a boundary line belongs to that."""
        found = _LAST_LINE_END.search(self._text, max(body, stop - 2), stop) if line else None
        return found.start() if found else stop


def _boundaries(part: Message) -> Iterator[str]:
    """What a multipart may mean by its boundary: all of the value, or its first word where it should be quoted."""
    value = fields.raw_parameter(part, "boundary", "content-type")
    yield from dict.fromkeys(one for one in (value.rstrip(), (value.split() or [""])[0]) if one)
