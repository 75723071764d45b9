"""The skeleton of a message against Python's own `email`, on all sample mails and on broken ones."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage, Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.partname import parameter
from connector.mail.skeleton import Part, Skeleton, taken_apart
from connector.ports import RawAttachment
from contract.skeletons import MOST_COUNTED, skeleton_of
from mails.samples import SAMPLES

NAMES = [mail.source.rpartition("/")[2] for mail in SAMPLES]
# Python's reader takes a boundary that two levels share for the outer one's.
RAWS = {name: mail.raw for name, mail in zip(NAMES, SAMPLES, strict=True) if name != "boundary-shared.eml"}


def leaves(message: Message) -> list[Message]:
    """The parts of a message that have no parts; an attached mail is one."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        parts = message.get_payload()
        assert isinstance(parts, list)
        return [leaf for part in parts if isinstance(part, Message) for leaf in leaves(part)]
    return [message]


def content_length(part: Message) -> int:
    """The bytes of the encoded content without white space; -1 of an attached mail."""
    payload = part._payload  # type: ignore[attr-defined]  # as it is written: get_payload decodes it by its charset
    return len(b"".join(payload.encode("utf-8", "surrogateescape").split())) if isinstance(payload, str) else -1


@pytest.mark.parametrize("raw", RAWS.values(), ids=RAWS)
def test_the_parts_are_those_that_python_finds(raw: bytes) -> None:
    skeleton = taken_apart(skeleton_of(raw))
    wanted = leaves(email.message_from_bytes(raw, policy=email.policy.compat32))
    assert len(skeleton.parts) == len(wanted)
    for part, other in zip(skeleton.parts, wanted, strict=True):
        assert part.media_type == (other.get("Content-Type") or "text/plain").partition(";")[0].strip().lower()
        assert part.content_id == (other.get("Content-ID") or "").strip().strip("<>")
        if (length := content_length(other)) >= 0:
            # A line that only looks like a boundary comes as text, whose characters may take two bytes.
            assert part.length == min(length, MOST_COUNTED) or (b"\n--" in raw and part.length > 0)
    assert skeleton.complete


@pytest.mark.parametrize("mail", SAMPLES, ids=NAMES)
def test_the_head_is_what_outlook_tells_of_received_mails(mail: object) -> None:
    from connector.mail import headers
    from standin_outlook.mails import Mail

    assert isinstance(mail, Mail)
    told = headers.parse(mail.headers)
    head = taken_apart(skeleton_of(mail.raw)).head
    for name in ("From", "To", "Date", "Message-ID", "References"):
        # Of a head in Latin-1 Outlook tells no letter beyond ASCII.
        assert head.first(name) == told.first(name) or "\ufffd" in told.first(name)


@pytest.mark.parametrize("mail", SAMPLES, ids=NAMES)
def test_each_attachment_of_a_sample_finds_its_part(mail: object) -> None:
    """By what Outlook lists; a signed mail is taken apart otherwise, and of TNEF the parts are inside."""
    from contract.surroundings import Files, MailFileMailbox
    from standin_outlook.mails import Mail

    assert isinstance(mail, Mail)
    mailbox = MailFileMailbox(Files())
    mailbox.open = mail
    raw = mailbox.mail()
    assert raw is not None
    skeleton = taken_apart(skeleton_of(mail.raw))
    found = skeleton.of(raw.attachments)
    for attachment, listed, part in zip(mail.attachments, raw.attachments, found, strict=True):
        if part is None:
            continue
        if attachment.content_id:
            assert part.content_id == attachment.content_id
        if part.length == 0 and listed.kind == "file":
            assert attachment.content == b"", listed.name


def test_a_boundary_that_two_levels_share_ends_the_inner_one_first() -> None:
    raw = next(mail.raw for mail in SAMPLES if mail.source.endswith("boundary-shared.eml"))
    parts = taken_apart(skeleton_of(raw)).parts
    assert [part.media_type for part in parts] == ["text/plain", "text/html", "application/zip"]


