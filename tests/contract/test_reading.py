"""What a link takes from an Outlook that withholds or falsifies single things, and what of it stands in the CRM."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.errors import OfficeCallFailed, OfficeTimeout
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.reading import Reading
from connector.linking.states import FileState
from connector.mail import headers
from connector.mail.source import Source
from connector.ports import Body, CloudLink, FileHandle, Form, RawAddress, RawAttachment, RawMail
from contract.office import Office, sample, seed_record
from contract.sitting import Sitting
from contract.surroundings import Files, MailFileMailbox
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mail, read
from unit.markup import text

FRAME = "<html><head></head><body></body></html>"
EXCHANGE = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0af3-mary"


class Liar(MailFileMailbox):
    """A mailbox in which some things are not as they are. ``forms`` are the answers to each question for a form."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.forms: dict[Form, list[str | Exception]] = {}
        self.asked: list[str] = []
        self.told: str | None = None
        self.properties: dict[str, object] = {}
        self.empty: tuple[str, ...] = ()
        self.silent: set[str] = set()

    def mail(self) -> RawMail | None:
        raw = super().mail()
        return dataclasses.replace(raw, **self.properties) if raw else None  # type: ignore[arg-type]

    async def headers(self) -> str:
        self.asked.append("headers")
        return await super().headers() if self.told is None else self.told

    async def whole(self) -> str:
        self.asked.append("whole")
        return await super().whole()

    async def body(self, form: Form) -> str:
        self.asked.append(form)
        answers = self.forms.get(form)
        if not answers:
            return await super().body(form)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        self.asked.append(attachment.name)
        if attachment.name in self.silent:
            await asyncio.sleep(0.01)
            raise OfficeTimeout(what=attachment.name)
        read = await super().read_file(attachment)
        if attachment.name in self.empty and isinstance(read, FileHandle):
            return dataclasses.replace(read, size=0)
        return read


@pytest.fixture(scope="module")
def crm() -> Iterator[SandboxCrm]:
    crm = SandboxCrm()
    yield crm
    crm.close()


@pytest.fixture
def office(crm: SandboxCrm) -> Office:
    crm.reset()
    made = Office.over(crm)
    made.mailbox = Liar(made.files)
    return made


@pytest.fixture
def liar(office: Office) -> Liar:
    assert isinstance(office.mailbox, Liar)
    return office.mailbox


@pytest.fixture
def mary(office: Office) -> Record:
    return office.record("Contacts", firstname="Mary", lastname="Smith")


# The text -----------------------------------------------------------------------------------------

FAILED = OfficeCallFailed(what="body", reason="9020")
LATE = OfficeTimeout(what="body")


def body_of(liar: Liar, **forms: list[str | Exception]) -> Body:
    liar.open = sample("html-only")
    liar.forms = forms  # type: ignore[assignment]
    return asyncio.run(Reading(liar).body())


@pytest.mark.parametrize(
    ("html", "text", "wanted", "asked"),
    [
        (["<p>a</p>"], ["a"], Body("<p>a</p>", ""), 1),
        ([FRAME], ["a"], Body("", "a"), 3),
        (["", "<p>a</p>"], ["a"], Body("<p>a</p>", ""), 3),
        ([FRAME, "<p>a</p>"], [""], Body("<p>a</p>", ""), 3),
        ([FAILED], ["a"], Body("", "a"), 3),
        ([FAILED, "<p>a</p>"], [FAILED], Body("<p>a</p>", ""), 3),
        ([LATE, "<p>a</p>"], ["a"], Body("<p>a</p>", ""), 3),
        ([FRAME], [" \r\n\u00a0"], Body("", ""), 3),
        (['<img src="cid:a">'], [""], Body('<img src="cid:a">', ""), 1),
    ],
)
def test_a_text_that_does_not_come_is_asked_for_in_the_other_form_and_again(
    liar: Liar, html: list[str | Exception], text: list[str | Exception], wanted: Body, asked: int
) -> None:
    assert body_of(liar, html=html, text=text) == wanted
    assert len(liar.asked) == asked


