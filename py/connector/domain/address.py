"""People in a mail's head: names and mail addresses (RFC 5322, section 3.4, and its usual abuse)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from connector.domain.headers import ENCODED_WORD, decode_words, one_line
from connector.ports import RawAddress

_SPECIALS = frozenset('()<>[]:;@\\,."')
_TOKEN = re.compile(rf"""(?x)
    (?P<word> {ENCODED_WORD.pattern} )
  | (?P<quoted> "(?:[^"\\]|\\.)*" )
  | (?P<angle> <[^<>]*> | <[^<>,;]* )
  | (?P<literal> \[[^\[\]]*\] )
  | (?P<separator> [,;] )
  | (?P<colon> : )
  | (?P<space> [ ]+ )
  | (?P<atom> (?:[^\ "(<\[,;:=\\]|\\.)+ | . )
""")
_ESCAPED = re.compile(r"\\(.)")
_IN_COMMENT = re.compile(r"\\.|[()]")
_PUBLIC_FAMILIES = ("gmx", "hotmail", "live", "outlook", "yahoo", "yandex", "ymail", "rocketmail", "btinternet")
_PUBLIC_NAMES = (
    "gmail.com googlemail.com msn.com passport.com windowslive.com icloud.com me.com mac.com aol.com aim.com "
    "mail.com email.com usa.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io "
    "tuta.com zoho.com zohomail.com zohomail.eu fastmail.com fastmail.fm hushmail.com mailbox.org posteo.de "
    "posteo.net hey.com duck.com mail.ru bk.ru list.ru inbox.ru rambler.ru ya.ru ukr.net i.ua qq.com 163.com "
    "126.com yeah.net sina.com sina.cn sohu.com foxmail.com naver.com daum.net hanmail.net nate.com rediffmail.com "
    "libero.it virgilio.it alice.it tin.it tim.it tiscali.it inwind.it iol.it blu.it giallo.it email.it "
    "fastwebnet.it poste.it postecert.it pec.it legalmail.it arubapec.it pecimprese.it aruba.it tiscalinet.it "
    "vodafone.it teletu.it kataweb.it katamail.com supereva.it jumpy.it infinito.it web.de t-online.de freenet.de "
    "arcor.de online.de 1und1.de vodafone.de o2online.de mail.de email.de kabelmail.de bluewin.ch sunrise.ch "
    "hispeed.ch aon.at chello.at a1.net orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr "
    "club-internet.fr telefonica.net terra.es terra.com.br uol.com.br bol.com.br ig.com.br globo.com sapo.pt "
    "ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl telenet.be skynet.be proximus.be telia.com comcast.net "
    "verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net shaw.ca "
    "rogers.com sympatico.ca bigpond.com optusnet.com.au xtra.co.nz sky.com virginmedia.com ntlworld.com "
    "talktalk.net blueyonder.co.uk tiscali.co.uk wp.pl o2.pl onet.pl op.pl interia.pl seznam.cz centrum.cz "
    "azet.sk freemail.hu citromail.hu abv.bg"
)
_PUBLIC = frozenset(_PUBLIC_NAMES.split())

LONGEST_PERSON, LONGEST_LIST = 2_000, 200_000
"""Characters that are read of one person and of a header field. More is an attack: the pane would stand still."""


@dataclass(frozen=True)
class Address:
    """A person in a mail. ``mail`` is empty where there is only a name, and the other way round.

    A broken address (``mary@x..example``) is kept as it was written; `is_mail` tells whether it is plausible.
    """

    name: str
    mail: str


def is_mail(text: str) -> bool:
    """Whether the text is plausibly one mail address, and nothing else."""
    local, at, domain = text.rpartition("@")
    if not (at and local and domain) or len(text) > 320 or not text.isprintable():
        return False
    if len(local) > 2 and local[0] == local[-1] == '"':
        if any(sign in '"\\<>' for sign in local[1:-1]):
            return False
    elif any(sign in '()<>[]:;@\\,"' or sign.isspace() for sign in local):
        return False
    if domain[0] == "[" and domain[-1] == "]":
        return len(domain) > 2 and all(sign.isalnum() or sign in ".:" for sign in domain[1:-1])
    return all(label and all(map(_in_domain, label)) for label in domain.split("."))


def _in_domain(sign: str) -> bool:
    return sign.isalnum() or sign in "-_" or (not sign.isascii() and not sign.isspace())


def domain_of(mail: str) -> str:
    """The domain of a mail address in lower case; empty where there is none."""
    return mail.rpartition("@")[2].strip().rstrip(".").lower() if "@" in mail else ""


def public_domain(domain: str) -> bool:
    """Whether the domain belongs to a provider for everybody, so that it tells nothing about a company."""
    domain = domain.strip().lower()
    family, _, rest = domain.partition(".")
    return domain in _PUBLIC or (family in _PUBLIC_FAMILIES and bool(rest) and rest.count(".") <= 1)


def same(one: Address, other: Address) -> bool:
    """Whether both are the same person: by address where there is one, without case; else by name."""
    if one.mail or other.mail:
        return one.mail.casefold() == other.mail.casefold()
    return one.name.casefold() == other.name.casefold()


def mails(addresses: Iterable[Address]) -> str:
    """The addresses for a field such as ``mto``: ``a@x, b@y``."""
    return ", ".join(one.mail for one in addresses if one.mail)


def names(addresses: Iterable[Address]) -> str:
    """The names for a field such as ``mto_n``; the address stands in for a missing name."""
    return ", ".join(one.name or one.mail for one in addresses if one.name or one.mail)


def full(addresses: Iterable[Address]) -> str:
    """Names and addresses for a field such as ``mto_f``: ``Ada <a@x>, "Hara, O." <b@y>``."""
    return ", ".join(_full(one) for one in addresses if one.name or one.mail)


def _full(one: Address) -> str:
    if not one.name:
        return one.mail
    name = one.name
    if not one.mail or "=?" in name or not _SPECIALS.isdisjoint(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{one.mail}>" if one.mail else name


def from_raw(raw: RawAddress) -> Address:
    """The person as Outlook gives it.

    Exchange's internal names (``/O=…/CN=…``) are no addresses: without a name they stand in for it.
    """
    name, mail = one_line(raw.name[:LONGEST_PERSON]), one_line(raw.address[:LONGEST_PERSON])
    for prefix in ("smtp:", "mailto:"):
        if mail[: len(prefix)].lower() == prefix:
            mail = mail[len(prefix) :].strip()
    if not is_mail(mail) or _exchange_name(mail):
        inside = [] if _exchange_name(mail) else [one for one in parse_addresses(mail) if one.mail]
        if len(inside) == 1:
            name, mail = name or inside[0].name, inside[0].mail
        elif "@" not in mail or _exchange_name(mail):
            name, mail = name or mail, ""
    if not mail and is_mail(name) and not _exchange_name(name):
        name, mail = "", name
    return _address(name, mail)


def _exchange_name(text: str) -> bool:
    return text[:3].lower() in ("/o=", "/c=")


def _address(name: str, mail: str) -> Address:
    """Outlook writes the address itself as the name, often quoted, where there is none."""
    if mail and name.strip("'\" <>").casefold() == mail.casefold():
        name = ""
    return Address(name, mail)


def parse_addresses(text: str) -> tuple[Address, ...]:
    """The people in the raw value of a header field such as ``To``; never raises.

    Groups are flattened, RFC 2047 names decoded, comments after a bare address taken for its name,
    and unquoted commas in a name (``Hara, Ada <a@x>``) forgiven. What lies beyond `LONGEST_LIST` is left out.
    """
    if len(text) > LONGEST_LIST:
        text = text[:LONGEST_LIST].rpartition(",")[0]
    return _Reader().read(one_line(text))


class _Reader:
    """Collects one person after the other while the tokens of a list go by."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.loose = ""  # a bare word before a comma: perhaps the first half of "Hara, Ada <a@x>"
        self._clear()

    def _clear(self) -> None:
        self.phrase: list[str] = []
        self.written: list[str] = []  # the same with its quotes, for addresses like "a b"@x
        self.comments: list[str] = []
        self.angle: str | None = None
        self.quoted = self.has_at = False

    def read(self, text: str) -> tuple[Address, ...]:
        at, comments_end = 0, True
        while at < len(text):
            if text[at] == "(" and comments_end:
                end = _comment_end(text, at)
                if end:
                    self.comments.append(_ESCAPED.sub(r"\1", text[at + 1 : end - 1]))
                    at = end
                    continue
                comments_end = False  # never closed: from here on they are signs like others
            match = _TOKEN.match(text, at)
            if match is None:
                break
            self._take(match.lastgroup or "word", match[0])
            at = match.end()
        self._flush("")
        self._settle()
        return tuple(self.found)

    def _take(self, kind: str, piece: str) -> None:
        if kind == "separator":
            self._flush(piece)
        elif kind == "angle":
            if self.angle is not None:
                self._flush("")
            self.angle = piece.strip("<> ")
        elif kind == "colon" and self.angle is None and not self.has_at:
            self.phrase, self.written, self.quoted = [], [], False  # the name of a group, or "mailto"
        else:
            self.written.append(piece)
            self.has_at = self.has_at or "@" in piece
            if kind == "quoted":
                piece = _ESCAPED.sub(r"\1", piece[1:-1])
            self.quoted = self.quoted or kind in ("quoted", "word")
            if kind == "quoted" or piece != '"':  # one that is never closed
                self.phrase.append(piece)

    def _flush(self, separator: str) -> None:
        phrase = one_line(decode_words("".join(self.phrase)))
        comment = one_line(decode_words(" ".join(self.comments)))
        if self.angle is None:
            self._settle()
            name, mail = _bare_parts("".join(self.written), phrase)
            if mail:
                self._keep(name or comment, mail)
            elif name and separator == "," and not self.quoted:
                self.loose = name
            else:
                self._keep(name or comment, "")
        else:
            angle = self.angle.rpartition(":")[2] if self.angle[:1] == "@" else self.angle
            if angle[:7].lower() == "mailto:":
                angle = angle[7:]
            mail = _angle_mail(angle)
            name = phrase or comment
            if self.loose and name and not self.quoted:
                name, self.loose = f"{self.loose}, {name}", ""
            self._settle()
            if mail:
                self._keep(name, mail)
            else:
                self._keep(*_bare_parts(name or angle, name or angle))
        self._clear()

    def _settle(self) -> None:
        if self.loose:
            self._keep(self.loose, "")
            self.loose = ""

    def _keep(self, name: str, mail: str) -> None:
        if name or mail:
            self.found.append(_address(name, mail))


def _angle_mail(angle: str) -> str:
    """The address between angle brackets: without spaces if that helps, as written if nothing does."""
    compact = angle.replace(" ", "")
    if is_mail(compact) and not is_mail(angle):
        return compact
    return angle if "@" in angle and not _exchange_name(angle) else ""


def _bare_parts(written: str, phrase: str) -> tuple[str, str]:
    """Name and address in a text without angle brackets."""
    if "@" not in phrase:
        return phrase, ""
    if is_mail(written.strip()):
        return "", written.strip()
    for text in (written, phrase):
        compact = text.replace(" ", "")
        if is_mail(compact) and (compact == text.strip() or " @" in text or "@ " in text):
            return "", compact
    words = phrase.split()
    for index, word in enumerate(words):
        if is_mail(word.strip("'\"")):
            return " ".join(words[:index] + words[index + 1 :]), word.strip("'\"")
    return phrase, ""


def _comment_end(text: str, start: int) -> int:
    """Where the comment that opens at ``start`` ends; 0 when it never does. Comments nest."""
    depth = 0
    for match in _IN_COMMENT.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] == ")":
            return match.end()
    return 0
