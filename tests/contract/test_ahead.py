"""Attachments that are read while the user is still choosing: they arrive as ever, and nothing stays unused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.ahead import MOST_BYTES, ReadAhead
from connector.domain.mail import Mail, mail_from
from connector.domain.records import Record
from connector.errors import OfficeCallFailed
from connector.ports import CloudLink, FileHandle, RawAttachment
from contract.office import digests, files_of, sample
from contract.sitting import Sitting
from contract.surroundings import Files, MailFileMailbox
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from serving import Server

SEVERAL, OTHER = sample("attachments-same-name"), sample("plain-ascii")


class Slow(MailFileMailbox):
    """An Outlook that takes its time, fails where it is told to, and counts."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.asked: list[str] = []
        self.failing = 0
        self.go_on = asyncio.Event()

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        self.asked.append(attachment.id)
        await self.go_on.wait()
        if self.failing:
            self.failing -= 1
            raise OfficeCallFailed(what=attachment.name, reason="not today")
        # Whatever is selected by now: so answers Outlook on the web.
        ids = [SEVERAL.attachment_id(index) for index in range(len(SEVERAL.attachments))]
        content = SEVERAL.attachments[ids.index(attachment.id)].content
        return self._files.hold(content, attachment.media_type)

    def shown(self) -> Mail:
        raw = self.mail()
        assert raw is not None
        return mail_from(raw, self.user_address)


def with_slow(work: Callable[[Slow, ReadAhead, Files], Awaitable[None]]) -> None:
    async def run() -> None:
        files = Files()
        mailbox = Slow(files)
        mailbox.open = SEVERAL
        await work(mailbox, ReadAhead(mailbox), files)

    asyncio.run(run())


async def turn() -> None:
    """Give everything that can go on its turn."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_the_link_gets_what_was_read_and_asks_no_second_time() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        ahead.begin(mail)
        ahead.begin(mail)
        mailbox.go_on.set()
        await turn()
        read = [await ahead.read_file(one) for one in mail.attachments]
        assert sorted(mailbox.asked) == sorted(one.id for one in mail.attachments)
        assert digests(content for content, _ in files.held.values()) == digests(files_of(SEVERAL))
        assert len({one.key for one in read if isinstance(one, FileHandle)}) == len(mail.attachments)
        ahead.abandon()
        await turn()
        assert len(files.held) == len(mail.attachments), "what was asked for belongs to the link"

    with_slow(work)


@pytest.mark.parametrize("when", ["while it is read", "when it was read"])
def test_nothing_stays_of_a_mail_that_is_left(when: str) -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        ahead.begin(mailbox.shown())
        await turn()
        if when == "when it was read":
            mailbox.go_on.set()
            await turn()
            assert files.held
        ahead.abandon()
        mailbox.go_on.set()
        await turn()
        assert files.held == {}

    with_slow(work)


def test_an_answer_that_comes_under_another_mail_is_thrown_away() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        ahead.begin(mail)
        await turn()
        began = len(mailbox.asked)
        # On the web the late answer carries the old mail's content: only the id tells that it is too late.
        mailbox.open = replace(SEVERAL, item_id=OTHER.item_id)
        mailbox.go_on.set()
        await turn()
        assert len(mailbox.asked) == began, "no more is asked for under another mail"
        assert files.held == {}

    with_slow(work)


def test_one_that_failed_early_is_read_anew() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        mailbox.failing = 1
        mailbox.go_on.set()
        ahead.begin(mail)
        await turn()
        for one in mail.attachments:
            await ahead.read_file(one)
        assert len(mailbox.asked) == len(mail.attachments) + 1
        assert digests(content for content, _ in files.held.values()) == digests(files_of(SEVERAL))

    with_slow(work)


def test_a_cancelled_link_leaves_no_reading_behind() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        ahead.begin(mail)
        waiting = asyncio.ensure_future(ahead.read_file(mail.attachments[0]))
        await turn()
        waiting.cancel()
        ahead.abandon()
        mailbox.go_on.set()
        await turn()
        assert files.held == {}

    with_slow(work)


def test_a_mail_of_great_size_is_read_when_it_is_linked() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        large = replace(mail, attachments=(replace(mail.attachments[0], size=MOST_BYTES + 1), *mail.attachments[1:]))
        ahead.begin(large)
        await turn()
        assert mailbox.asked == []

    with_slow(work)


def test_protected_attachments_without_ids_are_not_mixed_up() -> None:
    async def work(mailbox: Slow, ahead: ReadAhead, files: Files) -> None:
        mail = mailbox.shown()
        nameless = replace(mail, attachments=tuple(replace(one, id="") for one in mail.attachments))
        ahead.begin(nameless)
        await turn()
        assert mailbox.asked == []

    with_slow(work)


@pytest.fixture
def at() -> Iterator[Sitting]:
    crm = SandboxCrm()
    with Server(create_app(crm)) as running, Sitting(crm, running.url) as sitting:
        sitting.sign_in()
        yield sitting


def record(at: Sitting, **names: str) -> Record:
    return Record(at.crm.find("Contacts", **names).id, "Contacts", " ".join(names.values()))


@pytest.mark.parametrize(
    "leaving", [(), (e.RecordToggled,), ("select",), (e.SignOutAsked,)], ids=["link", "not chosen", "selected", "out"]
)
def test_choosing_reads_and_leaving_lets_go(at: Sitting, leaving: Sequence[object]) -> None:
    mary = record(at, firstname="Mary", lastname="Smith")
    at.select(SEVERAL)
    at.say(e.RecordToggled(mary))
    assert len(at.files.held) == len(SEVERAL.attachments), "read before the click"
    match leaving:
        case ():
            at.say(e.LinkAsked())
            [message] = at.crm.linked_messages(mary.id)
            assert digests(map(at.crm.file, message.attachments)) == digests(files_of(SEVERAL))
        case ("select",):
            at.select(OTHER)
        case (e.RecordToggled,):
            at.say(e.RecordToggled(mary))
        case _:
            at.say(e.SignOutAsked())
    assert at.files.held == {}