@pytest.mark.parametrize(
    ("html", "text", "code", "asked"),
    [
        ([FAILED], [FAILED], "body-unreadable", 3),
        ([FRAME], [FAILED], "body-unreadable", 3),
        ([FAILED], [""], "body-unreadable", 3),
        ([LATE], [LATE], "office-timeout", 2),
        ([FAILED], [LATE], "body-unreadable", 3),
    ],
)
def test_a_text_that_cannot_be_had_is_not_taken_for_none(
    liar: Liar, html: list[str | Exception], text: list[str | Exception], code: str, asked: int
) -> None:
    with pytest.raises((OfficeCallFailed, OfficeTimeout)) as raised:
        body_of(liar, html=html, text=text)
    assert raised.value.code == code
    assert len(liar.asked) == asked


def test_a_mail_without_text_is_linked(office: Office, liar: Liar, mary: Record) -> None:
    liar.forms = {"html": [FRAME], "text": [""]}
    link = office.link(sample("html-only"), mary)
    assert link.read_content.body.empty
    assert len(office.crm.linked_messages(mary.id)) == 1


# When it was written, who wrote it, who got it ----------------------------------------------------


def stored(office: Office) -> dict[str, str]:
    [message] = office.crm.messages()
    return {name: str(message[name]) for name in ("mdate", "mfrom", "mto", "mbcc", "mreferences", "in_reply_to")}


SENT = (
    b"From: Sales <sales@ourcompany.example>\r\nTo: Mary Smith <mary.smith@northwind.example>\r\n"
    b"Bcc: boss@ourcompany.example\r\nSubject: Sent\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <sent@ourcompany.example>\r\nIn-Reply-To: <a@x.example>\r\nReferences: <a@x.example>\r\n\r\nHello.\n"
)


def test_of_a_sent_mail_the_whole_message_tells_date_thread_and_blind_copies(
    office: Office, liar: Liar, mary: Record
) -> None:
    liar.told = ""
    liar.properties = {"created": None}
    link = office.link(read(SENT), mary)
    assert stored(office) == {
        "mdate": "2026-11-02 10:00:00",
        "mfrom": "sales@ourcompany.example",
        "mto": "mary.smith@northwind.example",
        "mbcc": "boss@ourcompany.example",
        "mreferences": "<a@x.example>",
        "in_reply_to": "<a@x.example>",
    }
    assert link.read_content.dated
    assert liar.asked.count("whole") == 1


def test_where_nobody_tells_the_date_it_is_not_sure(office: Office, liar: Liar, mary: Record) -> None:
    liar.told, liar.has_whole = "", False
    link = office.link(read(SENT), mary)
    assert not link.read_content.dated
    assert stored(office)["mbcc"] == ""


def test_the_whole_message_of_another_mail_tells_nothing(office: Office, liar: Liar, mary: Record) -> None:
    class Mixed(Liar):
        async def whole(self) -> str:
            return "From: x@y.example\nSubject: Another\nDate: Mon, 2 Nov 2020 10:00:00 +0100\nMessage-ID: <o@y>\n\n"

    office.mailbox = Mixed(office.files)
    office.mailbox.told = ""
    assert not office.link(read(SENT), mary).read_content.dated


def test_a_received_mail_is_not_asked_for_whole(office: Office, liar: Liar, mary: Record) -> None:
    office.link(sample("plain-ascii"), mary)
    assert "whole" not in liar.asked


def test_an_author_without_an_address_is_stored_with_that_of_the_headers(
    office: Office, liar: Liar, mary: Record
) -> None:
    nobody = RawAddress("Mary Smith", EXCHANGE)
    liar.properties = {"author": nobody, "sender": nobody}
    mail = sample("plain-ascii")
    office.link(mail, mary)
    assert mail.from_ is not None
    assert stored(office)["mfrom"] == mail.from_.address


def crowd(count: int) -> Mail:
    message = EmailMessage()
    message["From"] = "Mary Smith <mary.smith@northwind.example>"
    message["To"] = ", ".join(f"Person {number} <p{number}@x.example>" for number in range(count))
    message["Subject"] = "To all"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = "<all@northwind.example>"
    message.set_content("Hello, all.")
    return read(message.as_bytes())


@pytest.mark.parametrize("limit", [100, 500])
def test_all_recipients_of_the_mail_are_stored(office: Office, liar: Liar, mary: Record, limit: int) -> None:
    liar.properties = {"to": tuple(RawAddress(f"Person {number}", f"p{number}@x.example") for number in range(limit))}
    link = office.link(crowd(600), mary)
    assert stored(office)["mto"].count("@") == 600
    assert link.plan.mail.addressed == 600


