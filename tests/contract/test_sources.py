"""The sources of a mail's content: files that Outlook does not give come out of the whole message, or from Graph.

Each mail is linked as a user does it, and what the CRM has of its files is compared byte by byte.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.app import events as e
from connector.app.views import view
from connector.errors import OfficeError, OfficeTimeout
from connector.finding.records import Record
from connector.linking.sources import Sources
from connector.linking.states import Step
from connector.mail.pieces import pieces, proven
from connector.mail.skeleton import taken_apart
from connector.ports import FileHandle, PartFile, Piece, RawAttachment
from contract.office import files_of, sample
from contract.sitting import Sitting
from contract.skeletons import skeleton_of
from contract.surroundings import Files, MailFileMailbox
from contract.withholding import Outlook, Phone, crm, mary
from mails.samples import SAMPLES
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Fault
from standin_outlook.graph.faults import KINDS
from standin_outlook.mail import Kind, Mail
from standin_outlook.mails import read
from unit.markup import text
from unit.virtual_time import VirtualLoop

__all__ = ["crm", "mary"]

WITH_FILES = [mail for mail in SAMPLES if any(one.kind is not Kind.CLOUD and one.content for one in mail.attachments)]
PICTURES, SAME_NAME = sample("related-inline-images"), sample("attachments-same-name")
RECODED = "nested-8bit"
"""Outlook hands out its attached mail in another encoding than the message has it."""


MISREAD = ("boundary-shared", "boundary-unquoted")
"""Python's own parser takes other boundaries, and leaves base64 with a sign behind its name as it is."""


BY_VALUE = {"challenge_401", "challenge_403", "elsewhere", "moved_302", "changed"}
"""Faults that say something of their own (`contract.test_graph`); a changed file is another file."""


def named(mail: Mail) -> str:
    return Path(mail.source).stem


@pytest.fixture
def at(crm: SandboxCrm, mary: Record) -> Iterator[Sitting]:  # the CRM is as new
    with Sitting(crm, mailbox=Outlook) as at:
        at.sign_in()
        yield at


def outlook(at: Sitting) -> Outlook:
    assert isinstance(at.mailbox, Outlook)
    return at.mailbox


def on_phone(crm: SandboxCrm, phone: Phone) -> Sitting:
    return Sitting(crm, mailbox=phone.outlook, graph=phone.source)


def linked(at: Sitting, mail: Mail, *records: Record) -> str:
    """Link the mail as a user does; what the pane says then."""
    at.select(mail)
    at.choose(*records)
    at.say(e.LinkAsked())
    return text(view(at.state))


def stored(crm: SandboxCrm) -> list[bytes]:
    """The contents of the Documents that are files, in no order."""
    return sorted(crm.file(one.id) for one in crm.documents() if one.has_file)


def contents(mail: Mail) -> list[bytes]:
    """What should be there of it."""
    return sorted(one for one in files_of(mail) if one)


def assert_nothing_held(at: Sitting) -> None:
    """Nothing takes memory any more; of a link that may be tried again the files do, and the message does not."""
    assert at.view.receipt is not None
    kept = {one.file.key for one in at.view.link.files if one.file} if not at.view.receipt.complete else set()
    assert at.files.held.keys() <= kept


# Out of the whole message ---------------------------------------------------------------------------


@pytest.mark.parametrize("mail", WITH_FILES, ids=named)
def test_every_file_of_every_sample_comes_out_of_the_message(
    crm: SandboxCrm, at: Sitting, mary: Record, mail: Mail
) -> None:
    outlook(at).fails = None
    shown = linked(at, mail, mary)
    if named(mail) == RECODED:
        [one] = stored(crm)
        start = mail.raw.index(one)
        assert mail.raw[start - 4 : start] == b"\r\n\r\n"
        assert mail.raw[start + len(one) :].startswith(b"\r\n--")
        assert "taken from the whole mail" in shown
        return
    assert stored(crm) == contents(mail)
    assert outlook(at).asked["message"] == 1
    assert shown.count("taken from the whole mail") == len(contents(mail))
    assert_nothing_held(at)


@pytest.mark.parametrize("mail", [one for one in WITH_FILES if named(one) not in MISREAD], ids=named)
def test_the_parts_are_those_that_pythons_own_parser_finds(mail: Mail) -> None:
    """A third opinion: neither the pane's skeleton nor the stand-in's reader."""
    skeleton = taken_apart(skeleton_of(mail.raw))
    files = Files()
    desk = MailFileMailbox(files)
    desk.select(mail)
    raw = desk.mail()
    assert raw is not None
    leaves = [one for one in email.message_from_bytes(mail.raw).walk() if not one.is_multipart()]
    known = {payload for one in leaves if isinstance(payload := one.get_payload(decode=True), bytes)}
    for attachment, place in zip(raw.attachments, pieces(skeleton, raw.attachments), strict=True):
        if place is None or attachment.kind != "file" or place.media_type.startswith("message/"):
            continue
        taken = desk_part(files, mail.raw, place.piece)
        # Python keeps the line break before a boundary that two levels share.
        assert taken in known or taken + b"\n" in known


