"""What the CRM makes of the HTML body of a mail: a token filter in the manner of SquirrelMail's.

Text passes untouched, line breaks too; scripts, styles and other active parts go with their content,
event handlers and outside addresses of kinds other than http(s), mailto and data go from tags, and
what was left open is closed at the end. Unknown tags stay: plain text with ``<tag>`` is mangled.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

BEGIN, END = "\n<!-- begin sanitized html -->\n", "\n<!-- end sanitized html -->\n"
BLANK = "modules/Messages/src/img/blank.png"

_WITH_CONTENT = ("script", "style", "applet", "object", "embed", "title", "frameset", "xml", "xmp")
_EMPTIED = {"html", "head", "meta", "base", "link", "frame", "iframe", "plaintext", "marquee"}
_DROPPED = frozenset({*_EMPTIED, *_WITH_CONTENT})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "track", "wbr"})
_ADDRESSES = frozenset({"href", "src", "background", "action", "formaction", "cite", "longdesc", "data", "srcset"})
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*+(?:>|\Z)", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:_-]*+)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([^\s=/\"'<>]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+")
_CONTENT_END = {name: re.compile(rf"</{name}\b[^>]*+>|\Z", re.IGNORECASE) for name in _WITH_CONTENT}
_ACTIVE_STYLE = re.compile(r"expression|javascript|behaviou?r|-moz-binding|@import|url\s*\(", re.IGNORECASE)


def sanitized(text: str) -> str:
    """Return the body as the CRM stores and answers it, with the marks it puts around."""
    return BEGIN + "".join(_filtered(text)) + END


def _filtered(text: str) -> Iterator[str]:
    text = _COMMENT.sub("", text)
    position, open_tags = 0, list[str]()
    while (start := text.find("<", position)) >= 0:
        yield text[position:start]
        tag = _TAG.match(text, start)
        if tag is None:
            yield "&lt;" if text[start + 1 : start + 2].strip("/").isalpha() else "<"
            position = start + 1
            continue
        position = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if name in _CONTENT_END and not closing and not tag[3].endswith("/"):
            end = _CONTENT_END[name].search(text, position)
            position = end.end() if end else len(text)
        if name in _DROPPED:
            continue
        name = "div" if name == "body" else name
        if closing:
            if name in open_tags:
                open_tags.reverse()
                open_tags.remove(name)
                open_tags.reverse()
                yield f"</{name}>"
        else:
            empty = name in _VOID or tag[3].endswith("/")
            yield f"<{name}{''.join(_attributes(name, tag[3]))}{' />' if empty else '>'}"
            if not empty:
                open_tags.append(name)
    yield text[position:]
    for name in reversed(open_tags):
        yield f"</{name}>"


def _attributes(tag: str, text: str) -> Iterator[str]:
    given: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        given.setdefault(match[1].lower(), html.unescape(next(filter(None, match.groups()[1:]), "")))
    if tag == "a":
        given = {name: value for name, value in given.items() if name not in {"target", "title"}} | {
            "target": "_blank",
            "title": given.get("title", ""),
        }
    for name, value in given.items():
        if name.startswith("on") or name in {"id", "srcdoc"}:
            continue
        if name == "style" and _ACTIVE_STYLE.search(_plain(value)):
            continue
        if name in _ADDRESSES:
            value = value if _harmless(tag, value) else BLANK
        yield f' {name}="{html.escape(value)}"'


def _plain(value: str) -> str:
    return re.sub(r"/\*.*?\*/|\\|[\x00-\x20]", "", value, flags=re.DOTALL)


def _harmless(tag: str, value: str) -> bool:
    scheme, colon, rest = re.sub(r"[\x00-\x20]+", "", value[:64]).partition(":")
    if not colon or not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", scheme):
        return True
    if scheme.lower() == "data":
        return tag == "img" and rest.lower().startswith("image/")
    return scheme.lower() in {"http", "https", "mailto", "tel"}
