"""The mail's HTML, written so that vtenext's filter passes all of it.

The filter reads HTML in its own way. A ``<`` that begins no tag takes all up to the next ``>`` with it; ``<embed>``,
which never ends, takes the rest of the mail, and so does a value of a million characters; ``&amp;lt;`` becomes ``<``,
and ``&{`` in a large mail costs all of it. What `tame` returns says the same to a browser and to the filter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

LONGEST_VALUE = 990_000
"""Characters of an attribute's value. At 1,000,000 the filter's regular expressions give up (``pcre.backtrack_limit``)
and it drops the rest of the mail."""

_NAME = r"[A-Za-z][A-Za-z0-9_-]*+"
_HIDDEN = ("script", "style", "title", "xml")
_RAW = {"textarea": "pre", "xmp": "pre", "plaintext": "pre"}
"""Their content is shown as it is written, up to their own end; and what shows it that the filter keeps."""
_FOREIGN = ("noscript", "noembed", "noframes", "svg", "math")
"""Their content is text or another language to a browser, and HTML to the filter: markup could hide in an attribute."""
_FORGOTTEN = frozenset({"embed", "applet", "frameset"})
"""Elements that the filter drops with all they hold; a browser shows what they hold, or they hold nothing."""

_TAME = re.compile(
    rf"""(?xi)
    (?: [^<]++
      | </?+ (?! (?:{"|".join((*_HIDDEN, *_RAW, *_FOREIGN, *_FORGOTTEN))}) (?![a-z0-9_-]) ) {_NAME}
        (?: \s++ (?! (?:href|src|background) \b ) [a-z_] [a-z0-9_:-]*+
            (?: \s*+ = \s*+ (?: "[^"]{{0,4000}}+" | '[^']{{0,4000}}+' | [^\s"'<>=`/]++ ) )?+
        )*+ \s*+ /?+ >
    )*+
"""
)
"""A stretch that both read alike. Addresses and long values are looked at more closely."""
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|.*)", re.DOTALL)
_DECLARATION = re.compile(r"<(?:[!?]|/(?![A-Za-z]|\Z))[^>]*+(?:>|\Z)")
_TAG = re.compile(r"</?([A-Za-z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^\s>]++)|(?=>)))?+"
)
_TAG_END = re.compile(r"[\s/]*+(>|\Z)")
_WHOLE_NAME = re.compile(_NAME)
_GOOD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_:-]*")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE) for name in (*_HIDDEN, *_RAW)}
_PREFIXED = re.compile(r"(?:</?[A-Za-z][A-Za-z0-9]*+:[A-Za-z0-9]++\s*+>)++")
_BEFORE_ADDRESS = re.compile(r"([ \t\r\n])(?=(?:https?://|www\.)[a-z0-9%_=?&-/])", re.IGNORECASE)
_AMPERSAND = re.compile(r"&amp;(?=[#A-Za-z{])|&(?=\{)")
_IN_TEXT = re.compile(
    r"(?<![^\s>])((?:(?:https?://)+|(?:www\.)+)(?:&#38;|&amp;|&(?!#)|[a-z0-9_./?='()*+,%-])*+)(?=(&#)?)", re.IGNORECASE
)
"""An address in the text, as far as the filter makes a link of it, and whether a reference stands behind it."""
_READ_AS_REFERENCE = re.compile(
    "&#38;(?=(?:[AEIOUYaeiouy]acute|[AEIOUaeiou]circ|[AEIOUaeiou]grave|[ANOano]tilde|[AEIOUaeiouy]uml|[Aa]ring|[Cc]cedil"
    "|[Oo]slash|AElig|aelig|ETH|eth|THORN|thorn|szlig|AMP|amp|COPY|copy|GT|gt|LT|lt|QUOT|quot|REG|reg|acute|brvbar|cedil"
    "|cent|curren|deg|divide|frac1[24]|frac34|iexcl|iquest|laquo|macr|micro|middot|nbsp|not|ord[fm]|para|plusmn|pound|raquo"
    "|sect|shy|sup[123]|times|uml|yen))"
)
"""An ampersand before what HTML reads as a character even without a semicolon (HTML, "Named character references")."""
_GAP = "\u200b"
"""A place without width, at which the filter's link ends."""
_ADDRESSES = frozenset({"href", "src", "background"})
_ODD_IN_ADDRESS = re.compile(r"[^\x21-\x7e]+")
_NOT_IN_ADDRESS = str.maketrans("", "", "\t\r\n")


@dataclass(frozen=True)
class Tame:
    """The HTML; ``shortened``: a picture in it was too large, and is left out; ``unlinked``: another long value is."""

    html: str
    shortened: bool
    unlinked: bool = False


def tame(html: str) -> Tame:
    """Rewrite what a browser and the filter read in different ways.

    Comments, scripts and styles go, as with the filter; of a drawing its texts stay. Text, line breaks, and everything
    that is written as most mails write it stay as they are.
    """
    writer = _Writer(html)
    writer.run()
    html = _IN_TEXT.sub(_in_text, _AMPERSAND.sub("&#38;", "".join(writer.pieces)))
    # Of a blank before an address the filter makes a link and no blank.
    return Tame(_BEFORE_ADDRESS.sub(r"\1\1", html), writer.shortened, writer.unlinked)


def _in_text(address: re.Match[str]) -> str:
    """An address in the text so that the filter's link ends at no reference: it would be cut in two, and be read."""
    whole = _READ_AS_REFERENCE.sub(f"&amp;{_GAP}", address[1]).replace("&#38;", "&amp;")
    return whole + _GAP if address[2] else whole


class _Writer:
    def __init__(self, html: str) -> None:
        self._html = html
        self.pieces: list[str] = []
        self.shortened = self.unlinked = False
        self._endless: set[str] = set()

    def run(self) -> None:
        at, html = 0, self._html
        while at < len(html):
            good = _TAME.match(html, at)
            if good is not None and good.end() > at:
                self.pieces.append(good[0])
                at = good.end()
            else:
                at = self._odd(at)

    def _odd(self, at: int) -> int:
        """Write what stands at a ``<``; returns where it ends."""
        html = self._html
        for kind in (_PREFIXED, _COMMENT, _DECLARATION):
            if (match := kind.match(html, at)) is not None:
                return match.end()
        tag = _TAG.match(html, at)
        if tag is None:
            self.pieces.append("&lt;")
            return at + 1
        attributes, end = self._attributes(tag.end())
        if end is None:
            # A tag that never ends is none, and shows nothing.
            return len(html)
        name, closing = tag[1].lower(), html[at + 1] == "/"
        if name in _RAW_END:
            return self._raw(name, attributes, end, closing=closing)
        if name in _FOREIGN:
            name = "span"
        if name not in _FORGOTTEN and _WHOLE_NAME.fullmatch(name):
            self.pieces.append(f"</{name}>" if closing else f"<{name}{attributes}>")
        return end

    def _raw(self, name: str, attributes: str, begin: int, *, closing: bool) -> int:
        """An element whose content is text: shown as such, or left out. Returns where it ends."""
        if closing or name in self._endless:
            return begin
        end = _RAW_END[name].search(self._html, begin) if name != "plaintext" else None
        if name in _RAW:
            shown = self._html[begin : end.start() if end else None]
            shown = (shown if name == "textarea" else shown.replace("&", "&#38;")).replace("<", "&lt;")
            self.pieces.append(f"<{_RAW[name]}{attributes}>{shown}</{_RAW[name]}>")
            return end.end() if end else len(self._html)
        if end is None:
            # It would take the rest of the mail with it.
            self._endless.add(name)
            return begin
        return end.end()

    def _attributes(self, at: int) -> tuple[str, int | None]:
        """The attributes as they are written, and where the tag ends; None where it does not."""
        written: dict[str, str] = {}
        while (end := _TAG_END.match(self._html, at)) is None:
            match = _ATTRIBUTE.match(self._html, at)
            if match is None:
                return "", None
            at = match.end()
            name = match[1].lower()
            if name not in written and _GOOD_NAME.fullmatch(name):
                written[name] = self._attribute(name, match)
        return "".join(written.values()), end.end() if end[1] else None

    def _attribute(self, name: str, match: re.Match[str]) -> str:
        value = next((one for one in match.groups()[1:] if one is not None), "")
        if name in _ADDRESSES:
            value = value.translate(_NOT_IN_ADDRESS).strip()
            value = _ODD_IN_ADDRESS.sub(lambda odd: quote(odd[0], safe="", errors="replace"), value)
        if len(value) > LONGEST_VALUE or (not value.isascii() and len(value.encode(errors="replace")) > LONGEST_VALUE):
            if name in ("src", "background") or "data:image/" in value:
                self.shortened = True
            else:
                self.unlinked = True
            return ""
        mark = "'" if match[3] is not None else '"'
        return f" {name}={mark}{value.replace(mark, '&quot;')}{mark}"
