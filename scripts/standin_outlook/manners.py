"""How one Outlook behaves towards add-ins: every way in which a host was seen to differ from the mail.

>>> Manners(sizes="zero", recipients=100).changed({"item_id": "empty"}).item_id
'empty'

The numbers with # are issues of OfficeDev/office-js. ``standin_outlook.items`` applies manners to a mail; the page
of the stand-in and a mailbox on CPython use the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

Answer = Literal["given", "empty", "undefined", "frame", "refused", "never"]
"""How a body is answered. "undefined": success without a value. "frame": markup with nothing in it (#4822)."""

Closed = Literal["encrypted", "protected", "signed", "report"]
"""A sort of mail on which an Outlook opens no add-in."""


@dataclass(frozen=True)
class Manners:
    """One Outlook's manners. The defaults are what Outlook on the web does; ``FRANK`` gives the mail as it is."""

    sizes: Literal["off", "right", "zero", "missing"] = "off"
    """Declared sizes of attachments; "off": some hundred bytes more than the content (#6155, zero: #6364)."""

    attachment_ids: Literal["given", "empty", "missing"] = "given"
    """Ids of attachments. For an empty one office.js throws (#2723, #833)."""

    contents: Literal["given", "empty", "empty at first", "refused", "never"] = "given"
    """Contents of attachments (#6408); "refused" with 5001 (#2842), "never" answered (#1725)."""

    content_ids: bool = False
    """Whether inline pictures have their content id (#6373, #639)."""

    inline: Literal["given", "all", "none"] = "given"
    """Which attachments Outlook calls inline; clients differ."""

    files: tuple[str, ...] = ()
    """The names of the attachments for which the five manners above hold; without any they hold for all."""

    attachments: Literal["in order", "reversed"] = "in order"
    """The order of the attachments."""

    protected: Literal["given", "empty", "nameless"] = "given"
    """Attachments of encrypted and protected mails; "nameless": without an id (#2723, #4725)."""

    signed: Literal["file", "parts"] = "file"
    """A signed mail as one "file" smime.p7m, as Exchange keeps it, or as its "parts"."""

    item_id: Literal["given", "empty"] = "given"
    """The mail's id; "empty" on the Mac (#5876)."""

    message_id: Literal["given", "other case", "folded", "last line", "stamped anew", "missing"] = "given"
    """``internetMessageId``; "last line": the last one where the headers have several (missing: #6497)."""

    subject: Literal["given", "cut"] = "given"
    """The subject; "cut" after 255 characters."""

    recipients: int = 500
    """How many addresses Outlook lists of each of To, Cc and Bcc."""

    senders: Literal["smtp", "exchange", "empty", "missing"] = "smtp"
    """Addresses of sender and author; "exchange" is no SMTP address (#2736, #577, #3701)."""

    others: Literal["smtp", "exchange", "empty"] = "smtp"
    """Addresses of the recipients."""

    order: Literal["given", "reversed"] = "given"
    """The order of the recipients."""

    case: Literal["given", "upper"] = "given"
    """The letters of SMTP addresses."""

    names: Literal["given", "address", "empty"] = "given"
    """Names of people; "address": the name repeats the SMTP address."""

    created: Literal["delivered", "moved", "exact", "missing"] = "delivered"
    """``dateTimeCreated``; "delivered": a while after sending, another in each mailbox (#2810, moved: #638)."""

    html: Answer = "given"
    """The body as HTML."""

    text: Answer = "given"
    """The body as text."""

    bodies_after_selection: Literal["given", "refused"] = "given"
    """Both bodies in a pinned pane after a selection, until it is opened anew (#6806, #6800)."""

    wrapped: bool = True
    """Whether HTML stands in the frame that Exchange puts around it."""

    headers: Literal["given", "empty", "refused", "never"] = "given"
    """The internet headers."""

    sent_headers: bool = False
    """Whether mails of one's own have internet headers."""

    shared: Literal["no", "given", "empty", "refused", "never"] = "no"
    """Whether the mails lie in a shared mailbox (``items.SHARED``), and what ``getSharedPropertiesAsync`` says then."""

    whole: Literal["given", "absent", "empty", "refused", "never", "page", "json", "text"] = "given"
    """``getAsFileAsync``; "absent": this Outlook does not have it; "refused" with 5001 (#6109).

    "page", "json", "text": success with a server's error in place of the mail (``items.ERRORS``)."""

    roaming: Literal["given", "missing", "refused", "never"] = "given"
    """Roaming settings; "missing": this Outlook has none; saving them is "refused" with 9019, or "never" answered."""

    closed: tuple[Closed, ...] = ()
    """Mails on which no add-in opens; for a pinned pane nothing is selected."""

    def __post_init__(self) -> None:
        """Raise ValueError for a value that no manner has."""
        for name, hint in _HINTS.items():
            value = getattr(self, name)
            if not _fits(value, hint):
                raise ValueError(f"{name} can't be {value!r}; it is one of {choices()[name] or hint}")

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """Return other manners: these with changes as JSON gives them. Raises ValueError."""
        unknown = changes.keys() - _HINTS.keys()
        if unknown:
            raise ValueError(f"no such manner: {', '.join(sorted(unknown))}; there are {', '.join(_HINTS)}")
        named: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
        }
        return dataclasses.replace(self, **named)

    def concerns(self, name: str) -> bool:
        """Whether the manners about attachments hold for one of this name."""
        return not self.files or name in self.files


def choices() -> dict[str, tuple[Any, ...]]:
    """Return the values that each manner can have; none for a number or names, which are free."""
    return {name: _values(hint) for name, hint in _HINTS.items()}


def parsed(text: str) -> dict[str, Any]:
    """Read ``NAME=VALUE``, as a command line gives it, into a change. Raises ValueError."""
    name, equals, value = text.partition("=")
    if not equals or name not in _HINTS:
        raise ValueError(f"{text!r} is not NAME=VALUE with one of the names {', '.join(_HINTS)}")
    hint = _HINTS[name]
    if hint is bool and value in ("yes", "no"):
        return {name: value == "yes"}
    if hint is int and value.isdecimal():
        return {name: int(value)}
    if get_origin(hint) is tuple:
        return {name: tuple(one for one in value.split(",") if one)}
    if value not in _values(hint):
        allowed = "yes, no" if hint is bool else ", ".join(map(str, _values(hint))) or "a number"
        raise ValueError(f"{name} can't be {value!r}; it is one of: {allowed}")
    return {name: value}


def _values(hint: Any) -> tuple[Any, ...]:
    if hint is bool:
        return (True, False)
    if get_origin(hint) is tuple:
        return _values(get_args(hint)[0])
    return get_args(hint) if get_origin(hint) is Literal else ()


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(one, get_args(hint)[0]) for one in value)
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    return type(value) is hint and (hint is not int or value >= 0)


_HINTS: dict[str, Any] = get_type_hints(Manners)

FRANK = Manners(sizes="right", content_ids=True, signed="parts", created="exact", wrapped=False, sent_headers=True)
"""An Outlook that hands out what is in the mail. None does."""
