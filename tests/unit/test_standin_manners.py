"""Every manner of the stand-in Outlook, on plain CPython: what it hands out of a mail, and what it does not."""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mails.samples import SAMPLES
from standin_outlook import bodies
from standin_outlook.items import (
    Refused,
    Silent,
    attachments_of,
    body_of,
    content_of,
    headers_of,
    item_of,
    opens,
    whole_of,
)
from standin_outlook.mails import Mail, Manners, read
from standin_outlook.manners import FRANK, choices, parsed

USER = "sales@ourcompany.example"


def sample(name: str) -> Mail:
    return next(mail for mail in SAMPLES if mail.source.endswith(f"{name}.eml"))


PICTURES, SENT, SIGNED = sample("related-inline-images"), sample("offer-to-mary"), sample("smime-signed")
ENCRYPTED, PROTECTED = sample("smime-encrypted"), sample("rights-protected")


def drawn() -> st.SearchStrategy[Manners]:
    """Any manners at all."""
    values: dict[str, Any] = {name: st.sampled_from(found) for name, found in choices().items() if found}
    values |= {"files": st.just(()), "recipients": st.integers(0, 600), "closed": st.just(())}
    return st.builds(Manners, **values)


@given(st.sampled_from(SAMPLES), drawn())
def test_any_manners_hand_out_any_mail(mail: Mail, manners: Manners) -> None:
    item = item_of(mail, manners, USER)
    assert len(item.files) == len(attachments_of(mail, manners))
    assert item == item_of(mail, manners, USER)
    for index, _ in enumerate(item.files):
        raised = {"refused": pytest.raises(Refused), "never": pytest.raises(Silent)}
        with raised.get(manners.contents, nullcontext()):
            content_of(mail, mail.attachment_id(index), manners)


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: str(mail.subject)[:30])
def test_a_frank_outlook_hands_out_the_mail(mail: Mail) -> None:
    item = item_of(mail, FRANK, USER)
    assert (item.author, item.sender, item.to, item.message_id or "") == (
        mail.from_,
        mail.sender,
        mail.to,
        mail.internet_message_id,
    )
    assert [one.size for one in item.files] == [len(one.content) for one in mail.attachments]
    assert [one.content_id or "" for one in item.files] == [one.content_id for one in mail.attachments]
    assert [content_of(mail, one.id or "", FRANK).content for one in item.files] == [
        one.content for one in mail.attachments
    ]
    assert (body_of(mail, "html", FRANK), body_of(mail, "text", FRANK)) == (mail.html, mail.text)
    assert headers_of(mail, FRANK, USER) == mail.headers
    assert whole_of(mail, FRANK) == mail.raw


def test_declared_sizes() -> None:
    sizes = {
        how: [one.size for one in item_of(PICTURES, Manners().changed({"sizes": how}), USER).files]
        for how in ("off", "right", "zero", "missing")
    }
    real = [len(one.content) for one in PICTURES.attachments]
    assert sizes["right"] == real
    assert all(told and 100 < told - length < 700 for told, length in zip(sizes["off"], real, strict=True))
    assert (set(sizes["zero"]), set(sizes["missing"])) == ({0}, {None})


def test_only_the_named_attachments_are_concerned() -> None:
    name = PICTURES.attachments[1].name
    item = item_of(PICTURES, Manners(attachment_ids="empty", sizes="zero", files=(name,)), USER)
    assert [(one.id == "", one.size == 0) for one in item.files] == [
        (one.name == name, one.name == name) for one in PICTURES.attachments
    ]


@pytest.mark.parametrize(("ids", "told"), [("empty", ""), ("missing", None)])
def test_attachment_ids(ids: str, told: str | None) -> None:
    item = item_of(PICTURES, Manners().changed({"attachment_ids": ids}), USER)
    assert {one.id for one in item.files} == {told}


def test_contents() -> None:
    [first, *_] = [PICTURES.attachment_id(index) for index, _ in enumerate(PICTURES.attachments)]
    at_first = Manners(contents="empty at first")
    assert content_of(PICTURES, first, at_first).content == b""
    assert content_of(PICTURES, first, at_first, before=1).content == PICTURES.attachments[0].content
    assert content_of(PICTURES, first, Manners(contents="empty"), before=9).content == b""
    with pytest.raises(Silent):
        content_of(PICTURES, first, Manners(contents="never"))
    with pytest.raises(Refused) as refused:
        content_of(PICTURES, first, Manners(contents="refused"))
    assert refused.value.code == 5001
    with pytest.raises(KeyError):
        content_of(PICTURES, "no such id", Manners())


@pytest.mark.parametrize("mail", [ENCRYPTED, PROTECTED], ids=["encrypted", "protected"])
def test_protected_attachments(mail: Mail) -> None:
    identity = mail.attachment_id(0)
    assert content_of(mail, identity, Manners(protected="empty")).content == b""
    assert item_of(mail, Manners(protected="nameless"), USER).files[0].id == ""
    assert content_of(mail, identity, Manners(protected="given")).content == mail.attachments[0].content
    assert item_of(PICTURES, Manners(protected="nameless"), USER).files[0].id == PICTURES.attachment_id(0)


