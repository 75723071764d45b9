"""What a true receipt says: computed from the mail and from the CRM's own data, without any of the product's code.

    untrue(pane, mail, handed, crm, records)   # the sentences that are not so, each with what is so instead

It reads the receipt as a person does: by its headings and sentences.
"""

from __future__ import annotations

import base64
import email
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import html5lib

from connector.app.element import Element
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.inspection import Entry
from standin_outlook.items import Item
from standin_outlook.mail import Format, Mail
from unit.markup import text, walk

CLAIM = re.compile(r"with (.+)$")
RECIPIENTS = re.compile(r"(\d+) of (\d+) recipients?")
SOME = re.compile(r"The CRM has (\d+) of the (\d+) recipients")
TOLERANCE = timedelta(seconds=1)


def receipt_in(pane: Element) -> Element | None:
    """The receipt on the pane; None where there is none."""
    return next((one for one in walk(pane) if one.attributes.get("aria-labelledby") == "receipt"), None)


def _lines(receipt: Element, kind: str) -> list[Element]:
    """The lines of one of the receipt's lists, but for the one that unfolds it."""
    (found,) = (one for one in walk(receipt) if one.tag == "ul" and one.attributes.get("class") == kind)
    lines = [one for one in found.children if isinstance(one, Element)]
    return [one for one in lines if one.attributes.get("class") != "more"]


def untrue(pane: Element, mail: Mail, handed: Item, crm: SandboxCrm, records: Sequence[str]) -> list[str]:
    """What the pane says of a mail that was linked to these records, and is not so. The CRM holds no other mail."""
    receipt = receipt_in(pane)
    if receipt is None:
        return list(_without_receipt(pane, crm))
    return [
        *_records(receipt, crm, records),
        *_mail(receipt, mail, crm),
        *_files(receipt, mail, handed, crm, records),
        *_pictures(mail, crm),
    ]


def _without_receipt(pane: Element, crm: SandboxCrm) -> Iterator[str]:
    """Then nothing of the mail is there, and the pane names what stands in the way."""
    said = text(pane)
    if (crm.messages() or any(one.has_file for one in crm.documents())) and "In the CRM now" not in said:
        yield "the pane does not say what is in the CRM"
    if not any(one.attributes.get("role") == "alert" and text(one) for one in walk(pane)):
        yield f"nothing says why the mail was not linked: {said}"


def _records(receipt: Element, crm: SandboxCrm, records: Sequence[str]) -> Iterator[str]:
    messages = [one.id for one in crm.messages()]
    if len(messages) != 1:
        yield f"the mail stands in the CRM {len(messages)} times"
    for record, line in zip(records, _lines(receipt, "receipt records"), strict=True):
        said = "not linked" not in text(line)
        there = bool({one.id for one in crm.linked_messages(record)} & set(messages))
        if said != there:
            yield f"{text(line)}: it is {'' if there else 'not '}linked"


def _mail(receipt: Element, mail: Mail, crm: SandboxCrm) -> Iterator[str]:
    line = _lines(receipt, "receipt")[0]
    about = next(text(one) for one in walk(line) if one.attributes.get("class") == "line-text")
    for stored in crm.messages():
        claimed = CLAIM.search(about)
        parts = re.split(r", | and ", claimed[1]) if claimed else []
        for part in parts:
            wrong = _claim(part, mail, stored, crm)
            if wrong:
                yield f"“{part}”: {wrong}"
        some = SOME.search(text(line))
        if some:
            held = len(_recipients(mail) & _stored_recipients(stored))
            if int(some[1]) > held:
                yield f"{some[0]}: it has {held}"
        if line.attributes.get("class") == "good" and _words(_truth(mail)) - _words(stored["description"]):
            yield "the mail is said to be whole, and its text is not"


def _claim(part: str, mail: Mail, stored: Entry, crm: SandboxCrm) -> str:
    """What is wrong with one claim of the line about the mail; empty where it is right."""
    counted = RECIPIENTS.fullmatch(part)
    if counted:
        people, there = _recipients(mail), _stored_recipients(stored)
        held = len(people & there)
        right = int(counted[1]) == int(counted[2]) == len(people) == held
        return "" if right else f"the mail has {len(people)}, the CRM {held} of them"
    if part == "subject":
        return "" if _plain(stored["subject"]) == _plain(mail.subject) else f"it is {stored['subject']!r}"
    if part == "sender":
        written = mail.from_.address if mail.from_ else ""
        return "" if stored["mfrom"].casefold() == written.casefold() != "" else f"it is {stored['mfrom']!r}"
    if part == "date":
        return _wrong_date(mail, stored, crm)
    if part == "text":
        lost = _words(_truth(mail)) - _words(stored["description"])
        if not _legible(stored["description"]):
            return "the CRM has none"
        return f"it lacks {sorted(lost)[:5]}" if lost else ""
    return "nobody knows this claim"


