"""The stand-in Outlook takes mails apart as Python's ``email`` does, and better where that loses parts."""

from __future__ import annotations

import base64
import email
import email.policy
import email.utils
from email.headerregistry import Address
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import examples
from mails.samples import SAMPLES
from standin_outlook import bodies, mime, people
from standin_outlook.fields import content_type, encoding, parameter
from standin_outlook.headers import readable
from standin_outlook.mails import Mail, read
from standin_outlook.parts import file_name

Leaf = tuple[str, str, bytes]


def leaves(part: Message) -> list[Leaf]:
    """Type, file name and content of every leaf that the stand-in finds."""
    inside = mime.children(part)
    if inside:
        return [leaf for child in inside for leaf in leaves(child)]
    return [(content_type(part), file_name(part), mime.payload(part))]


def leaves_of_python(raw: bytes, policy: Any) -> list[Leaf]:
    """The same, by Python's parser."""
    found = []
    for part in email.message_from_bytes(raw, policy=policy).walk():
        if not part.is_multipart() or part.get_content_type() == "message/delivery-status":
            content = part.get_payload(decode=True)
            found.append((part.get_content_type(), part.get_filename() or "", content if content else b""))
            if part.is_multipart():
                break
    return found


def told(found: list[Leaf]) -> list[tuple[str, bytes]]:
    """What both must agree on: names are compared elsewhere, as Python leaves raw and encoded ones as they are."""
    return [(kind, content) for kind, _, content in found]


BY_NAME = {Path(mail.source).name: mail for mail in SAMPLES}
# What others find in mails of which Python loses parts.
BETTER: dict[str, list[tuple[str, str, int]]] = {
    "boundary-unquoted.eml": [
        ("text/plain", "", 38),
        ("image/gif", "ramp.gif", 34),
        ("application/pdf", "plan of the ramp (2).pdf", 24),
    ],
    "boundary-shared.eml": [("text/plain", "", 21), ("text/html", "", 35), ("application/zip", "forms.zip", 22)],
}


@pytest.mark.parametrize("name", BETTER)
def test_sample_mails_have_parts_that_python_loses(name: str) -> None:
    found = leaves(mime.tree(BY_NAME[name].raw))
    assert [(kind, file, len(content)) for kind, file, content in found] == BETTER[name]


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - BETTER.keys()))
def test_sample_mails_have_the_parts_that_python_finds(name: str) -> None:
    mail = BY_NAME[name]
    by_python = [told(leaves_of_python(mail.raw, policy)) for policy in (email.policy.default, email.policy.compat32)]
    mine = told(leaves(mime.tree(mail.raw)))
    if ("message/delivery-status", b"") in by_python[0]:
        mine = [(kind, b"" if kind == "message/delivery-status" else content) for kind, content in mine]
        by_python = [one[: one.index(("message/delivery-status", b"")) + 1] for one in by_python]
        mine = mine[: len(by_python[0])]
    assert mine in by_python


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: str(mail.source).rpartition("/")[2])
def test_sample_mails_have_the_people_that_python_finds(mail: Mail) -> None:
    parsed = email.message_from_bytes(mail.raw, policy=email.policy.default)
    for name, mine in (("to", mail.to), ("cc", mail.cc)):
        theirs = [readable(one.addr_spec) for field in parsed.get_all(name, []) for one in field.addresses]
        assert [one.address for one in mine if one.address] == [one for one in theirs if "@" in one and one != "@"]


BLANK = st.sampled_from(["", " ", "\t"])
LETTERS = st.characters(codec="ascii", categories=["L", "N"])
BOUNDARY = st.text(st.sampled_from("abXY09'()+_,-./:=?"), min_size=1, max_size=20).filter(lambda one: not one.isspace())
KINDS = st.sampled_from(["text/plain", "image/gif", "application/pdf"])


@st.composite
def entities(draw: Any, depth: int = 0) -> tuple[str, list[Leaf]]:
    """A part as odd mailers write it, and the leaves that are in it."""
    if depth < 3 and draw(st.integers(0, 2)) == 0:
        inner: tuple[str, list[Leaf]] = draw(multiparts(depth))
        return inner
    kind, content = draw(KINDS), draw(st.binary(max_size=40))
    name = draw(st.text(LETTERS, min_size=1, max_size=8)) + ".bin"
    encoded = base64.encodebytes(content).decode() if draw(st.booleans()) else base64.b64encode(content).decode()
    kind_written = draw(st.sampled_from([kind, kind.upper()]))
    how = draw(st.sampled_from(["base64", "BASE64", "Base64 (really)"]))
    head = (
        f"Content-Type: {kind_written}{draw(BLANK)};{draw(BLANK)}name={draw(quoted(name))}\n"
        f"Content-Transfer-Encoding:{draw(BLANK)}{how}{draw(BLANK)}\n"
    )
    return f"{head}\n{encoded.rstrip()}\n", [(kind, name, content)]


