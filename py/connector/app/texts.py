"""Sentences for people: what happened, what was kept, what to do next.

    >>> say(Problem("offline")).what
    'This device has no network connection.'

The language itself is in `connector.app.language`, the sentences are in `connector.app.sentences` and
`connector.app.remarks`.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.app import modulewords
from connector.app.figures import day_text, size_text, stored_date_text
from connector.app.language import N_, _, fill, ngettext, number, pgettext, shown, use
from connector.app.sentences import UNEXPECTED, sentence_of
from connector.errors import ConnectorError, Problem

__all__ = ["Sentence", "_", "fill", "ngettext", "pgettext", "say", "say_error", "shown", "use"]


@dataclass(frozen=True)
class Sentence:
    """What happened and what was kept, what to do next, and the CRM's or Outlook's own words where they gave some."""

    what: str
    next: str
    quoted: str = ""


def say(problem: Problem) -> Sentence:
    """The sentence for a problem; a code that nobody knows gets the one for the unexpected."""
    entry = sentence_of(problem.code, problem.details)
    what, step = entry or UNEXPECTED
    details = _readable(problem)
    if entry is None:
        details["reason"] = details["reason"] or shown(problem.code)
    # A reason that has a sentence of its own is a word of a program.
    known = entry != sentence_of(problem.code, {**problem.details, "reason": ""})
    quoted = "" if known or problem.code in _OWN_REASONS else details["reason"]
    return Sentence(fill(_(what), **details), fill(_(step), **details), quoted)


def say_error(error: ConnectorError) -> Sentence:
    """The sentence for an error."""
    return say(Problem(error.code, error.details))


_OWN_REASONS = frozenset({"answer-unreadable"})
"""Codes whose ``reason`` is a word of this program, not the CRM's or Outlook's."""

_PARTS = {"body": N_("the text of the mail"), "headers": N_("the headers of the mail")}
"""What Office calls read, by the names that `connector.errors.OfficeError` carries."""

_SAME = {
    "too-many-attempts": {"retry_after": "seconds"},
    "pane-too-old": {"minimum": "wanted"},
    "pane-too-new": {"maximum": "wanted"},
}
"""By code: names that the CRM's component gives to details, and theirs in the sentences."""

_DATED = ("date-", "other-mail")
"""How the codes begin whose ``stored`` is a date of the CRM."""
_COUNTS = ("all", "count", "length", "longest")
"""Details that are whole numbers."""

_MISSING = {
    "subject": N_("(no subject)"),
    "host": N_("the CRM"),
    "user": N_("another user"),
    "record": N_("the record"),
    "records": N_("the chosen records"),
    "module": N_("this module"),
    "label": N_("a field"),
    "signs": N_("some signs"),
    "longest": N_("fewer"),
    "length": N_("too many"),
    "decimals": N_("few"),
    "sign": N_("none"),
    "least": N_("few"),
    "most": N_("too many"),
    "modules": N_("these modules"),
    "what": N_("the mail"),
    "given": N_("this text"),
    "stored": N_("nothing"),
    "all": N_("all"),
    "size": N_("not known"),
    "operation": N_("an operation"),
    "status": N_("none"),
    "left": N_("few"),
    "remaining": N_("few"),
    "seconds": N_("some"),
    "until": N_("the date is not known"),
    "seats": N_("the number is not known"),
    "pane": N_("unknown"),
    "component": N_("unknown"),
    "address": N_("another one"),
    "wanted": N_("unknown"),
    "sha256": N_("not known"),
}
"""What stands in a sentence for a detail that nobody gave."""


def _readable(problem: Problem) -> dict[str, str]:
    same = _SAME.get(problem.code, {})
    result = {name: _(text) for name, text in _MISSING.items()} | {"reason": "", "count": "1"}
    for name, value in problem.details.items():
        name = same.get(name, name)
        text = shown(str(value))
        if name in ("size", *_COUNTS) and text.isascii() and text.isdigit() and len(text) < 16:
            text = size_text(int(text)) if name == "size" else number(int(text))
        elif name in ("module", "modules"):
            text = modulewords.listed(text)
        elif name == "stored" and problem.code.startswith(_DATED):
            text = stored_date_text(text) or text
        elif name == "until":
            text = day_text(text) or text
        elif name == "what":
            text = _(_PARTS[text]) if text in _PARTS else text
        if text:
            result[name] = text
    return result
