"""The Messages record that a mail becomes."""

from __future__ import annotations

import datetime
from dataclasses import replace

from connector.linking.link import Link, LinkPlan, begin
from connector.linking.message import fields_of, record_of
from connector.linking.states import Content, FileState
from connector.ports import Body, DataUrl, FileHandle, RawAttachment
from unit.screens import MAIL, MARY

DATE = "2026-11-23 14:05:00"
CONTENT = Content(
    Body('<p>Plan <img src="cid:logo"></p>', ""),
    datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC),
    in_reply_to="<a@x>",
    references="<a@x> <b@x>",
    bcc="Eve <eve@example.com>",
    reply_to="replies@northwind.example",
)


def link(*attachments: RawAttachment, size: int = 10) -> Link:
    plan = LinkPlan(replace(MAIL, attachments=attachments), (MARY,))
    begun = begin(plan, lambda attachment: attachment.name)
    files = tuple(
        replace(one, state=FileState.READ, file=FileHandle(f"k{i}", size, "image/png"))
        for i, one in enumerate(begun.files)
    )
    return replace(begun, files=files)


LOGO = RawAttachment("a3", "logo.png", 4_120, "image/png", "file", True, "logo")


def test_all_fields_are_there() -> None:
    fields = fields_of(MAIL, CONTENT, DATE)
    assert fields["mdate"] == DATE
    assert fields["mtype"] == "Link"
    assert fields["messageid"] == MAIL.message_id
    assert fields["mfrom"] == "mary.smith@northwind.example"
    assert fields["mfrom_n"] == "Mary Smith"
    assert (
        fields["mto"].split(", ") == ["paul.becker@example.com", "sales@example.com"]
        or "sales@example.com" in fields["mto"]
    )
    assert fields["mbcc"] == "eve@example.com"
    assert fields["mreplyto"] == "replies@northwind.example"
    assert fields["in_reply_to"] == "<a@x>"
    assert fields["mreferences"] == "<a@x> <b@x>"


def test_a_mail_without_a_sender_has_an_empty_one() -> None:
    fields = fields_of(replace(MAIL, author=replace(MAIL.author, name="", mail=""), subject=""), CONTENT, DATE)
    assert fields["mfrom"] == fields["mfrom_n"] == fields["mfrom_f"] == fields["subject"] == ""


def test_a_picture_stands_in_its_place() -> None:
    record, lacking = record_of(link(LOGO), CONTENT, DATE, with_files=True)
    assert lacking == ()
    assert [piece.file.key for piece in record["description"] if isinstance(piece, DataUrl)] == ["k0"]
    assert record["hasattachments"] == record["external_plugin"] == "True" or record["external_plugin"] == "true"


def test_a_picture_that_would_cost_the_rest_of_the_text_stays_out() -> None:
    record, lacking = record_of(link(LOGO, size=750_000), CONTENT, DATE, with_files=True)
    assert lacking == ("pictures-too-large",)
    assert not [piece for piece in record["description"] if isinstance(piece, DataUrl)]
    assert record_of(link(LOGO, size=740_000), CONTENT, DATE, with_files=True)[1] == ()


def test_as_many_pictures_stand_in_the_text_as_it_may_hold() -> None:
    again = replace(CONTENT, body=Body(CONTENT.body.html * 5, ""))
    record, lacking = record_of(link(LOGO, size=400_000), again, DATE, with_files=True)
    assert lacking == ("pictures-too-large",)
    assert len([piece for piece in record["description"] if isinstance(piece, DataUrl)]) == 3


def test_a_picture_that_the_sender_wrote_into_the_text_is_told_when_it_is_left_out() -> None:
    html = f'<p>a</p><img src="data:image/png;base64,{"A" * 1_000_000}"><p>b</p>'
    record, lacking = record_of(link(), replace(CONTENT, body=Body(html, "")), DATE, with_files=False)
    assert (record["description"], lacking) == (["<p>a</p><img><p>b</p>"], ("picture-left-out",))


def test_without_files_nothing_says_that_there_are_any() -> None:
    record, _ = record_of(link(), CONTENT, DATE, with_files=False)
    assert not {"hasattachments", "external_plugin"} & set(record)


def test_a_plain_text_becomes_html() -> None:
    record, _ = record_of(link(), replace(CONTENT, body=Body("", "a <b>\nc")), DATE, with_files=False)
    text = "".join(piece for piece in record["description"] if isinstance(piece, str))
    assert "&lt;b&gt;" in text
    assert "<br" in text or "<div" in text or "<p" in text