def desk_part(files: Files, raw: bytes, piece: Piece) -> bytes:
    """The bytes of a piece, by the mailbox on CPython."""
    read_ = asyncio.run(MailFileMailbox(files).part(files.hold(raw, "message/rfc822"), piece, "x/y"))
    return files.held[read_.file.key][0]


def test_one_file_that_outlook_refuses_is_the_only_one_that_is_taken(
    crm: SandboxCrm, at: Sitting, mary: Record
) -> None:
    outlook(at).fails = {PICTURES.attachment_id(2)}
    shown = linked(at, PICTURES, mary)
    assert stored(crm) == contents(PICTURES)
    assert shown.count("taken from the whole mail") == 1
    assert "Linked to Mary Smith" in shown
    assert "not everything" not in shown


def test_a_file_for_which_outlook_is_silent_is_taken_once_it_has_answered_for_another(
    crm: SandboxCrm, at: Sitting, mary: Record
) -> None:
    outlook(at).error, outlook(at).fails = OfficeTimeout, {PICTURES.attachment_id(2)}
    linked(at, PICTURES, mary)
    assert stored(crm) == contents(PICTURES)


def test_an_outlook_that_hangs_is_not_asked_for_the_message_too(at: Sitting, mary: Record) -> None:
    outlook(at).error, outlook(at).fails = OfficeTimeout, None
    shown = linked(at, replace(PICTURES, html="<p>Nothing but words.</p>"), mary)
    assert "Outlook did not hand over this file in time" in shown
    assert outlook(at).asked["message"] == 0


@pytest.mark.parametrize("fails", [{1}, {2}, {0, 1}, {0, 1, 2}], ids=str)
def test_files_of_one_name_come_from_one_source(crm: SandboxCrm, at: Sitting, mary: Record, fails: set[int]) -> None:
    """Outlook lists them in another order than the message has them: each is stored once all the same."""
    turned = replace(SAME_NAME, attachments=SAME_NAME.attachments[::-1])
    outlook(at).fails = {turned.attachment_id(place) for place in fails}
    linked(at, turned, mary)
    there = stored(crm)
    assert len(there) == len(set(there)), "none twice"
    assert set(there) <= set(contents(SAME_NAME)), "none made up"
    assert len(there) == 3 or len(fails) < 3


def test_a_message_that_could_not_be_had_is_asked_for_once_and_again_after_a_press(at: Sitting, mary: Record) -> None:
    refused = outlook(at)
    refused.fails, refused.message = None, b""
    shown = linked(at, SAME_NAME, mary)
    assert "Outlook could not hand over this file" in shown
    before = refused.asked["message"]
    refused.message = None
    at.retry()
    assert refused.asked["message"] == before + 1
    assert "taken from the whole mail" in text(view(at.state))


def test_another_mail_that_is_selected_meanwhile_ends_it(crm: SandboxCrm, at: Sitting, mary: Record) -> None:
    outlook(at).fails = None
    at.select(PICTURES)
    outlook(at).meanwhile = lambda: outlook(at).select(SAME_NAME)
    at.begin_link(mary)
    at.settle()
    assert crm.documents() == []
    assert crm.messages() == []
    at.select(SAME_NAME)
    assert at.files.held == {}


# Messages that lie ----------------------------------------------------------------------------------


def lies_about(mail: Mail, message: bytes) -> list[bytes | None]:
    """What is taken out of this message for the mail's attachments, where anything is."""
    files = Files()
    desk = Outlook(files)
    desk.select(mail)
    desk.fails, desk.message = None, message
    raw = desk.mail()
    assert raw is not None
    return [_taken(desk, files, one) for one in raw.attachments]