@st.composite
def quoted(draw: Any, value: str, *, must: bool = False) -> str:
    """A parameter's value, in quotation marks or not."""
    return f'"{value}"' if must or draw(st.booleans()) else value


@st.composite
def multiparts(draw: Any, depth: int = 0) -> tuple[str, list[Leaf]]:
    """A multipart with an odd head, and the leaves that are in it."""
    boundary = f"{depth}{draw(BOUNDARY)}{depth}"  # another at each level
    inside = draw(st.lists(entities(depth=depth + 1), min_size=1, max_size=3))
    fold = draw(st.sampled_from(["", " ", "\n ", "\n\t"]))
    head = f"Content-Type: multipart/{draw(st.sampled_from(['mixed', 'related', 'report']))};{fold}boundary="
    written = draw(quoted(boundary, must=";" in boundary))
    body = "".join(f"--{boundary}{draw(BLANK)}\n{part}\n" for part, _ in inside)
    preamble = draw(st.sampled_from(["", "This is a multi-part message.\n"]))
    epilogue = draw(st.sampled_from(["", "\n", "\nsent from afar\n"]))
    return (
        f"{head}{written}\n\n{preamble}{body}--{boundary}--{draw(BLANK)}{epilogue}\n",
        [leaf for _, found in inside for leaf in found],
    )


@settings(max_examples=examples(120), deadline=None)
@given(multiparts(), st.sampled_from(["\n", "\r\n"]))
def test_odd_mails_have_all_their_parts(odd: tuple[str, list[Leaf]], line_end: str) -> None:
    text, there = odd
    raw = f"From: a@b.example\n{text}".replace("\n", line_end).encode()
    assert leaves(mime.tree(raw)) == there


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=4), st.booleans())
def test_well_formed_mails_are_as_python_has_them(contents: list[bytes], nested: bool) -> None:
    mail = email.message.EmailMessage()
    mail.set_content("hello")
    for number, content in enumerate(contents):
        mail.add_attachment(content, "application", "x-any", filename=f"{number} ü.bin")
    if nested:
        outer = email.message.EmailMessage()
        outer.add_attachment(mail)
        mail = outer
    raw = mail.as_bytes(policy=email.policy.SMTP)
    assert leaves(mime.tree(raw)) == leaves_of_python(raw, email.policy.default)


def test_levels_that_share_a_boundary_keep_their_parts() -> None:
    zipped = b"--B\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\nUEsFBgAA\n--B--\n"
    raw = (
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: multipart/alternative; boundary=B\n\n"
        b"--B\nContent-Type: text/plain\n\nhello\n--B\nContent-Type: text/html\n\n<p>hello</p>\n--B--\n\n" + zipped
    )
    mail = read(raw)
    assert (mail.text, mail.html) == ("hello", "<p>hello</p>")
    assert [(one.name, one.content) for one in mail.attachments] == [("a.zip", base64.b64decode("UEsFBgAA"))]


def test_an_outer_boundary_ends_an_inner_multipart_that_was_not_closed() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: multipart/mixed; boundary=B\n\n"
        b"--B\n\none\n--A\n\ntwo\n--A--\n"
    )
    assert [content for _, _, content in leaves(mime.tree(raw))] == [b"one", b"two"]


def test_an_attached_mail_that_was_encoded_against_the_rules() -> None:
    inner = b"From: a@b.example\r\nSubject: Inside\r\n\r\nhi"
    raw = (
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\nContent-Type: message/rfc822\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(inner) + b"\r\n--A--\r\n"
    )
    [attached] = read(raw).attachments
    assert (attached.name, attached.content) == ("Inside", inner)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b"text/html", "text/html"),
        (b" TEXT/HTML ; charset=x", "text/html"),
        (b"text/html charset=x", "text/html"),
        (b'"text/html"', "text/html"),
        (b"(odd) text/html (comment)", "text/html"),
        (b"text", "text/plain"),
        (b"", "text/plain"),
        (b"/;", "text/plain"),
    ],
)
def test_types(value: bytes, kind: str) -> None:
    assert content_type(mime.tree(b"Content-Type: " + value + b"\n\nx")) == kind


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"x/y; name=a.pdf", "a.pdf"),
        (b'x/y; name="a; b.pdf"', "a; b.pdf"),
        (b"x/y; name=my offer (1).pdf", "my offer (1).pdf"),
        (b'x/y; charset=utf-8; name = "a.pdf" (why)', "a.pdf"),
        (b"x/y; name*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        (b"x/y; name*1=b.pdf; name*0=a", "ab.pdf"),
        (b"x/y; name*0*=utf-8'de'Gr%C3%B6; name*1*=%C3%9Fe; name*2=.pdf", "Größe.pdf"),
        (b"x/y; name=a.pdf; name*=utf-8''%C3%BC.pdf", "ü.pdf"),
        (b'x/y; name="=?utf-8?q?Gr=C3=B6=C3=9Fe=2Epdf?="', "Größe.pdf"),
        (b'x/y; name="C:\\Users\\a.pdf"', "C:\\Users\\a.pdf"),
        (b'x/y; name="a \\"b\\".pdf"', 'a "b".pdf'),
        (b'x/y; name="a.pdf', "a.pdf"),
        (b"x/y; name=\xc3\xbc.pdf", "ü.pdf"),
        (b"x/y; other", ""),
    ],
)
def test_parameters(value: bytes, name: str) -> None:
    assert parameter(mime.tree(b"Content-Type: " + value + b"\n\nx"), "name") == name