def built() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Files"
    message.set_content("See below.\n-- \nMary\n--B--\n")
    message.add_alternative('<p><img src="cid:a@x"><img src="cid:b@x"></p>', subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(b"A" * 500, "image", "png", cid="<a@x>", filename="p.png", disposition="inline")
    html.add_related(b"B" * 500, "image", "png", cid="<b@x>", filename="p.png", disposition="inline")
    message.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    message.add_attachment(b"\n", maintype="application", subtype="octet-stream", filename="blank.bin")
    return message


def attachment(name: str, *, content_id: str = "") -> RawAttachment:
    return RawAttachment("id", name, 700, "", "file", False, content_id)


def test_pictures_of_one_name_get_no_content_ids_as_outlook_may_list_them_in_another_order() -> None:
    skeleton = taken_apart(skeleton_of(built().as_bytes()))
    listed = [attachment("p.png"), attachment("P.PNG"), attachment("empty.pdf"), attachment("blank.bin")]
    assert [one.content_id for one in skeleton.named(listed)] == ["", "", "", ""]
    assert [part.length if part else None for part in skeleton.of(listed)] == [668, 668, 0, 4]
    assert skeleton.named([attachment("p.png", content_id="own")])[0].content_id == "own"


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["ATT00001.png", "ATT00002.png"], ["a@x", "b@x"]),
        (["ATT00002.png", "ATT00001.png"], ["", ""]),
        (["one.png", "two.png"], ["", ""]),
    ],
)
def test_pictures_without_a_name_are_known_by_the_numbers_that_exchange_gives_them(
    names: list[str], ids: list[str]
) -> None:
    part = b"--B\r\nContent-Type: image/png\r\nContent-ID: <%s@x>\r\n\r\nx\r\n"
    raw = b"Content-Type: multipart/related; boundary=B\r\n\r\n" + part % b"a" + part % b"b" + b"--B--\r\n"
    skeleton = taken_apart(skeleton_of(raw))
    assert [one.content_id for one in skeleton.named([attachment(name) for name in names])] == ids


def test_what_has_no_name_is_found_by_its_place_where_all_the_places_are_known() -> None:
    raw = (
        b"Content-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\n<img>\r\n--B\r\n"
        b"Content-Type: image/png\r\nContent-ID: <a>\r\n\r\nx\r\n--B\r\nContent-Type: image/gif\r\nContent-ID: <b>\r\n"
        b"\r\ny\r\n--B--\r\n"
    )
    skeleton = taken_apart(skeleton_of(raw))
    both = [attachment("image001.png"), attachment("image002.gif")]
    assert [one.content_id for one in skeleton.named(both)] == ["a", "b"]
    assert skeleton.of(both[:1]) == (None,)
    assert Skeleton(skeleton.head, skeleton.parts, complete=False).of(both) == (None, None)


def test_a_skeleton_is_never_longer_than_it_may_be_and_says_that_it_is_not_complete() -> None:
    raw = built().as_bytes()
    whole = skeleton_of(raw)
    for longest in (1, 40, 200, 600):
        cut = skeleton_of(raw, longest)
        assert len(cut) < longest + 100
        assert taken_apart(cut).complete is (longest > len(raw))
        assert whole.startswith(cut[: max(longest - 200, 0)])


@given(st.lists(st.sampled_from([
    b"--B", b"--B--", b"--C", b"--C--", b"", b"\r", b"x", b"--", b"-- ", b"Content-Type: multipart/mixed; boundary=C",
    b"Content-Type: image/png", b"\0" b"7", b"\xff", b"Content-ID: <a>",
]), max_size=30))  # fmt: skip
def test_anything_at_all_is_taken_apart(lines: list[bytes]) -> None:
    raw = b"\n".join([b"Content-Type: multipart/mixed; boundary=B", *lines])
    skeleton = taken_apart(skeleton_of(raw))
    assert all(part.length >= 0 for part in skeleton.parts)
    taken_apart(raw.decode("latin-1"))


@given(st.text(max_size=300))
def test_any_text_is_taken_apart(text: str) -> None:
    taken_apart(text)


@pytest.mark.parametrize(
    ("value", "name", "wanted"),
    [
        ("text/plain; charset=utf-8", "charset", "utf-8"),
        ('attachment; filename="a;b.txt"', "filename", "a;b.txt"),
        ('attachment; FILENAME = "a\\"b.txt"', "filename", 'a"b.txt'),
        ("attachment; filename*=utf-8''%e2%82%ac%20rates", "filename", "€ rates"),
        ("attachment; filename*=iso-8859-1'en'%A3%20rates", "filename", "£ rates"),
        ('attachment; filename*0=a; filename*1="b.txt"', "filename", "ab.txt"),
        ("attachment; filename*1*=%c3%a4.txt; filename*0*=utf-8''x", "filename", "xä.txt"),
        ('attachment; filename="=?utf-8?q?=C3=A4?=.txt"', "filename", "ä.txt"),
        ("attachment; filename*=nonsense''%ff", "filename", "\ufffd"),
        ("attachment", "filename", ""),
        ("", "filename", ""),
        ("multipart/mixed; boundary=_x", "boundary", "_x"),
    ],
)
def test_parameters(value: str, name: str, wanted: str) -> None:
    assert parameter(value, name) == wanted


def test_an_inline_text_without_a_name_is_the_mails_own() -> None:
    from connector.mail import headers

    assert Part(headers.parse("Content-Type: text/html\n")).is_text
    assert not Part(headers.parse("Content-Type: text/html\nContent-Disposition: attachment\n")).is_text
    assert not Part(headers.parse("Content-Type: text/plain; name=a.txt\n")).is_text
