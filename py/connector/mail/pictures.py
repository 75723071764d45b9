"""The pictures inside a mail's text: which attachment stands at which address (RFC 2392, RFC 2557).

    addresses(html)                       # ("cid:logo@x", "photo.png")
    placing = place(addresses(html), mail.attachments)
    placing.found                         # {"cid:logo@x": 2}: the third attachment
    put_in(html, {"cid:logo@x": file})    # the HTML in pieces, the file where the address was

A picture in the wrong place is worse than none: where only order or names of several are known, none is placed, as
Outlook lists attachments in an order of its own, and a name need not be that in the content id. Only content ids of
Outlook's own making (``image001.png@01DC5A3B.7F2E4C10``) name their files. All of it is linear in the length of the
text and the number of attachments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from connector.ports import DataUrl, FileHandle, RawAttachment, Text

NOWHERE = "cid:left-out"
"""The address of a picture that is not shown."""

_LONGEST = 2000  # as written; an attribute that is never closed would run to the end of the mail
_CID = "cid:"
_REFERENCE = re.compile(r"""(?isx)
    (?: (?<![-\w]) (?:src|background) \s*+ = \s*+ (?P<quote>["'](?:\s*+))?
      | url \( \s*+ (?P<css> (?:"|'|&quot;|&\#0*39;|&\#x0*27;|&apos;|&\#0*34;|&\#x0*22;) \s*+ )?
        (?P<function>)
    )
""")
_CSS_END = re.compile(r"(?i)[^\"')<>\s&]*+(?:&(?!quot;|apos;|#0*39;|#0*34;|#x0*27;|#x0*22;)[^\"')<>\s&]*+)*+")
_BARE_END = re.compile(r"[^\s>]*")
_MEDIA_TYPE = re.compile(r"(?a)[\w.+-]+/[\w.+-]+")
_WRITTEN = re.compile(
    r"(?i)(?<![-\w])src\s*+=\s*+[\"']?\s*+data:(?:[\w.+/-]++;base64,([A-Za-z0-9+/=]*+)|,(\d{1,9})(?!\w))"
)
"""A picture in a text; the component tells only its length (``crm/README.md``, "copy")."""
_SHOWN = re.compile(r"(?i)(?<![-\w])src\s*+=\s*+[\"']?\s*+\Z")
_OUTLOOKS_OWN = re.compile(r"(image[0-9]{3}\.[a-z]{3,4})@[0-9a-f]{8}\.[0-9a-f]{8}")
_NOT_A_NAME = re.compile(r"[:/#?\\]")
_ENDINGS = ("png", "jpg", "jpeg", "gif", "bmp", "webp", "svg", "tif", "tiff", "emf", "wmf")


@dataclass(frozen=True)
class Placing:
    """Which picture stands where: for an address in the text the place of its attachment, from 0.

    ``unplaced``: the text has further places for pictures, and there are pictures that may belong there; but which
    belongs where is not known. ``guessed``: a name, or that there is but one, tells where it stands; its id was not
    known. ``dangling``: there are places whose pictures are not among those of the mail, by their ids.
    """

    found: Mapping[str, int]
    unplaced: bool = False
    guessed: bool = False
    dangling: bool = False


def addresses(html: str) -> tuple[str, ...]:
    """The addresses by which the HTML shows pictures, each once, in order.

    Content ids as ``cid:`` and the id in lower case; all others as they are written, without escapes.
    """
    return tuple(dict.fromkeys(filter(None, (_meant(written) for _, _, written in _references(html)))))


def put_in(html: str, pictures: Mapping[str, FileHandle], hidden: Set[str] = frozenset()) -> Text:
    """The HTML in pieces, with the addresses of these pictures (as `addresses` gives them) replaced by their content.

    ``hidden`` ones become `NOWHERE`; all other addresses stay as they are.
    """
    known = {address: _inlined(file) for address, file in pictures.items()}
    pieces: list[str | DataUrl] = []
    done = 0
    for start, end, written in _references(html) if known or hidden else ():
        meant = _meant(written)
        file = known.get(meant)
        if file is not None or meant in hidden:
            pieces += [html[done:start], NOWHERE if file is None else DataUrl(file)]
            done = end
    pieces.append(html[done:])
    return [piece for piece in pieces if piece != ""] or [""]


def lengths_in(text: Text) -> tuple[int, ...]:
    """The characters of each picture that is written into a text itself, as an element of its own, in their order."""
    lengths: list[int] = []
    before = ""
    for piece in text:
        if isinstance(piece, str):
            before = piece
            lengths += [int(found[2]) if found[2] else len(found[1]) for found in _WRITTEN.finditer(piece)]
        elif _SHOWN.search(before[-40:]):
            lengths.append((piece.file.size + 2) // 3 * 4)
    return tuple(lengths)


def place(addresses: Sequence[str], attachments: Sequence[RawAttachment]) -> Placing:
    """Find the attachment of each address in the text.

    By content id or Content-Location where they are known; else by the name in a content id of Outlook's own making;
    else, where the text shows one picture of the mail's and the mail has one, that one, unless they have different
    names. Where two would do for one address, or one for two, none does.
    """
    search = _Search(addresses, attachments)
    search.pair(_content_id, lambda one: _unescaped(_bare(one.content_id)).casefold())
    search.pair(_no_content_id, lambda one: _unescaped(one.location))
    search.pair(_file_name, lambda one: _unescaped(one.location).rpartition("/")[2])
    search.leave_out_known()
    sure = len(search.found)
    search.pair(_outlooks_name, _name)
    search.pair_the_only_ones()
    return Placing(search.found, search.is_unsure(), len(search.found) > sure, search.is_dangling())


class _Search:
    """Addresses and attachments that are still to be brought together."""

    def __init__(self, addresses: Sequence[str], attachments: Sequence[RawAttachment]) -> None:
        self.found: dict[str, int] = {}
        self._doubtful = False
        self._addresses = [one for one in addresses if _content_id(one) or _no_content_id(one)]
        self._files = {i: one for i, one in enumerate(attachments) if _may_be_shown(one)}
        self._pictures = len([one for one in self._files.values() if is_picture(one)])
        self._own = [one for one in self._addresses if _content_id(one) or _file_name(one)]
        self._inline = [place for place, one in self._files.items() if one.inline and is_picture(one)]

    def pair(self, wanted: Callable[[str], str], given: Callable[[RawAttachment], str]) -> None:
        """Bring together what says the same, where one address and one file do; of several files an inline one."""
        asking: dict[str, list[str]] = {}
        for address in self._addresses:
            asking.setdefault(wanted(address), []).append(address)
        offering: dict[str, list[int]] = {}
        for place, file in self._files.items():
            offering.setdefault(given(file), []).append(place)
        done: set[str] = set()
        for key in (asking.keys() & offering.keys()) - {""}:
            places = [place for place in offering[key] if self._files[place].inline] or offering[key]
            if len(asking[key]) == len(places) == 1:
                self.found[asking[key][0]] = places[0]
                del self._files[places[0]]
            else:
                self._doubtful = True
            done.update(asking[key])
        self._addresses = [one for one in self._addresses if one not in done]

    def leave_out_known(self) -> None:
        """Leave out the files of which it is known by now that they stand at no address."""
        self._files = {place: one for place, one in self._files.items() if not one.content_id and not one.location}

    def pair_the_only_ones(self) -> None:
        """Bring together the text's only picture and the mail's only one, unless the address is another's name."""
        if len(self._own) == len(self._inline) == 1:
            [address], [place] = self._own, self._inline
            name = (_content_id(address) or _file_name(address)).casefold()
            named = not _is_picture_name(name) or _name(self._files.get(place)) in (name, name.rpartition("@")[0])
            if address in self._addresses and place in self._files and named:
                self.found[address] = place
                self._addresses.remove(address)
                del self._files[place]

    def is_unsure(self) -> bool:
        """Whether places are left without a picture, and pictures without a place, that may belong together."""
        left = any(_content_id(one) or _file_name(one) for one in self._addresses)
        unreachable = any(map(_is_outlooks, self._addresses)) and self._pictures > len(self.found)
        return self._doubtful or unreachable or (left and any(map(is_picture, self._files.values())))

    def is_dangling(self) -> bool:
        """Whether places are left without a picture, and the mail has one that stands nowhere, whatever its id says."""
        return any(map(_content_id, self._addresses)) and self._pictures > len(self.found)


def _may_be_shown(attachment: RawAttachment) -> bool:
    kind = attachment.kind.casefold()
    return kind != "cloud" and (kind != "item" or attachment.media_type.casefold().startswith("image/"))


def is_picture(attachment: RawAttachment) -> bool:
    """Whether the attachment is a picture, by its media type or its name."""
    return attachment.media_type.casefold().startswith("image/") or _is_picture_name(attachment.name)


def _is_picture_name(name: str) -> bool:
    return name.partition("@")[0].rpartition(".")[2].casefold() in _ENDINGS


def _name(attachment: RawAttachment | None) -> str:
    return attachment.name.strip().casefold() if attachment is not None else ""


def _outlooks_name(address: str) -> str:
    """Return the file's name in a content id that Outlook made; other mailers' ids may name other files."""
    made = _OUTLOOKS_OWN.fullmatch(_content_id(address))
    return made[1] if made else ""


def _content_id(address: str) -> str:
    return address[len(_CID) :] if address.startswith(_CID) else ""


def _no_content_id(address: str) -> str:
    return "" if address.startswith(_CID) else address


def _file_name(address: str) -> str:
    """An address that is a name and nothing else: nobody but the mail itself can know the picture."""
    return "" if address.startswith(_CID) or _NOT_A_NAME.search(address) else address


def _is_outlooks(address: str) -> bool:
    """An address that only Outlook itself can follow: of its own server, or of the window that shows the mail."""
    return (address[:1] == "/" != address[1:2]) or address.casefold().startswith("blob:")


def _references(html: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each picture's address in a ``src`` or CSS ``url()``."""
    match = _REFERENCE.search(html)
    while match:
        begin = match.end()
        quote = (match["quote"] or "")[:1]
        if quote and match["function"] is None:
            end = html.find(quote, begin, begin + _LONGEST)
        else:
            closing = (_BARE_END if match["function"] is None else _CSS_END).match(html, begin, begin + _LONGEST)
            end = closing.end() if closing else begin
        if end > begin:
            yield begin, end, html[begin:end]
        match = _REFERENCE.search(html, max(begin, end))


def _meant(written: str) -> str:
    """The address as `addresses` gives it; empty for a picture whose content stands there already."""
    if "&" in written:
        from html import unescape  # its table of names is only loaded when an escape occurs

        written = unescape(written)
    written = written.strip()
    scheme = written[:5].casefold()
    if scheme == "data:":
        return ""
    if scheme[:4] == _CID:
        return _CID + _bare(_unescaped(written[4:])).casefold()
    return _unescaped(written)


def _unescaped(address: str) -> str:
    """The address without percent signs and white space, which mailers write in one place and not in another."""
    if "%" in address:
        from urllib.parse import unquote

        address = unquote(address, errors="replace")
    return "".join(address.split())


def _bare(content_id: str) -> str:
    return content_id.strip().removeprefix("<").removesuffix(">").strip()


def _inlined(file: FileHandle) -> FileHandle:
    """The file with a media type that can stand inside an attribute and a JSON text."""
    if _MEDIA_TYPE.fullmatch(file.media_type):
        return file
    return replace(file, media_type="application/octet-stream")
