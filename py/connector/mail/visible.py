"""The text of a mail as a person reads it: what can be compared when its form has changed.

Between a mail and its record in the CRM the form changes in many ways: Outlook wraps a body in its own HTML, a text
becomes HTML, the CRM drops scripts, styles and comments, closes what was left open, and writes attributes and entities
anew. What stays are the letters. So two texts are compared by their letters: without tags, entities decoded, without
any white space. All of it is linear in the length of the text; bodies of several megabytes occur.
"""

from __future__ import annotations

import enum
import re

from connector.mail.markup import tame

_COMMENT = re.compile(r"(?s)<!--.*?(?:-->|\Z)")
_HIDDEN = re.compile(r"(?is)<(style|script|title|xml)\b[^<>]*+>.*?(?:</\1\b[^<>]*+>|\Z)")
_PLAIN_TAG = re.compile(r"<[^<>]*+>")
# One that is broken ends before the next, as in a browser.
_TAG = re.compile(r"<[/!?a-zA-Z](?:(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>|[^<>]*+>?)")
_BLOCK = re.compile(r"(?i)<(?:br|/?(?:p|div|tr|td|th|li|h[1-6]|pre|blockquote|table))\b[^<>]*+>")
_ENTITY = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_BEGUN = re.compile(r"(?:<[/!]?-?|&#?\w{0,31})\Z")
_NO_SIGNS = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff]+")
_SEEN = re.compile(r"(?i)<(?:img|svg|picture|video|audio|canvas|object|embed|iframe|table|hr|input|math|v:imagedata)\b")
_ADDRESS = re.compile(r"(?i)<?\b(?:https?|mailto|ftp|cid|tel):[^\s<>\"']*+>?|\[cid:[^\]\s]*+\]")
# All that the plain text of a mailer adds or leaves out. A sign that makes a number another one stays.
_PUNCTUATION = re.compile(
    r"[\s!\"#&'()*/;<=>?@\[\\\]^_`{|}~\u00b7\u2010-\u201f\u2022\u2026\u00ab\u00bb\U00010000-\U0010ffff]+"
    r"|[.,:](?!\d)|(?<!\d)[.,:]|[+-](?!\d)"
)
_REMOVED = re.compile(r"(?i)<(?:embed|object|applet|xmp|frameset|style|script|title|xml|plaintext)\b")

COLUMN = 60_000
"""Bytes from which a text may have been cut by a database's column (MySQL's TEXT takes 65,535)."""
LONG = 200
"""Letters of a beginning that are hardly the same by chance."""


class Likeness(enum.Enum):
    """What a stored text is to a mail's. The stored one is called the copy."""

    SAME = "same"
    CUT = "cut"
    """The copy is a beginning of the mail's text."""
    EMPTY = "empty"
    """The copy is empty, the mail's text is not."""
    UNKNOWN = "unknown"
    """The mail's text is empty, or was not given; the copy is not empty."""
    OTHER = "other"


def letters(html: str) -> str:
    """The letters that a reader of the HTML sees, without white space and signs that have no width."""
    return _squeezed(decoded(_bare(html, "")))


def lines(html: str) -> str:
    """The text that a reader of the HTML sees, a line for each block, row, and cell."""
    text = _BLOCK.sub("\n", _HIDDEN.sub("", _COMMENT.sub("", html)))
    return decoded(_TAG.sub("", text))


def anything(html: str) -> bool:
    """Return whether a reader of the HTML sees anything: letters, a picture, or a table."""
    return bool(_SEEN.search(_COMMENT.sub("", html))) or bool(letters(html))


def untorn(stored: str) -> str:
    """A text that may have been cut, without the tag or the entity that had begun there."""
    return _BEGUN.sub("", stored)


def likeness(sent: str, stored: str) -> Likeness:
    """Compare two HTML texts by their letters.

    Where they differ, the sent one is read once more as a browser reads it (`connector.mail.markup`): odd comments,
    broken tags, elements of plain text.
    """
    if _squeezed(decoded(_bare(sent, "", _PLAIN_TAG))) == _squeezed(decoded(_bare(stored, "", _PLAIN_TAG))):
        # Three times as quick, and the same with nearly every mail.
        return Likeness.SAME
    mine, copy = letters(sent), letters(stored)
    if mine == copy:
        return Likeness.SAME
    mine, copy = letters(tame(sent).html), letters(untorn(stored))
    if mine == copy:
        return Likeness.SAME
    if not copy:
        return Likeness.EMPTY
    if not mine:
        return Likeness.UNKNOWN
    return Likeness.CUT if mine.startswith(copy) else Likeness.OTHER


def alike(sent: str, stored: str, *, sure: bool, size: int = 0) -> bool | None:
    """Whether a stored text may be that of the mail; None where one of them is empty, so that nothing is known.

    It is when the letters are the same; when they are the same but for punctuation and addresses, as in the plain
    text that mailers send along with HTML; and when it is a beginning for which there is a reason: a database's
    column, an element that the CRM removes, or a long one in a mail that is the same by everything else (``sure``).
    ``size``: bytes of the stored text, where not all of it was handed over.
    """
    found = likeness(sent, stored)
    if found is Likeness.SAME:
        # Nothing is like nothing, but tells nothing.
        return True if letters(stored) else None
    if found in (Likeness.EMPTY, Likeness.UNKNOWN):
        return None
    mine, copy = _words(tame(sent).html), _words(stored)
    if mine == copy and mine:
        return True
    reason = max(size, len(stored.encode())) >= COLUMN or bool(_REMOVED.search(sent)) or (sure and len(copy) >= LONG)
    return reason and mine.startswith(copy)


def decoded(text: str) -> str:
    """The text with its entities decoded once."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda found: _SIGNS[found[0]], text)


class _Signs(dict[str, str]):
    """What entities stand for; a mail has few of them, and often."""

    def __missing__(self, entity: str) -> str:
        # Late: it brings a table of two thousand names along.
        import html

        return self.setdefault(entity, html.unescape(entity)) if len(self) < 2_000 else html.unescape(entity)


_SIGNS = _Signs()


def _bare(html: str, between: str, tag: re.Pattern[str] = _TAG) -> str:
    return tag.sub(between, _HIDDEN.sub(between, _COMMENT.sub(between, html))) if "<" in html else html


def _squeezed(text: str) -> str:
    text = "".join(text.split())
    return text if text.isascii() else _NO_SIGNS.sub("", text)


def _words(html: str) -> str:
    """The letters without punctuation. Entities are decoded to the last: some CRMs decode once more."""
    text = _bare(html, " ")
    for _ in range(3):
        text = decoded(text)
    return _NO_SIGNS.sub("", _PUNCTUATION.sub("", _ADDRESS.sub(" ", text)))
