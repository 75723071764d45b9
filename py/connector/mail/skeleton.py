"""The skeleton of a whole message (RFC 2045, 2046): its head, and the heads of its parts in their order.

``pane/files.js`` makes it of the message's bytes, which stay in JavaScript: every head and every line that begins like
a boundary word by word, and for what stands between a line of NUL and a number: how many characters of it are no white
space, at most a thousand. A line of NUL and ``@`` and a number says at which byte the next line begins: before a line
that begins like a boundary, after the empty line that ends a head, and at the end of the message. Which of the lines
are boundaries is decided here.

    skeleton = taken_apart(text)
    skeleton.head.first("Bcc")
    [part.name for part in skeleton.parts]
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connector.mail import headers
from connector.mail.headers import Headers
from connector.mail.partname import called, listed_as, numbered, parameter
from connector.ports import Piece, RawAttachment

COUNT, CUT, AT = "\0", "\0+", "\0@"
"""What the lines begin with that count characters; the last line of a skeleton that is not complete; a place."""
SEALED = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", "application/ms-tnef"}
)
"""Parts that hold another mail, text and all, which nobody can look into."""
SEALS = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
"""Parts that sign a mail: Outlook may list it as one file."""
_OTHERS = ("message/", "text/calendar", "multipart/")
"""Parts that Outlook shows under other names, or as the mail itself."""
MOST_DEEP = 100
"""Parts within parts. Deeper ones are no mail's."""


@dataclass(frozen=True)
class Part:
    """A part that has no parts of its own. ``length`` is 0 where its content is nothing, or nothing but white space.

    ``start`` and ``end`` are the bytes of the message between which its content stands, -1 where that is not known;
    ``closed``: the boundary follows that it stands in, so that it ends where it has to.
    """

    head: Headers
    length: int = 0
    default: str = "text/plain"
    start: int = -1
    end: int = -1
    closed: bool = False

    @property
    def media_type(self) -> str:
        """Its media type in lower case; ``default`` where it does not say."""
        return self.head.first("Content-Type").partition(";")[0].strip().lower() or self.default

    @property
    def name(self) -> str:
        """The file name that it is sent with, or empty."""
        disposition, kind = self.head.first("Content-Disposition"), self.head.first("Content-Type")
        return parameter(disposition, "filename") or parameter(kind, "name")

    @property
    def names(self) -> frozenset[str]:
        """All names that it is sent with, as `called` writes them: two fields give one, and Outlook takes either."""
        disposition, kind = self.head.first("Content-Disposition"), self.head.first("Content-Type")
        return frozenset({called(parameter(disposition, "filename")), called(parameter(kind, "name"))} - {""})

    @property
    def content_id(self) -> str:
        """Its content id without brackets, or empty."""
        return self.head.first("Content-ID").strip().removeprefix("<").removesuffix(">").strip()

    @property
    def location(self) -> str:
        """The address that stands for it in the text (RFC 2557), or empty."""
        return "".join(self.head.first("Content-Location").split())

    @property
    def piece(self) -> Piece | None:
        """Where its content stands in the message, and how it is written there; None where that is not known."""
        if not 0 <= self.start <= self.end:
            return None
        encoding = self.head.first("Content-Transfer-Encoding").partition(";")[0].strip().lower()
        return Piece(self.start, self.end, encoding, self.closed)

    @property
    def attached(self) -> bool:
        """Whether it is sent as an attachment."""
        return self.head.first("Content-Disposition").strip().lower().startswith("attachment")

    @property
    def is_text(self) -> bool:
        """Whether it is the mail's text, in one of its forms, and no file."""
        return self.media_type in ("text/plain", "text/html") and not self.attached and not self.name


