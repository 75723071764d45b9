"""How the component finds stored mails by Message-IDs, and what it leaves out of their texts (``crm/README.md``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..rest.operations import Call
from .calls import texts
from .parameters import LONGEST_SOUGHT, MOST_SOUGHT, invalid, line

_HOST = re.escape("mail-connector.invalid")
_MORE = rf"(?:<[0-9a-f]{{24}}@{_HOST}>)*"
_MADE = rf"<[0-9a-f]+(?:\.[0-9a-f]+){{4}}@{_HOST}>"
_BEGINNING = re.compile(rf"<[0-9a-f]{{16}}(?:\.(?:[0-9a-f]{{1,64}}|%)){{0,4}}(?:\.|@(?:{_HOST})?)")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_DATA = re.compile("(?i)data:")
_TAG_BEGINS = re.compile("<[a-zA-Z/!?]")
_ENDS = {'"': '"', "'": "'", "(": ")"}
_END = re.compile("[\"'<>() \\t\\r\\n]|$")


@dataclass(frozen=True)
class SoughtId:
    """A Message-ID as it is, or the beginning of one that the pane made, ``%`` in it for what is not known.

    ``equal`` and ``like`` (patterns) find what may be meant; `fits` says what is.
    """

    equal: tuple[str, ...]
    like: tuple[str, ...]
    exact: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> SoughtId:
        """Return what a text looks for."""
        if _BEGINNING.fullmatch(text):
            known = "[0-9a-f.]+".join(map(re.escape, text.split("%")))
            return cls((), (f"{text}%",), re.compile(f"(?={known}){_MADE}{_MORE}"))
        equal = tuple(dict.fromkeys((text, _ASTRAL.sub("????", text))))
        either = "|".join(map(re.escape, equal))
        like = tuple(re.sub(r"([\\%_])", r"\\\1", one) + "<%" for one in equal)
        return cls(equal, like, re.compile(f"(?:{either}){_MORE}"))

    def fits(self, stored: str) -> bool:
        """Whether a stored Message-ID is meant: the database looks past letter case and accents."""
        return self.exact.fullmatch(stored) is not None


def sought_ids(call: Call) -> list[SoughtId]:
    """Return what the parameter ``message_ids`` looks for."""
    ids = [line(one) for one in texts(call, "message_ids")]
    if not 1 <= len(ids) <= MOST_SOUGHT or not all(1 <= len(one) <= LONGEST_SOUGHT for one in ids):
        raise invalid("message_ids")
    return [SoughtId.of(one) for one in dict.fromkeys(ids)]


def without_data(body: str) -> str:
    """Return a body with ``data:,`` and the characters behind its comma for each address of that kind in its tags."""
    left, start, in_tag = [], 0, False
    while found := _DATA.search(body, start):
        before, start = body[start : found.start()], found.end()
        in_tag = _ends_in_tag(before, in_tag)
        left.append(before)
        if not in_tag or before[-1:].isalnum():
            left.append(found[0])
            continue
        end = body.find(_ENDS.get(before.rstrip()[-1:], "\0"), start)
        if end < 0:
            end = next(_END.finditer(body, start)).start()
        comma = body.find(",", start, min(end, start + 200))
        left.append(f"data:,{0 if comma < 0 else end - comma - 1}")
        start = end
    return "".join(left) + body[start:]


def _ends_in_tag(text: str, begun: bool) -> bool:
    opening, closing = text.rfind("<"), text.rfind(">")
    if opening < 0:
        return begun and closing < 0
    return closing < opening and _TAG_BEGINS.match(text, opening) is not None
