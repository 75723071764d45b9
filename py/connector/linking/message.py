"""The Messages record that a mail becomes (vtenext module ``Messages``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from connector.linking.link import Link
from connector.linking.states import Content
from connector.mail import address, body, headers, markup, pictures
from connector.mail.address import Address
from connector.mail.headers import one_line
from connector.mail.identity import fingerprint
from connector.mail.mail import ITEM, WRITERS, Mail
from connector.mail.sameness import Original, mark_of
from connector.mail.visible import letters
from connector.ports import DataUrl, FileHandle, Text

T = TypeVar("T")
LONGEST_SHORT = 255
"""Characters that the CRM keeps of a short field; it cuts the rest off in the middle of an address."""
PEOPLE = {"from": "mfrom", "to": "mto", "cc": "mcc", "bcc": "mbcc", "reply_to": "mreplyto"}
"""The fields of the record."""
MOST_TEXT = 1_900_000
"""Characters of a body with its pictures. vtenext's filter copies what is left of it for each tag, and beyond two
megabytes each copy is a hundred times as slow: 3.2 MB of pictures behind 2,000 paragraphs took it three minutes.

What does not fit in is stored as files all the same."""

WITH_FILES = {"hasattachments": "True", "external_plugin": "true"}
"""Without this pair vtenext ignores the files of the request."""


def fields_of(
    mail: Mail, content: Content, date: str, message_id: str = "", files: Sequence[str] | None = ()
) -> dict[str, str]:
    """The record's fields but the body. ``date`` is in the CRM server's own time zone, ``files`` as `mark_of` takes."""
    fields = {"subject": mail.subject, "mdate": date, "mtype": "Link", "messageid": message_id or mail.message_id}
    fields["xmailer"] = mark_of(content.date if content.dated else None, mail.created, files)
    for name, persons in people_of(mail, content).items():
        fields |= _people(PEOPLE[name], persons)
    fields["in_reply_to"] = answered_by(content)
    fields["mreferences"] = content.references
    return {name: one_line(value) for name, value in fields.items()}


def people_of(mail: Mail, content: Content) -> dict[str, tuple[Address, ...]]:
    """Return the people of the mail by their part in it (`PEOPLE`), as many as fit into the CRM's field."""
    author = (mail.author,) if mail.author.mail or mail.author.name else ()
    return {
        "from": _short(author),
        "to": mail.to,
        "cc": mail.cc,
        "bcc": tuple(address.parse_addresses(content.bcc)),
        "reply_to": _short(tuple(address.parse_addresses(content.reply_to))),
    }


def answered_by(content: Content) -> str:
    """Return the Message-IDs that the mail answers, as many as fit into the CRM's field."""
    return " ".join(_fitting(content.in_reply_to.split(), " ".join))


def _short(persons: tuple[Address, ...]) -> tuple[Address, ...]:
    """As many as fit, whole; of one that is too long itself the beginning of the name, and the address."""
    kept = _fitting(persons, address.full)
    if kept or not persons:
        return kept
    person = persons[0]
    while person.name and len(address.full([person])) > LONGEST_SHORT:
        person = Address(person.name[:-10].rstrip(), person.mail)
    return (person,)


def _fitting(ones: Sequence[T], written: Callable[[Sequence[T]], str]) -> tuple[T, ...]:
    count = 0
    while count < len(ones) and len(written(ones[: count + 1])) <= LONGEST_SHORT:
        count += 1
    return tuple(ones[:count])


def _people(name: str, persons: tuple[Address, ...]) -> dict[str, str]:
    return {
        name: address.mails(persons),
        f"{name}_n": address.names(persons),
        f"{name}_f": address.full(persons),
    }


def record_of(
    link: Link, content: Content, date: str, *, with_files: bool
) -> tuple[dict[str, str | Text], tuple[str, ...]]:
    """The whole record, inline pictures in their places in the body; and the codes of what is not shown there."""
    description, lacking = text_of(link, content)
    files = [one.digest for one in link.files if one.file is not None and one.attachment.kind != ITEM]
    known = files if all(files) else None
    record: dict[str, str | Text] = dict(fields_of(link.plan.mail, content, date, link.message_id, known))
    record["description"] = description
    if with_files:
        record |= WITH_FILES
    return record, lacking


