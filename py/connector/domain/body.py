"""The mail's text on its way into the CRM.

vtenext takes every body as HTML and cleans it: line breaks of plain text vanish, ``cid:`` pictures
turn blank, and on a three-byte database characters beyond U+FFFF are lost unless they come as
numeric references. The functions here make a text that comes through unchanged. All run in linear
time; bodies of several megabytes occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connector.ports import DataUrl, FileHandle, RawAttachment, Text

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"(?m)^ |[ \t]{2,}|\t| $")
_TAB = 4
_LONGEST_ID = 2000  # as written; an attribute that is never closed would run to the end of the mail

_REFERENCE = re.compile(r"""(?isx)
    (?: (?<![-\w]) (?:src|background) \s*+ = \s*+ (?P<quote>["'](?:\s*+))?
      | url \( \s*+ (?P<css> (?:"|'|&quot;|&\#0*39;|&\#x0*27;|&apos;|&\#0*34;|&\#x0*22;) \s*+ )?
        (?P<function>)
    ) (?P<cid> cid: )
""")
_CSS_END = re.compile(r"(?i)[^\"')<>\s&]*+(?:&(?!quot;|apos;|#0*39;|#0*34;|#x0*27;|#x0*22;)[^\"')<>\s&]*+)*+")
_BARE_END = re.compile(r"[^\s>]*")
_MEDIA_TYPE = re.compile(r"(?a)[\w.+-]+/[\w.+-]+")


def sound(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced by U+FFFD.

    JavaScript strings may hold halves of characters; JSON with them is refused whole by PHP.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


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


def content_ids(html: str) -> tuple[str, ...]:
    """The content ids that the HTML shows pictures by, each once, in order, without ``cid:``."""
    found: dict[str, str] = {}
    for _, _, written in _references(html):
        name = _content_id(written)
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def with_pictures(html: str, pictures: Mapping[str, FileHandle]) -> Text:
    """The HTML in pieces, with the ``cid:`` addresses of known pictures replaced by their content.

    ``pictures`` maps content ids (as `content_ids` gives them; case does not count) to files.
    Addresses of unknown pictures stay as they are.
    """
    known = {_bare(name).casefold(): _inlined(file) for name, file in pictures.items()}
    pieces: list[str | DataUrl] = []
    done = 0
    for start, end, written in _references(html):
        file = known.get(_content_id(written).casefold())
        if file is None:
            continue
        pieces += [html[done:start], DataUrl(file)]
        done = end
    pieces.append(html[done:])
    return [piece for piece in pieces if piece != ""] or [""]


def match_pictures(content_ids: Sequence[str], attachments: Sequence[RawAttachment]) -> dict[str, RawAttachment]:
    """Which attachment is meant by each content id; ids without a match are left out.

    By content id where Outlook gives one, else by name (``image001.png@01D…`` names
    ``image001.png``), else by order among the inline pictures left over. Order is only trusted when
    as many pictures as ids are left: a blank picture in an archive is better than a wrong one.
    """
    files = [one for one in attachments if one.kind.casefold() not in ("item", "cloud")]
    files.sort(key=lambda one: not one.inline)  # stable: inline ones first, each in its order
    found: dict[str, RawAttachment] = {}
    taken: set[int] = set()

    def take(wanted: str, fits: str, keys: Sequence[str]) -> None:
        for index, key in enumerate(keys):
            if key and key == fits and index not in taken:
                taken.add(index)
                found[wanted] = files[index]
                return

    given = [_bare(one.content_id).casefold() for one in files]
    names = [one.name.strip().casefold() for one in files]
    ids = tuple(dict.fromkeys(content_ids))
    for wanted in ids:
        take(wanted, _bare(wanted).casefold(), given)
    for wanted in ids:
        if wanted not in found:
            take(wanted, _bare(wanted).casefold(), names)
        if wanted not in found:
            take(wanted, _bare(wanted).partition("@")[0].casefold(), names)
    left = [wanted for wanted in ids if wanted not in found]
    spare = [one for index, one in enumerate(files) if index not in taken and one.inline and _is_picture(one)]
    if len(left) == len(spare):
        found.update(zip(left, spare, strict=True))
    return found


def _is_picture(attachment: RawAttachment) -> bool:
    ending = attachment.name.rpartition(".")[2].casefold()
    return attachment.media_type.casefold().startswith("image/") or ending in (
        "png", "jpg", "jpeg", "gif", "bmp", "webp", "svg", "tif", "tiff", "emf", "wmf",
    )  # fmt: skip


def _references(html: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text after ``cid:`` of each picture address in a ``src`` or CSS ``url()``."""
    match = _REFERENCE.search(html)
    while match:
        start, begin = match.start("cid"), match.end()
        quote = (match["quote"] or "")[:1]
        if quote and match["function"] is None:
            end = html.find(quote, begin, begin + _LONGEST_ID)
        else:
            closing = (_BARE_END if match["function"] is None else _CSS_END).match(html, begin, begin + _LONGEST_ID)
            end = closing.end() if closing else begin
        if end > begin:
            yield start, end, html[begin:end]
        match = _REFERENCE.search(html, max(begin, end))


def _content_id(written: str) -> str:
    """The content id behind an address as written: HTML escapes and percent signs resolved."""
    if "&" in written:
        from html import unescape  # its table of names is only loaded when an escape occurs

        written = unescape(written)
    if "%" in written:
        from urllib.parse import unquote

        written = unquote(written, errors="replace")
    return _bare(written)


def _bare(name: str) -> str:
    return name.strip().removeprefix("<").removesuffix(">").strip()


def _inlined(file: FileHandle) -> FileHandle:
    """The file with a media type that can stand inside an attribute and a JSON text."""
    if _MEDIA_TYPE.fullmatch(file.media_type):
        return file
    return replace(file, media_type="application/octet-stream")