@dataclass(frozen=True)
class Skeleton:
    """A message's head and its parts; ``complete`` is false where it was too long to be handed over whole."""

    head: Headers
    parts: tuple[Part, ...]
    complete: bool = True

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail's at all: an empty file has one, too, and so has a server's page in a mail's place."""
        return self.head.of_a_mail

    def of(self, attachments: Sequence[RawAttachment]) -> tuple[Part | None, ...]:
        """The part of each attachment: by its name, in order where several have it, else by its place.

        Places count only where as many are left on both sides, and no part among them has another name: of a sealed
        mail Outlook lists what is inside. None where it is not sure.
        """
        left = dict(enumerate(self.parts))
        named: dict[str, deque[int]] = {}
        for place, part in left.items():
            if part.name:
                named.setdefault(called(part.name), deque()).append(place)
        found: list[Part | None] = []
        for attachment in attachments:
            alike = named.get(called(attachment.name))
            found.append(left.pop(alike.popleft()) if alike else None)
        places = [place for place, one in enumerate(found) if one is None]
        nameless = [one for one in left.values() if not one.is_text]
        # Of a text in several parts, with files between them, Outlook lists those after the first as files.
        first = next((place for place, one in enumerate(self.parts) if not one.is_text), len(self.parts))
        texts = [one for place, one in left.items() if not one.is_text or place > first]
        for candidates in (nameless, texts):
            if len(candidates) == len(places) and self.complete:
                pairs = dict(zip(places, candidates, strict=True))
                if all(not part.name or listed_as(part.name, attachments[place].name) for place, part in pairs.items()):
                    found = [pairs.get(place, one) for place, one in enumerate(found)]
                break
        return tuple(found)

    def length(self, part: Part) -> int:
        """How long a part is that was found for an attachment; of those that may have been taken for it the longest."""
        name = called(part.name)
        alike = (one for one in self.parts if called(one.name) == name and (name or not one.is_text))
        return max(one.length for one in alike)

    def unlisted(self, attachments: Sequence[RawAttachment]) -> int:
        """How many files the message has that are not among these, as far as their names tell.

        None of a sealed message: there Outlook lists what it has opened, or the seal.
        """
        if not self.complete or any(part.media_type in SEALED | SEALS for part in self.parts):
            return 0
        files = [one for one in self.parts if one.name and not one.is_text and not one.media_type.startswith(_OTHERS)]
        listed = Counter(called(one.name) for one in attachments)
        unnamed = (Counter(called(one.name) for one in files) - listed).total()
        return max(0, min(unnamed, len(files) - len(attachments)))

    def named(self, attachments: Sequence[RawAttachment]) -> tuple[RawAttachment, ...]:
        """The attachments with what the text calls them by: content ids and addresses of their parts.

        Only where it is sure which part is which, as Outlook need not list attachments in their order: by a name that
        no other has; and of those without one by a type that no other has, or by Exchange's numbers (``ATT00001.png``).
        """
        found = self.of(attachments)
        nameless = [one for one, part in zip(attachments, found, strict=True) if part is not None and not part.name]
        in_order = numbered([one.name for one in nameless])
        names = Counter(called(one.name) for one in attachments)
        parts = Counter(name for one in self.parts for name in one.names)
        types = Counter(map(_type_of, nameless))

        def completed(one: RawAttachment, part: Part | None) -> RawAttachment:
            if part is None:
                return one
            if part.name:
                sure = names[called(one.name)] == parts[called(part.name)] == 1 and parts[called(one.name)] <= 1
            else:
                sure = in_order or (types[_type_of(one)] == 1 and _type_of(one) == part.media_type)
            if not sure:
                return one
            return replace(one, content_id=part.content_id or one.content_id, location=part.location or one.location)

        return tuple(map(completed, attachments, found))


def taken_apart(text: str) -> Skeleton:
    """Take a skeleton apart. Anything at all gives one; what is broken ends where it breaks."""
    lines = text.split("\n")
    complete = CUT not in lines
    head, rest = _head(lines)
    return Skeleton(head, tuple(_parts(head, rest)), complete)


def _head(lines: Sequence[str]) -> tuple[Headers, Sequence[str]]:
    end = lines.index("") if "" in lines else len(lines)
    head = [line for line in lines[:end] if not line.startswith(AT)]
    return headers.parse("\n".join(head).lstrip("\ufeff")), lines[end + 1 :]


def _parts(head: Headers, lines: Sequence[str]) -> Iterator[Part]:
    """The parts in their order. ``around``: boundaries that a line stands in, and the type of parts without one."""
    around: list[tuple[str, str]] = []
    inside = _begun(head, around)
    reading: list[str] | None = None
    at = -1
    for line in (*lines, ""):
        if line.startswith(AT):
            at = int(line[len(AT) :]) if line[len(AT) :].isdecimal() else -1
            inside = replace(inside, start=at) if inside is not None and inside.start < 0 else inside
            continue
        level, ends = _boundary(line, around)
        if reading is not None and (level >= 0 or line == ""):
            inside, reading = _begun(headers.parse("\n".join(reading)), around), None
            level, ends = _boundary(line, around)
        if level >= 0:
            if inside is not None:
                start = at if inside.start < 0 else inside.start
                yield replace(inside, start=start, end=at, closed=level == len(around) - 1)
            inside = None
            del around[level if ends else level + 1 :]
            reading = None if ends else []
        elif reading is not None:
            reading.append(line)
        elif inside is not None and line:
            inside = replace(inside, length=inside.length + _length(line))
    if inside is not None:
        # Of a skeleton that is cut off nobody knows where the message ends.
        yield replace(inside, end=-1 if CUT in lines[-1:] else at)


def _begun(head: Headers, around: list[tuple[str, str]]) -> Part | None:
    """The part of this head; None for one that has parts, whose boundary is added."""
    part = Part(head, default=around[-1][1] if around else "text/plain")
    boundary = parameter(head.first("Content-Type"), "boundary").rstrip()
    if not part.media_type.startswith("multipart/") or not boundary or len(around) >= MOST_DEEP:
        return part
    around.append((boundary, "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"))
    return None


def _boundary(line: str, around: Sequence[tuple[str, str]]) -> tuple[int, bool]:
    """Which of the boundaries the line is, and whether it ends that; -1 for none."""
    if line.startswith("--"):
        bare = line[2:].rstrip()
        for level in range(len(around) - 1, -1, -1):
            boundary = around[level][0]
            if bare in (boundary, f"{boundary}--"):
                return level, bare != boundary
    return -1, False


def _length(line: str) -> int:
    if line.startswith(COUNT):
        return int(line[1:]) if line[1:].isdecimal() else 0
    return len("".join(line.split()))


def _type_of(attachment: RawAttachment) -> str:
    """An attachment's media type; where Outlook tells none, the one that its ending stands for among pictures."""
    ending = attachment.name.rpartition(".")[2].lower()
    return attachment.media_type.lower() or f"image/{'jpeg' if ending == 'jpg' else ending}"
