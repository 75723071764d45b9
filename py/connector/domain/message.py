"""The Messages record that a mail becomes (vtenext module ``Messages``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.domain import address, body
from connector.domain.address import Address
from connector.domain.headers import one_line
from connector.domain.linking import Content, Link, Problem
from connector.domain.mail import Mail
from connector.ports import FileHandle, Text

MOST_PICTURES = 8 * 1024 * 1024
"""Bytes of inline pictures that are put into the body; more would outgrow the CRM's text column.

They are stored as files all the same."""

COMPARED = ("subject", "mfrom", "mto", "mcc", "mbcc", "mreplyto")


def fields_of(mail: Mail, content: Content, date: str) -> dict[str, str]:
    """The record's fields but the body. ``date`` is in the CRM server's own time zone."""
    fields = {"subject": mail.subject, "mdate": date, "mtype": "Link", "messageid": mail.message_id}
    author = (mail.author,) if mail.author.mail or mail.author.name else ()
    people = {
        "mfrom": author,
        "mto": mail.to,
        "mcc": mail.cc,
        "mbcc": address.parse_addresses(content.bcc),
        "mreplyto": address.parse_addresses(content.reply_to),
    }
    for name, persons in people.items():
        fields |= _people(name, tuple(persons))
    fields["in_reply_to"] = content.in_reply_to
    fields["mreferences"] = content.references
    return {name: one_line(value) for name, value in fields.items()}


def _people(name: str, persons: tuple[Address, ...]) -> dict[str, str]:
    return {
        name: address.mails(persons),
        f"{name}_n": address.names(persons),
        f"{name}_f": address.full(persons),
    }


def record_of(link: Link, content: Content, date: str, *, with_files: bool) -> tuple[dict[str, str | Text], bool]:
    """The whole record, inline pictures in their places in the body; and whether all of them fitted."""
    html = body.survivable(content.body.html or body.from_text(content.body.text))
    pictures, fitted = _pictures(link, html)
    record: dict[str, str | Text] = dict(fields_of(link.plan.mail, content, date))
    record["description"] = body.with_pictures(html, pictures)
    if with_files:
        # Without this pair vtenext ignores the files of the request.
        record |= {"hasattachments": "True", "external_plugin": "true"}
    return record, fitted


def _pictures(link: Link, html: str) -> tuple[dict[str, FileHandle], bool]:
    wanted = body.match_pictures(body.content_ids(html), link.plan.mail.attachments)
    handles = {outcome.attachment.id: outcome.file for outcome in link.files}
    pictures: dict[str, FileHandle] = {}
    used = 0
    fitted = True
    for content_id, attachment in wanted.items():
        handle = handles.get(attachment.id)
        if handle is None:
            continue
        if used + handle.size > MOST_PICTURES:
            fitted = False
            continue
        used += handle.size
        pictures[content_id] = handle
    return pictures, fitted


def changed_by_crm(mail: Mail, content: Content, row: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What the CRM stored otherwise than it was sent: a subject cut off, characters replaced, addresses cut."""
    sent = fields_of(mail, content, "")
    problems = []
    for name in COMPARED:
        stored = row.get(name)
        if not isinstance(stored, str) or _same(stored, sent[name]):
            continue
        if name == "subject":
            cut = len(stored) < len(sent[name]) and sent[name].startswith(stored)
            problems.append(Problem("subject-cut" if cut else "subject-changed", {"stored": stored}))
        else:
            problems.append(Problem("addresses-changed", {"field": name, "stored": stored[:80]}))
    return tuple(problems)


def _same(stored: str, sent: str) -> bool:
    return stored.strip() == sent.strip()
