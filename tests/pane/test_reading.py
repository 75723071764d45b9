"""What the pane takes from Outlook under Microsoft's own office.js, when single properties are missing or false."""

from __future__ import annotations

import base64
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, expect

from connector.errors import OfficeCallFailed
from connector.mail.skeleton import taken_apart
from connector.ports import Piece
from contract.skeletons import skeleton_of
from contract.surroundings import Files, MailFileMailbox
from mails.samples import SAMPLES
from pane.desk import Desk, configured
from pane.fault_cases import mail_of, wrong_with
from pane.pinned import STRANGER, choose, linked, notice, pinned, press_link, turn
from pane.shift import shift
from pane.standstill import WAITS, Standstill
from standin_outlook import wire
from standin_outlook.mails import Mail, Mailbox
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

T = TypeVar("T")
COUNT = 40


@pytest.fixture(scope="module")
def pane(browser: Browser, dist: Path, certificate: Certificate, officejs: Path) -> Iterator[Desk]:
    with pinned(browser, dist, certificate, first=8000, count=COUNT, called="Read", officejs=officejs) as at:
        yield at


@pytest.fixture
def at(pane: Desk) -> Iterator[Desk]:
    with turn(pane) as ready:
        yield ready


@pytest.fixture(scope="module")
def fresh(pane: Desk) -> Iterator[Mail]:
    """Mails that no test has had."""
    return iter(pane.mailbox.mails[1:])


def altered(at: Desk, mail: Mail, **fields: Any) -> None:
    at.outlook.alter(mail, fields)


