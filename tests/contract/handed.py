"""One mail, the Outlook that hands it out, and the CRM that has to keep it: what is true of the three.

Nothing here comes from the product.
"""

from __future__ import annotations

import base64
import email
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Literal
from xml.etree import ElementTree

import html5lib

from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.inspection import Entry
from standin_outlook.items import (
    ENCRYPTED,
    Item,
    Refused,
    Silent,
    attachments_of,
    body_of,
    content_of,
    headers_of,
    is_sent,
    item_of,
    whole_of,
)
from standin_outlook.mail import Attachment, Format, Kind, Mail
from standin_outlook.manners import Manners

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Handed:
    """A mail in the mailbox of ``owner``, handed out with these manners, linked to records of a CRM without others."""

    mail: Mail
    outlook: Manners
    owner: str
    crm: SandboxCrm
    records: tuple[str, ...]

    @cached_property
    def item(self) -> Item:
        """The properties."""
        return item_of(self.mail, self.outlook, self.owner)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """The attachments with what is really in them."""
        return attachments_of(self.mail, self.outlook)

    def answer(self, index: int) -> Literal["given", "empty", "refused", "never"]:
        """How Outlook answers when it is asked for an attachment more than once."""
        try:
            found = content_of(self.mail, self.item.files[index].id or "", self.outlook, before=1)
        except (Refused, KeyError):
            return "refused"
        except Silent:
            return "never"
        return "given" if found.content else "empty"

    @cached_property
    def sent(self) -> bool:
        """Whether the owner wrote it."""
        return is_sent(self.mail, self.owner)

    @cached_property
    def whole(self) -> bool:
        """Whether the whole message can be had, and no error in its place."""
        try:
            return self.outlook.whole != "absent" and whole_of(self.mail, self.outlook) == self.mail.raw != b""
        except (Refused, Silent):
            return False

    @cached_property
    def has_head(self) -> bool:
        """Whether the head can be had, with the headers or with the whole message."""
        try:
            told = headers_of(self.mail, self.outlook, self.owner)
        except (Refused, Silent):
            told = ""
        return bool(told) or self.whole

    @cached_property
    def bodies(self) -> tuple[str, str]:
        """The body in both forms as it is handed out; empty where it is refused or nothing comes."""
        return self._body("html"), self._body("text")

    def _body(self, form: Literal["html", "text"]) -> str:
        try:
            return body_of(self.mail, form, self.outlook) or ""
        except (Refused, Silent):
            return ""

    @cached_property
    def date(self) -> datetime | None:
        """When it was written, as its head says."""
        written = email.message_from_bytes(self.mail.raw)["Date"]
        try:
            meant = parsedate_to_datetime(str(written)) if written else None
        except ValueError:
            return None
        return meant.replace(tzinfo=UTC) if meant and not meant.tzinfo else meant

    @cached_property
    def people(self) -> frozenset[str]:
        """All recipients: addresses, and the names of those without."""
        everybody = (*self.mail.to, *self.mail.cc, *self.mail.bcc)
        head = email.message_from_bytes(self.mail.raw)
        lists = [str(value) for field in ("To", "Cc", "Bcc") for value in head.get_all(field, ())]
        # Nothing but addresses, some without a comma between them: for the stand-in, that is one.
        bare = " ".join(one for one in lists if not re.search(r"[^\w.@, \r\n-]", one))
        named = [(one.address or one.name).casefold() for one in everybody]
        return frozenset(filter(None, [*named, *re.findall(r"[\w.-]+@[\w.-]+", bare.casefold())]))

    @cached_property
    def told_text(self) -> str:
        """The text that a reader sees, as HTML."""
        return self.mail.html if legible(self.mail.html) else self.mail.text.replace("<", " < ")

    @cached_property
    def tells(self) -> bool:
        """Whether anything tells the mail from others that are like it: an id, a date, a text, or a file."""
        known = any(self.answer(at) == "given" for at, one in enumerate(self.item.files) if one.kind is Kind.FILE)
        dated = self.has_head and self.date is not None
        return bool(self.item.message_id) or dated or known or any(map(legible, self.bodies))

    @cached_property
    def sealed(self) -> bool:
        """Whether another mail is sealed in it, with a text of its own."""
        kinds = ("application/x-microsoft-rpmsg-message", "application/ms-tnef")
        return self.mail.item_class == ENCRYPTED or any(one.content_type in kinds for one in self.attachments)

    # What the CRM has ----------------------------------------------------------------------------

    def documents(self) -> list[Entry]:
        """The Documents with something in their files."""
        return [one for one in self.crm.documents() if one.has_file and self.crm.file(one.id)]

    def holds(self, attachment: Attachment, title: str | None) -> bool:
        """Whether a Document of that title, or any, has the attachment's bytes, or leads where it leads."""
        if attachment.format is Format.URL:
            links = [one for one in self.crm.documents() if one["filelocationtype"] == "E"]
            return any(one["filename"] == attachment.content.decode() for one in links)
        there = [one for one in self.documents() if self.crm.file(one.id) == attachment.content]
        return any(title is None or plain(one["notes_title"]) == plain(title) for one in there)

    def comes_back_as_text(self, attachment: Attachment) -> bool:
        """Whether the CRM has it, and hands it out with another ending."""
        there = [one for one in self.documents() if self.crm.file(one.id) == attachment.content]
        return bool(there) and all(
            one["filename"].endswith(".txt") and not attachment.name.endswith(".txt") for one in there
        )

    def shown(self, stored: Entry) -> datetime:
        """The date of a stored mail."""
        return datetime.fromisoformat(stored["mdate"]).replace(tzinfo=self.crm.time_zone)