def text_of(link: Link, content: Content) -> tuple[Text, tuple[str, ...]]:
    """The text as it is sent, inline pictures in their places; and the codes of what is not shown there."""
    text = markup.tame(html_of(content))
    description, lacking = _illustrated(link, text.html)
    return description, lacking + ("picture-left-out",) * text.shortened + ("address-left-out",) * text.unlinked


def html_of(content: Content) -> str:
    """Return the text as HTML in which every character survives, without the pictures inside it."""
    return body.survivable(content.body.html or body.from_text(content.body.text))


def original_of(link: Link) -> Original:
    """The mail as it is compared with what stands in the CRM; raises LookupError before it was read."""
    mail, content = link.plan.mail, link.read_content
    html, date = html_of(content), content.date if content.dated else None
    people = (*mail.to, *mail.cc, *address.parse_addresses(content.bcc))
    return Original(
        ids=mail.ids,
        subject=mail.subject,
        sender=mail.author.mail,
        recipients=frozenset(one.mail.casefold() for one in people if one.mail),
        html=html,
        date=date,
        arrived=mail.created,
        made=fingerprint(mail.subject, letters(html), mail.author.mail, link.digests, date),
        writers=_writers(mail),
        everybody=_everybody(mail, content),
        plain=not content.body.html,
    )


def _everybody(mail: Mail, content: Content) -> frozenset[str]:
    """All addresses under which the recipients may be stored; empty where Outlook or the head leaves one out."""
    raw = () if mail.raw is None else (*mail.raw.to, *mail.raw.cc)
    given = [address.from_raw(one).mail.casefold() for one in raw]
    named = _named_by_head(mail, ("To", "Cc", "Bcc"))
    if not given or not all(given) or not named or mail.left_out:
        return frozenset()
    blind = (one.mail.casefold() for one in address.parse_addresses(content.bcc))
    return frozenset({*given, *named, *blind} - {""})


def _named_by_head(mail: Mail, names: Sequence[str]) -> set[str]:
    head = mail.source.head if mail.source is not None else headers.Headers()
    lines = (line for name in names for line in head.all(name))
    return {one.mail.casefold() for line in lines for one in address.parse_addresses(line)} - {""}


def _writers(mail: Mail) -> frozenset[str]:
    """Return all addresses under which the sender may be stored; empty where Outlook or the headers have none."""
    raw = [] if mail.raw is None else [one for one in (mail.raw.author, mail.raw.sender) if one is not None]
    given = {address.from_raw(one).mail.casefold() for one in raw} - {""}
    named = _named_by_head(mail, WRITERS)
    if not given or not named:
        return frozenset()
    return frozenset({*given, *named, mail.author.mail.casefold(), *(one.name.strip().casefold() for one in raw)})


def pictures_in(link: Link) -> tuple[int, ...]:
    """The places, from 0, of the attachments that are shown inside the text."""
    shown = pictures.addresses(html_of(link.read_content))
    return tuple(dict.fromkeys(pictures.place(shown, link.plan.mail.attachments).found.values()))


def _illustrated(link: Link, html: str) -> tuple[Text, tuple[str, ...]]:
    """The body with its pictures in their places; and the codes of what is not shown there."""
    addresses = pictures.addresses(html)
    placing = pictures.place(addresses, link.plan.mail.attachments)
    read = {address: file for address, place in placing.found.items() if (file := link.files[place].file) is not None}
    shown = {address: file for address, file in read.items() if _written(file) <= markup.LONGEST_VALUE}
    fitted = len(shown) == len(read)
    pieces: list[str | DataUrl] = []
    used = len(html)
    # vtenext takes what is called like an attachment for that attachment, which may be another picture.
    hidden = {address for address in addresses if address.startswith("cid:") and address not in shown}
    for piece in pictures.put_in(html, shown, hidden):
        if isinstance(piece, DataUrl):
            used += _written(piece.file)
            if used > MOST_TEXT:
                used -= _written(piece.file)
                piece, fitted = pictures.NOWHERE, False
        pieces.append(piece)
    whole = link.plan.mail.source.whole if link.plan.mail.source is not None else None
    unplaced = placing.unplaced or (placing.dangling and whole is None)
    notes = {"pictures-too-large": not fitted, "pictures-unplaced": unplaced, "pictures-guessed": placing.guessed}
    return pieces, tuple(code for code, so in notes.items() if so)


def _written(file: FileHandle) -> int:
    """Characters that a picture takes in the text."""
    return len(f"data:{file.media_type};base64,") + (file.size + 2) // 3 * 4