def attachments(at: Desk, mail: Mail, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The attachments as Outlook lists them, one after the other changed."""
    listed = wire.item(mail, at.mailbox)["attachments"]
    return [one | change for one, change in zip(listed, [*changes, *[{}] * len(listed)], strict=False)]


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("size", [0, 1, -1, 2**53, 10.5, None, "12"])
def test_whatever_size_is_declared_an_attachment_is_read(at: Desk, fresh: Iterator[Mail], size: object) -> None:
    mail = next(fresh)
    altered(at, mail, attachments=attachments(at, mail, *[{"size": size}] * len(mail.attachments)))
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("given", ["", None, 7])
def test_an_attachment_without_an_id_is_named_and_the_rest_is_stored(
    at: Desk, fresh: Iterator[Mail], given: object
) -> None:
    mail = next(fresh)
    altered(at, mail, attachments=attachments(at, mail, {"id": given}))
    at.outlook.fault("file", "error", code=5001, times=0)
    choose(at, mail)
    press_link(at)
    outcome = at.pane.get_by_role("heading", name="Linked to Mary Smith, but not everything is there")
    expect(outcome).to_be_visible()
    bad = at.pane.locator(".receipt li.bad")
    expect(bad).to_have_count(1)
    expect(bad).to_contain_text(mail.attachments[0].name)
    expect(bad).to_contain_text("Outlook could not hand over this file")
    kinds = [kind for kind, _ in wrong_with(at.crm, mail, {at.crm.find("Contacts", lastname="Smith").id})]
    assert kinds == ["lost"], "one file, and nothing else"


def test_a_mail_without_an_item_id_is_shown_and_linked(at: Desk, fresh: Iterator[Mail]) -> None:
    mail = next(fresh)
    altered(at, mail, id="")
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)


@pytest.mark.deep("odd values in a browser")
def test_two_mails_without_item_ids_are_two_mails(at: Desk, fresh: Iterator[Mail]) -> None:
    first, second = next(fresh), next(fresh)
    altered(at, first, id="")
    altered(at, second, id="")
    choose(at, first)
    at.outlook.fault("itemChanged", "never")
    at.show(second)
    press_link(at)
    expect(at.pane.get_by_text(f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)
    at.show(STRANGER)
    choose(at, second)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, second)
    choose(at, first)
    expect(at.pane.get_by_role("heading", name="Linked to Mary Smith")).to_have_count(0)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first, second)


def test_a_slow_answer_of_another_mail_without_an_item_id_is_noticed(at: Desk, fresh: Iterator[Mail]) -> None:
    first, second = next(fresh), next(fresh)
    altered(at, first, id="")
    altered(at, second, id="")
    at.outlook.fault("body", "slow", times=0)
    choose(at, first)
    press_link(at)
    at.outlook.wait_for_held()
    at.show(second)
    expect(at.pane.locator(".card")).to_contain_text(second.subject)
    at.outlook.clear_faults()
    expect(notice(at, f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("stamped", ["<0f3e@eur05.prod.outlook.example>", "upper case", ""])
def test_a_mail_whose_headers_have_another_message_id_is_linked(at: Desk, fresh: Iterator[Mail], stamped: str) -> None:
    mail = next(fresh)
    shown = mail.internet_message_id.upper() if stamped == "upper case" else stamped
    altered(at, mail, internetMessageId=shown)
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    mary = at.crm.find("Contacts", firstname="Mary", lastname="Smith")
    assert len(at.crm.linked_messages(mary.id)) == 1


# The whole message --------------------------------------------------------------------------------

_SKELETON = """async (value) => {
  const answer = { status: "succeeded", value };
  const item = { getAsFileAsync: (done) => done(answer) };
  const { text, failed } = await globalThis.mailConnector.files.skeleton(item).promise;
  return failed ? failed.join() : text;
}"""
PIECE = 3 * 1024 * 1024
LARGE = {
    "of several pieces": b"Subject: x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 100_000
    + b"--B\r\nContent-ID: <a>\r\n\r\n\xff\r\n--B--\r\n",
    "on one line": b"Subject: x\n\n" + b"x" * (2 * PIECE + 5) + b"\n--B\nContent-ID: <a>\n\nend",
    "on a line that begins like a boundary": b"Subject: x\n\n--" + b"x" * (PIECE + 5) + b"\n\n\nend",
    "with a boundary where a piece ends": b"S: x\n\n" + b"y" * (PIECE - 8) + b"\n--B\nContent-ID: <a>\n\nz\n",
    "all head": b"Subject: x\n" * 60_000 + b"\n\n--B\n",
    "nothing": b"\n",
}


@pytest.mark.deep("odd values in a browser", few=3)
@pytest.mark.parametrize("name", LARGE)
def test_the_skeleton_of_a_large_message_is_that_of_the_mailbox_on_cpython(at: Desk, name: str) -> None:
    raw = LARGE[name]
    assert at.pane.evaluate(_SKELETON, base64.b64encode(raw).decode()) == skeleton_of(raw)


def test_the_skeletons_of_all_sample_mails_are_those_of_the_mailbox_on_cpython(at: Desk) -> None:
    for mail in SAMPLES:
        made = at.pane.evaluate(_SKELETON, base64.b64encode(mail.raw).decode())
        assert made == skeleton_of(mail.raw), mail.source
        assert taken_apart(made).complete


_PARTS = """async ([message, places]) => {
  const { original, part, count, drop } = globalThis.mailConnector.files;
  const before = count();
  const answer = { status: "succeeded", value: message };
  const whole = await original({ getAsFileAsync: (done) => done(answer) }).promise;
  const found = [];
  for (const place of places) {
    const { failed, key, size, odd } = await part(whole.key, ...place, "x/y").promise;
    found.push(failed ? "failed" : [size, odd, await globalThis.mailConnector.files.digest(key)]);
    if (!failed) drop([key]);
  }
  drop([whole.key]);
  return [found, count() - before];
}"""
WRITTEN = {
    "base64": b"QUJD\r\n REVG\r\nR0g\r\n",
    "quoted-printable": b"a=3Db=\r\n =e4=C4=zz\n=\r\nend =20 \r\n=41=",
    "8bit": b"\xff\xfe\r\n\n",
    "binary": b"\0\n",
    "x-own": b"?",
}


def test_parts_of_a_message_are_those_of_the_mailbox_on_cpython(at: Desk) -> None:
    odd = b"\r\n--B\r\nX: y\r\n\r\n".join(WRITTEN.values())
    starts = [odd.index(written) for written in WRITTEN.values()]
    placed = zip(starts, WRITTEN.items(), strict=True)
    pieces = [
        Piece(start, start + len(body), how, closed=closed) for start, (how, body) in placed for closed in (True, False)
    ]
    pieces += [Piece(starts[0], starts[0] + 9, "base64"), Piece(starts[2], starts[2] + 1, "base64")]
    messages = [(odd, pieces)]
    for mail in SAMPLES:
        skeleton = taken_apart(skeleton_of(mail.raw))
        messages.append((mail.raw, [part.piece for part in skeleton.parts if part.piece is not None]))
    for raw, places in messages:
        wanted = [_on_cpython(raw, piece) for piece in places]
        given = [[one.start, one.end, one.encoding, one.closed] for one in places]
        assert at.pane.evaluate(_PARTS, [base64.b64encode(raw).decode(), given]) == [wanted, 0], raw[:200]


def _on_cpython(raw: bytes, piece: Piece) -> object:
    files = Files()
    mailbox = MailFileMailbox(files)
    try:
        part = _at_once(mailbox.part(files.hold(raw, "message/rfc822"), piece, "x/y"))
    except OfficeCallFailed:
        return "failed"
    return [part.file.size, part.odd, _at_once(mailbox.digest(part.file))]


def _at_once(work: Coroutine[Any, Any, T]) -> T:
    """What comes of work that waits for nothing; Playwright has the event loop."""
    with pytest.raises(StopIteration) as done:
        work.send(None)
    value: T = done.value.value
    return value


@pytest.mark.deep("odd values in a browser")
def test_base64_with_lines_gives_the_same_skeleton(at: Desk) -> None:
    raw = LARGE["of several pieces"]
    assert at.pane.evaluate(_SKELETON, base64.encodebytes(raw).decode()) == skeleton_of(raw)


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("value", ["", None, 7])
def test_no_whole_message_is_said(at: Desk, value: object) -> None:
    assert at.pane.evaluate(_SKELETON, value) == ",no content"


@pytest.mark.deep("odd values in a browser")
def test_a_sent_mail_has_its_date_from_the_whole_message(at: Desk, fresh: Iterator[Mail]) -> None:
    mail = next(fresh)
    at.outlook.fault("headers", "empty", times=0)
    choose(at, mail)
    expect(at.pane.locator(".card .date")).not_to_contain_text("not sure")
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)
    assert at.outlook.calls("file")


def test_without_the_whole_message_its_date_is_said_not_to_be_sure(at: Desk, fresh: Iterator[Mail]) -> None:
    mail = next(fresh)
    at.outlook.fault("headers", "empty", times=0)
    at.outlook.fault("file", "error", code=5001, times=0)
    choose(at, mail)
    expect(at.pane.locator(".card .date")).to_contain_text("when it was written is not sure")
    press_link(at)
    at.expect_linked("Mary Smith")


# A text that does not come ------------------------------------------------------------------------


def test_a_text_that_never_can_be_had_is_said_with_what_helps(at: Desk, fresh: Iterator[Mail]) -> None:
    mail = next(fresh)
    at.outlook.fault("body", "error", code=9020, times=0)
    choose(at, mail)
    press_link(at)
    expect(at.pane.get_by_text("Outlook does not hand over the text of this mail")).to_be_visible()
    expect(at.pane.get_by_text("Close this pane and open it again on the mail")).to_be_visible()
    assert at.crm.messages() == []
    at.outlook.clear_faults()
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked("Mary Smith")
    linked(at, mail)


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("nothing", ["", None, "<html><head></head><body>&nbsp;</body></html>"])
def test_a_text_that_comes_empty_at_first_is_asked_for_again(
    at: Desk, fresh: Iterator[Mail], nothing: str | None
) -> None:
    mail = next(fresh)
    choose(at, mail)
    at.outlook.fault("body", "empty", value=nothing)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)
    [message] = at.crm.messages()
    assert "please" in str(message["description"])


# Attachments that never come ----------------------------------------------------------------------


def test_attachments_that_never_come_are_given_up_after_four_and_the_user_decides(
    browser: Browser, dist: Path, certificate: Certificate, tmp_path: Path
) -> None:
    mail = mail_of(8500, files=30, subject="Thirty files")
    unhurried = configured(dist, tmp_path / "dist", **WAITS)
    with shift(browser, unhurried, certificate, Mailbox([STRANGER, mail])) as at:
        standstill = Standstill(at)
        at.signed_in(STRANGER)
        at.outlook.fault("attachment", "never", times=0)
        choose(at, mail)
        press_link(at)
        outcome = at.pane.get_by_role("heading", name="Linked to Mary Smith, but not everything is there")
        standstill.until(outcome.count)
        # Four while a record was chosen, where that had its time, and four for the link.
        assert len(at.outlook.calls("attachment")) in (4, 8)
        bad = at.pane.locator(".receipt li.bad")
        expect(bad).to_have_count(30)
        expect(bad.filter(has_text="it was not asked for this one")).to_have_count(26)
        assert len(at.crm.messages()) == 1
        at.outlook.clear_faults()
        at.pane.get_by_role("button", name="Try again").click()
        at.expect_linked("Mary Smith")
        linked(at, mail)


@pytest.mark.deep("odd values in a browser")
@pytest.mark.parametrize("headers", ["given", "missing"])
def test_a_mail_without_a_message_id_is_found_again(at: Desk, fresh: Iterator[Mail], headers: str) -> None:
    """By that of its headers; without them, by what it is made of."""
    mail = next(fresh)
    altered(at, mail, internetMessageId="")
    if headers == "missing":
        at.outlook.fault("headers", "empty", times=0)
        at.outlook.fault("file", "error", code=5001, times=0)
    for before in (False, True):
        choose(at, mail)
        press_link(at)
        at.expect_linked("Mary Smith")
        was_there = at.pane.locator(".receipt").get_by_text("was in the CRM already")
        expect(was_there).to_have_count(int(before))
        at.seconds_pass()
        at.show(STRANGER)
    [stored] = at.crm.messages()
    if headers == "given":
        assert stored["messageid"] == mail.internet_message_id
        return
    made = stored["messageid"].removesuffix("@mail-connector.invalid>")
    assert made != stored["messageid"]
    # The bytes of its files were told apart in JavaScript as on CPython; the date is not known.
    assert ".0." not in made
    assert made.endswith(".0")
