"""Bodies as Outlook gives them: HTML made from plain text, and text made from HTML."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_LINK = re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]']")
_BLOCKS = frozenset(
    "address article blockquote br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre "
    "section table tr ul".split()
)
_SILENT = frozenset({"head", "script", "style", "title", "template"})
_TRAILING = frozenset({"p", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})

_SHELL = (
    "<html><head>\r\n"
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    "<!-- made from plain text -->\r\n</head>\r\n<body>\r\n{body}</body>\r\n</html>\r\n"
)


def html_of_text(text: str) -> str:
    """Outlook's view of a plain-text mail: escaped, one ``<br>`` per line, web addresses as links."""
    if not text:
        return _SHELL.format(body="")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marked = "<br>\r\n".join(_marked(line) for line in lines)
    return _SHELL.format(body=f'<font size="2"><div class="PlainText">{marked}</div></font>\r\n')


_QUOTES = re.compile(r">*")
_SIGNATURE = "-- "


def unflowed(text: str, *, delsp: bool) -> str:
    """Return a text of RFC 3676 (``format=flowed``) with its paragraphs in one line each.

    ``delsp``: the blank at the end of a wrapped line was added by wrapping.
    """
    lines: list[str] = []
    open_at: int | None = None  # the depth of quotation of a paragraph that goes on
    for line in re.split(r"\r\n|\r|\n", text):
        depth = _QUOTES.match(line).end()  # type: ignore[union-attr]  # it matches anything
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != _SIGNATURE
        if flows and delsp:
            content = content[:-1]
        if open_at == depth and content != _SIGNATURE:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        open_at = depth if flows else None
    return "\r\n".join(lines)


def _marked(line: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _LINK.finditer(line):
        address = html.escape(match.group())
        pieces.append(_escaped(line[end : match.start()]))
        pieces.append(f'<a href="{address}">{address}</a>')
        end = match.end()
    pieces.append(_escaped(line[end:]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    """Escape markup, and keep runs of spaces as Outlook does, with non-breaking ones."""
    return re.sub(r" (?= )|^ ", "&nbsp;", html.escape(text, quote=False))


_META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_CHARSET = re.compile(r"<meta\b[^>]*\bcharset\b[^>]*>", re.IGNORECASE)
_DOCTYPE = re.compile(r"\A\s*<!doctype[^>]*>\s*", re.IGNORECASE)


def framed(markup: str) -> str:
    """Return HTML in the frame in which Exchange keeps it: html, head with a charset of its own, body; no doctype."""
    markup = _CHARSET.sub("", _DOCTYPE.sub("", markup))
    for tag, before, after in (("head", "", ""), ("html", "<head>", "</head>")):
        found = re.search(rf"<{tag}\b[^>]*>", markup, re.IGNORECASE)
        if found:
            return f"{markup[: found.end()]}{before}\r\n{_META}{after}{markup[found.end() :]}"
    head = f"<html><head>\r\n{_META}</head>"
    if re.search(r"<body\b", markup, re.IGNORECASE):
        return f"{head}{markup}</html>"
    return f"{head}<body>{markup}</body></html>"


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0  # a head that was never closed
        elif tag in _BLOCKS:
            self._newline()
        elif tag in {"td", "th"} and self.pieces and not self.pieces[-1].endswith(("\n", "\t")):
            self.pieces.append("\t")
        elif tag == "img":
            alternative = dict(attrs).get("alt")
            if alternative:
                self.pieces.append(f"[{alternative}]")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._newline()
            if tag in _TRAILING:
                self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        if not self.pieces or self.pieces[-1].endswith("\n"):
            text = text.lstrip(" ")
        if text:
            self.pieces.append(text)

    def _newline(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")


def text_of_html(markup: str) -> str:
    """The text of an HTML mail: blocks become lines, cells are separated by tabs, scripts are dropped."""
    parser = _TextOfHtml()
    try:
        parser.feed(markup)
        parser.close()
    except (AssertionError, ValueError):  # markup declarations that html.parser gives up on
        return re.sub(r"<[^>]*>", " ", markup)
    text = "".join(parser.pieces)
    return re.sub(r"[ \t]+\n", "\n", re.sub(r"\n{3,}", "\n\n", text)).strip().replace("\n", "\r\n")
