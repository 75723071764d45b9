"""Which bytes of a message are which attachment: messages in which that is easily taken wrong.

Outlook lists what it shows, which need not be what was sent. A file with another's bytes is worse than none.
"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.partname import called, listed_as, numbered
from connector.mail.pieces import pieces
from connector.mail.skeleton import taken_apart
from connector.ports import RawAttachment
from contract.skeletons import skeleton_of

HEAD = b"From: Mary <mary@northwind.example>\r\nSubject: Odd\r\nMessage-ID: <odd@x>\r\nMIME-Version: 1.0\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nHello"
INNER = b"Content-Type: message/rfc822\r\n\r\nSubject: %s\r\n\r\ninner"


def mail(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    """A mail of these parts."""
    begins = HEAD + b"Content-Type: multipart/" + kind + b'; boundary="b"\r\n\r\n'
    return begins + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def part(content: bytes, media_type: bytes = b"application/pdf", name: bytes = b"", other: bytes = b"") -> bytes:
    """A part in base64; ``name`` as the name of the file, ``other`` as that of the type, if it is another."""
    kind = b'; name="' + (other or name) + b'"' if other or name else b""
    disposition = b'; filename="' + name + b'"' if name else b""
    head = b"Content-Type: " + media_type + kind + b"\r\nContent-Disposition: attachment" + disposition
    return head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(content)


def raw(name: str, media_type: str = "application/pdf", kind: str = "file") -> RawAttachment:
    return RawAttachment(f"id of {name}", name, 700, media_type, kind, inline=False)


def taken(message: bytes, *listed: RawAttachment) -> list[bytes | None]:
    """What is taken for each attachment, still written as it was sent; None where nothing is."""
    found = pieces(taken_apart(skeleton_of(message)), listed)
    return [None if one is None else message[one.piece.start : one.piece.end].rstrip() for one in found]


def written(content: bytes) -> bytes:
    return base64.b64encode(content)


OFFER = raw("offer.pdf")


@pytest.mark.parametrize(
    ("message", "listed"),
    [
        pytest.param(mail(TEXT, part(b"x", b"application/ms-tnef", b"winmail.dat")), [OFFER], id="what is in TNEF"),
        pytest.param(mail(TEXT, part(b"x", b"application/ms-tnef")), [raw("offer.pdf", "")], id="TNEF without a name"),
        pytest.param(mail(TEXT, part(b"x", b"application/pkcs7-mime", b"smime.p7m")), [OFFER], id="what is sealed"),
        pytest.param(HEAD + part(b"x", b"application/pkcs7-mime", b"smime.p7m"), [OFFER], id="nothing but sealed"),
        pytest.param(HEAD + part(b"x", b"application/pkcs7-mime"), [raw("offer.pdf", "")], id="sealed, without a name"),
        pytest.param(
            mail(TEXT, part(b"x", b"application/pkcs7-signature", b"smime.p7s"), kind=b"signed"),
            [raw("smime.p7m", "multipart/signed")], id="a signed mail as one file",
        ),
        pytest.param(mail(TEXT, part(b"x", name=b"other.pdf")), [OFFER], id="another file"),
        pytest.param(
            mail(TEXT, part(b"x", name=b"a.pdf", other=b"b.pdf"), part(b"y", name=b"b.pdf", other=b"a.pdf")),
            [raw("a.pdf"), raw("b.pdf")], id="two names each",
        ),
        pytest.param(mail(TEXT, part(b"x", b"message/external-body; access-type=URL", b"offer.pdf")), [OFFER],
                     id="elsewhere"),
        pytest.param(mail(TEXT, part(b"x", b"message/partial; number=1", b"offer.pdf")), [OFFER], id="a piece"),
        pytest.param(mail(TEXT, part(b"x", b"application/mac-binhex40", b"offer.pdf")), [OFFER], id="BinHex"),
        pytest.param(mail(TEXT, part(b"x", b"application/applefile", b"offer.pdf")), [OFFER], id="half a file"),
        pytest.param(mail(TEXT, part(b"x", b"application/applefile", b"offer.pdf"), part(b"y", name=b"offer.pdf")),
                     [OFFER], id="both halves"),
        pytest.param(mail(TEXT, part(b"1"), part(b"2")), [raw("ATT00002.pdf"), raw("ATT00001.pdf")],
                     id="numbered, turned"),
        pytest.param(mail(TEXT, part(b"1"), part(b"2")), [raw("one.pdf"), raw("two.pdf")], id="two without a name"),
        pytest.param(
            mail(TEXT, INNER % b"One", INNER % b"Two"), [raw("Two", "", "item"), raw("One", "", "item")],
            id="two attached mails, turned",
        ),
        pytest.param(mail(TEXT, INNER % b"One"), [OFFER], id="a mail for a file"),
        pytest.param(
            mail(TEXT, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"),
            [raw("Agenda", "", "item")],
            id="an invitation for an attached mail",
        ),
        pytest.param(mail(TEXT, part(b"x", name=b"a:b.pdf"), part(b"y", name=b"a/b.pdf")),
                     [raw("a_b.pdf"), raw("a-b.pdf")], id="two whose names lose signs"),
        pytest.param(
            mail(b"Content-Type: text/plain\r\n\r\nHi\r\nbegin 644 offer.pdf\r\n#86)C\r\n`\r\nend"), [OFFER],
            id="uuencoded",
        ),
    ],
)  # fmt: skip
def test_nothing_is_taken_for_what_it_may_not_be(message: bytes, listed: list[RawAttachment]) -> None:
    assert taken(message, *listed) == [None] * len(listed)


@pytest.mark.parametrize(
    ("message", "listed", "contents"),
    [
        pytest.param(mail(TEXT, part(b"x")), [raw("ATT00001.pdf")], [b"x"], id="the only one without a name"),
        pytest.param(mail(TEXT, part(b"1"), part(b"2")), [raw("ATT00001.pdf"), raw("ATT00002.pdf")], [b"1", b"2"],
                     id="numbered, in order"),
        pytest.param(mail(TEXT, part(b"1"), part(b"2")), [raw("untitled"), raw("untitled")], [b"1", b"2"],
                     id="all called the same"),
        pytest.param(mail(TEXT, part(b"1"), part(b"2", b"image/png")), [raw("a.pdf"), raw("b.png", "image/png")],
                     [b"1", b"2"], id="each of its type"),
        pytest.param(mail(TEXT, part(b"x", name=b"5: 10.pdf")), [raw("5_ 10.pdf")], [b"x"], id="a sign replaced"),
        pytest.param(mail(TEXT, part(b"x", name="Säge.pdf".encode())), [raw("S\ufffdge.pdf")], [b"x"], id="unread"),
        pytest.param(mail(TEXT, part(b"x", b"message/rfc822", b"Hello.eml")), [raw("Hello", "", "item")], [b"x"],
                     id="an attached mail with a name"),
        pytest.param(mail(TEXT, part(b"x", b"application/ms-tnef", b"winmail.dat")),
                     [raw("winmail.dat", "application/ms-tnef")], [b"x"], id="TNEF as it is"),
    ],
)  # fmt: skip
def test_what_is_beyond_doubt_is_taken(message: bytes, listed: list[RawAttachment], contents: list[bytes]) -> None:
    assert taken(message, *listed) == list(map(written, contents))


def test_a_content_id_is_not_told_by_one_of_two_names() -> None:
    crossed = [
        part(b"x", b"image/png", name=one, other=other) for one, other in ((b"a.png", b"b.png"), (b"b.png", b"a.png"))
    ]
    told = [
        one.replace(b"Content-Disposition", b"Content-ID: <%d@x>\r\nContent-Disposition" % at)
        for at, one in enumerate(crossed)
    ]
    skeleton = taken_apart(skeleton_of(mail(TEXT, *told)))
    listed = [raw("a.png", "image/png"), raw("b.png", "image/png")]
    assert [one.content_id for one in skeleton.named(listed)] == ["", ""]


names = st.text(st.sampled_from("abAB.:/_-\ufffd \u00e91"), max_size=8)


@given(st.lists(names, max_size=5), st.data())
def test_no_file_has_bytes_that_were_sent_under_another_name(sent: list[str], data: st.DataObject) -> None:
    contents = [b"content %d" % at for at in range(len(sent))]
    message = mail(TEXT, *(part(one, name=name.encode()) for one, name in zip(contents, sent, strict=True)))
    listed = data.draw(st.lists(st.sampled_from([*sent, "a"]) | names, max_size=5))
    found = [one for one in zip(listed, taken(message, *map(raw, listed)), strict=True) if one[1]]
    assert len({one for _, one in found}) == len(found), "none twice"
    given_names = dict(zip(map(written, contents), sent, strict=True))
    for name, one in found:
        was = given_names[one or b""]
        assert not was.strip() or called(was) == called(name) or listed_as(was, name)


def test_names_that_outlook_writes_otherwise() -> None:
    assert listed_as("5: 10.pdf", "5_ 10.pdf")
    assert listed_as("S\u00e4ge.pdf", "S\ufffdge.pdf")
    assert listed_as("Hello.eml", "Hello")
    assert not listed_as("winmail.dat", "offer.pdf")
    assert not listed_as("a.pdf", "a.eml")
    assert not listed_as("\u5831\u4fa1.pdf", "\u5408\u540c.pdf")
    assert not listed_as("...", "---")
    assert not listed_as("", "")
    assert numbered(["ATT00001.png", "ATT00003.txt"])
    assert not numbered(["ATT00002.png", "ATT00001.png"])
    assert not numbered(["ATT00001.png", "a.png"])
