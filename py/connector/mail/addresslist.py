"""The grammar of a list of addresses (RFC 5322, sections 3.4 and 4.4), and what mailers make of it.

Linear in the length of the text, whatever it holds.
"""

from __future__ import annotations

import re

from connector.mail.comments import ESCAPED, QUOTED, closing, contents, without_comments
from connector.mail.headers import decode_words, one_line

Pair = tuple[str, str]
"""Name and mail address of a person; one of them may be empty."""

LONGEST_LIST, MOST_PEOPLE = 1_500_000, 15_000
"""Characters and people that are read of a header field. More is an attack: the pane would stand still."""

LONGEST_PERSON = 2_000
"""Characters that are read of one person."""

_COMMENT = r"\((?:[^()\\]++|\\.)*+\)"
_TOKEN = re.compile(rf"""(?x)
    (?P<text> (?: [^"(<,;:\[\\=]++ | {QUOTED} | =\?[^?\s]+\?[bBqQ]\?[^?]*\?= | \[[^\[\]<>]*+\] | \[ | \\. | = )++ )
  | (?P<angle> <[<\ ]*+
      (?: (?:[^<>"()\\]++ | {QUOTED} | {_COMMENT} | \\[^<>])*+ > | [^<>]*+> | [^<>,;]*+ ) [>\ ]*+ )
  | (?P<separator> [,;][,;\ ]*+ )
  | (?P<colon> :[:\ ]*+ )
  | (?P<comment> (?: {_COMMENT} \ *+ )++ )
  | (?P<sign> \(++ | . )
""")
_AT = re.compile(rf'(?:[^"\\@]++|\\.|{QUOTED})*+@')
_STRING = re.compile(rf"\\.|{QUOTED}")
_ROUTE = re.compile(r"[,\ ]*@(?:[^:\[\"]++|\[[^\]]*+\])*+:")
_SCHEME = re.compile(r"(?i)(?:mailto|smtp):")
_BLANKS = re.compile(rf"(\\.|{QUOTED})| *([.@]) *")
_SPACES = re.compile(rf"(\\.|{QUOTED})| +")
_ITEM = re.compile("@[^,;]*+")

_LABEL = "[\\w\x80-\U0010ffff-]+"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?:[^\W_]|[.:])+\])"
_ATOMS = r'[^\s()<>\[\]:;@\\,"]++'
_PLAIN = re.compile(rf'(?:{_ATOMS}|"[^"\\<>]+")@{_DOMAIN}')
_ANY = re.compile(rf"(?:{_ATOMS}|{QUOTED})++@(?:{_ATOMS}|{_DOMAIN})")


def is_mail(text: str) -> bool:
    """Whether the text is plausibly one mail address, and nothing else."""
    return len(text) <= 320 and _PLAIN.fullmatch(text) is not None and text.isprintable()


def exchange_name(text: str) -> bool:
    """Whether the text is one of Exchange's internal names, ``/O=…/CN=…``, which are no addresses."""
    return text[:3].lower() in ("/o=", "/c=")


def read(text: str) -> tuple[list[Pair], int]:
    """The people in a list, and how many more stand beyond what is read (`LONGEST_LIST`, `MOST_PEOPLE`).

    Groups are flattened, encoded words decoded, comments beside a bare address taken for its name. Forgiven are
    unquoted commas in a name (``Hara, Ada <a@x>``), missing commas, and brackets and quotes that are never closed.
    """
    cut = len(text) if len(text) <= LONGEST_LIST else text.rfind(",", 0, LONGEST_LIST) + 1 or LONGEST_LIST
    reader, line = _Reader(), one_line(text[:cut])
    read_to = reader.read(line)
    found = [(name[:LONGEST_PERSON], mail) for name, mail in reader.found[:MOST_PEOPLE]]
    return found, sum(len(_ITEM.findall(rest)) for rest in (line[read_to:], text[cut:]))