def test_where_nobody_tells_all_recipients_it_is_not_known_how_many_there_are(
    office: Office, liar: Liar, mary: Record
) -> None:
    liar.properties = {"to": tuple(RawAddress(f"Person {number}", f"p{number}@x.example") for number in range(500))}
    liar.told, liar.has_whole = "", False
    assert office.link(crowd(600), mary).plan.mail.addressed is None


# Files --------------------------------------------------------------------------------------------


def problems(link: Link) -> dict[str, str]:
    return {one.attachment.name: one.problem.code for one in link.files if one.problem}


def test_an_empty_file_is_told_from_one_that_was_withheld(office: Office, liar: Liar, mary: Record) -> None:
    mail = sample("attachment-empty")
    liar.empty = ("access.log",)
    link = office.link(mail, mary)
    assert problems(link) == {"error.log": "file-empty"}
    assert [liar.asked.count(name) for name in ("error.log", "access.log")] == [2, 2]
    [document] = office.crm.documents()
    assert (document["notes_title"], document["filesize"]) == ("access.log", "37")


def test_of_two_files_of_one_name_none_is_said_to_be_empty_unless_both_are(
    office: Office, liar: Liar, mary: Record
) -> None:
    """Outlook need not list them in the order in which they stand in the message."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "mary.smith@northwind.example", "Logs", "<logs@x>"
    message.set_content("Logs")
    for content in (b"", b"full", b""):
        message.add_attachment(content, "application", "pdf", filename="a.pdf")
    for _ in range(2):
        message.add_attachment(b"", "application", "pdf", filename="b.pdf")
    mail = read(message.as_bytes())
    liar.empty = ("a.pdf",)
    link = office.link(dataclasses.replace(mail, attachments=mail.attachments[::-1]), mary)
    # Those of the first name all come out of the message, in its order.
    assert [one.problem.code for one in link.files if one.problem] == ["file-empty"] * 4
    assert [one.stored_size for one in link.files if one.state is FileState.STORED] == [4]


@pytest.mark.parametrize("size", [0, 1, 300])
def test_where_only_outlook_tells_nobody_knows_whether_a_file_is_empty(
    office: Office, liar: Liar, mary: Record, size: int
) -> None:
    liar.has_whole = False
    mail = sample("attachment-empty")
    liar.open = mail
    listed = MailFileMailbox.mail(liar)
    assert listed is not None
    liar.properties = {"attachments": tuple(dataclasses.replace(one, size=size) for one in listed.attachments)}
    link = office.link(mail, mary)
    assert problems(link) == {"error.log": "file-came-empty"}
    assert [one.state for one in link.files] == [FileState.GIVEN_UP, FileState.STORED]


def many(count: int) -> Mail:
    message = EmailMessage()
    message["From"] = "Mary Smith <mary.smith@northwind.example>"
    message["To"] = "sales@ourcompany.example"
    message["Subject"] = "Many files"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = "<many@northwind.example>"
    message.set_content("Many files")
    for number in range(count):
        message.add_attachment(f"file {number}".encode(), maintype="text", subtype="csv", filename=f"f{number}.csv")
    return read(message.as_bytes())


def test_once_outlook_hangs_it_is_asked_for_no_more_files_and_next_time_for_others_first(
    office: Office, liar: Liar, mary: Record
) -> None:
    mail = many(30)
    liar.has_whole = False
    liar.silent = {f"f{number}.csv" for number in range(30)}

    async def work() -> list[Link]:
        linker = office.linker(await office.client())
        links = [await linker.run(office.plan(mail, mary))]
        for _ in range(2):
            links.append(await linker.run(links[-1]))
        liar.silent = {"f0.csv"}
        return [*links, await linker.run(links[-1])]

    first, second, third, last = asyncio.run(work())
    counts = [sum(one == name for one in liar.asked) for name in (f"f{number}.csv" for number in range(30))]
    for link, tried in ((first, range(4)), (second, range(4, 8)), (third, range(8, 12))):
        codes = problems(link)
        assert {f"f{number}.csv" for number in tried} == {
            name for name, code in codes.items() if code == "file-office-timeout"
        }
        assert len(codes) == 30
        assert set(codes.values()) == {"file-office-timeout", "file-not-tried"}
    assert problems(last) == {"f0.csv": "file-office-timeout"}
    assert counts[:12] == [2] * 12
    assert counts[12:] == [1] * 18
    assert len(office.crm.messages()) == 1
    assert len(office.crm.linked_documents(mary.id)) == 29


def test_a_file_that_comes_between_is_no_hanging_outlook(office: Office, liar: Liar, mary: Record) -> None:
    liar.has_whole = False
    liar.silent = {"f0.csv", "f3.csv", "f20.csv"}
    link = office.link(many(30), mary)
    assert problems(link) == dict.fromkeys(sorted(liar.silent), "file-office-timeout")


# Pictures -----------------------------------------------------------------------------------------


def pictures(*ids: str) -> Mail:
    """Pictures of one kind, in this order, in a text that shows them in the other order."""
    message = EmailMessage()
    message["From"] = "Mary Smith <mary.smith@northwind.example>"
    message["To"] = "sales@ourcompany.example"
    message["Subject"] = "Pictures"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = "<pictures@northwind.example>"
    message.set_content("Pictures")
    message.add_alternative("".join(f'<img src="cid:{one}">' for one in sorted(ids)), subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    for at, one in enumerate(ids):
        html.add_related(one.encode(), "image", "png", cid=f"<{one}>", filename=f"p{at}.png", disposition="inline")
    return read(message.as_bytes())


def test_the_whole_message_tells_which_picture_is_meant(office: Office, liar: Liar, mary: Record) -> None:
    link = office.link(pictures("b@x", "a@x"), mary)
    assert liar.asked.count("whole") == 1
    assert [one.content_id for one in link.plan.mail.attachments] == ["b@x", "a@x"]
    [message] = office.crm.messages()
    body = str(message["description"])
    assert body.index("base64,YUB4") < body.index("base64,YkB4"), "a@x stands before b@x"


LOCATED = (
    b"From: Mary Smith <mary.smith@northwind.example>\r\nTo: sales@ourcompany.example\r\nSubject: Located\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <located@northwind.example>\r\n"
    b"Content-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\n"
    b'<p><img src="http://x.example/p.png"><img src="q.png"></p>\r\n'
    b"--B\r\nContent-Type: image/png\r\nContent-Location: q.png\r\n\r\nqqq\r\n"
    b"--B\r\nContent-Type: image/png\r\nContent-Location: http://x.example/p.png\r\n\r\nppp\r\n--B--\r\n"
)


def test_the_whole_message_tells_by_which_address_a_picture_is_meant(office: Office, liar: Liar, mary: Record) -> None:
    office.link(read(LOCATED), mary)
    assert liar.asked.count("whole") == 1
    [message] = office.crm.messages()
    body = str(message["description"])
    assert "x.example" not in body
    assert body.index("base64,cHBw") < body.index("base64,cXFx"), "p.png stands before q.png"


# In the pane --------------------------------------------------------------------------------------


class LyingSitting(Sitting):
    """Somebody in front of a pane whose Outlook lies."""

    def _opened(self) -> object:  # type: ignore[override]
        if not isinstance(self.mailbox, Liar):
            self.mailbox = Liar(self.files)
        return super()._opened()


@pytest.fixture
def at(crm: SandboxCrm) -> Iterator[Sitting]:
    crm.reset()
    with LyingSitting(crm) as sitting:
        sitting.sign_in()
        yield sitting


def lies(at: Sitting, **properties: object) -> Liar:
    assert isinstance(at.mailbox, Liar)
    at.mailbox.properties = properties
    return at.mailbox


def names(at: Sitting) -> list[str]:
    return [one.record.name for one in at.state.suggestions]


@pytest.mark.parametrize("address", ["", EXCHANGE])
def test_suggestions_come_for_an_author_whose_address_only_the_headers_have(at: Sitting, address: str) -> None:
    nobody = RawAddress("Mary Smith", address)
    lies(at, author=nobody, sender=nobody)
    at.select(sample("plain-ascii"))
    assert "Mary Smith" in names(at)
    unknown = [one for one in at.states if one.mail and one.suggesting.value == "done" and not one.suggestions]
    assert unknown == [], "nobody is called unknown before Outlook was asked"


def test_ones_own_mail_with_exchanges_name_of_its_author_is_shown_as_sent(at: Sitting) -> None:
    nobody = RawAddress("Sales", EXCHANGE)
    lies(at, author=nobody, sender=nobody).told = ""
    at.select(read(SENT))
    assert at.state.mail is not None
    assert at.state.mail.sent
    assert "Mary Smith" in names(at)


def test_the_card_shows_the_date_that_the_crm_gets_and_no_other(at: Sitting) -> None:
    mail = sample("plain-ascii")
    written = headers.date(headers.parse(mail.headers))
    lies(at, created=mail.date.replace(year=2027))
    at.select(mail)
    dates = {one.mail.date for one in at.states if one.mail is not None and one.mail.source is not None}
    assert dates == {written}
    at.link(at.state.suggestions[0].record)
    assert at.view.link.read_content.date == written
    assert at.state.mail is not None
    assert at.state.mail.date == written


def test_a_large_sent_mail_is_asked_for_whole_when_a_record_is_chosen(at: Sitting) -> None:
    mail = sample("offer-to-mary")
    liar = lies(at)
    liar.open, liar.told = mail, ""
    listed = MailFileMailbox.mail(liar)
    assert listed is not None
    lies(at, attachments=tuple(dataclasses.replace(one, size=2_000_000) for one in listed.attachments))
    at.select(mail)
    assert "whole" not in liar.asked
    assert at.state.mail is not None
    assert at.state.mail.source == Source()
    at.choose(at.state.suggestions[0].record)
    assert at.state.mail.date == mail.date, "the card says what the CRM will"
    at.say(e.LinkAsked())
    assert at.view.link.read_content.date == mail.date
    assert liar.asked.count("whole") == 1


def test_a_mail_that_outlook_gives_no_item_id_is_told_from_another(at: Sitting) -> None:
    lies(at, item_id="")
    first, second = sample("plain-ascii"), sample("html-only")
    at.select(first)
    one = at.state.mail
    at.select(second)
    other = at.state.mail
    assert one is not None
    assert other is not None
    assert one.key != other.key
    at.select(first)
    assert at.state.mail is not None
    assert at.state.mail.key == one.key


def test_headers_that_changed_since_the_mail_was_shown_are_anothers(at: Sitting) -> None:
    """An alarm each five minutes: only the ids and dates tell them apart, and Outlook stamps ids anew."""
    first, second = (
        read(
            f"From: Mary Smith <mary.smith@northwind.example>\r\nTo: sales@ourcompany.example\r\nSubject: Alarm\r\n"
            f"Date: Mon, 2 Nov 2026 10:0{minute}:00 +0100\r\nMessage-ID: <{minute}@x.example>\r\n\r\nOn.\r\n".encode()
        )
        for minute in (0, 5)
    )
    liar = lies(at, message_id="<stamped@anew.example>")
    at.select(first)
    record = at.state.suggestions[0].record
    liar.told = second.headers
    at.link(record)
    assert at.problems == ["mail-changed"]
    assert at.crm.messages() == []
    liar.told = None
    at.link(record)
    assert at.view.receipt is not None


def test_someone_without_any_address_gets_no_suggestions(at: Sitting) -> None:
    liar = lies(at, author=None, sender=None)
    liar.told, liar.has_whole = "", False
    at.select(sample("plain-ascii"))
    assert names(at) == []
    assert at.state.suggesting.value == "done"


def test_where_outlook_gives_all_it_is_asked_for_the_headers_only(at: Sitting) -> None:
    at.select(sample("plain-ascii"))
    assert lies(at).asked == ["headers"]


def test_a_hanging_outlook_is_not_asked_for_all_files_while_somebody_chooses(at: Sitting) -> None:
    liar = lies(at)
    liar.silent = {f"f{number}.csv" for number in range(30)}
    at.select(many(30))
    at.choose(at.state.suggestions[0].record)
    assert sum(name.endswith(".csv") for name in liar.asked) == 4
    at.say(e.LinkAsked())
    assert sum(name.endswith(".csv") for name in liar.asked) == 8
    assert at.view.receipt is not None
    assert not at.view.receipt.complete
    liar.silent = set()
    at.retry()
    assert at.view.receipt is not None
    assert at.view.receipt.complete


def test_recipients_that_may_be_missing_are_said_to(at: Sitting) -> None:
    liar = lies(at, to=tuple(RawAddress(f"Person {number}", f"p{number}@x.example") for number in range(500)))
    liar.told, liar.has_whole = "", False
    at.select(crowd(600))
    assert "500 recipients, or more" in text(view(at.state))
    at.link(seed_record(at.crm, "Contacts", firstname="Mary", lastname="Smith"))
    assert "The mail may have more." in text(view(at.state))
