"""What Microsoft Graph answers about a mail, as pure functions of the mail and the mailbox's manners."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from standin_outlook.items import attachments_of, headers_of, item_of
from standin_outlook.mail import Attachment, Format, Kind, Mail
from standin_outlook.mails import Mailbox

PAGE = 10
"""Attachments on a page of a list."""
_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_TYPES = {Kind.FILE: "fileAttachment", Kind.ITEM: "itemAttachment", Kind.CLOUD: "referenceAttachment"}


class Missing(Exception):
    """There is no such mail or attachment."""


@dataclass(frozen=True)
class Content:
    """Bytes, with the type that Graph gives them."""

    content: bytes
    media_type: str


def rest_id(office_id: str) -> str:
    """An id in the form of Graph's addresses."""
    return office_id.replace("/", "-").replace("+", "_")


def immutable_id(office_id: str) -> str:
    """An id that stays when the mail is moved: quite another text."""
    return "AAkALgAAAAAAHYQDEapmEc2byACqAC-E" + hashlib.sha256(rest_id(office_id).encode()).hexdigest()[:32] + "="


def find(mailbox: Mailbox, given: str) -> Mail:
    """The mail of an id of Graph's, either form. Raises Missing."""
    for mail in mailbox.mails:
        if given in (rest_id(mail.item_id), immutable_id(mail.item_id)):
            return mail
    raise Missing


CONTENT_ID = "microsoft.graph.fileAttachment/contentId"
"""How a content id is asked for, which not all attachments have."""


def listed(mail: Mail, mailbox: Mailbox, skip: int, *, immutable: bool, address: str) -> dict[str, Any]:
    """A page of the list of attachments. Graph has them in the order of the mail, whatever Outlook does."""
    wanted = {"@odata.type", *address.partition("$select=")[2].split(",")}
    wanted = (wanted - {"contentId"}) | ({"contentId"} if CONTENT_ID in wanted else set())
    sizes = {one.id: one.size for one in item_of(mail, mailbox.manners, mailbox.user_address).files}
    made_id = immutable_id if immutable else rest_id
    entries = [
        {
            "@odata.type": f"#microsoft.graph.{_TYPES[one.kind]}",
            "id": made_id(office_id),
            "name": one.name,
            "contentType": one.content_type if one.kind is Kind.FILE else None,
            "size": sizes.get(office_id) or len(one.content) + 130,
            "isInline": one.is_inline,
            **({"contentId": one.content_id or None} if one.kind is Kind.FILE else {}),
        }
        for office_id, one in _attachments(mail, mailbox)
    ]
    page: dict[str, Any] = {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata",
        "value": [{name: one[name] for name in one if name in wanted} for one in entries[skip:][:PAGE]],
    }
    if len(entries) > skip + PAGE:
        page["@odata.nextLink"] = f"{address}&$skip={skip + PAGE}"
    return page


def _attachments(mail: Mail, mailbox: Mailbox) -> list[tuple[str, Attachment]]:
    """What Exchange has of the mail, in the mail's order, with the ids by which Outlook knows it."""
    shown = [(mail.attachment_id(at), one) for at, one in enumerate(attachments_of(mail, mailbox.manners))]
    return shown if mailbox.manners.attachments == "in order" else shown[::-1]


def attachment(mail: Mail, mailbox: Mailbox, given: str) -> Attachment:
    """The attachment of an id of Graph's, either form. Raises Missing."""
    for office_id, one in _attachments(mail, mailbox):
        if given in (rest_id(office_id), immutable_id(office_id)):
            return one
    raise Missing


def content(one: Attachment) -> Content:
    """An attachment's bytes; of a link there are none. Raises Missing."""
    if one.format is Format.URL:
        raise Missing
    # Of an attached item Graph does not say what it is.
    return Content(one.content, one.content_type if one.kind is Kind.FILE else "text/plain")


def link(one: Attachment, *, told: bool) -> dict[str, Any]:
    """An attachment that is a link. Version 1.0 of Graph does not tell where it leads."""
    entry = {"@odata.type": f"#microsoft.graph.{_TYPES[one.kind]}", "name": one.name}
    return {**entry, "sourceUrl": one.content.decode()} if told and one.format is Format.URL else entry


def told(mail: Mail, mailbox: Mailbox, wanted: frozenset[str]) -> dict[str, Any]:
    """What of a mail is asked for; no internet headers of a mail that was sent."""
    item = item_of(mail, mailbox.manners, mailbox.user_address)
    text = headers_of(mail, mailbox.manners, mailbox.user_address)
    fields = [{"name": name, "value": " ".join(value.split())} for name, value in _FIELD.findall(text)]
    author = {"name": item.author.name, "address": item.author.address} if item.author else None
    properties = {
        "internetMessageHeaders": fields or None,
        "internetMessageId": item.message_id,
        "subject": item.subject,
        "from": {"emailAddress": author} if author else None,
        "sentDateTime": f"{mail.date.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    shown = {name: value for name, value in properties.items() if name in wanted and value is not None}
    return {"id": rest_id(mail.item_id), **shown}
