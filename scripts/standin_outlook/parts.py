"""From the parts of a mail to its body and Outlook's list of attachments.

Follows what Exchange does on receipt: one body (HTML wins), every further part an attachment,
nameless ones called ``ATT00001`` and so on, attached mails named by their subject.

Two ways mark a cloud attachment in a file: a part with a header ``X-Cloud-Attachment: <url>``,
or a ``message/external-body`` part with ``access-type=URL`` and ``url=…``. The part's file name
is the link's name.
"""

from __future__ import annotations

import email.policy
import mimetypes
import re
from dataclasses import dataclass, field
from email.message import EmailMessage, Message

from standin_outlook import bodies, fields, headers
from standin_outlook.fields import content_type, disposition, parameter
from standin_outlook.mail import Attachment, Format, Kind
from standin_outlook.mime import children, payload

_EXTENSIONS = {"text/plain": ".txt", "text/html": ".htm", "text/calendar": ".ics", "image/jpeg": ".jpg"}
_BODIES = {"text/plain", "text/html"}
_ALTERNATIVES = _BODIES | {"text/calendar", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"}
_ACTIONS = {"delivered": "DR", "delayed": "Delayed.DR", "relayed": "Relayed.DR", "expanded": "Expanded.DR"}
MAXIMUM_DEPTH = 40


@dataclass
class Contents:
    """What was found while walking a mail; ``html`` and ``text`` stay None when there is no such body.

    ``bodies_only``: attachments are passed over.
    """

    html: str | None = None
    text: str | None = None
    calendar: str | None = None
    calendar_method: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    nameless: int = 0
    bodies_only: bool = False
    signed: bool = False
    encrypted: bool = False
    report: str = ""


def contents(mail: Message) -> Contents:
    """Walk a mail and collect its body and attachments."""
    found = Contents()
    _walk(mail, found, depth=0, parents=())
    _mark_inline(found)
    return found


def file_name(part: Message) -> str:
    """The decoded file name of a part, "" when it has none."""
    name = fields.parameter(part, "filename", "content-disposition") or fields.parameter(part, "name")
    return re.sub(r"[\r\n\t]+", " ", name).strip()


def _walk(part: Message, found: Contents, *, depth: int, parents: tuple[str, ...]) -> None:
    kind = content_type(part)
    alternative = parents[-1:] == ("multipart/alternative",)
    linked = bool(headers.raw_values(part, "x-cloud-attachment")) or kind == "message/external-body"
    if linked and not found.bodies_only and _cloud(part, found):
        return
    if children(part) and kind.startswith("multipart/") and depth < MAXIMUM_DEPTH:
        found.report = found.report or (_report(part) if kind == "multipart/report" else "")
        found.signed = found.signed or (kind == "multipart/signed" and "pkcs7" in parameter(part, "protocol").lower())
        for child in children(part):
            _walk(child, found, depth=depth + 1, parents=(*parents, kind))
        return
    attached = disposition(part) == "attachment" or (bool(file_name(part)) and not (depth == 0 and kind in _BODIES))
    if kind.startswith("multipart/"):
        kind = "text/plain"  # claims to be multipart, has no parts: its text is the body
    attachable = not found.bodies_only
    if kind == "message/rfc822" and children(part) and attachable:
        _attached_mail(part, found)
    elif kind == "text/calendar" and not attached and (alternative or depth == 0):
        found.calendar = _text(part)
        found.calendar_method = parameter(part, "method").upper()
    elif not attached and kind in _BODIES and _is_body(kind, found, replaceable="multipart/alternative" in parents):
        text = _text(part)
        if kind == "text/html":
            found.html = text
        else:
            found.text = text
    elif alternative and not attached and kind in _ALTERNATIVES:
        return  # a further rendering of the same text: Exchange keeps the best one only
    elif attachable:
        _attach(part, kind, found)


def _report(part: Message) -> str:
    """What Exchange calls a report: the end of its item class, "" for one of no known sort."""
    for child in children(part):
        kind, text = content_type(child), payload(child).decode("ascii", "replace")
        if kind == "message/delivery-status":
            action = re.search(r"^Action:\s*(\w+)", text, re.IGNORECASE | re.MULTILINE)
            return _ACTIONS.get(action[1].lower() if action else "", "NDR")
        if kind == "message/disposition-notification":
            return "IPNRN" if re.search(r"^Disposition:.*displayed", text, re.IGNORECASE | re.MULTILINE) else "IPNNRN"
    return ""


def _is_body(kind: str, found: Contents, *, replaceable: bool) -> bool:
    if replaceable:  # text first, then the same as HTML, which wins
        return (found.html if kind == "text/html" else found.text) is None
    return found.html is None and found.text is None


def _text(part: Message) -> str:
    content = payload(part)
    charset = parameter(part, "charset")
    if content[:3] == b"\xef\xbb\xbf":
        content, charset = content[3:], "utf-8"
    text = headers.text_of(content, charset or None).replace("\0", "")
    if content_type(part) == "text/plain" and parameter(part, "format").lower() == "flowed":
        return bodies.unflowed(text, delsp=parameter(part, "delsp").lower() == "yes")
    return text


def _attach(part: Message, kind: str, found: Contents) -> None:
    if children(part):  # delivery reports and the like: parts in a part that is no multipart
        content = b"\r\n".join(_written(child) for child in children(part))
    else:
        content = payload(part)
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        found.encrypted = True
    found.attachments.append(
        Attachment(
            name=file_name(part) or _made_up_name(kind, found),
            content_type=kind,
            kind=Kind.FILE,
            format=Format.BASE64,
            content=content,
            is_inline=disposition(part) == "inline",
            content_id=headers.first(part, "content-id").strip("<> "),
        )
    )


def _made_up_name(kind: str, found: Contents) -> str:
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return "smime.p7m"
    if kind in {"application/pkcs7-signature", "application/x-pkcs7-signature"}:
        return "smime.p7s"
    found.nameless += 1
    return f"ATT{found.nameless:05d}{_EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or '.dat'}"


def _attached_mail(part: Message, found: Contents) -> None:
    inner = children(part)[0]
    subject = headers.first(inner, "subject")
    inside = Contents(bodies_only=True)
    _walk(inner, inside, depth=0, parents=())
    if inside.calendar is not None and inside.html is None and inside.text is None:
        found.attachments.append(
            Attachment(
                name=subject or file_name(part) or "Untitled",
                content_type="text/calendar",
                kind=Kind.ITEM,
                format=Format.ICALENDAR,
                content=inside.calendar.encode("utf-8"),
            )
        )
        return
    found.attachments.append(
        Attachment(
            name=subject or re.sub(r"\.eml$", "", file_name(part), flags=re.IGNORECASE) or "Untitled",
            content_type="message/rfc822",
            kind=Kind.ITEM,
            format=Format.EML,
            content=_written(inner),
        )
    )


def _written(inner: Message) -> bytes:
    """A part as Exchange writes it out: CRLF lines, ASCII only where that is possible; nothing when that fails."""
    for policy in (email.policy.SMTP.clone(cte_type="7bit", max_line_length=0), email.policy.compat32):
        try:
            content = inner.as_bytes(policy=policy)
        except headers.BROKEN:
            continue
        return headers.text_of(content, None).replace("\0", "").encode("utf-8")
    return b""


def _cloud(part: Message, found: Contents) -> bool:
    address = headers.first(part, "x-cloud-attachment").strip("<> ")
    named: Message = part
    if not address:
        if parameter(part, "access-type").lower() != "url":
            return False
        address = re.sub(r"\s+", "", parameter(part, "url"))
        named = (children(part) or [EmailMessage()])[0]
    name = file_name(part) or file_name(named) or address.rstrip("/").rpartition("/")[2]
    inner = content_type(named) if named is not part else content_type(part)
    found.attachments.append(Attachment(name, inner, Kind.CLOUD, Format.URL, address.encode("utf-8", "replace")))
    return True


def _mark_inline(found: Contents) -> None:
    """Inline is what the HTML shows by ``cid:``; a bare "inline" disposition counts for pictures with an id only."""
    markup = (found.html or "").lower()
    for index, attachment in enumerate(found.attachments):
        identity = attachment.content_id
        shown = bool(identity) and f"cid:{identity.lower()}" in markup
        lasting = attachment.is_inline and bool(identity) and attachment.content_type.startswith("image/")
        if attachment.is_inline != (shown or lasting):
            found.attachments[index] = Attachment(**{**attachment.__dict__, "is_inline": shown or lasting})
