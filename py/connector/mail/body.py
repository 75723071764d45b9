"""The mail's text on its way into the CRM.

vtenext takes every body as HTML and cleans it: line breaks of plain text vanish, ``cid:`` pictures
turn blank, and on a three-byte database characters beyond U+FFFF are lost unless they come as
numeric references. The functions here make a text that comes through unchanged. All run in linear
time; bodies of several megabytes occur.
"""

from __future__ import annotations

import re

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"(?m)^ |[ \t]{2,}|\t| $")
_TAB = 4
_SCRIPT = re.compile(r"(?i)script.*/script")


def sound(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced by U+FFFD.

    JavaScript strings may hold halves of characters; JSON with them is refused whole by PHP.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def as_kept(text: str) -> str:
    """Return a short text as vtenext keeps it: where it seems to hold a script, brackets and quotes are entities.

    Its pages show that as it was.
    """
    if _SCRIPT.search(text) is None:
        return text
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def survivable(html: str) -> str:
    """The HTML so that vtenext's database keeps every character.

    Characters beyond the BMP become numeric references (which HTML reads the same in text and in
    attribute values); halves of characters and control characters become U+FFFD. All other text
    is unchanged.
    """
    html = _NOT_IN_HTML.sub("\ufffd", sound(html))
    return _BEYOND_BMP.sub(lambda match: f"&#{ord(match[0])};", html)


def from_text(text: str) -> str:
    """HTML that shows a plain text: escaped, with its line breaks, indents and runs of spaces."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    lines = _LINE_END.sub("\n", escaped)
    return survivable(_SPACES.sub(_kept_spaces, lines).replace("\n", "<br>\n"))


def _kept_spaces(match: re.Match[str]) -> str:
    run = match[0].expandtabs(_TAB) if "\t" in match[0] else match[0]
    at_start = match.start() == 0 or match.string[match.start() - 1] == "\n"
    at_end = match.end() == len(match.string) or match.string[match.end()] == "\n"
    if at_start or at_end:
        return "&nbsp;" * len(run)
    return "&nbsp;" * (len(run) - 1) + " "  # the last one stays breakable
