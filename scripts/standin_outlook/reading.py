"""Read a raw mail into what Outlook shows of it; any bytes at all give a mail."""

from __future__ import annotations

import base64
import hashlib
import re
import zoneinfo
from datetime import UTC, datetime, tzinfo
from email.message import Message
from pathlib import Path

from standin_outlook import bodies, headers, mime, parts
from standin_outlook.mail import Mail, Meeting, Sort

_METHODS = {"CANCEL": "IPM.Schedule.Meeting.Canceled", "REPLY": "IPM.Schedule.Meeting.Resp.Pos"}
_REPLIES = {"DECLINED": "IPM.Schedule.Meeting.Resp.Neg", "TENTATIVE": "IPM.Schedule.Meeting.Resp.Tent"}


def read(raw: bytes, *, source: str = "", fallback_date: datetime | None = None) -> Mail:
    """Read one mail. ``source`` names where it came from; ``fallback_date`` serves mails without a readable date."""
    mail = _parsed(raw)
    found = parts.contents(mail)
    subject = headers.first(mail, "subject")
    html, text = _body(found)
    senders = headers.addresses(mail, "from")
    via = headers.addresses(mail, "sender")
    return Mail(
        item_id=_item_id(raw),
        subject=subject,
        normalized_subject=headers.normalized(subject),
        from_=senders[0] if senders else (via[0] if via else None),
        sender=via[0] if via else (senders[0] if senders else None),
        to=headers.addresses(mail, "to"),
        cc=headers.addresses(mail, "cc"),
        bcc=headers.addresses(mail, "bcc"),
        date=headers.moment(mail) or fallback_date or datetime.now(UTC),
        internet_message_id=headers.first(mail, "message-id"),
        conversation_id=_conversation_id(mail, subject),
        headers=headers.block(raw),
        html=html,
        text=text,
        attachments=tuple(found.attachments),
        item_class=_item_class(found),
        sort=Sort.MEETING if _item_class(found).startswith("IPM.Schedule") else Sort.MESSAGE,
        meeting=_meeting(found.calendar) if found.calendar is not None else None,
        raw=raw,
        source=source,
    )


def read_file(path: Path) -> Mail:
    """Read one ``.eml`` file. Raises OSError when it can't be opened."""
    return read(path.read_bytes(), source=str(path), fallback_date=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC))


def _parsed(raw: bytes) -> Message:
    # A mailbox export may begin with a "From " line, an editor's file with a byte order mark.
    cleaned = re.sub(rb"\A(\xef\xbb\xbf)?\s*(From [^\r\n]*\r?\n)?", b"", raw)
    return mime.tree(cleaned)


def _body(found: parts.Contents) -> tuple[str, str]:
    if found.html is not None:
        return found.html, bodies.text_of_html(found.html)
    text = found.text if found.text is not None else ""
    return bodies.html_of_text(text), re.sub(r"\r\n|\r|\n", "\r\n", text)


def _item_id(raw: bytes) -> str:
    """An id of the look of Exchange's: long base64 with all its awkward letters, the same for the same bytes."""
    digest = hashlib.sha512(raw).digest() + hashlib.sha256(raw).digest()
    return "AAMkAGI" + base64.b64encode(digest).decode("ascii") + "/+A="


def _conversation_id(mail: Message, subject: str) -> str:
    references = headers.first(mail, "references").split() + headers.first(mail, "in-reply-to").split()
    root = (references or [headers.first(mail, "message-id") or headers.normalized(subject)])[0]
    return "AAQkAGI" + base64.b64encode(hashlib.sha256(root.encode()).digest()).decode("ascii")


def _item_class(found: parts.Contents) -> str:
    if found.calendar is not None:
        if found.calendar_method == "REPLY":
            status = re.search(r"PARTSTAT=(\w+)", found.calendar, re.IGNORECASE)
            return _REPLIES.get(status.group(1).upper() if status else "", _METHODS["REPLY"])
        return _METHODS.get(found.calendar_method, "IPM.Schedule.Meeting.Request")
    if found.report:
        return f"REPORT.IPM.Note.{found.report}"
    if found.signed:
        return "IPM.Note.SMIME.MultipartSigned"
    return "IPM.Note.SMIME" if found.encrypted else "IPM.Note"


def _meeting(calendar: str) -> Meeting:
    event = calendar.partition("BEGIN:VEVENT")[2] or calendar
    location = re.search(r"^LOCATION(?:;[^:\r\n]*)?:(.*)$", re.sub(r"\r?\n[ \t]", "", event), re.MULTILINE)
    place = re.sub(r"\\([,;\\])", r"\1", location.group(1)).strip() if location else ""
    return Meeting(_calendar_time(event, "DTSTART"), _calendar_time(event, "DTEND"), place)


def _calendar_time(event: str, name: str) -> datetime | None:
    match = re.search(rf"^{name}(;[^:\r\n]*)?:(\d{{8}}(?:T\d{{6}})?)(Z?)", event, re.MULTILINE)
    if not match:
        return None
    parameters, value, zulu = match.groups()
    try:
        local = datetime.strptime(value, "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")
    except ValueError:
        return None
    named = re.search(r'TZID="?([^";]+)', parameters or "")
    return local.replace(tzinfo=UTC if zulu or not named else _zone(named.group(1))).astimezone(UTC)


def _zone(name: str) -> tzinfo:
    """A zone by its IANA name; UTC for Windows' names and made-up ones."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return UTC