def _taken(desk: Outlook, files: Files, attachment: RawAttachment) -> bytes | None:

    try:
        found = asyncio.run(Sources(desk).read_file(attachment))
    except OfficeError:
        return None
    assert isinstance(found, FileHandle)
    return files.held[found.key][0]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_message_that_is_cut_gives_no_file_that_is_cut(data: st.DataObject) -> None:
    mail = data.draw(st.sampled_from([PICTURES, SAME_NAME, sample("attachment-only"), sample("pgp-signed")]))
    cut = mail.raw[: data.draw(st.integers(0, len(mail.raw)))]
    for one, found in zip(mail.attachments, lies_about(mail, cut), strict=True):
        assert found in (None, one.content)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_message_without_some_of_its_lines_gives_no_other_file(data: st.DataObject) -> None:
    """Boundaries are missing, or heads; what is in one line of a text nobody can know."""
    mail = data.draw(st.sampled_from([PICTURES, SAME_NAME, sample("names-long-none")]))
    lines = mail.raw.split(b"\r\n")
    bounds = [at for at, line in enumerate(lines) if line.startswith(b"--") or b"oundary" in line]
    gone = data.draw(st.sets(st.sampled_from(bounds), min_size=1, max_size=3))
    broken = b"\r\n".join(line for at, line in enumerate(lines) if at not in gone)
    known = {one.content for one in mail.attachments}
    for one, found in zip(mail.attachments, lies_about(mail, broken), strict=True):
        assert found in (None, one.content) or (found in known and mail is SAME_NAME)


@pytest.mark.parametrize(("mail", "other"), list(pairwise(WITH_FILES[:12])), ids=named)
def test_another_mails_message_gives_nothing(mail: Mail, other: Mail) -> None:
    assert lies_about(mail, other.raw) == [None] * len(mail.attachments)


def test_the_same_files_in_another_mails_message_are_not_taken() -> None:
    other = email.message_from_bytes(PICTURES.raw, policy=email.policy.compat32)
    for name, value in {"Message-ID": "<another@x>", "Subject": "Another", "From": "Eve <eve@x.example>"}.items():
        del other[name]
        other[name] = value
    assert lies_about(PICTURES, other.as_bytes()) == [None] * 3
    assert lies_about(PICTURES, PICTURES.raw) == [one.content for one in PICTURES.attachments]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", b"QUJD\r\n*REV*GR0g=\r\n"),
        ("base64", b"QUJDR"),
        ("x-uuencode", b"begin 644 a\r\n"),
        ("base64", b"QQ=QQ=="),
    ],
)
def test_what_is_not_written_as_it_says_is_not_taken(encoding: str, body: bytes) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "mary.smith@northwind.example", "Odd", "<odd@x>"
    message.set_content("Odd")
    message.add_attachment(b"placeholder", "application", "pdf", filename="a.pdf")
    mail = read(message.as_bytes(policy=email.policy.SMTP))
    broken = mail.raw.replace(b"cGxhY2Vob2xkZXI=\r\n", body).replace(b": base64", b": " + encoding.encode())
    assert lies_about(mail, broken) == [None]


def test_all_of_a_part_came_only_where_something_shows_it() -> None:
    ended, open_ = Piece(0, 9, "base64", closed=True), Piece(0, 9, "base64")
    nine = FileHandle("a", 9)
    assert proven(ended, PartFile(nine), 700)
    assert proven(open_, PartFile(nine), 9)
    assert proven(ended, PartFile(nine, odd=True), 9)
    assert not proven(open_, PartFile(nine), 700)
    assert not proven(ended, PartFile(nine, odd=True), 0)


# Microsoft Graph ------------------------------------------------------------------------------------


@pytest.mark.deep("sample mails over Graph on CPython", few=12, also=("attachments-same-name", "nested-mail"))
@pytest.mark.parametrize("mail", WITH_FILES, ids=named)
def test_where_outlook_gives_nothing_graph_gives_every_file(crm: SandboxCrm, mary: Record, mail: Mail) -> None:
    phone = Phone([mail])
    with on_phone(crm, phone) as at:
        at.sign_in()
        shown = linked(at, mail, mary)
        assert stored(crm) == contents(mail)
        assert_nothing_held(at)
    assert "Outlook on this device does not hand over" not in shown
    assert shown.count("from Microsoft's server") == len(contents(mail))
    assert phone.presses == 0


