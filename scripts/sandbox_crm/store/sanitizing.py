"""What the CRM makes of the HTML body of a mail: a filter that reads HTML in its own way, as SquirrelMail's does.

Scripts, styles and other active parts go with their content, and so does all that follows where they have no end;
``<embed>`` never has one. A ``<`` that begins no proper tag takes everything up to the next ``>`` with it. Event
handlers, classes and addresses of unknown kinds go, what was left open is closed at the end, other text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

BEGIN, END = "\n<!-- begin sanitized html -->\n", "\n<!-- end sanitized html -->\n"
BLANK = "modules/Messages/src/img/blank.png"
INVALID = "http://invalid-stuff-detected.example.com"
PATTERN_LIMIT = 1_000_000
"""PHP's ``pcre.backtrack_limit``: a value of so many bytes is not read to its end, nor is anything behind it."""

_WITH_CONTENT = frozenset({"style", "script", "applet", "embed", "title", "frameset", "xmp", "xml"})
_TAG_ONLY = frozenset({"object", "meta", "html", "head", "base", "link", "frame", "iframe", "plaintext", "marquee"})
_SCHEMES = frozenset({"data", "mailto", "tel", "sms", "http", "https", "ftp"})
_SELF_CLOSING = frozenset({"img", "br", "hr", "input", "outbind"})
_REMOVED = re.compile(r"target|^on|^dynsrc|^data|^lowsrc|^class", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_-]*+")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_:-]*+")
_SPACE = re.compile(r"[\t\n\x0b\x0c\r ]*+")
_BARE_VALUE = re.compile(r"[^\t\n\x0b\x0c\r >]*+")
_SCRIPT = re.compile(r"<script[\t\n\x0b\x0c\r ][^\n]*?</script>", re.IGNORECASE)
_IN_TEXT = {
    "": re.compile(r"(?:\s|^)((?:https?://)+[a-z0-9_./?=&-/%]+)", re.IGNORECASE),
    "http://": re.compile(r"(?:\s|^)((?:www\.)+[a-z0-9_./?=&-/%]+)", re.IGNORECASE),
}
"""Addresses that become links; the blank before them is lost."""
_HOST = re.compile(r"[a-z0-9+.-]+://[^/?#]*?:(?!\d{0,5}(?:[/?#]|$))", re.IGNORECASE)
_NUMBERED = re.compile(r"&#0*(\d+);*|&#x0*([0-9a-f]+);*", re.IGNORECASE)
_ODD = re.compile(r"[^\x20-\x7f]")
_ACTIVE_STYLE = re.compile(r"expression|binding|behaviou*r|include-source|position\s*:", re.IGNORECASE)
_PRE = re.compile(r"<pre[^>]*?>", re.IGNORECASE)

Attached = Callable[[str], str | None]
"""Where the mail's own attachment of a name is shown; None where it has none."""


def sanitized(text: str, attached: Attached = lambda _: None) -> str:
    """Return the body as the CRM stores and answers it, with the marks it puts around."""
    body = _SCRIPT.sub("", text.replace("&amp;", "&"))
    if re.search(r"&\{", body) and _exhausted(body):
        # The pattern gives up, and PHP goes on with nothing.
        return BEGIN + END
    body = re.sub(r"&(\{.*?\};)", r"&amp;\1", body, flags=re.DOTALL)
    clean = "".join(_Filter(body, attached).filtered())
    return BEGIN + _PRE.sub('<p class="MessagePre">', clean).replace("</pre>", "</p>") + END


def _exhausted(body: str) -> bool:
    begin = 0
    while (begin := body.find("&{", begin)) >= 0:
        end = body.find("};", begin)
        if (len(body) if end < 0 else end) - begin >= PATTERN_LIMIT:
            return True
        begin += 2
    return False