def test_a_signed_mail_is_one_file() -> None:
    manners = Manners(signed="file")
    [listed] = item_of(SIGNED, manners, USER).files
    assert (listed.name, listed.content_type) == ("smime.p7m", "multipart/signed")
    content = content_of(SIGNED, listed.id or "", manners).content
    inside = read(b"From: a@b.example\r\n" + content)
    assert inside.attachments == SIGNED.attachments
    assert inside.text == SIGNED.text
    assert attachments_of(SIGNED, Manners(signed="parts")) == SIGNED.attachments


def test_clients_tell_the_same_in_another_order_and_case() -> None:
    mail = sample("recipients-200")
    usual = item_of(mail, Manners(), USER)
    other = item_of(mail, Manners(order="reversed", case="upper"), USER)
    assert [one.address for one in other.to] == [one.address.upper() for one in reversed(usual.to)]
    assert other.author is not None
    assert other.author.address == other.author.address.upper()


def test_attachments_in_another_order_keep_their_contents() -> None:
    manners = Manners(attachments="reversed")
    told = item_of(PICTURES, manners, USER).files
    assert [one.name for one in told] == [one.name for one in reversed(PICTURES.attachments)]
    contents = [content_of(PICTURES, one.id or "", manners).content for one in told]
    assert contents == [one.content for one in reversed(PICTURES.attachments)]


def test_inline_attachments() -> None:
    name = PICTURES.attachments[0].name
    for how, expected in (("all", True), ("none", False)):
        told = item_of(PICTURES, Manners().changed({"inline": how}), USER).files
        assert {one.is_inline for one in told} == {expected}
    [first, *others] = item_of(PICTURES, Manners(inline="none", files=(name,)), USER).files
    assert not first.is_inline
    assert [one.is_inline for one in others] == [one.is_inline for one in PICTURES.attachments[1:]]


def test_a_subject_that_is_cut() -> None:
    mail = sample("subject-400")
    assert item_of(mail, Manners(subject="cut"), USER).subject == mail.subject[:255] != mail.subject


def test_item_id() -> None:
    assert item_of(PICTURES, Manners(item_id="empty"), USER).id == ""


def test_message_ids() -> None:
    raw = b"Message-ID: <Two.1@x.example>\r\nMessage-ID:\r\n <Two.2@x.example>\r\n\r\n"
    told = {
        how: item_of(read(raw), Manners().changed({"message_id": how}), USER).message_id
        for how in ("given", "other case", "folded", "last line", "missing")
    }
    assert told == {
        "given": "<Two.1@x.example>",
        "other case": "<tWO.1@X.EXAMPLE>",
        "folded": "<Two.1@x\r\n .example>",
        "last line": "<Two.2@x.example>",
        "missing": None,
    }
    anew = item_of(read(raw), Manners(message_id="stamped anew"), USER).message_id
    assert anew not in (None, *told.values())
    bare = dataclasses.replace(PICTURES, headers="")
    assert item_of(bare, Manners(message_id="last line"), USER).message_id == PICTURES.internet_message_id
    assert item_of(sample("no-message-id"), Manners(message_id="stamped anew"), USER).message_id is None


@pytest.mark.parametrize(("limit", "told"), [(500, (500, 500, 0)), (100, (100, 100, 0)), (1000, (600, 510, 0))])
def test_recipients_end_at_a_limit(limit: int, told: tuple[int, ...]) -> None:
    people = {name: ", ".join(f"{name}{number}@b.example" for number in range(count)) for name, count in _MANY.items()}
    mail = read("".join(f"{name}: {told}\r\n" for name, told in people.items()).encode() + b"\r\nhi")
    item = item_of(mail, Manners(recipients=limit), USER)
    assert (len(item.to), len(item.cc), len(item.bcc)) == told
    assert "To599@b.example" in headers_of(mail, Manners(recipients=limit), USER)


_MANY = {"To": 600, "Cc": 510}


def test_addresses_without_smtp() -> None:
    mail = PICTURES
    for how, shape in (("empty", ""), ("exchange", "/o=ExchangeLabs/ou=")):
        item = item_of(mail, Manners().changed({"senders": how, "others": how}), USER)
        for person in (item.sender, item.author, *item.to):
            assert person is not None
            assert person.address.startswith(shape)
            assert "@" not in person.address
        assert item.author is not None
        assert mail.from_ is not None
        assert item.author.name == mail.from_.name
    assert item_of(mail, Manners(senders="missing"), USER).author is None
    named = item_of(mail, Manners(senders="empty", names="address"), USER).author
    assert mail.from_ is not None
    assert named == dataclasses.replace(mail.from_, name=mail.from_.address, address="")


