"""Odd mails and odd hosts that were tried by hand: the receipt is true, and the mail stands in the CRM once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from connector.app.views import view
from connector.finding.records import Record
from connector.ports import CloudLink, FileHandle, Form, RawAddress, RawAttachment, RawMail
from contract.handed import bytes_in, images
from contract.lying_outlook import LyingOutlook
from contract.oracle import receipt_in
from contract.sitting import Sitting
from contract.surroundings import Files
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.store.inspection import Entry
from standin_outlook.mails import Mail, read
from standin_outlook.manners import FRANK, Manners
from unit.markup import text

HEAD = (
    b"From: Mary Smith <mary.smith@northwind.example>\r\nTo: Sales <sales@ourcompany.example>\r\n"
    b"Subject: Offer 42\r\nDate: Tue, 03 Nov 2026 09:14:05 +0100\r\nMessage-ID: <odd-42@northwind.example>\r\n"
    b"MIME-Version: 1.0\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello there.\r\n"


def raw_of(body: bytes = PLAIN, head: bytes = HEAD) -> bytes:
    return head + body


def html(markup: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + markup.encode()


def with_files(*names: str) -> bytes:
    """The mail with a file of each name; the content is the name."""
    message = EmailMessage()
    message.set_content("Hello there.\n")
    for name in names:
        message.add_attachment(name.encode(), "application", "pdf", filename=name)
    del message["MIME-Version"]
    return message.as_bytes()


@dataclass
class Host:
    """What of an Outlook is bent: its properties, its headers, its bodies, the files that it hands out."""

    bend: Callable[[RawMail], RawMail] = lambda raw: raw
    headers: str | None = None
    body: Mapping[str, str] | None = None
    whole: str | None = None
    file: Callable[[RawAttachment], CloudLink | None] = lambda _: None
    manners: Manners = FRANK

    def mailbox(self, files: Files) -> LyingOutlook:
        """Return the mailbox."""
        host = self

        class Bent(LyingOutlook):
            def _properties(self, mail: Mail) -> RawMail:
                return host.bend(super()._properties(mail))

            async def headers(self) -> str:
                return await super().headers() if host.headers is None else host.headers

            async def body(self, form: Form) -> str:
                return await super().body(form) if host.body is None else host.body[form]

            async def whole(self) -> str:
                return await super().whole() if host.whole is None else host.whole

            async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
                return host.file(attachment) or await super().read_file(attachment)

        return Bent(files, self.manners)


@pytest.fixture(scope="module", params=[False, True], ids=["stock", "component"])
def crm(request: pytest.FixtureRequest) -> SandboxCrm:
    return SandboxCrm(component=Component() if request.param else None)


@pytest.fixture(autouse=True)
def as_new(crm: SandboxCrm) -> None:
    crm.reset()


def linked(crm: SandboxCrm, mail: bytes, host: Host | None = None) -> str:
    """Link the mail in a pane that was just opened; what its receipt says."""
    record = Record(crm.find("Contacts", lastname="Smith").id, "Contacts", "Mary Smith")
    with Sitting(crm, mailbox=(host or Host()).mailbox) as at:
        at.sign_in()
        at.select(read(mail))
        at.link(record)
        receipt = receipt_in(view(at.state))
        assert receipt is not None, text(view(at.state))
        return text(receipt)


def stored(crm: SandboxCrm) -> Entry:
    """The only mail in the CRM."""
    [mail] = crm.messages()
    return mail


# The text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        "<p>a</p><textarea><b>t</b></textarea><xmp><i>x</i></xmp><plaintext>rest <b>",
        "<p>a<!-- x -- y --!>b<!>c<!-->d<!--->e</p><p>f<!-- never closed ",
        '<p title="a>b">one</p><a title=\'it"s>\'>two</a><img src="unclosed>three <p>four</p>',
        "<p>1 < 2</p><svg><desc>a</desc></svg>b<script>x</script>c",
    ],
)
def test_html_that_only_a_browser_reads_right_is_the_same_mail_again(crm: SandboxCrm, markup: str) -> None:
    first = linked(crm, raw_of(html(markup)))
    assert "date and text" in first
    assert "otherwise" not in first
    assert "beginning" not in first
    assert "was in the CRM already" in linked(crm, raw_of(html(markup)))
    stored(crm)


def test_a_digest_has_no_text(crm: SandboxCrm) -> None:
    inner = b"\r\nFrom: a@x.example\r\nSubject: one\r\n\r\ninner text\r\n"
    body = b"Content-Type: multipart/digest; boundary=B\r\n\r\n--B\r\n" + inner + b"--B\r\n" + inner + b"--B--\r\n"
    assert "the mail has no text" in linked(crm, raw_of(body))


def test_a_plain_text_beside_an_empty_html_is_withheld(crm: SandboxCrm) -> None:
    parts = (
        b"--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nHello.\r\n"
        b"--B\r\nContent-Type: text/html\r\n\r\n<html><body></body></html>\r\n--B--\r\n"
    )
    said = linked(crm, raw_of(b"Content-Type: multipart/alternative; boundary=B\r\n\r\n" + parts))
    assert "The mail has a text, but Outlook did not hand it over" in said


def test_a_link_that_is_too_long_is_no_picture(crm: SandboxCrm) -> None:
    said = linked(crm, raw_of(html(f'<p><a href="https://x.example/?{"a" * 1_000_000}">link</a> after</p>')))
    assert "An address in the text, of a link for instance, is too long" in said
    assert "picture" not in said
    assert ">link</a> after" in stored(crm)["description"]


# People --------------------------------------------------------------------------------------------


def test_a_comma_in_quotation_marks_parts_no_address(crm: SandboxCrm) -> None:
    head = HEAD.replace(b"Sales <sales@ourcompany.example>", b'"hara,ada"@x.example, "o\\"b"@x.example')
    assert "2 of 2 recipients" in linked(crm, raw_of(head=head))
    assert "was in the CRM already" in linked(crm, raw_of(head=head))
    stored(crm)


# The head ------------------------------------------------------------------------------------------


def test_a_blank_before_a_colon_is_read_over(crm: SandboxCrm) -> None:
    linked(crm, raw_of(head=HEAD.replace(b"Subject: ", b"SUBJECT : ")))
    assert stored(crm)["subject"] == "Offer 42"
    assert stored(crm)["messageid"] == "<odd-42@northwind.example>"


def test_headers_that_are_cut_off_are_those_of_the_mail(crm: SandboxCrm) -> None:
    said = linked(crm, raw_of(), Host(headers="From: Mary Smith <mary.smith@northwind.example>\r\nTo: Sales"))
    assert "with subject, sender" in said
    assert stored(crm)["subject"] == "Offer 42"


def test_a_message_id_that_each_mailbox_stamps_anew_makes_no_second_mail(crm: SandboxCrm) -> None:
    def stamped(number: int) -> Host:
        return Host(bend=lambda raw: replace(raw, message_id=f"<stamp-{number}@outlook.example>"))

    linked(crm, raw_of(), stamped(1))
    assert stored(crm)["messageid"] == "<odd-42@northwind.example>"
    assert "was in the CRM already" in linked(crm, raw_of(), stamped(2))
    assert "was in the CRM already" in linked(crm, raw_of())
    stored(crm)


@pytest.mark.parametrize("year", [1, 1601, 9999])
def test_a_creation_that_never_was_is_no_date(crm: SandboxCrm, year: int) -> None:
    never = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    said = linked(crm, raw_of(), Host(bend=lambda raw: replace(raw, created=never), headers="", whole=""))
    assert "It is not certain when the mail was written" in said
    assert not stored(crm)["mdate"].startswith(("0000", "1601", "9999"))


def test_a_sender_whom_the_head_does_not_know_is_not_stored(crm: SandboxCrm) -> None:
    other = RawAddress("Bob", "bob@other.example")
    said = linked(crm, raw_of(), Host(bend=lambda raw: replace(raw, author=other, sender=other)))
    assert "with subject, sender" in said
    assert stored(crm)["mfrom"] == "mary.smith@northwind.example"


def test_a_script_in_the_subject_is_shown_as_it_is(crm: SandboxCrm) -> None:
    """On vtenext 20.04.3 (tried): its brackets and quotes become entities, which its pages show as what they are."""
    head = HEAD.replace(b"Offer 42", b'<script>x</script> "a"').replace(b"Mary Smith", b'"<script/script>"')
    said = linked(crm, raw_of(head=head))
    assert "with subject, sender, 1 of 1 recipient" in said
    assert "CRM shows" not in said
    assert stored(crm)["subject"] == "&lt;script&gt;x&lt;/script&gt; &quot;a&quot;"
    assert "was in the CRM already, with subject" in linked(crm, raw_of(head=head))


def test_a_subject_that_the_head_has_not_is_told(crm: SandboxCrm) -> None:
    said = linked(crm, raw_of(), Host(bend=lambda raw: replace(raw, subject="Something else")))
    assert "The CRM has the subject that Outlook shows. In the mail's head it is “Offer 42”" in said
    assert "with sender" in said


def test_without_a_head_a_mail_without_subject_may_have_one(crm: SandboxCrm) -> None:
    said = linked(crm, raw_of(), Host(bend=lambda raw: replace(raw, subject=""), headers="", whole=""))
    assert "Outlook gave no subject, and the CRM has none" in said
    head = HEAD.replace(b"Subject: Offer 42\r\n", b"").replace(b"odd-42", b"odd-43")
    assert "Outlook gave no subject" not in linked(crm, raw_of(head=head))


def test_a_text_that_comes_in_plain_form_elsewhere_makes_no_second_mail(crm: SandboxCrm) -> None:
    mail = raw_of(html("<p>The price is <b>200</b> EUR</p>"))
    linked(crm, mail)
    assert "was in the CRM already" in linked(crm, mail, Host(body={"html": "", "text": "See the HTML version."}))
    stored(crm)


# Pictures ------------------------------------------------------------------------------------------


def with_pictures(*pictures: tuple[str, str], shown: tuple[str, ...]) -> bytes:
    """The mail that shows these content ids; each of its pictures has a name and an id, its name is its content."""
    message = EmailMessage()
    message.set_content("".join(f'<img alt="{one}" src="cid:{one}">' for one in shown), subtype="html")
    for name, identity in pictures:
        message.add_related(
            name.encode(), "image", "png", filename=name, disposition="inline", cid=f"<{identity}>",
        )  # fmt: skip
    del message["MIME-Version"]
    return message.as_bytes()


def shown_in(mail: Entry) -> dict[str, bytes | None]:
    return {alt: bytes_in(source) for alt, source in images(mail["description"])}


def test_names_that_lie_are_told_where_nothing_else_is_known(crm: SandboxCrm) -> None:
    ids = ("image001.png@01dc5a3b.7f2e4c10", "image002.png@01dc5a3b.7f2e4c10")
    mail = raw_of(with_pictures(("image002.png", ids[0]), ("image001.png", ids[1]), shown=ids))
    said = linked(crm, mail, Host(manners=Manners(whole="absent")))
    assert "pictures most likely in their places" in said
    assert "Please note" not in said
    crm.reset()
    assert "most likely in their places" not in linked(crm, mail)
    assert shown_in(stored(crm)) == {ids[0]: b"image002.png", ids[1]: b"image001.png"}


def test_content_ids_that_no_place_has_are_not_believed(crm: SandboxCrm) -> None:
    def nonsense(raw: RawMail) -> RawMail:
        files = (replace(one, content_id=f"nonsense-{at}") for at, one in enumerate(raw.attachments))
        return replace(raw, attachments=tuple(files))

    mail = raw_of(with_pictures(("a.png", "a@x"), ("b.png", "b@x"), shown=("b@x", "a@x")))
    linked(crm, mail, Host(bend=nonsense))
    assert shown_in(stored(crm)) == {"a@x": b"a.png", "b@x": b"b.png"}
    crm.reset()
    said = linked(crm, mail, Host(bend=nonsense, manners=replace(FRANK, whole="absent")))
    assert "It is not known which picture belongs where" in said


@pytest.mark.parametrize("address", ["/owa/service.svc/s/GetFileAttachment?id=AAMk", "blob:https://outlook.example/1"])
def test_pictures_that_only_outlook_reaches_are_told(crm: SandboxCrm, address: str) -> None:
    mail = raw_of(with_pictures(("a.png", "a@x"), shown=("a@x",)))
    said = linked(crm, mail, Host(body={"html": f'<p>a<img src="{address}"></p>', "text": "a"}))
    assert "It is not known which picture belongs where" in said


# Files ---------------------------------------------------------------------------------------------


def test_files_that_are_listed_twice_are_stored_once(crm: SandboxCrm) -> None:
    twice = Host(bend=lambda raw: replace(raw, attachments=raw.attachments * 2))
    linked(crm, raw_of(with_files("a.pdf", "b.pdf")), twice)
    assert [one["notes_title"] for one in crm.documents()] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://x.example", f"https://x.example/{'x' * 300}"])
def test_a_cloud_link_that_leads_nowhere_is_not_stored(crm: SandboxCrm, url: str) -> None:
    said = linked(crm, raw_of(with_files("a.pdf")), Host(file=lambda _: CloudLink(url)))
    assert "whose address is too long for the CRM, or is none of a web page" in said
    assert crm.documents() == []


@pytest.mark.parametrize("empty", [1, 9])
def test_a_cloud_link_that_comes_empty_is_asked_for_again(crm: SandboxCrm, empty: int) -> None:
    links = iter([""] * empty + ["https://cloud.example/plan"])
    host = Host(file=lambda _: CloudLink(next(links)), manners=Manners(whole="absent"))
    said = linked(crm, raw_of(with_files("plan.pdf")), host)
    assert ("The link was stored, not the file" in said) is (empty == 1)
    assert [one["filename"] for one in crm.documents()] == (["https://cloud.example/plan"] if empty == 1 else [])
    assert empty == 1 or "save it from the mail and add it in the CRM by hand" in said


@pytest.mark.parametrize("listed", [0, 1])
def test_files_that_outlook_does_not_list_are_told(crm: SandboxCrm, listed: int) -> None:
    fewer = Host(bend=lambda raw: replace(raw, attachments=raw.attachments[:listed]), manners=Manners())
    mail = raw_of(with_files("a.pdf", "b.pdf"))
    said = linked(crm, mail, fewer)
    # With the headers nobody asks for the whole message because of one file.
    assert ("Files of the mail that Outlook does not list: 2" in said) is (listed == 0)
    assert ("but not everything is there" in said) is (listed == 0)
    assert len(crm.documents()) == listed


def test_without_the_whole_message_files_that_outlook_does_not_list_are_doubted(crm: SandboxCrm) -> None:
    none = Host(bend=lambda raw: replace(raw, attachments=()), manners=Manners(whole="absent"))
    assert "but the mail is made like one with files" in linked(crm, raw_of(with_files("a.pdf")), none)
    assert "made like one with files" not in linked(crm, raw_of(head=HEAD.replace(b"odd-42", b"odd-43")), none)


def test_files_that_a_scanner_changes_are_told(crm: SandboxCrm) -> None:
    crm.quirks = replace(crm.quirks, altered_files=3)
    said = linked(crm, raw_of(with_files("a.pdf")))
    assert "but not everything is there" in said
    assert "in another size than the mail: it was cut off or changed on its way" in said
    assert [one["notes_title"] for one in crm.documents()] == ["a.pdf"]


def test_a_query_that_failed_without_a_word_sends_no_file_twice(crm: SandboxCrm) -> None:
    crm.faults.add(Fault("query", "other_data", "Documents", data=[]))
    linked(crm, raw_of(with_files("a.pdf", "b.pdf")))
    assert [one["notes_title"] for one in crm.documents()] == ["a.pdf", "b.pdf"]


def test_of_many_files_none_is_sent_twice(crm: SandboxCrm) -> None:
    names = [f"{number}.pdf" for number in range(45)]
    crm.clear_requests()
    linked(crm, raw_of(with_files(*names)))
    assert [one["notes_title"] for one in crm.documents()] == names
    assert sum(one.files for one in crm.requests) == len(names)