def _wrong_date(mail: Mail, stored: Entry, crm: SandboxCrm) -> str:
    written = email.message_from_bytes(mail.raw)["Date"]
    try:
        meant = parsedate_to_datetime(str(written)) if written else None
    except ValueError:
        meant = None
    if meant is None:
        return "the mail has none"
    shown = datetime.fromisoformat(stored["mdate"]).replace(tzinfo=crm.time_zone)
    aware = meant if meant.tzinfo else meant.replace(tzinfo=UTC)
    return "" if abs(shown - aware) <= TOLERANCE else f"the mail has {aware}, the CRM {shown}"


def _files(
    receipt: Element, mail: Mail, handed: Item, crm: SandboxCrm, records: Sequence[str]
) -> Iterator[str]:
    lines = _lines(receipt, "receipt")[1:]
    if len(lines) != len(handed.files):
        yield f"{len(handed.files)} attachments, {len(lines)} lines"
    stored = [one for one in lines if one.attributes["class"] != "bad" and "link to a cloud file" not in text(one)]
    documents = [one for one in crm.documents() if one.has_file and crm.file(one.id) != b""]
    contents = Counter(one.content for one in mail.attachments if one.format is not Format.URL)
    if "smime.p7m" in [one.name for one in handed.files]:
        contents.update(crm.file(one.id) for one in documents if one["notes_title"].startswith("smime"))
    there = Counter(crm.file(one.id) for one in documents)
    foreign = there - contents
    if foreign:
        yield f"{sum(foreign.values())} Documents with bytes that are not in the mail, or twice"
    if len(stored) != sum((there & contents).values()):
        yield f"{len(stored)} files are said to be stored, {sum((there & contents).values())} are"
    empty = [one["notes_title"] for one in crm.documents() if not one.has_file and one["filelocationtype"] != "E"]
    if empty:
        yield f"Documents without a file: {empty}"
    loose = "could not be put into the Documents list" in text(receipt)
    for record in records:
        at_record = {one.id for one in crm.linked_documents(record)}
        lost = [one["notes_title"] for one in documents if one.id not in at_record]
        if lost and not loose and crm.linked_messages(record):
            yield f"Documents that are not at the record: {lost}"


def _pictures(mail: Mail, crm: SandboxCrm) -> Iterator[str]:
    """No picture stands in another's place."""
    meant: dict[str, set[bytes]] = {}
    for one in mail.attachments:
        meant.setdefault(f"cid:{one.content_id.strip('<>')}".casefold(), set()).add(one.content)
    wanted = {
        alt: {_bytes_of(source)} if source.startswith("data:") else meant.get(source.casefold(), set())
        for alt, source in _images(mail.html)
    }
    for message in crm.messages():
        for alt, source in _images(message["description"]):
            if source.startswith("data:") and alt in wanted:
                if _bytes_of(source) not in wanted[alt] and not _blank(source):
                    yield f"the picture “{alt}” is another one"


def _images(markup: str) -> list[tuple[str, str]]:
    tree = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    return [(one.get("alt") or "", one.get("src") or "") for one in tree.iter("img") if one.get("alt")]


def _bytes_of(source: str) -> bytes:
    return base64.b64decode(source.partition(",")[2] + "==")


def _blank(source: str) -> bool:
    """What the CRM puts in the place of a picture that it does not have."""
    return source.startswith("data:image/gif")


def _recipients(mail: Mail) -> set[str]:
    people = (*mail.to, *mail.cc, *mail.bcc)
    return {one.address.casefold() for one in people if one.address}


def _stored_recipients(stored: Entry) -> set[str]:
    found = {one.strip().casefold() for name in ("mto", "mcc", "mbcc") for one in stored[name].split(",")}
    return found - {""}


def _truth(mail: Mail) -> str:
    return mail.html if _words(mail.html) else mail.text.replace("<", " < ")


def _words(markup: str) -> set[str]:
    tree = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    return {one for one in re.findall(r"[^\W_]{3,}", " ".join(_texts(tree))) if one.isascii()}


def _legible(markup: str) -> bool:
    tree = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    return bool(re.search(r"\w", " ".join(_texts(tree)))) or any(True for _ in tree.iter("img"))


def _texts(element: ElementTree.Element) -> Iterator[str]:
    """What a reader sees: neither comments nor what stands in scripts, styles and the head's title."""
    if isinstance(element.tag, str) and element.tag not in ("script", "style", "title"):
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _plain(line: str) -> str:
    return " ".join(line.split())
