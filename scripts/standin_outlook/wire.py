"""Mails in the shape in which Outlook on the web hands them to office.js.

The names are those that ``outlook-web-16.01.debug.js`` reads from its initial data.
"""

from __future__ import annotations

from typing import Any

from standin_outlook.mail import Address, Mail
from standin_outlook.mails import Mailbox

HOST_VERSION = "16.0.18429.20000"
ITEMLESS = 6
READ_ITEM = 1


def user(mailbox: Mailbox) -> dict[str, Any]:
    """What every initial data carries, with or without an item."""
    return {
        "permissionLevel": READ_ITEM,
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
    """Initial data of one mail."""
    limit = mailbox.recipient_limit
    data: dict[str, Any] = {
        **user(mailbox),
        "itemType": mail.sort.value,
        "id": mail.item_id,
        "itemClass": mail.item_class,
        "subject": mail.subject,
        "normalizedSubject": mail.normalized_subject,
        "to": [_address(each, mailbox) for each in mail.to[:limit]],
        "cc": [_address(each, mailbox) for each in mail.cc[:limit]],
        "bcc": [_address(each, mailbox) for each in mail.bcc[:limit]],
        "dateTimeCreated": mail.date.isoformat(timespec="milliseconds"),
        "dateTimeModified": mail.date.isoformat(timespec="milliseconds"),
        "conversationId": mail.conversation_id,
        "isRead": True,
        "attachments": [_attachment(mail, index, mailbox) for index in range(len(mail.attachments))],
    }
    if mail.internet_message_id:
        data["internetMessageId"] = mail.internet_message_id
    if mail.from_ is not None:
        data["from"] = _address(mail.from_, mailbox)
    if mail.sender is not None:
        data["sender"] = _address(mail.sender, mailbox)
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
        "source": mail.source.replace("\\", "/").rpartition("/")[2],
    }


def _address(address: Address, mailbox: Mailbox) -> dict[str, Any]:
    own = mailbox.user_address.rpartition("@")[2].casefold()
    inside = address.address.casefold().endswith("@" + own)
    return {"name": address.name, "address": address.address, "recipientType": 2 if inside else 3}


def _attachment(mail: Mail, index: int, mailbox: Mailbox) -> dict[str, Any]:
    attachment = mail.attachments[index]
    data: dict[str, Any] = {
        "id": "" if mailbox.encrypted == "nameless" and mailbox.withholds(mail) else mail.attachment_id(index),
        "name": attachment.name,
        "contentType": attachment.content_type,
        "size": len(attachment.content) + mailbox.size_overhead,
        "attachmentType": attachment.kind.value,
        "isInline": attachment.is_inline,
    }
    if mailbox.content_ids and attachment.content_id:
        data["contentId"] = attachment.content_id
    return data