def recipients_in(stored: Entry) -> frozenset[str]:
    """The addresses of a stored mail's recipients."""
    lists = (stored[name] for name in ("mto", "mcc", "mbcc"))
    # A comma in quotation marks parts none.
    found = (one.strip().casefold() for text in lists for one in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^",])+', text))
    return frozenset(one for one in found if one)


@functools.lru_cache(maxsize=64)
def _parsed(markup: str) -> ElementTree.Element:
    """What a browser makes of it; to be read only."""
    tree: ElementTree.Element = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    return tree


def words(markup: str) -> frozenset[str]:
    """The words that a reader sees, as far as every database keeps them."""
    tree = _parsed(markup)
    found = re.findall(r"[^\W_]{3,}", " ".join(_texts(tree)))
    return frozenset(one for one in found if one.isascii())


def letters(markup: str) -> str:
    """All that a reader sees, without blanks."""
    tree = _parsed(markup)
    return "".join("".join(_texts(tree)).split())


def legible(markup: str) -> bool:
    """Whether a reader sees anything."""
    tree = _parsed(markup)
    return bool(" ".join(_texts(tree)).strip()) or any(True for _ in tree.iter("img"))


def _texts(element: ElementTree.Element) -> Iterator[str]:
    """What a reader sees: neither comments nor what stands in scripts, styles and the head's title."""
    if isinstance(element.tag, str) and element.tag not in ("script", "style", "title"):
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def images(markup: str) -> list[tuple[str, str]]:
    """The pictures of a text that have an alternative text, with it and their addresses."""
    tree = _parsed(markup)
    return [(one.get("alt") or "", one.get("src") or "") for one in tree.iter("img") if one.get("alt")]


def bytes_in(source: str) -> bytes | None:
    """The picture in a ``data:`` address; None in any other, and in the blank one that the CRM puts in a place."""
    if not source.startswith("data:") or source.startswith("data:image/gif"):
        return None
    return base64.b64decode(source.partition(",")[2] + "==")


def plain(line: str) -> str:
    """A line without blanks that nobody sees."""
    return " ".join(line.split())