def test_creation_is_when_it_came_into_this_mailbox() -> None:
    manners = Manners(created="delivered")
    mine, theirs = (item_of(PICTURES, manners, user).created for user in (USER, "other@ourcompany.example"))
    assert mine is not None
    assert theirs is not None
    assert mine != theirs
    assert all(timedelta() < one - PICTURES.date < timedelta(minutes=11) for one in (mine, theirs))
    begun = item_of(SENT, manners, USER).created
    assert begun is not None
    assert timedelta() < SENT.date - begun < timedelta(minutes=16)
    moved = item_of(PICTURES, Manners(created="moved"), USER).created
    assert moved is not None
    assert moved - PICTURES.date > timedelta(days=29)
    assert item_of(PICTURES, Manners(created="missing"), USER).created is None


def test_bodies() -> None:
    assert body_of(PICTURES, "html", Manners(html="undefined")) is None
    assert body_of(PICTURES, "text", Manners(html="undefined")) == PICTURES.text
    assert body_of(PICTURES, "html", Manners(html="frame")) == "<html><head></head><body></body></html>"
    assert body_of(PICTURES, "text", Manners(text="empty")) == ""
    turned = Manners(bodies_after_selection="refused")
    assert body_of(PICTURES, "html", turned) == bodies.framed(PICTURES.html)
    for form in ("html", "text"):
        with pytest.raises(Refused) as refused:
            body_of(PICTURES, "html" if form == "html" else "text", turned, turned=True)
        assert refused.value.code == 9020
    with pytest.raises(Silent):
        body_of(PICTURES, "html", Manners(html="never"))


_META = '\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'


@pytest.mark.parametrize(
    ("markup", "framed"),
    [
        ("<p>a</p>", f"<html><head>{_META}</head><body><p>a</p></body></html>"),
        ("<body bgcolor=x>a</body>", f"<html><head>{_META}</head><body bgcolor=x>a</body></html>"),
        ("<html><body>a</body></html>", f"<html><head>{_META}</head><body>a</body></html>"),
        (
            '<!DOCTYPE html>\n<HTML lang=de><HEAD><meta charset="latin-1"><title>t</title></HEAD><body>a</body></HTML>',
            f"<HTML lang=de><HEAD>{_META}<title>t</title></HEAD><body>a</body></HTML>",
        ),
        ("", f"<html><head>{_META}</head><body></body></html>"),
    ],
)
def test_html_is_wrapped_as_exchange_wraps_it(markup: str, framed: str) -> None:
    assert bodies.framed(markup) == framed
    assert bodies.text_of_html(framed) == bodies.text_of_html(markup)


def test_headers() -> None:
    assert headers_of(SENT, Manners(), USER) == ""
    assert headers_of(SENT, Manners(sent_headers=True), USER) == SENT.headers
    assert headers_of(PICTURES, Manners(headers="empty"), USER) == ""
    with pytest.raises(Refused):
        headers_of(PICTURES, Manners(headers="refused"), USER)


def test_the_whole_mail() -> None:
    assert whole_of(PICTURES, Manners(whole="empty")) == b""
    assert whole_of(PICTURES, Manners(whole="page")).startswith(b"<!DOCTYPE html>")
    with pytest.raises(Refused) as refused:
        whole_of(PICTURES, Manners(whole="refused"))
    assert refused.value.code == 5001
    with pytest.raises(Silent):
        whole_of(PICTURES, Manners(whole="never"))


def test_mails_on_which_no_addin_opens() -> None:
    assert [opens(mail, Manners(closed=("encrypted", "signed"))) for mail in (ENCRYPTED, SIGNED, PICTURES)] == [
        False,
        False,
        True,
    ]
    assert not opens(PROTECTED, Manners(closed=("protected",)))
    assert opens(ENCRYPTED, Manners())


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("sizes=zero", {"sizes": "zero"}),
        ("message_id=other case", {"message_id": "other case"}),
        ("recipients=100", {"recipients": 100}),
        ("content_ids=yes", {"content_ids": True}),
        ("closed=signed,report", {"closed": ("signed", "report")}),
        ("files=a.pdf", {"files": ("a.pdf",)}),
    ],
)
def test_manners_by_command_line(text: str, change: dict[str, Any]) -> None:
    assert parsed(text) == change
    assert Manners().changed(parsed(text)) == Manners(**change)


@pytest.mark.parametrize("text", ["sizes", "sizes=huge", "nothing=1", "recipients=many", "content_ids=1"])
def test_a_manner_that_there_is_not_by_command_line(text: str) -> None:
    with pytest.raises(ValueError, match=text.partition("=")[0]):
        parsed(text)


@pytest.mark.parametrize(
    "changes", [{"sizes": "huge"}, {"recipients": -1}, {"recipients": True}, {"closed": ["all"]}, {"nothing": 1}]
)
def test_a_manner_that_there_is_not(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        Manners().changed(changes)
