"""The mail itself as a file: one more Document, once, whatever happens; and what the receipt says of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app import events as e
from connector.app.views import view
from connector.errors import OfficeTimeout
from connector.finding.records import Record
from connector.linking.document import ORIGINAL, Document
from connector.linking.original import name_of, original_of, settled
from connector.linking.states import FileState, Step
from connector.mail.filename import TITLE, stored_name
from connector.mail.mail import mail_from
from connector.mail.ours import NOTHING
from connector.ports import FileHandle, WholeFile
from contract.both import server
from contract.lying_outlook import LyingOutlook
from contract.office import files_of, sample
from contract.seeded import company, mary
from contract.sitting import Sitting
from contract.surroundings import Files, MailFileMailbox
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.store.inspection import Entry
from standin_outlook.mail import Mail
from standin_outlook.manners import Manners
from unit.markup import text

__all__ = ["company", "mary", "server"]
FILES, PLAIN, OTHER = sample("related-inline-images"), sample("html-only"), sample("calendar-invitation")


class Outlook(LyingOutlook):
    """With these manners; each time it puts a mail together anew. ``before`` happens when it is asked for that."""

    before: Callable[[], None] | None = None
    asked = 0
    other: Mail | None = None

    async def original(self) -> WholeFile:
        self.asked += 1
        if self.before is not None:
            self.before()
        opened, self.open = self.open, self.other or self.open
        try:
            whole = await super().original()
        finally:
            self.open = opened
        content, media_type = self._files.held[whole.file.key]
        anew = content + b" " * (self.asked - 1)
        self._files.held[whole.file.key] = anew, media_type
        file = replace(whole.file, size=len(anew))
        return WholeFile(file, whole.skeleton, hashlib.sha256(anew).hexdigest())


@pytest.fixture
def at(server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """Signed in, where the organization wants the original of each mail."""
    crm, url = server
    crm.reset()
    with Sitting(crm, url, mailbox=lambda files: Outlook(files, Manners())) as sitting:
        sitting.settings = replace(sitting.settings, keep_original=True)
        sitting.reopen()
        sitting.select(FILES)
        sitting.sign_in()
        yield sitting


@pytest.fixture
def outlook(at: Sitting) -> Outlook:
    assert isinstance(at.mailbox, Outlook)
    return at.mailbox


def originals(at: Sitting) -> list[Entry]:
    """The Documents that hold a whole mail, by what is in them."""
    return [one for one in at.crm.documents() if at.crm.file(one.id).rstrip(b" ") == FILES.raw.rstrip(b" ")]


def said(at: Sitting) -> str:
    return text(view(at.state))


def is_complete(at: Sitting) -> bool:
    return at.view.receipt is not None and at.view.receipt.complete


def again(at: Sitting, *records: Record) -> None:
    """Close the receipt, and link the mail once more."""
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    at.link(*records)


def test_the_mail_itself_stands_beside_its_files(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary, company)
    [one] = originals(at)
    digest = hashlib.sha256(FILES.raw).hexdigest()
    assert at.crm.file(one.id) == FILES.raw
    assert one["notes_title"] == name_of(FILES.subject)
    assert at.crm.file_name(one.id).endswith(".eml")
    [message] = at.crm.messages()
    for record in (mary.id, company.id, message.id):
        assert one.id in [each.id for each in at.crm.linked_documents(record)]
    stored = Counter(at.crm.file(each.id) for each in at.crm.documents() if each.id != one.id)
    assert stored == Counter(files_of(FILES))
    assert f"SHA-256 is {digest}" in said(at)
    assert "as Outlook puts it together again" in said(at)
    assert digest in one["notecontent"] or not at.state.stock
    assert is_complete(at)
    assert at.files.held == {}


def test_where_nobody_wants_it_outlook_is_not_asked(at: Sitting, outlook: Outlook, mary: Record) -> None:
    at.settings = replace(at.settings, keep_original=False)
    at.reopen()
    at.sign_in()
    at.link(mary)
    assert is_complete(at)
    assert outlook.asked == 0
    assert originals(at) == []
    assert "SHA-256" not in said(at)


def test_linking_the_mail_again_neither_doubles_it_nor_asks_for_it(
    at: Sitting, outlook: Outlook, mary: Record, company: Record
) -> None:
    at.link(mary)
    again(at, company)
    assert len(originals(at)) == 1
    assert outlook.asked == 1
    assert len(at.crm.messages()) == 1
    assert "It was stored when the mail was linked before" in said(at)
    assert is_complete(at)
    assert originals(at)[0].id in [one.id for one in at.crm.linked_documents(company.id)]


def test_a_mail_that_was_linked_without_it_gets_it(at: Sitting, mary: Record, company: Record) -> None:
    at.settings = replace(at.settings, keep_original=False)
    at.reopen()
    at.sign_in()
    at.link(mary)
    at.settings = replace(at.settings, keep_original=True)
    at.reopen()
    at.sign_in()
    at.link(company)
    assert len(originals(at)) == 1
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == len(files_of(FILES)) + 1
    assert is_complete(at)


def test_where_nobody_wants_it_any_more_it_is_no_attachment(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary)
    at.settings = replace(at.settings, keep_original=False)
    at.reopen()
    at.sign_in()
    at.link(company)
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == len(files_of(FILES)) + 1
    assert is_complete(at)
    receipt = at.view.receipt
    assert receipt is not None
    assert len(receipt.files) == len(files_of(FILES))


def test_undo_removes_it(at: Sitting, mary: Record) -> None:
    before = len(at.crm.documents())
    at.link(mary)
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert len(at.crm.documents()) == before
    assert at.crm.messages() == []


@pytest.mark.parametrize("mail", [FILES, PLAIN], ids=["with files", "without files"])
@pytest.mark.parametrize("step", [Step.ORIGINAL, Step.SEND_ORIGINAL])
def test_cancelling_meanwhile_leaves_nothing(at: Sitting, mary: Record, mail: Mail, step: Step) -> None:
    at.select(mail)
    at.at_step(step, lambda: at.app.dispatch(e.CancelAsked(mail.item_id)))
    at.link(mary)
    assert at.state.current is None
    assert at.crm.messages() == []
    assert at.crm.documents() == []
    assert at.files.held == {}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("then", ["again", "cancel"])
def test_an_answer_that_is_lost(at: Sitting, mary: Record, when: str, then: str) -> None:
    lost = "create" if at.state.stock else "mailconnectorfile"
    at.crm.faults.add(Fault(lost, "never_answers", module="Documents", when=when))
    at.link(mary)
    assert at.view.link.failure is not None
    if then == "again":
        at.retry()
        assert is_complete(at)
        assert len(originals(at)) == 1
        assert "SHA-256 is " in said(at)
    else:
        at.cancel()
        assert at.crm.documents() == []
        assert at.crm.messages() == []


@pytest.mark.parametrize(
    ("whole", "sentence", "complete"),
    [
        ("absent", "does not hand over the mail itself as a file", True),
        ("refused", "did not hand over the mail itself as a file", False),
        ("empty", "did not hand over the mail itself as a file", False),
        ("never", "did not hand over the mail itself as a file", False),
        ("page", "is another mail, or none. It was not stored", False),
        ("json", "is another mail, or none. It was not stored", False),
        ("text", "is another mail, or none. It was not stored", False),
    ],
)
def test_without_it_the_mail_is_linked_and_why_is_said(
    at: Sitting, outlook: Outlook, mary: Record, whole: str, sentence: str, complete: bool
) -> None:
    outlook.manners = outlook.manners.changed({"whole": whole})
    at.link(mary)
    assert sentence in said(at)
    assert is_complete(at) is complete
    assert len(at.crm.documents()) == len(files_of(FILES))
    assert at.crm.linked_messages(mary.id)


def test_it_can_be_tried_again(at: Sitting, outlook: Outlook, mary: Record) -> None:
    def late() -> None:
        raise OfficeTimeout(what="message")

    outlook.before = late
    at.link(mary)
    outlook.before = None
    at.retry()
    assert is_complete(at)
    assert len(originals(at)) == 1
    assert len(at.crm.documents()) == len(files_of(FILES)) + 1


def test_another_mail_that_outlook_hands_over_is_not_stored(at: Sitting, outlook: Outlook, mary: Record) -> None:
    outlook.other = OTHER
    at.link(mary)
    assert "is another mail, or none" in said(at)
    assert len(at.crm.documents()) == len(files_of(FILES))
    assert not is_complete(at)


def test_another_mail_that_is_opened_meanwhile_is_not_stored(at: Sitting, outlook: Outlook, mary: Record) -> None:
    outlook.before = lambda: outlook.select(OTHER)
    at.link(mary)
    assert at.crm.messages() == []
    assert at.crm.documents() == []
    assert at.files.held == {}


def test_what_the_server_does_not_take_is_said(at: Sitting, mary: Record) -> None:
    largest = max(map(len, files_of(FILES)))
    assert largest < len(FILES.raw)
    operation = "create" if at.state.stock else "mailconnectorfile"
    at.crm.faults.add(Fault(operation, "too_large_413", module="Documents", times=9))
    at.link(mary)
    assert at.view.receipt is not None
    assert [one.id for one in at.view.receipt.linked] == [mary.id]
    assert "The CRM's web server did not take this file" in said(at)
    assert not is_complete(at)
    at.crm.faults.clear()
    at.retry()
    assert is_complete(at)
    assert len(originals(at)) == 1


def test_who_sees_no_documents_gets_no_second_one(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary)
    at.crm.refuse("agent", "Documents")
    again(at, company)
    assert len(originals(at)) == 1


@pytest.mark.parametrize(("digest", "ours"), [("ab" * 32, True), ("cd" * 32, False)])
def test_one_of_the_same_size_with_other_bytes_is_not_claimed(digest: str, ours: bool) -> None:
    """Outlook puts a mail together anew each time: another device may have stored other bytes meanwhile."""
    mailbox = MailFileMailbox(Files())
    mailbox.select(FILES)
    raw = mailbox.mail()
    assert raw is not None
    sent = replace(original_of(mail_from(raw, NOTHING)), state=FileState.READ, file=FileHandle("k", 7), tries=1)
    there = Document("7x9", "Forecast.eml", 7, "", place=ORIGINAL, digests=(digest,))
    original, surplus = settled(replace(sent, digest="ab" * 32), [there])
    assert original is not None
    assert (original.state, original.document, original.ours) == (FileState.STORED, "7x9", ours)
    assert surplus == ()


@given(st.text(max_size=300))
def test_any_subject_gives_a_name_that_the_crm_keeps_whole(subject: str) -> None:
    name = name_of(subject)
    assert name.endswith(".eml")
    assert 4 < len(name) <= TITLE
    assert stored_name(name, "item") == name


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Offer 42", "Offer 42.eml"),
        ("Re: Offer 42 at 10:30", "Re Offer 42 at 10.30.eml"),
        ("", "mail.eml"),
        (" ??? ", "mail.eml"),
        ("x" * 300, "x" * 46 + ".eml"),
        ("Offer.eml", "Offer.eml"),
    ],
)
def test_it_is_called_as_its_subject(subject: str, name: str) -> None:
    assert name_of(subject) == name
