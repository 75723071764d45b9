"""The structured header fields of a part: its type, its parameters, how it is encoded. Forgiving, and never raising."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote_to_bytes

from standin_outlook import headers

_TYPE = re.compile(r"""[\s"']*([^\s/;"'()<>,=]+/[^\s/;"'()<>,=]+)""")
_PARAMETER = re.compile(r';?\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?[^;]*|([^;]*))|;|[^;]+', re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?", re.DOTALL)


def value_of(part: Message, name: str) -> str:
    """The first value of a field, unfolded; "" when there is none."""
    found = headers.raw_values(part, name)
    return re.sub(r"\r\n|\r|\n", "", found[0]).strip() if found else ""


def content_type(part: Message) -> str:
    """The lower-case type of a part; a broken one is plain text, as RFC 2045 has it."""
    value = value_of(part, "content-type")
    found = _TYPE.match(re.sub(r"\A\s*\([^()]*\)", "", value))
    if found:
        return found[1].lower()
    return "text/plain" if value else part.get_default_type()


def disposition(part: Message) -> str:
    """The lower-case disposition of a part, "" when it has none."""
    return re.split(r"[;\s(]", value_of(part, "content-disposition"), maxsplit=1)[0].strip("\"'").lower()


def encoding(part: Message) -> str:
    """The lower-case transfer encoding of a part, whatever stands around its name."""
    value = re.sub(r"\([^()]*\)", "", value_of(part, "content-transfer-encoding"))
    found = re.search(r"[A-Za-z0-9-]+", value)
    return found[0].lower() if found else ""


def parameter(part: Message, name: str, field: str = "content-type") -> str:
    """A decoded parameter of a field, "" when it has none of this name."""
    return headers.decoded(raw_parameter(part, name, field))


def raw_parameter(part: Message, name: str, field: str) -> str:
    """A parameter with the words of RFC 2047 as they stand; sections and charsets of RFC 2231 are resolved."""
    plain = ""
    sections: dict[int, tuple[str, bool]] = {}
    for found in _PARAMETER.finditer(value_of(part, field).partition(";")[2]):
        key = _SECTION.fullmatch(found[1] or "")
        if key is None or key[1].lower() != name:
            continue
        value = re.sub(r'\\([\\"])', r"\1", found[2]) if found[2] is not None else found[3].strip()
        if key[2] is None and key[3] is None:
            plain = plain or value
        else:
            sections.setdefault(int(key[2] or 0), (value, key[3] is not None))
    return _joined(sections) if sections else plain


def _joined(sections: dict[int, tuple[str, bool]]) -> str:
    charset, content = "", b""
    for place, (number, (value, encoded)) in enumerate(sorted(sections.items())):
        if place == 0 and encoded and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        if number != place:
            break
        raw = value.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if encoded else raw
    return headers.text_of(content, charset or None)