@dataclass
class _Tag:
    """What was found at a ``<``; without a name where it is none. ``end`` is the place behind it."""

    end: int
    name: str = ""
    kind: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class _Filter:
    def __init__(self, body: str, attached: Attached) -> None:
        self._body, self._attached = body, attached

    def filtered(self) -> Iterator[str]:
        position, open_tags, skipped = 0, dict[str, int](), ""
        while (start := self._body.find("<", position)) >= 0:
            text, tag = self._body[position:start], self._tag(start)
            position = tag.end
            if not skipped:
                for begin, pattern in _IN_TEXT.items():
                    text = pattern.sub(rf'<a href="{begin}\1" target="_blank">\1</a>', text)
                yield text
            if not tag.name:
                continue
            if tag.kind == "closing":
                if skipped:
                    skipped = "" if skipped == tag.name else skipped
                    continue
                name = "div" if tag.name == "body" else tag.name
                if open_tags.get(name):
                    open_tags[name] -= 1
                    yield f"</{name}>"
            elif not skipped:
                if tag.kind == "opening" and tag.name in _SELF_CLOSING:
                    tag.kind = "empty"
                if tag.kind == "opening" and tag.name in _WITH_CONTENT:
                    skipped = tag.name
                elif tag.name not in _TAG_ONLY:
                    yield self._written(tag, open_tags)
        yield self._body[position:]
        yield from (f"</{name}>" * times for name, times in open_tags.items())

    def _written(self, tag: _Tag, open_tags: dict[str, int]) -> str:
        name, attributes = tag.name, tag.attributes
        if name == "body":
            name, attributes = "div", _body_style(attributes)
        if tag.kind == "opening":
            open_tags[name] = open_tags.get(name, 0) + 1
        if attributes:
            attributes = self._kept(name, attributes)
        text = "".join(f" {key}={value}" for key, value in attributes.items())
        return f"<{name}{text}{' /' if tag.kind == 'empty' else ''}>"

    # -- reading

    def _tag(self, start: int) -> _Tag:
        body = self._body
        at = _skip(_SPACE, body, start + 1)
        nothing = _Tag(len(body))
        if at >= len(body):
            return nothing
        if body[at] == "!":
            if body.startswith("--", at + 1):
                end = body.find("-->", at)
                return _Tag(end + 3) if end >= 0 else nothing
            return self._invalid(at)
        kind = "closing" if body[at] == "/" else "opening"
        at += kind == "closing"
        end = _skip(_NAME, body, at)
        if end >= len(body):
            return nothing
        name = body[at:end].lower()
        if body[end] == ">":
            return _Tag(end + 1, name, kind)
        if body[end] == "/":
            return _Tag(end + 2, name, "empty") if body.startswith("/>", end) else self._invalid(end)
        if not _SPACE.fullmatch(body[end]):
            return self._invalid(start)
        return self._attributes(name, kind, end)

    def _invalid(self, at: int) -> _Tag:
        end = self._body.find(">", at)
        return _Tag(end + 1 if end >= 0 else len(self._body))

    def _attributes(self, name: str, kind: str, at: int) -> _Tag:
        body, found = self._body, dict[str, str]()
        nothing = _Tag(len(body))
        while True:
            at = _skip(_SPACE, body, at)
            if at >= len(body):
                return nothing
            if body[at] == ">":
                return _Tag(at + 1, name, kind, found)
            if body.startswith("/>", at):
                return _Tag(at + 2, name, "empty", found)
            end = _skip(_ATTRIBUTE_NAME, body, at)
            if end >= len(body):
                return nothing
            attribute = body[at:end].lower()
            if body[end] == ">" or body.startswith("/>", end):
                return _Tag(end + (1 if body[end] == ">" else 2), name, kind if body[end] == ">" else "empty",
                            found | {attribute: '"yes"'})  # fmt: skip
            if body[end] == "/":
                return self._invalid(end)
            at = _skip(_SPACE, body, end)
            if not body.startswith("=", at):
                if at >= len(body) or not re.match(r"[A-Za-z0-9_/>]", body[at]):
                    return self._invalid(at)
                found[attribute] = '"yes"'
                continue
            at = _skip(_SPACE, body, at + 1)
            mark = body[at : at + 1]
            end = body.find(mark, at + 1) if mark in {'"', "'"} else _skip(_BARE_VALUE, body, at)
            if end < 0 or end >= len(body) or _bytes(body[at:end]) > PATTERN_LIMIT:
                return nothing
            quoted = mark in {'"', "'"}
            found[attribute] = body[at : end + 1] if quoted else '"' + body[at:end].replace('"', "&quot;") + '"'
            at = end + quoted

    # -- attributes

    def _kept(self, tag: str, attributes: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in attributes.items():
            if name in {"href", "src", "background"}:
                # Whatever its name, an address is written back.
                kept[name] = self._address(name, re.sub(r"[\t\r\n\0 ]", "", _resolved(value)))
            elif name == "style":
                kept[name] = _style(value)
            elif not _REMOVED.search(name):
                kept[name] = value
        return kept | ({"target": '"_blank"', "title": '""'} if tag == "a" else {})

    def _address(self, name: str, value: str) -> str:
        mark = value[0] if value[:1] in {'"', "'"} else '"'
        value = value[1:-1].strip() if value[:1] in {'"', "'"} else value
        if not value:
            return BLANK
        if _ODD.search(value):
            return f"{mark}{INVALID if name == 'href' else BLANK}{mark}"
        scheme, colon, rest = value.partition(":")
        scheme = scheme.lower()
        if colon and scheme == "cid":
            return f"{mark}{self._attached(rest) or BLANK}{mark}"
        if not colon or scheme not in _SCHEMES or _HOST.match(value):
            return f"{mark}{BLANK}{mark}"
        if name == "href" or scheme == "data":
            return f"{mark}{value}{mark}"
        # Pictures of other servers are written without quotation marks.
        return value if "/" in rest.lstrip("/") else f"{mark}{BLANK}{mark}"


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _bytes(value: str) -> int:
    return len(value) if value.isascii() else len(value.encode(errors="replace"))


def _resolved(value: str) -> str:
    """Without numeric references and backslashes."""
    if "&" not in value and "\\" not in value:
        return value

    def character(match: re.Match[str]) -> str:
        number = int(match[1]) if match[1] else int(match[2], 16)
        return chr(number % 256)

    return _NUMBERED.sub(character, value).replace("\\", "")


def _style(value: str) -> str:
    if _resolved(value) != value:
        return "idiocy"
    plain = re.sub(r"[\t\r\n\0 ]", "", value)
    if _ACTIVE_STYLE.search(plain):
        return _ACTIVE_STYLE.sub("idiocy", re.sub(r"/\*.*\*/", "", plain))
    return '"disallowed character"' if _ODD.search(plain) else value


def _body_style(attributes: dict[str, str]) -> dict[str, str]:
    """What the attributes of the body become on the ``div`` in its place."""
    style = "".join(
        f"{css}: {attributes[name].strip(chr(34) + chr(39))}; "
        for name, css in {"bgcolor": "background-color", "text": "color"}.items()
        if name in attributes
    )
    if "background" in attributes:
        style = f"background-image:url('{BLANK}');" + style.replace(": ", ":").replace("; ", ";")
    return {"style": f'"{style}"'} if style else {}
