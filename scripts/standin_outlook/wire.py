"""Mails in the shape in which Outlook on the web hands them to office.js.

The names are those that ``outlook-web-16.01.debug.js`` reads from its initial data.
"""

from __future__ import annotations

from typing import Any

from standin_outlook.items import ItemFile, item_of, opens
from standin_outlook.mail import Address, Mail
from standin_outlook.mails import Mailbox

HOST_VERSION = "16.0.18429.20000"
ITEMLESS = 6
PERMISSIONS = {"ReadItem": 1, "ReadWriteMailbox": 2, "ReadWriteItem": 3}
"""How the host tells what the manifest asks for."""


def user(mailbox: Mailbox) -> dict[str, Any]:
    """What every initial data carries, with or without an item."""
    return {
        "permissionLevel": PERMISSIONS[mailbox.permission],
        "userDisplayName": mailbox.user_name,
        "userEmailAddress": mailbox.user_address,
        "userProfileType": "office365",
        "userTimeZone": mailbox.time_zone,
        "hostVersion": HOST_VERSION,
        "owaView": "ThreeColumns",
        "ewsUrl": "https://outlook.office365.com/EWS/Exchange.asmx",
        "restUrl": "https://outlook.office365.com/api",
        "isRestIdSupported": False,
        "timeZoneOffsets": [],
    }


def itemless(mailbox: Mailbox) -> dict[str, Any]:
    """Initial data of a pane that is opened while nothing is selected."""
    return {**user(mailbox), "itemType": ITEMLESS}


def item(mail: Mail, mailbox: Mailbox) -> dict[str, Any]:
    """Initial data of one mail; what the mailbox's manners leave undefined is left out."""
    told = item_of(mail, mailbox.manners, mailbox.user_address)
    data: dict[str, Any] = {
        **user(mailbox),
        "itemType": mail.sort.value,
        "id": told.id,
        "itemClass": mail.item_class,
        "subject": told.subject,
        "normalizedSubject": mail.normalized_subject,
        "to": [_address(each, mailbox) for each in told.to],
        "cc": [_address(each, mailbox) for each in told.cc],
        "bcc": [_address(each, mailbox) for each in told.bcc],
        "conversationId": told.conversation_id,
        "isRead": True,
        "isFromSharedFolder": mailbox.manners.shared != "no",
        "attachments": [_attachment(each) for each in told.files],
    }
    if told.created is not None:
        data["dateTimeCreated"] = data["dateTimeModified"] = told.created.isoformat(timespec="milliseconds")
    if told.message_id is not None:
        data["internetMessageId"] = told.message_id
    if told.author is not None:
        data["from"] = _address(told.author, mailbox)
    if told.sender is not None:
        data["sender"] = _address(told.sender, mailbox)
    if mail.meeting is not None:
        data["location"] = mail.meeting.location
        if mail.meeting.start is not None:
            data["start"] = mail.meeting.start.isoformat(timespec="milliseconds")
        if mail.meeting.end is not None:
            data["end"] = mail.meeting.end.isoformat(timespec="milliseconds")
    return data


def summary(mail: Mail, mailbox: Mailbox) -> dict[str, Any]:
    """One line of the message list on the stand-in's page."""
    return {
        "id": mail.item_id,
        "subject": mail.subject,
        "from": _address(mail.from_, mailbox) if mail.from_ else None,
        "to": [_address(each, mailbox) for each in mail.to[:3]],
        "date": mail.date.isoformat(timespec="milliseconds"),
        "folder": "sent" if mailbox.is_sent(mail) else "inbox",
        "preview": " ".join(mail.text[:400].split())[:140],
        "attachments": sum(not attachment.is_inline for attachment in mail.attachments),
        "opens": opens(mail, mailbox.manners),
        "source": mail.source.replace("\\", "/").rpartition("/")[2],
    }


def _address(address: Address, mailbox: Mailbox) -> dict[str, Any]:
    own = mailbox.user_address.rpartition("@")[2].casefold()
    inside = address.address.casefold().endswith("@" + own)
    return {"name": address.name, "address": address.address, "recipientType": 2 if inside else 3}


def _attachment(file: ItemFile) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": file.id,
        "name": file.name,
        "contentType": file.content_type,
        "size": file.size,
        "attachmentType": file.kind.value,
        "isInline": file.is_inline,
        "contentId": file.content_id,
    }
    return {name: value for name, value in data.items() if value is not None}