@pytest.mark.parametrize(
    "value", [b"base64", b"base64 ", b"BASE64;", b' "base64"', b"(odd) base64", b"base64 (odd)", b"\n base64"]
)
def test_encodings(value: bytes) -> None:
    part = mime.tree(b"Content-Transfer-Encoding: " + value + b"\n\nAAEC")
    assert (encoding(part), mime.payload(part)) == ("base64", b"\0\1\2")


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("tim@lab.example tom@lab.example", [("", "tim@lab.example")]),
        ("ceo@b.example <stranger@d.example>", [("ceo@b.example", "stranger@d.example")]),
        ('"Brown, Tom" <t@b.example>, m@b.example', [("Brown, Tom", "t@b.example"), ("", "m@b.example")]),
        ("Tom (the (tall) one) <t@b.example>", [("Tom", "t@b.example")]),
        ("t@b.example (Tom)", [("Tom", "t@b.example")]),
        ("<@relay.example,@other.example:t@b.example>", [("", "t@b.example")]),
        ("Mary . Smith @ b . example", [("", "Mary.Smith@b.example")]),
        ("Mary Smith mary@b.example", [("", "mary@b.example")]),
        ("< t @ (odd) b.example >", [("", "t@b.example")]),
        ("Team: a@b.example, B <c@d.example>; (end)", [("", "a@b.example"), ("B", "c@d.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("Mary Smith", [("Mary Smith", "")]),
        ("<>", []),
        ("Mailer <>", [("Mailer", "")]),
        ('"\'; --"@b.example', [("", '"\'; --"@b.example')]),
        ('"a \\"b\\"" <a@b.example>', [('a "b"', "a@b.example")]),
        ('"unclosed <a@b.example>', [("unclosed", "a@b.example")]),
        ("O'Brien <a@b.example", [("O'Brien", "a@b.example")]),
        (",, ,", []),
    ],
)  # fmt: skip
def test_people(value: str, there: list[tuple[str, str]]) -> None:
    assert list(people.mailboxes(value)) == there


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=12).map(str.strip)
LOCAL = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=3).map(".".join)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.builds(Address, WORDS, LOCAL, LOCAL), max_size=4))
def test_written_addresses_are_read_again(there: list[Address]) -> None:
    read_again = list(people.mailboxes(", ".join(map(str, there))))
    assert read_again == [(" ".join(one.display_name.split()), one.addr_spec) for one in there]


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_address_field(value: str) -> None:
    assert all(name or address for name, address in people.mailboxes(value))


@pytest.mark.parametrize(
    "value",
    ["a:" * 20_000 + "x@y.example", "(" * 20_000, "<" * 20_000, '"' * 19_999, "<(((" * 9_000 + ">"],
    ids=["groups", "comments", "brackets", "quotation marks", "comments in brackets"],
)
def test_deep_and_long_address_fields_end(value: str) -> None:
    assert len(list(people.mailboxes(value))) <= 1


@pytest.mark.parametrize(
    ("text", "delsp", "unwrapped"),
    [
        ("one \ntwo\nthree", False, "one two\r\nthree"),
        ("one \ntwo", True, "onetwo"),
        ("> one \n> two\n>> three", False, "> one two\r\n>> three"),
        ("> one \ntwo", False, "> one \r\ntwo"),
        (" From here \n >not quoted", False, "From here >not quoted"),
        ("bye\n-- \nMary", False, "bye\r\n-- \r\nMary"),
        ("bye \n-- \nMary", False, "bye \r\n-- \r\nMary"),
        ("", False, ""),
    ],
)
def test_flowed_text_is_unwrapped(text: str, delsp: bool, unwrapped: str) -> None:
    assert bodies.unflowed(text, delsp=delsp) == unwrapped
    head = b"Content-Type: text/plain; format=flowed" + (b"; delsp=yes" if delsp else b"")
    assert read(head + b"\n\n" + text.encode()).text == unwrapped


@given(st.lists(st.integers(0, 5), min_size=2, max_size=40))
def test_flowed_paragraphs_come_out_whole(lengths: list[int]) -> None:
    paragraphs = [" ".join(["word"] * (length + 1)) for length in lengths]
    wrapped = "\r\n".join(one.replace(" ", " \r\n") for one in paragraphs)
    assert bodies.unflowed(wrapped, delsp=False).split("\r\n") == paragraphs
