"""Reading the open mail's content and files out of Outlook, as far as it gives them."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.errors import (
    BodyUnreadable,
    MailChanged,
    MessageDoubted,
    NoMailOpen,
    OfficeError,
    OfficeTimeout,
    OfficeTooOld,
    Problem,
)
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome, given_up
from connector.linking.states import Content, FileState, Read, ReadEarly
from connector.mail import headers, visible
from connector.mail.filename import stored_name
from connector.mail.mail import CLOUD, ITEM, Mail, wants_whole, with_source
from connector.mail.recognition import is_message_of, is_of_another
from connector.mail.skeleton import taken_apart
from connector.mail.source import Source
from connector.ports import MESSAGE, Body, CloudLink, Form, Mailbox

LONGEST_ADDRESS = 255
"""Bytes of a cloud file's address that the CRM keeps; of a longer one the beginning leads nowhere."""
SMALL = 1_000_000
"""Bytes of attachments with which the whole message is asked for as soon as a mail is shown that has no headers."""


class Reading:
    """Reads from one mailbox; remembers nothing."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def content(self, link: Link, now: datetime.datetime) -> tuple[Mail, Content]:
        """Return the mail with everything that Outlook knows of it, and its content.

        Raises `OfficeError` when the body can't be read, `MailChanged` when the answers are another mail's.
        """
        body, text = await asyncio.gather(self.body(), self.headers())
        mail, source = link.plan.mail, Source(text)
        if is_of_another(source, mail):
            # Outlook's item object can be an older mail's while its calls answer for the selected one.
            raise MailChanged(subject=mail.subject)
        if mail.source is not None:
            # The whole message is asked for once.
            source = replace(source, internet_headers=text or mail.source.internet_headers, whole=mail.source.whole)
        mail = with_source(mail, source)
        if source.whole is None and source.internet_headers and wants_whole(mail, body.html):
            # It takes less than the whole message, where something tells them.
            source = replace(source, content_ids=tuple((await self._content_ids()).items()))
            mail = with_source(mail, source)
        if source.whole is None and (wants_whole(mail, body.html) or not (body.html or body.text)):
            source = await self._with_whole(mail, source)
            mail = with_source(mail, source)
        head = source.head
        return mail, Content(
            body=body,
            date=mail.date or mail.created or now,
            dated=mail.date is not None,
            in_reply_to=headers.in_reply_to(head),
            references=headers.references(head),
            bcc=head.first("Bcc"),
            reply_to=head.first("Reply-To"),
            internet_headers=text,
        )

    async def source(self, mail: Mail) -> Source:
        """Return what Outlook knows of a mail beyond its properties, once it is shown; nothing of another mail."""
        source = Source(await self.headers())
        if is_of_another(source, mail):
            return Source()
        if not source.internet_headers and mail.declared_size <= SMALL:
            return await self._with_whole(mail, source)
        return source

    async def _content_ids(self) -> Mapping[str, str]:
        try:
            return await self._mailbox.content_ids()
        except OfficeError:
            return {}

    async def _with_whole(self, mail: Mail, source: Source) -> Source:
        """With the whole message, where Outlook hands it out, and where it is this mail's."""
        try:
            text = await self._mailbox.whole()
        except OfficeError:
            return source
        whole = taken_apart(text)
        return replace(source, whole=whole) if is_message_of(whole, mail) else source

    async def unchanged(self, content: Content) -> bool:
        """Whether Outlook still gives what it gave when this was read, letter by letter."""
        text = await self.headers()
        if text or content.internet_headers:
            return text == content.internet_headers
        try:
            return await self.body() == content.body
        except OfficeError:
            return False

    async def body(self) -> Body:
        """The text. A form that comes without anything to see, or not at all, is asked for again after the other one.

        Outlook "succeeds" with nothing at times, or with a frame around nothing. Raises `OfficeError`, `BodyUnreadable`
        where a form that may hold the text can't be had.
        """
        html, failed = await self._form("html")
        if visible.anything(html):
            return Body(html, "")
        text, failed_too = await self._form("text")
        if isinstance(failed, OfficeTimeout) and isinstance(failed_too, OfficeTimeout):
            raise failed
        html, failed = await self._form("html")
        if visible.anything(html):
            return Body(html, "")
        if text.strip():
            return Body("", text)
        if error := failed or failed_too:
            raise _unreadable(error)
        return Body("", "")

    async def _form(self, form: Form) -> tuple[str, OfficeError | None]:
        try:
            return await self._mailbox.body(form), None
        except NoMailOpen:
            raise
        except OfficeError as error:
            return "", error

    async def headers(self) -> str:
        """All internet headers; empty where there are none to be had."""
        try:
            return await self._mailbox.headers()
        except OfficeError:
            # The mail is whole without them; only Bcc, Reply-To and the thread stand in headers alone.
            return ""

    async def digested(self, files: Sequence[FileOutcome]) -> tuple[FileOutcome, ...]:
        """Return the files with their digests, where they were read (`FileOutcome.digested`)."""
        known = []
        for one in files:
            digest = one.digest
            if one.file is not None and not one.digested:
                try:
                    digest = await self._mailbox.digest(one.file)
                except OfficeError:
                    digest = ""
            known.append(replace(one, digest=digest))
        return tuple(known)

    async def file(self, outcome: FileOutcome) -> FileOutcome:
        """Read one attachment; one that can't be had is given up with its reason."""
        attachment = outcome.attachment
        try:
            read = await self._mailbox.read_file(attachment)
        except OfficeTooOld:
            return given_up(outcome, "file-unreadable-here")
        except OfficeTimeout as error:
            late = replace(outcome, silent=outcome.silent + 1)
            return given_up(late, f"file-{error.code}", **error.details)
        except OfficeError as error:
            return given_up(outcome, f"file-{error.code}", **error.details)
        if isinstance(read, CloudLink) and not read.url:
            return given_up(outcome, "file-came-empty")
        if isinstance(read, CloudLink) and not _is_web_address(read.url):
            return given_up(outcome, "file-link-odd")
        if isinstance(read, CloudLink):
            problem = Problem("file-is-link")
            return outcome.moved(Event.HANDED_OVER, FileState.READ, url=read.url, problem=problem)
        if read.size == 0:
            self._mailbox.drop_files([read])
            # The declared size proves nothing: Outlook declares some bytes for an empty file, and none for others. What
            # the message has of it proves that it is empty.
            return given_up(outcome, "file-empty" if read.origin == MESSAGE else "file-came-empty")
        # What an attached item really is, a mail or a calendar entry, shows only when it is read.
        name = stored_name(attachment.name, read.media_type) if attachment.kind == ITEM else outcome.name
        return outcome.moved(Event.HANDED_OVER, FileState.READ, file=read, name=name, problem=None)

    async def original(self, outcome: FileOutcome, mail: Mail) -> FileOutcome:
        """Read the mail itself as a file; where none can be had, it is given up with its reason."""
        try:
            whole = await self._mailbox.original()
        except OfficeTooOld:
            return given_up(outcome, "original-unoffered")
        except MessageDoubted:
            return given_up(outcome, "original-doubted")
        except OfficeError as error:
            return given_up(outcome, "original-ungiven", **error.details)
        if not whole.file.size or not is_message_of(taken_apart(whole.skeleton), mail):
            self._mailbox.drop_files([whole.file])
            return given_up(outcome, "original-doubted")
        read = outcome.moved(Event.HANDED_OVER, FileState.READ, file=whole.file, sha256=whole.sha256, problem=None)
        return (await self.digested([read]))[0]

    def counted(self, link: Link) -> Link:
        """Return the link of the open mail with how many files another source has that Outlook does not list."""
        mail, count = link.plan.mail, self._mailbox.unlisted()
        source = mail.source or Source()
        if count == source.unlisted:
            return link
        return replace(link, plan=replace(link.plan, mail=replace(mail, source=replace(source, unlisted=count))))

    async def judged(self, link: Link) -> Link:
        """Return the link with its empty files judged: some are empty, and some were withheld.

        Only the whole message knows. Of two files of one name, which Outlook need not list in their order, none is said
        to be empty unless both are.
        """
        came = [at for at, one in enumerate(link.files) if one.problem and one.problem.code == "file-came-empty"]
        places = [at for at in came if link.files[at].attachment.kind != CLOUD]
        source = link.plan.mail.source or Source()
        if places and source.whole is None:
            source = await self._with_whole(link.plan.mail, source)
        if not places or source.whole is None:
            return link
        parts = source.whole.of([one.attachment for one in link.files])
        problems = {
            at: Problem("file-came-empty" if source.whole.length(part) else "file-empty")
            for at in places
            if (part := parts[at]) is not None and source.whole.complete
        }
        changed = {at: replace(link.files[at], problem=problem) for at, problem in problems.items()}
        return replace(link.with_files(changed), plan=replace(link.plan, mail=replace(link.plan.mail, source=source)))


def with_read(link: Link, event: Event, mail: Mail, content: Content) -> Link:
    """With the mail as it is known once it was read, and what stands in it."""
    files = (replace(one, attachment=listed) for one, listed in zip(link.files, mail.attachments, strict=True))
    reading = ReadEarly(content) if event is Event.READ_EARLY else Read(content)
    return link.moved(event, plan=replace(link.plan, mail=mail), reading=reading, files=tuple(files))


def _is_web_address(url: str) -> bool:
    """Whether the CRM can keep the address of a cloud file, and whoever presses it there gets to a page."""
    return url[:8].lower() == "https://" and len(url.encode(errors="replace")) <= LONGEST_ADDRESS and url.isprintable()


def _unreadable(error: OfficeError) -> OfficeError:
    return error if isinstance(error, OfficeTimeout) else BodyUnreadable(**error.details)
