"""The internet headers of real and broken mails."""

from __future__ import annotations

import datetime
import email
import email.header
import email.policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.address import parse_addresses
from connector.mail.headers import Headers, date, decode_words, in_reply_to, message_id, one_line, parse, references
from unit.growth import assert_linear

HEAD = (
    "Received: from a\r\n\tby b; Mon\r\nReceived: from c\r\n"
    "Subject: =?utf-8?Q?Gr=C3=BC=C3?=\r\n =?utf-8?Q?=9Fe?=\r\n"
    "MESSAGE-ID : <a@x.example>\r\nReferences: <1@x>\r\n <2@x>\r\n\t<1@x>\r\n"
    "X-Empty:\r\nno field at all\r\nTo: Mary <mary@x.example>\r\n\r\nSubject: of a part\r\n"
)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_fields(line_end: str) -> None:
    head = parse(HEAD.replace("\r\n", line_end))
    assert head.first("received") == "from a by b; Mon"
    assert head.all("RECEIVED") == ("from a by b; Mon", "from c")
    assert head.text("Subject") == "Grüße"
    assert message_id(head) == "<a@x.example>"
    assert references(head) == "<1@x> <2@x>"
    assert head.first("X-Empty") == "no field at all"
    assert head.first("To") == "Mary <mary@x.example>"
    assert head.first("Cc") == head.text("Cc") == ""
    assert head.all("Cc") == ()


def test_a_line_of_mbox_and_empty_lines_before_the_head_are_skipped() -> None:
    assert parse("\n\nFrom mary Mon Nov 23 10:11:12 2026\nTo: a@x\n").first("to") == "a@x"


@given(st.text() | st.text("AB:=?q \t\r\n<>@\x00", max_size=60))
def test_never_raises(text: str) -> None:
    head = parse(text)
    for name in ("A", "B", "Date", "References", "Message-ID"):
        assert isinstance(head.text(name), str)
    date(head)
    for id_text in (message_id(head), in_reply_to(head), references(head)):
        assert id_text == "" or (id_text.startswith("<") and id_text.endswith(">"))


WORDS = st.lists(
    st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=6
)


@given(WORDS.map(" ".join).filter(lambda text: "=?" not in text))
def test_encoded_words_read_back(text: str) -> None:
    written = email.header.Header(text, "utf-8", maxlinelen=60, header_name="Subject").encode()
    assert parse(f"Subject: {written}").text("Subject") == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("plain", "plain"),
        ("=?iso-8859-1?q?J=FCrgen?=", "Jürgen"),
        ("=?ISO-8859-1*de?Q?J=FCrgen?= x", "Jürgen x"),
        ("a =?utf-8?b?w7w=?= b", "a ü b"),
        ("a=?utf-8?b?w7w=?=b", "aüb"),
        ("=?utf-8?b?w7w?=", "ü"),
        ("=?utf-8?q?a?= =?iso-8859-1?q?=E4?=", "aä"),
        ("=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?x-nobody-knows?q?=C3=BC?=", "ü"),
        ("=?x-nobody-knows?q?=FC?=", "ü"),
        ("=?punycode?q?abc?=", "abc"),
        ("=?hex?q?abc?=", "abc"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?b??=", ""),
    ],
)
def test_decode_words(written: str, text: str) -> None:
    assert decode_words(written) == text


def test_a_decoded_text_is_one_line_without_control_characters() -> None:
    assert parse("Subject: =?utf-8?b?YQ0KQmNjOiB4AGI=?=").text("Subject") == "a Bcc: x b"
    assert one_line("a\ud83db") == "a\ufffdb"


NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "written",
    [
        ("Mon, 23 Nov 2026 12:00:00 +0000",),
        ("=?us-ascii?Q?Mon,_23_Nov_2026_12:00:00_+0000?=",),
        ("Mon, 23 Nov 2026 12:00:00 +0000", "Mon, 23 Nov 2026 13:00:00 +0100"),
        ("", "Mon, 23 Nov 2026 12:00:00 +0000"),
    ],
)
def test_date(written: tuple[str, ...]) -> None:
    assert date(Headers(("date", one) for one in written)) == NOON


def test_two_dates_that_differ_are_none() -> None:
    two = ("Mon, 23 Nov 2026 12:00:00 +0000", "Tue, 24 Nov 2026 12:00:00 +0000")
    assert date(Headers(("Date", one) for one in two)) is None
    assert date(Headers()) is None


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@x>", "<a@x>"),
        ("a@x", "<a@x>"),
        ("<a@x> <b@x>,<a@x>", "<a@x> <b@x>"),
        ('"Mary\'s mail of Monday" <a@x>', "<a@x>"),
        ("Your mail of Mon, 3 Jan from mary@x", "<mary@x>"),
        ("<a @ x>", "<a@x>"),
        ("<>", ""),
        ("<<a@x>>", "<a@x>"),
    ],
)
def test_ids(written: str, ids: str) -> None:
    assert in_reply_to(Headers([("In-Reply-To", written)])) == ids
    assert references(Headers([("References", written)])) == ids


def test_message_id_without_an_at_sign() -> None:
    assert message_id(Headers([("message-id", " abc 123 ")])) == "<abc123>"
    assert message_id(Headers([("message-id", "<>")])) == message_id(Headers()) == ""


def read_all(text: str) -> None:
    """All that is read of a head."""
    head = parse(text)
    head.text("Subject")
    message_id(head)
    references(head)
    in_reply_to(head)
    date(head)


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        ("", "X: y\r\n"),
        ("X: y", "\r\n z"),
        ("", "x"),
        ("", "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n"),
        ("Subject: ", "=?utf-8?q?a?= "),
        ("Subject: ", "=?a?q?"),
        ("Subject: ", "=?"),
        ("Subject: ", "=?utf-8?b?w7w=?="),
        ("References: ", "<a@b> "),
        ("References: ", "<"),
        ("In-Reply-To: ", "a@b "),
        ("Message-ID: ", "<a"),
        ("Date: ", "("),
        ("Date: ", "Mon "),
    ],
)
def test_a_long_head_is_read_in_linear_time(begin: str, again: str) -> None:
    assert_linear(read_all, lambda size: begin + again * (size // len(again)), 20_000)


MEANT = {  # where Python takes the name for the address, and leaves out whom no comma parts from the one before
    ("sender-name-is-address.eml", "From"): ["stranger@nowhere.example"],
    ("sender-name-is-address.eml", "To"): ["sales@ourcompany.example", "tom.brown@ourcompany.example"],
}
MAILS = Path(__file__).parents[1] / "mails"


@pytest.mark.parametrize("path", sorted(MAILS.rglob("*.eml")), ids=lambda path: path.name)
def test_sample_mails_read_as_pythons_own_parser_reads_them(path: Path) -> None:
    raw = path.read_bytes()
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    head = parse(raw.decode("utf-8", "replace"))
    written = theirs["Date"]
    assert date(head) == (written.datetime if written is not None else None)
    assert head.text("Subject") == one_line(str(theirs["Subject"] or ""))
    assert message_id(head) == "".join(str(theirs["Message-ID"] or "").split())
    for field in ("From", "To", "Cc"):
        people = theirs[field].addresses if theirs[field] else ()
        expected = [one.addr_spec for one in people if one.addr_spec.isascii() and one.addr_spec != "<>"]
        expected = MEANT.get((path.name, field), expected)
        assert [one.mail for one in parse_addresses(head.first(field)) if one.mail.isascii() and one.mail] == expected
