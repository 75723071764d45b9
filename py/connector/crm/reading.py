"""Reading the open mail's content and files out of Outlook, as far as it gives them."""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import replace

from connector.domain import headers
from connector.domain.filename import stored_name
from connector.domain.linking import Content, FileOutcome, FileState, Link, Problem
from connector.domain.mail import ITEM
from connector.domain.recognition import are_of_another
from connector.errors import MailChanged, OfficeError, OfficeTooOld
from connector.ports import CloudLink, FileHandle, Mailbox

SMALL = 1024
"""Outlook declares some bytes even for an empty file; one that came empty but was declared larger was not read."""


class Reading:
    """Reads from one mailbox; remembers nothing."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def content(self, link: Link, now: datetime.datetime) -> Content:
        """Body and what only the internet headers tell.

        Raises `OfficeError` when the body can't be read, `MailChanged` when the answers are another mail's.
        """
        body, told = await asyncio.gather(self._mailbox.body(), self.headers())
        parsed = headers.parse(told)
        if are_of_another(parsed, link.plan.mail):
            # Outlook's item object can be an older mail's while its calls answer for the selected one.
            raise MailChanged(subject=link.plan.mail.subject)
        written = headers.date(parsed)
        return Content(
            body=body,
            date=written or link.plan.mail.created or now,
            dated=written is not None,
            in_reply_to=headers.in_reply_to(parsed),
            references=headers.references(parsed),
            bcc=parsed.first("Bcc"),
            reply_to=parsed.first("Reply-To"),
            told=told,
        )

    async def headers(self) -> str:
        """All internet headers; empty where there are none to be had."""
        try:
            return await self._mailbox.headers()
        except OfficeError:
            # The mail is whole without them; only Bcc, Reply-To and the thread are told by headers alone.
            return ""

    async def file(self, outcome: FileOutcome) -> FileOutcome:
        """Read one attachment; one that can't be had is given up with its reason."""
        attachment = outcome.attachment
        try:
            read = await self._mailbox.read_file(attachment)
            if isinstance(read, FileHandle) and read.size == 0 and attachment.size > 0:
                # "Succeeded", with nothing: sometimes Outlook only was not ready. An empty file stays empty.
                self._mailbox.drop_files([read])
                read = await self._mailbox.read_file(attachment)
        except OfficeTooOld:
            return _given_up(outcome, Problem("file-unreadable-here"))
        except OfficeError as error:
            return _given_up(outcome, Problem(f"file-{error.code}", error.details))
        if isinstance(read, CloudLink):
            return replace(outcome, state=FileState.READ, url=read.url, problem=Problem("file-is-link"))
        if read.size == 0 and attachment.size > SMALL:
            self._mailbox.drop_files([read])
            return _given_up(outcome, Problem("file-came-empty"))
        # What an attached item really is, a mail or a calendar entry, shows only when it is read.
        name = stored_name(attachment.name, read.media_type) if attachment.kind == ITEM else outcome.name
        return replace(outcome, state=FileState.READ, file=read, name=name, problem=None)


def _given_up(outcome: FileOutcome, problem: Problem) -> FileOutcome:
    return replace(outcome, state=FileState.GIVEN_UP, problem=problem)
