"""What a true receipt says: computed from the mail and from the CRM's own data, without any of the product's code.

    untrue(pane, handed)   # the sentences that are not so, each with what is so instead

It reads the pane as a person does: by its headings and sentences. A sentence that it does not know is untrue. What is
true of one property of the mail, of a file or a picture stands in `contract.sentences_so`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from connector.app.element import Element
from contract.handed import Handed, bytes_in, images
from contract.sentences_so import ABOUT, CLAIMS, FAILURES, FILES, NOTES, PROPERTIES, has_none, judged
from sandbox_crm.store.inspection import Entry
from standin_outlook.mail import Attachment, Format
from unit.markup import text, walk

BEFORE = "was in the CRM already"
NO_TEXT = "the mail has no text"
BY_NAME = "pictures most likely in their places"
STANDING = {
    "This attempt stored nothing.": False,
    "Nothing of this mail was stored.": False,
    "The mail is stored.": True,
}


def receipt_in(pane: Element) -> Element | None:
    """The receipt on the pane; None where there is none."""
    return next((one for one in walk(pane) if one.attributes.get("aria-labelledby") == "receipt"), None)


def untrue(pane: Element, handed: Handed) -> list[str]:
    """What the pane says of a mail that was to be linked, and is not so. The CRM holds no other mail."""
    receipt = receipt_in(pane)
    if receipt is None:
        return list(_without_receipt(pane, handed))
    lines, added = _apart(_lines(receipt, "receipt"))
    return [
        *(f"{text(one)}: it was the same Outlook both times" for one in added),
        *_headline(receipt, lines, handed),
        *_records(receipt, handed),
        *_mail(lines[0], handed),
        *_files(lines[1:], receipt, handed),
        *_notes(receipt, handed),
        *(_pictures(receipt, lines[1:], handed) if BEFORE not in text(lines[0]) else ()),
    ]


def _classed(element: Element, name: str) -> list[Element]:
    return [one for one in walk(element) if name in one.attributes.get("class", "").split()]


def _lines(receipt: Element, kind: str) -> list[Element]:
    """The lines of one of the receipt's lists, but for the one that unfolds it."""
    (found,) = (one for one in walk(receipt) if one.tag == "ul" and one.attributes.get("class") == kind)
    lines = [one for one in found.children if isinstance(one, Element)]
    return [one for one in lines if one.attributes.get("class") != "more"]


def _apart(lines: list[Element]) -> tuple[list[Element], list[Element]]:
    """The lines of the mail and its files, and those of what a mail of an earlier time was given."""
    added = [one for one in lines if text(one).startswith(("The mail's text", "The mail's date"))]
    return [one for one in lines if one not in added], added


def _without_receipt(pane: Element, handed: Handed) -> Iterator[str]:
    """Then nothing of the mail is there, or the pane says so; and it names what stands in the way."""
    said = text(pane)
    there = bool(handed.crm.messages())
    standing = [text(item) for one in _classed(pane, "standing") for item in walk(one) if item.tag == "li"]
    if there and not standing:
        yield "the pane does not say what is in the CRM"
    for line in standing:
        if STANDING.get(line, there) != there:
            yield f"{line} The CRM has {len(handed.crm.messages())} mails"
    reasons = [
        text(one) for box in walk(pane) if box.attributes.get("role") == "alert" for one in _classed(box, "what")
    ]
    for sentence in reasons:
        yield from judged(sentence, FAILURES, handed, None)
    if not reasons:
        yield f"nothing says why the mail was not linked: {said}"


def _headline(receipt: Element, lines: list[Element], handed: Handed) -> Iterator[str]:
    """All is there where the headline names the record and nothing else."""
    (title,) = [text(one) for one in walk(receipt) if one.tag == "h2"]
    whole = not any(one.attributes["class"] == "bad" for one in [*lines, *_lines(receipt, "receipt records")])
    if title == "Linked to Mary Smith":
        if not whole:
            yield f"{title}: not all of it is there"
    elif title == "Linked to Mary Smith, but not everything is there":
        if whole:
            yield f"{title}: nothing says what is not"
    elif any(handed.crm.linked_messages(record) for record in handed.records):
        yield f"{title}: it is linked"


def _records(receipt: Element, handed: Handed) -> Iterator[str]:
    messages = [one.id for one in handed.crm.messages()]
    if len(messages) != 1:
        yield f"the mail stands in the CRM {len(messages)} times"
    for record, line in zip(handed.records, _lines(receipt, "receipt records"), strict=True):
        said = "not linked" not in text(line)
        there = bool({one.id for one in handed.crm.linked_messages(record)} & set(messages))
        if said != there:
            yield f"{text(line)}: it is {'' if there else 'not '}linked"


# The mail -----------------------------------------------------------------------------------------


