"""What an Outlook of given manners hands out of a mail: its properties, and the answers to calls.

Everything here is a pure function of a mail, the manners and the mailbox's address. A call that Outlook refuses
raises ``Refused``; one that it never answers raises ``Silent``.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from standin_outlook import bodies, headers
from standin_outlook.mail import Address, Attachment, Format, Kind, Mail
from standin_outlook.manners import Answer, Manners

INTERNAL_ERROR, GENERIC_ERROR, NOT_SHARED = 5001, 9020, 9055
SHARED = "support@ourcompany.example"
"""Whose mailbox a shared one is."""
LONGEST_SUBJECT = 255
SIGNED, ENCRYPTED = "IPM.Note.SMIME.MultipartSigned", "IPM.Note.SMIME"
_PROTECTED = "application/x-microsoft-rpmsg-message"
_DIRECTORY = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn="


ERRORS = {
    "page": b"""<!DOCTYPE html>
<html><head><title>Error</title>
<style>body{color:#444}</style></head>
<body><h1>:-(</h1><p>Something went wrong.</p>
<div>
X-ClientId: 2A0C44B1
X-FEServer: AM0PR01
Date:11/29/2026 2:53:05 PM
</div></body></html>
""",
    "json": b'{"error":{"code":"ErrorItemNotFound","message":"The specified object was not found in the store."}}',
    "text": b"The service is temporarily unavailable. Please try again later.\r\n",
}
"""What a server says in place of a mail, by the manner ``whole``. Lines of it look like fields of a head."""


class Refused(Exception):
    """Outlook answers with an error; ``code`` is office.js's."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Office error {code}")
        self.code = code


class Silent(Exception):
    """Outlook never answers."""


@dataclass(frozen=True)
class ItemFile:
    """An attachment as an item lists it (``AttachmentDetails``); what is None is undefined there."""

    id: str | None
    name: str
    content_type: str
    kind: Kind
    is_inline: bool
    size: int | None
    content_id: str | None


@dataclass(frozen=True)
class Item:
    """The properties of an open mail (``MessageRead``); ``created`` is aware."""

    id: str
    subject: str
    sender: Address | None
    author: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    created: datetime | None
    message_id: str | None
    conversation_id: str
    files: tuple[ItemFile, ...]


def is_sent(mail: Mail, user_address: str) -> bool:
    """Whether the owner of this address wrote the mail."""
    return mail.from_ is not None and mail.from_.address.casefold() == user_address.casefold()


def _owned(mail: Mail, manners: Manners, user_address: str) -> bool:
    """Whether the mail went out from the mailbox in which it lies."""
    return is_sent(mail, user_address) or (manners.shared != "no" and is_sent(mail, SHARED))


def opens(mail: Mail, manners: Manners) -> bool:
    """Whether Outlook opens an add-in on the mail."""
    sorts = {
        "encrypted": mail.item_class == ENCRYPTED,
        "protected": _is_protected(mail),
        "signed": mail.item_class == SIGNED,
        "report": mail.item_class.startswith("REPORT."),
    }
    return not any(sorts[sort] for sort in manners.closed)


def item_of(mail: Mail, manners: Manners, user_address: str) -> Item:
    """Return the properties of the mail in the mailbox of this address."""
    return Item(
        id=mail.item_id if manners.item_id == "given" else "",
        subject=mail.subject if manners.subject == "given" else mail.subject[:LONGEST_SUBJECT],
        sender=_sender(mail.sender, manners),
        author=_sender(mail.from_, manners),
        to=_recipients(mail.to, manners),
        cc=_recipients(mail.cc, manners),
        bcc=_recipients(mail.bcc, manners),
        created=_created(mail, manners, user_address),
        message_id=_message_id(mail, manners),
        conversation_id=mail.conversation_id,
        files=tuple(_listed(mail, index, one, manners) for index, one in enumerate(attachments_of(mail, manners))),
    )


def attachments_of(mail: Mail, manners: Manners) -> tuple[Attachment, ...]:
    """Return the attachments that the mail has for Outlook; the one at position n has ``mail.attachment_id(n)``."""
    if mail.item_class == SIGNED and manners.signed == "file":
        content = headers.entity(mail.raw)
        return (Attachment("smime.p7m", "multipart/signed", Kind.FILE, Format.BASE64, content),)
    return mail.attachments if manners.attachments == "in order" else mail.attachments[::-1]


def content_of(mail: Mail, attachment_id: str, manners: Manners, *, before: int = 0) -> Attachment:
    """Return an attachment with the content that Outlook hands out; ``before``: how often it was asked for already.

    Raises KeyError for an id that the mail has not, Refused, Silent.
    """
    known = {mail.attachment_id(index): one for index, one in enumerate(attachments_of(mail, manners))}
    attachment = known[attachment_id]
    how = manners.contents if manners.concerns(attachment.name) else "given"
    if how == "refused":
        raise Refused(INTERNAL_ERROR)
    if how == "never":
        raise Silent
    withheld = manners.protected != "given" and _is_withheld(mail)
    if withheld or how == "empty" or (how == "empty at first" and before == 0):
        return dataclasses.replace(attachment, content=b"")
    return attachment


def body_of(mail: Mail, form: Literal["html", "text"], manners: Manners, *, turned: bool = False) -> str | None:
    """Return the body in this form, None where office.js gets no value.

    ``turned``: the pane stayed open while another mail was selected. Raises Refused, Silent.
    """
    if turned and manners.bodies_after_selection == "refused":
        raise Refused(GENERIC_ERROR)
    if form == "text":
        return _answered(manners.text, mail.text, frame="\r\n")
    markup = bodies.framed(mail.html) if manners.wrapped else mail.html
    return _answered(manners.html, markup, frame="<html><head></head><body></body></html>")


def headers_of(mail: Mail, manners: Manners, user_address: str) -> str:
    """Return all internet headers as one text. Raises Refused, Silent."""
    withheld = _owned(mail, manners, user_address) and not manners.sent_headers
    return _answered(manners.headers, "" if withheld else mail.headers) or ""


def shared_of(manners: Manners) -> dict[str, Any]:
    """Return what the call for shared properties gives (``SharedProperties``). Raises Refused, Silent."""
    if manners.shared in ("no", "refused"):
        raise Refused(NOT_SHARED if manners.shared == "no" else GENERIC_ERROR)
    if manners.shared == "never":
        raise Silent
    owner = SHARED if manners.shared == "given" else ""
    return {"owner": owner, "targetMailbox": owner, "delegatePermissions": 1, "targetRestUrl": ""}


def whole_of(mail: Mail, manners: Manners) -> bytes:
    """Return the whole mail, where this Outlook has ``getAsFileAsync`` at all. Raises Refused, Silent."""
    if manners.whole == "refused":
        raise Refused(INTERNAL_ERROR)
    if manners.whole == "never":
        raise Silent
    return b"" if manners.whole == "empty" else ERRORS.get(manners.whole, mail.raw)


def _answered(how: Answer, value: str, *, frame: str = "") -> str | None:
    if how == "refused":
        raise Refused(GENERIC_ERROR)
    if how == "never":
        raise Silent
    if how == "undefined":
        return None
    return {"given": value, "frame": frame}.get(how, "")


def _is_protected(mail: Mail) -> bool:
    return any(one.content_type == _PROTECTED for one in mail.attachments)


def _is_withheld(mail: Mail) -> bool:
    return mail.item_class == ENCRYPTED or _is_protected(mail)


def _listed(mail: Mail, index: int, attachment: Attachment, manners: Manners) -> ItemFile:
    concerned = manners.concerns(attachment.name)
    ids = manners.attachment_ids if concerned else "given"
    nameless = ids == "empty" or (manners.protected == "nameless" and _is_withheld(mail))
    inline = {"all": True, "none": False}.get(manners.inline, attachment.is_inline)
    given = "" if nameless else mail.attachment_id(index)
    return ItemFile(
        id=None if ids == "missing" else given,
        name=attachment.name,
        content_type=attachment.content_type,
        kind=attachment.kind,
        is_inline=inline if concerned else attachment.is_inline,
        size=_size(attachment, manners.sizes if concerned else "off"),
        content_id=(attachment.content_id or None) if manners.content_ids and concerned else None,
    )


def _size(attachment: Attachment, how: str) -> int | None:
    # Exchange counts what it keeps beside the content too.
    over = 130 + _number(attachment.name) % 470
    length = len(attachment.content)
    return {"off": length + over, "right": length, "zero": 0}.get(how)


def _sender(person: Address | None, manners: Manners) -> Address | None:
    return None if person is None or manners.senders == "missing" else _person(person, manners.senders, manners)


def _recipients(people: tuple[Address, ...], manners: Manners) -> tuple[Address, ...]:
    told = people[: manners.recipients]
    return tuple(_person(one, manners.others, manners) for one in (told if manners.order == "given" else told[::-1]))


def _person(person: Address, addresses: str, manners: Manners) -> Address:
    smtp = person.address if manners.case == "given" else person.address.upper()
    name = {"address": smtp, "empty": ""}.get(manners.names, person.name)
    if addresses == "exchange":
        mark = hashlib.md5(person.address.casefold().encode(), usedforsecurity=False).hexdigest()
        return Address(name, f"{_DIRECTORY}{mark}-{person.address.partition('@')[0].lower()}")
    return Address(name, "" if addresses == "empty" else smtp)


def _created(mail: Mail, manners: Manners, user_address: str) -> datetime | None:
    """When the item came into this mailbox; of a mail of one's own, when its writing was begun."""
    number = _number(user_address.casefold() + mail.item_id)
    if manners.created == "missing":
        return None
    if manners.created == "moved":
        return mail.date + timedelta(days=30 + number % 400, seconds=number % 86_400)
    if manners.created == "delivered":
        sent = _owned(mail, manners, user_address)
        return mail.date + timedelta(seconds=-(20 + number % 900) if sent else 3 + number % 600)
    return mail.date


def _message_id(mail: Mail, manners: Manners) -> str | None:
    identity = mail.internet_message_id
    if not identity or manners.message_id == "missing":
        return None
    middle = len(identity) // 2
    others = {
        "other case": identity.swapcase(),
        "folded": f"{identity[:middle]}\r\n {identity[middle:]}",
        "last line": [identity, *headers.lines(mail.headers, "message-id")][-1],
        "stamped anew": f"<{hashlib.sha256(identity.encode()).hexdigest()[:32]}@eur05.prod.outlook.example>",
    }
    return others.get(manners.message_id, identity)


def _number(text: str) -> int:
    """A number that looks random and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6])