class _Reader:
    """Collects one person after the other while the tokens of a list go by."""

    def __init__(self) -> None:
        self.found: list[Pair] = []
        self.loose = ""  # a bare word before a comma: perhaps the first half of "Hara, Ada <a@x>"
        self.before: list[str] = []
        self.after: list[str] = []  # what follows the angle brackets
        self.comments: list[tuple[int, str]] = []  # each with its place in `before`
        self._clear()

    def _clear(self) -> None:
        self.before.clear()
        self.after.clear()
        self.comments.clear()
        self.pieces = self.before
        self.angle: str | None = None
        self.has_at = False

    def read(self, text: str) -> int:
        """Read the text and return how far that came."""
        at = 0
        ends: dict[int, int] | None = None
        while at < len(text):
            for match in _TOKEN.finditer(text, at):
                kind, piece, at = match.lastgroup, match[0], match.end()
                if kind == "text":
                    self.pieces.append(piece)
                    self.has_at = self.has_at or _AT.match(piece) is not None
                elif kind == "separator":
                    self._flush(piece)
                elif kind == "angle":
                    self._open(piece.strip("<> "))
                elif kind == "comment":
                    self._comment(piece)
                elif kind == "colon" and self.angle is None and not self.has_at:
                    self.before.clear()  # that was the name of a group, or "mailto"
                    self.comments.clear()
                elif piece[0] == "(":
                    ends = closing(text, match.start()) if ends is None else ends
                    opens = next(filter(ends.__contains__, range(match.start(), at)), at)
                    self.pieces.append(text[match.start() : opens])
                    if opens < at:
                        at = ends[opens]
                        self._comment(text[opens:at])
                        break
                elif piece != '"':  # one that is never closed
                    self.pieces.append(piece)
                if len(self.found) >= MOST_PEOPLE:
                    return at
        self._flush("")
        self._settle()
        return at

    def _comment(self, piece: str) -> None:
        self.comments.append((len(self.before), piece))
        self.pieces.append(" ")

    def _open(self, angle: str) -> None:
        if self.angle is not None:  # no comma between two people: what stands between is the second one's name
            name, self.after = self.after, []
            self._flush("")
            self.before += name
        self.angle, self.pieces = angle, self.after

    def _flush(self, separator: str) -> None:
        if self.before or self.angle or self.after or self.loose:
            written = "".join(self.before)
            plain = '"' not in written and "=?" not in written
            if self.angle is not None:
                self._named(_phrase(written + "".join(self.after)), self.angle, may_join=plain)
            else:
                self._settle()
                self._bare(written, may_go_on=plain and separator.rstrip() == ",")
        self._clear()

    def _named(self, name: str, angle: str, *, may_join: bool) -> None:
        if not name and self.comments:
            name = self._comment_name()
        if self.loose:
            if name and may_join:
                name, self.loose = f"{self.loose}, {name}", ""
            self._settle()
        mails = _mails_in(angle) if angle else ()
        self.found += [(name, mail) for mail in mails] or _bare(name or angle)

    def _bare(self, written: str, *, may_go_on: bool) -> None:
        pairs = _bare(written)
        if len(pairs) == 1:
            name, mail = pairs[0]
            if not mail and may_go_on:
                self.loose = name
                return
            if not name and self.comments:
                pairs = [(self._comment_name(), mail)]
        self.found += pairs

    def _settle(self) -> None:
        if self.loose:
            self.found.append((self.loose, ""))
            self.loose = ""

    def _comment_name(self) -> str:
        """The comments that stand beside an address; those inside it are only remarks."""
        solid = [place for place, piece in enumerate(self.before) if piece.strip()] or [0]
        beside = [
            piece for place, piece in self.comments if self.angle is not None or place <= solid[0] or place > solid[-1]
        ]
        return one_line(decode_words(" ".join(content for piece in beside for content in contents(piece))))


def _phrase(written: str) -> str:
    """The words as a person reads them: without quotes, encoded words decoded."""
    if '"' in written:
        if "\\" in written:
            written = _STRING.sub(_unquoted, written)
        else:
            written = written.replace('"', "")
    if "=?" in written:
        return one_line(decode_words(written))
    return " ".join(written.split())


def _unquoted(match: re.Match[str]) -> str:
    return ESCAPED.sub(r"\1", match[0][1:-1]) if match[0][0] == '"' else match[0]


def _whole(written: str) -> str:
    """The text as one address, without the blanks that the RFC once allowed and a dot at its end; or empty."""
    mail = written.strip(" ")
    if is_mail(mail):
        return mail
    if len(mail) > LONGEST_PERSON:
        return ""
    mail = _BLANKS.sub(lambda match: match[1] or match[2], mail).removesuffix(".")
    return mail if _ANY.fullmatch(mail) else ""


def _mails_in(angle: str) -> list[str]:
    """The addresses between angle brackets: one of them, as a rule."""
    if "@" not in angle or exchange_name(angle):
        return []
    compact = angle if '"' in angle else angle.replace(" ", "")
    if is_mail(compact):
        return [compact]
    if "(" in angle:
        angle = without_comments(angle)
    if scheme := _SCHEME.match(angle):
        angle = angle[scheme.end() :].partition("?")[0]
    if route := _ROUTE.match(angle):
        angle = angle[route.end() :]
    mail = _whole(angle) or _whole(_SPACES.sub(lambda match: match[1] or "", angle))
    if mail:
        return [mail]
    if angle.count("@") > 1:
        reader = _Reader()
        reader.read(angle)
        several = [mail for _, mail in reader.found if mail]
        if len(several) > 1:
            return several
    return [angle.strip(" ")[:LONGEST_PERSON]] if "@" in angle else []


def _bare(written: str) -> list[Pair]:
    """Names and addresses in a text without angle brackets: one person, unless commas were forgotten."""
    if '"' not in written and not any(map(str.isalnum, written)):
        return []  # blanks, or signs that got lost
    if "@" in written and (mail := _whole(written)):
        return [("", mail)]
    phrase = _phrase(written)
    if "@" not in phrase:
        return [(phrase, "")] if phrase else []
    found, name = _words(phrase)
    if not found:
        joined = _BLANKS.sub(lambda match: match[1] or match[2], phrase)
        found, name = _words(joined)
        if not found:
            local, at, domain = joined.partition("@")
            return [("", joined)] if at and local and domain and " " not in joined else [(phrase, "")]
    if name:
        first, mail = found[-1]
        found[-1] = (" ".join(filter(None, (first, name))), mail)
    return found


def _words(phrase: str) -> tuple[list[Pair], str]:
    """The addresses among the words of a text, each with the words before it; and what follows the last one."""
    found: list[Pair] = []
    name: list[str] = []
    for word in phrase.split(" "):
        mail = word.strip("'\"<>[]") if "@" in word else ""
        if mail and is_mail(mail):
            found.append((" ".join(name), mail))
            name = []
        else:
            name.append(word)
    return found, " ".join(name)