def _mail(line: Element, handed: Handed) -> Iterator[str]:
    """Each property is claimed as it is, or something is said of it, or the mail has none."""
    (about,) = [text(one) for one in _classed(line, "about")][:1] or [""]
    said = [text(one) for one in _classed(line, "what")]
    for stored in handed.crm.messages():
        mentioned = set()
        for claim in _claims(about):
            known = [(found, name, so) for pattern, name, so in CLAIMS if (found := re.fullmatch(pattern, claim))]
            if not known:
                yield f"“{claim}”: nobody knows this claim"
            for found, name, so in known:
                mentioned.add(name)
                if wrong := so(handed, stored, found):
                    yield f"“{claim}”: {wrong}"
        for sentence in said:
            yield from judged(sentence, ABOUT, handed, stored)
            mentioned |= {name for name in PROPERTIES if re.search(PROPERTIES[name], sentence)}
        for name in PROPERTIES:
            # Of a date that another pane has stored nobody knows in which zone it is.
            quiet = name == "date" and about.startswith(BEFORE)
            if name not in mentioned and not quiet and not has_none(name, handed):
                yield f"nothing is said of the {name}"


def _claims(about: str) -> list[str]:
    """The claims of the line about the mail, one by one."""
    placed = [BY_NAME] if about.endswith(BY_NAME) else []
    about = about.removesuffix(BY_NAME).removesuffix("; ")
    rest, _, behind = about.removeprefix(BEFORE).removeprefix(", ").removeprefix("with ").partition(f"; {NO_TEXT}")
    if behind or rest == NO_TEXT:
        return [about, *placed]
    parts = re.split(r", (?:and )?| and ", rest)
    return [*filter(None, parts), *([NO_TEXT] if NO_TEXT in about else []), *placed]


# Files --------------------------------------------------------------------------------------------


def _files(lines: list[Element], receipt: Element, handed: Handed) -> Iterator[str]:
    attachments = handed.attachments
    if len(lines) != len(attachments):
        if len(lines) < len(attachments) and "more file" in text(receipt):
            # Folded: some that are in order are not listed.
            return
        yield f"{len(attachments)} attachments, {len(lines)} lines"
        return
    held = Counter(one.content for index, one in enumerate(attachments) if _is_stored(lines[index], one))
    there = Counter(handed.crm.file(one.id) or b"" for one in handed.documents())
    if there - held:
        yield f"{(there - held).total()} Documents that are not in the receipt"
    if held - there:
        yield f"{(held - there).total()} files are said to be stored, and are not"
    for index, line in enumerate(lines):
        yield from _file(line, index, handed)
    empty = [one["notes_title"] for one in handed.crm.documents() if not _has_something(one, handed)]
    if empty:
        yield f"Documents without a file: {empty}"
    loose = "could not be put into the Documents list" in text(receipt)
    for record in handed.records:
        at_record = {one.id for one in handed.crm.linked_documents(record)}
        lost = [one["notes_title"] for one in handed.documents() if one.id not in at_record]
        if lost and not loose and handed.crm.linked_messages(record):
            yield f"Documents that are not at the record: {lost}"


def _has_something(document: Entry, handed: Handed) -> bool:
    return document["filelocationtype"] == "E" or bool(document.has_file and handed.crm.file(document.id))


def _is_stored(line: Element, attachment: Attachment) -> bool:
    return line.attributes["class"] != "bad" and attachment.format is not Format.URL


def _file(line: Element, index: int, handed: Handed) -> Iterator[str]:
    name = re.sub("[\u2066-\u2069]", "", text(_classed(line, "name")[0]))
    about = text(_classed(line, "about")[0])
    said = [text(one) for one in _classed(line, "what")]
    attachment = handed.attachments[index]
    if line.attributes["class"] == "bad":
        if about != "not stored" or not said:
            yield f"{text(line)}: nothing says why it is not stored"
    elif not handed.holds(attachment, None if name == "(no name)" else name):
        yield f"{text(line)}: the CRM has no such Document with these bytes"
    for sentence in said:
        yield from judged(sentence, FILES, handed, index)
    if handed.comes_back_as_text(attachment) and not any("as text" in one or "stored it as" in one for one in said):
        yield f"nothing says that {name} comes back as text"


# Notes and pictures -------------------------------------------------------------------------------


def _notes(receipt: Element, handed: Handed) -> Iterator[str]:
    for note in _classed(receipt, "notes"):
        for sentence in _classed(note, "what"):
            yield from judged(text(sentence), NOTES, handed, None)


def _pictures(receipt: Element, files: list[Element], handed: Handed) -> Iterator[str]:
    """No picture stands in another's place, and an empty place is said."""
    meant: dict[str, set[bytes]] = {}
    for one in handed.mail.attachments:
        meant.setdefault(f"cid:{one.content_id.strip('<>')}".casefold(), set()).add(one.content)
    wanted = {
        alt: {found} if (found := bytes_in(source)) else meant.get(source.casefold(), set())
        for alt, source in images(handed.mail.html)
    }
    said = "shows empty places" in text(receipt) or "shows an empty place" in text(receipt)
    said = said or "pictures in it" in text(receipt) or "the beginning of the text" in text(receipt)
    said = said or "was left out" in text(receipt) or any(one.attributes["class"] == "bad" for one in files)
    for message in handed.crm.messages():
        there = dict(images(message["description"]))
        for alt, right in wanted.items():
            found = bytes_in(there.get(alt, ""))
            if found is not None and found not in right:
                yield f"the picture “{alt}” is another one"
            if found is None and right and there and not said:
                yield f"nothing says that the picture “{alt}” is not in the text"
