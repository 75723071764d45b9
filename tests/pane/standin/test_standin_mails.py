"""Any mail in the world becomes a mail in the stand-in's mailbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import examples
from pane.standin.samples import MAILS
from standin_outlook import bodies, headers, wire
from standin_outlook.mails import Format, Kind, Mailbox, load, read

SAMPLES = Path(__file__).parents[2] / "mails"
HEADER_NAMES = ("From", "To", "Cc", "Sender", "Subject", "Date", "Message-ID", "Received", "References", "Content-Type")


def shown(raw: bytes) -> dict[str, Any]:
    """Everything that Outlook would tell of a mail, through JSON as on the wire."""
    mailbox = Mailbox([read(raw, fallback_date=datetime(2026, 1, 1, tzinfo=UTC))])
    mail = mailbox.mails[0]
    contents = [attachment.wire_content() for attachment in mail.attachments]
    told = (wire.item(mail, mailbox), wire.summary(mail, mailbox), mail.html, mail.text, mail.headers, contents)
    item: dict[str, Any] = json.loads(json.dumps(told).encode("utf-8"))[0]
    return item


@settings(max_examples=examples(150), deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert shown(raw)["itemType"] in (1, 3)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(HEADER_NAMES), st.text(max_size=60)), max_size=6), st.binary(max_size=100))
def test_any_header_values_are_shown(lines: list[tuple[str, str]], body: bytes) -> None:
    block = "".join(f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in lines)
    assert shown(block.encode("utf-8", "replace") + b"\r\n" + body)["subject"] is not None


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_damaged_mails_are_still_mails(data: st.DataObject) -> None:
    raw = bytearray(MAILS[data.draw(st.sampled_from(["plain", "html", "items", "invitation"]))])
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    start = data.draw(st.integers(0, len(raw) - 1))
    del raw[start : start + data.draw(st.integers(0, 200))]
    assert shown(bytes(raw))["itemType"] in (1, 3)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample mails here")
def test_sample_mails_load_with_distinct_stable_ids() -> None:
    first, second = Mailbox(load(SAMPLES)), Mailbox(load(SAMPLES))
    ids = [mail.item_id for mail in first.mails]
    assert len(set(ids)) == len(ids) > 20
    assert ids == [mail.item_id for mail in second.mails]
    assert any(first.is_sent(mail) for mail in first.mails)


@pytest.mark.parametrize("depth", [50, 300, 3000])
def test_mails_within_mails_without_end(depth: int) -> None:
    raw = b"Subject: s\r\nContent-Type: message/rfc822\r\n\r\n" * depth + b"Subject: end\r\n\r\nhi"
    assert shown(raw)["itemType"] == 1
    layers = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    assert shown(layers + b"\r\nhi")["itemType"] == 1


@pytest.mark.parametrize("charset", [b"\0utf-8", b"\xffutf-8", b"base64", b"unicode_escape", b"", b"utf-8''"])
def test_impossible_charsets(charset: bytes) -> None:
    raw = b"Subject: =?%s?b?aGk=?=\r\nContent-Type: text/plain; charset=%s\r\n\r\nh\xc3\xb6" % (charset, charset)
    assert "h" in read(raw).text
    assert shown(b"Content-Type: message/delivery-status\r\n\r\n" + raw)["attachments"]


def test_copies_get_ids_of_their_own() -> None:
    mailbox = Mailbox([read(MAILS["plain"]), read(MAILS["plain"])])
    assert len({mail.item_id for mail in mailbox.mails}) == 2


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a<b>&c", "a&lt;b&gt;&amp;c"),
        ("one\ntwo", "one<br>\r\ntwo"),
        ("  indented", "&nbsp; indented"),
        ("see http://a.example/x?y=1&z=2, or", '<a href="http://a.example/x?y=1&amp;z=2">'),
    ],
)
def test_html_made_of_text(text: str, markup: str) -> None:
    assert markup in bodies.html_of_text(text)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a</p><p>b&amp;c</p>", "a\r\n\r\nb&c"),
        ("<head><title>t</title></head><body>a<br>b", "a\r\nb"),
        ("<style>p{}</style><div>a  b\n c</div><script>x</script>", "a b c"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\t2"),
        ('<img src="cid:x" alt="Logo">', "[Logo]"),
    ],
)
def test_text_made_of_html(markup: str, text: str) -> None:
    assert bodies.text_of_html(markup) == text


@pytest.mark.parametrize(
    ("subject", "bare"),
    [("RE: AW: R: Offer", "Offer"), ("Re[2]: x", "x"), ("Regarding: x", "Regarding: x"), ("", "")],
)
def test_normalized_subject(subject: str, bare: str) -> None:
    assert headers.normalized(subject) == bare


def test_html_in_alternative_wins_wherever_it_stands() -> None:
    mail = read(MAILS["html"])
    assert "cid:logo@example" in mail.html
    assert mail.attachments[0].name == "logo.png"


def test_external_body_is_a_cloud_link() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n--x\r\n"
        b"Content-Type: message/external-body; "
        b'access-type=URL;\r\n URL="https://files.example/\r\n very/long"\r\n\r\n'
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=offer.pdf\r\n\r\n\r\n--x--\r\n"
    )
    [link] = read(raw).attachments
    assert (link.name, link.kind, link.format) == ("offer.pdf", Kind.CLOUD, Format.URL)
    assert link.content == b"https://files.example/very/long"


def test_later_text_parts_are_attachments_as_exchange_names_them() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"".join(
        b"--x\r\nContent-Type: text/%s\r\n\r\n%s\r\n" % (kind, kind) for kind in (b"plain", b"plain", b"html")
    )
    mail = read(raw + b"--x--\r\n")
    assert mail.text == "plain"
    assert [attachment.name for attachment in mail.attachments] == ["ATT00001.txt", "ATT00002.htm"]


def test_encrypted_and_signed_classes() -> None:
    encrypted = read(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx")
    assert encrypted.item_class == "IPM.Note.SMIME"
    signed = (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n'
        b"--x\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"AAEC\r\n--x--\r\n"
    )
    mail = read(signed)
    assert mail.item_class == "IPM.Note.SMIME.MultipartSigned"
    assert [(each.name, each.content) for each in mail.attachments] == [("smime.p7s", b"\0\1\2")]


def test_mail_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        Mailbox([]).find("x")