def test_without_graph_it_says_what_it_said(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    with Sitting(crm, mailbox=phone.outlook) as at:
        at.sign_in()
        shown = linked(at, PICTURES, mary)
    assert shown.count("Outlook on this device does not hand over attachments.") == 3
    assert phone.graph.log == []
    assert phone.entra.requests == []


def test_an_outlook_that_gives_everything_leaves_graph_alone(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    with Sitting(crm, mailbox=Outlook, graph=phone.source) as at:
        at.sign_in()
        for mail in (PICTURES, SAME_NAME, sample("reply-chain"), sample("offer-to-mary")):
            linked(at, mail, mary)
    assert phone.graph.log == []
    assert phone.entra.requests == []


def test_the_head_comes_by_graph_too(crm: SandboxCrm, mary: Record) -> None:
    chain = sample("reply-chain")
    with on_phone(crm, Phone([chain])) as at:
        at.sign_in()
        shown = linked(at, chain, mary)
    [mail] = crm.messages()
    assert mail["in_reply_to"]
    assert "date and text" in shown


def test_pictures_find_their_places_without_the_whole_message(crm: SandboxCrm, mary: Record) -> None:
    """On a telephone that would be all files once more."""
    phone = Phone([PICTURES])
    with on_phone(crm, phone) as at:
        at.sign_in()
        shown = linked(at, PICTURES, mary)
    assert [one.what for one in phone.graph.log].count("whole") == 0
    assert "pictures" not in shown.lower()
    with Sitting(crm, mailbox=Outlook) as at:
        at.sign_in()
        crm_text = crm.messages()[0]["description"]
        crm.reset()
        at.sign_in()
        linked(at, PICTURES, mary)
        assert crm.messages()[0]["description"] == crm_text


def test_what_graph_has_under_the_id_may_be_another_mail(crm: SandboxCrm, mary: Record) -> None:
    """Outlook's id can be an older mail's. Nothing of that one gets into the CRM, not even as far as the pane."""
    mail = sample("names-underscores")
    other = replace(PICTURES, item_id=mail.item_id, attachments=mail.attachments)
    phone = Phone([other])
    with Sitting(crm, mailbox=Outlook, graph=phone.source) as at:
        at.sign_in()
        outlook(at).fails, outlook(at).has_whole = None, False
        linked(at, mail, mary)
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
    assert stored(crm) == []
    assert not any(one.what == "content" for one in phone.graph.log)


def test_another_account_s_token_is_said_once(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    phone.graph.another = True
    with on_phone(crm, phone) as at:
        at.sign_in()
        shown = linked(at, PICTURES, mary)
    assert shown.count("another mailbox than the one that Microsoft 365 opens here") == 3
    assert (stored(crm), len(crm.messages())) == ([], 1)
    assert len(phone.graph.log) <= 12, "not for each file anew"


@pytest.mark.parametrize("listed", [0, 2])
def test_files_that_outlook_does_not_list_are_told(crm: SandboxCrm, mary: Record, listed: int) -> None:
    """On a telephone Graph has the list, too: a receipt that all is there would claim what was not compared."""
    phone = Phone([PICTURES])
    with on_phone(crm, phone) as at:
        at.sign_in()
        told = at.mailbox.mail
        fewer = lambda: (raw := told()) and replace(raw, attachments=raw.attachments[:listed])  # noqa: E731
        at.mailbox.mail = fewer  # type: ignore[method-assign]
        shown = linked(at, PICTURES, mary)
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
    assert f"Files of the mail that Outlook does not list: {3 - listed}." in shown


def test_a_sent_mail_is_fetched_once(crm: SandboxCrm, mary: Record) -> None:
    """Its head stands in the whole message alone, and so do its files."""
    sent = sample("catalogue-to-ana")
    phone = Phone([sent])
    with on_phone(crm, phone) as at:
        at.sign_in()
        shown = linked(at, sent, mary)
        assert stored(crm) == contents(sent)
    assert Counter(one.what for one in phone.graph.log) == {"headers": 1, "whole": 1}
    assert "is not certain" not in shown


def test_the_press_on_link_is_the_one_that_microsoft_wants(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES], "consent")
    with on_phone(crm, phone) as at:
        at.sign_in()
        at.select(PICTURES)
        at.choose(mary)
        assert phone.presses == 0, "nothing opens by itself"
        at.say(e.LinkAsked())
        assert stored(crm) == contents(PICTURES)
    assert phone.presses == 1


def test_whoever_closes_the_window_is_asked_again_at_the_next_press(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES], "consent", "closed")
    with on_phone(crm, phone) as at:
        at.sign_in()
        linked(at, PICTURES, mary)
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
        assert phone.presses == 1
        phone.entra.asked = ""
        at.retry()
        assert stored(crm) == contents(PICTURES)
        assert at.view.receipt is not None
        assert at.view.receipt.complete
    assert phone.presses == 2
    assert len(crm.messages()) == 1


def test_a_refusal_is_said_and_not_asked_for_again(crm: SandboxCrm, mary: Record) -> None:
    mail = sample("names-hostile")
    phone = Phone([mail], "blocked")
    with on_phone(crm, phone) as at:
        at.sign_in()
        linked(at, mail, mary)
        assert at.view.receipt is not None
        problems = {one.problem.code for one in at.view.receipt.files if one.problem}
        assert problems == {"file-graph-conditions"}
        assert len(at.view.receipt.files) == 16
    assert len(phone.entra.requests) <= 14, "not for each file anew, before the press and after it"
    assert phone.presses == 0


def test_nobody_is_asked_for_a_mail_without_files(crm: SandboxCrm, mary: Record) -> None:
    plain = sample("reply-chain")
    phone = Phone([plain], "consent")
    with on_phone(crm, phone) as at:
        at.sign_in()
        linked(at, plain, mary)
    assert phone.presses == 0
    assert len(crm.messages()) == 1


def test_on_a_computer_graph_comes_last(crm: SandboxCrm, mary: Record) -> None:
    mail = sample("names-underscores")
    phone = Phone([mail])
    with Sitting(crm, mailbox=Outlook, graph=phone.source) as at:
        at.sign_in()
        outlook(at).fails, outlook(at).has_whole = {mail.attachment_id(0)}, False
        shown = linked(at, mail, mary)
        assert stored(crm) == contents(mail)
    assert shown.count("from Microsoft's server") == 1
    assert sum(one.what == "content" for one in phone.graph.log) == 1


TROUBLES = [
    (kind, what)
    for kind in sorted(KINDS.keys() - BY_VALUE)
    for what in ("list", "content", "headers")
    if kind != "odd_list" or what != "content"
]


@pytest.mark.deep("Graph's faults in a link on CPython", few=16)
@pytest.mark.parametrize(("kind", "what"), TROUBLES)
@pytest.mark.parametrize("times", [1, 40], ids=["once", "until tried again"])
def test_whatever_goes_wrong_at_graph_nothing_is_lost_or_doubled(
    crm: SandboxCrm, mary: Record, kind: str, what: str, times: int
) -> None:
    phone = Phone([PICTURES])
    phone.graph.faults.append(Fault(kind, what, times=times, after_bytes=40))
    with on_phone(crm, phone) as at:
        at.sign_in()
        linked(at, PICTURES, mary)
        there = stored(crm)
        assert set(there) <= set(contents(PICTURES))
        assert at.view.receipt is not None
        assert at.view.receipt.complete is (there == contents(PICTURES))
        phone.graph.faults.clear()
        phone.graph.changed = False
        at.finish(mary)
        assert stored(crm) == contents(PICTURES)
        assert_nothing_held(at)
    assert len(crm.messages()) == 1


def test_the_original_comes_by_graph_where_outlook_has_none(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    with on_phone(crm, phone) as at:
        at.settings = replace(at.settings, keep_original=True)
        at.reopen()
        at.sign_in()
        shown = linked(at, PICTURES, mary)
    assert PICTURES.raw in stored(crm)
    assert "as Microsoft's server puts it together again" in shown


# A pane that is put to sleep ------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.FILES, Step.STORE, Step.RELATE])
def test_a_pane_that_is_loaded_anew_in_the_middle_doubles_nothing(crm: SandboxCrm, mary: Record, step: Step) -> None:
    """On a phone the pane is thrown away when another app needs the memory."""
    phone = Phone([PICTURES])
    with on_phone(crm, phone) as at:
        at.store.sits = True
        at.sign_in()
        at.select(PICTURES)
        reached = [False]
        at.at_step(step, lambda: reached.__setitem__(0, True))
        at.begin_link(mary)
        at.wait_for(lambda: reached[0])
        at.reopen()
        if not at.state.signed_in:
            at.sign_in()
        at.select(PICTURES)
        at.link(mary)
        at.finish(mary)
        assert stored(crm) == contents(PICTURES)
        assert len(crm.messages()) == 1


@pytest.mark.parametrize("step", [Step.READ, Step.FILES, Step.STORE, Step.READ_BACK, Step.RELATE])
def test_a_pane_that_sleeps_in_the_middle_says_what_stands_and_doubles_nothing(
    crm: SandboxCrm, mary: Record, step: Step
) -> None:
    """All timers are late, and the token has ended, when a telephone lets the pane go on."""
    phone = Phone([PICTURES])
    with on_phone(crm, phone) as at:
        at.sign_in()
        at.select(PICTURES)
        loop = at.loop
        assert isinstance(loop, VirtualLoop)

        def sleep() -> None:
            loop.jumping.now += 7200
            phone.entra.given.clear()

        at.at_step(step, sleep)
        at.link(mary)
        assert at.view.receipt is not None or "In the CRM now" in text(view(at.state))
        at.finish(mary)
        assert stored(crm) == contents(PICTURES)
        assert len(crm.messages()) == 1
