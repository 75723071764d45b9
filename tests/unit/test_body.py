"""The mail's text: nothing of it is lost on the way into the CRM."""

from __future__ import annotations

import html
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.body import content_ids, from_text, match_pictures, sound, survivable, with_pictures
from connector.ports import DataUrl, FileHandle, RawAttachment, Text


class Reader(HTMLParser):
    """What a browser makes of a piece of HTML: its text with <br> as line ends, and its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [value or "" for _, value in attrs]
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\n", "")  # between tags: white space that is not shown


def shown(text: str) -> str:
    """A plain text without differences in line ends, kinds of spaces, and characters no HTML may hold."""
    text = re.sub("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", "\n", sound(text))
    text = re.sub("[\x00-\x08\x0e-\x1f\x7f]", "\ufffd", text)
    return re.sub("[ \t\xa0]+", " ", text)


@given(st.text() | st.text(" \t\r\n<>&\"'a\xa0\U0001f600\x00", max_size=60))
def test_plain_text_reads_back(text: str) -> None:
    page = Reader(from_text(text))
    assert re.sub("[ \xa0]+", " ", page.text) == shown(text)
    assert set(page.tags) <= {"br"}


@given(st.text(" a\n", max_size=40))
def test_every_space_and_line_is_shown(text: str) -> None:
    source = from_text(text)
    visible = html.unescape(source.replace("<br>\n", "\n"))
    assert visible.replace("\xa0", " ") == text
    assert "  " not in visible  # a browser would show one
    assert not re.search("(?m)^ | $", visible)  # a browser would show none


def test_plain_text_for_the_eye() -> None:
    assert from_text('a  b\r\n  <c> & "d"\n\n\te') == (
        "a&nbsp; b<br>\n&nbsp; &lt;c&gt; &amp; &quot;d&quot;<br>\n<br>\n&nbsp;&nbsp;&nbsp;&nbsp;e"
    )


@given(st.text(st.characters(max_codepoint=0xFFFF, blacklist_categories=["Cs", "Cc"])))
def test_bmp_text_is_unchanged(text: str) -> None:
    assert survivable(text) == text


@given(st.text())
def test_what_survives_has_no_forbidden_character_and_means_the_same(text: str) -> None:
    result = survivable(text)
    assert all(sign <= "\uffff" and not "\ud800" <= sign <= "\udfff" for sign in result)
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f]", result)
    expected = re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f]", "\ufffd", sound(text))
    assert (
        re.sub(r"&#(\d{5,7});", lambda match: chr(int(match[1])), result)
        == re.sub(r"&#(\d{5,7});", lambda match: chr(int(match[1])), expected)
        or "&#" in text
    )


def test_survivable_in_text_and_attributes() -> None:
    result = survivable('<p title="\U0001f600">\U0001f469\u200d\U0001f4bb\x00 \ud83d\ude00 \ud83d</p>')
    page = Reader(result)
    assert page.attributes == ["\U0001f600"]
    assert page.text == "\U0001f469\u200d\U0001f4bb\ufffd \U0001f600 \ufffd"


@given(st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010)))
def test_sound_text_can_be_sent(text: str) -> None:
    sound(text).encode()


def picture(
    name: str, content_id: str = "", *, inline: bool = True, media_type: str = "image/png", kind: str = "file"
) -> RawAttachment:
    return RawAttachment("id-" + name + content_id, name, 10, media_type, kind, inline, content_id)


def joined(pieces: Text) -> str:
    return "".join(piece if isinstance(piece, str) else f"[{piece.file.key}]" for piece in pieces)


A, B = FileHandle("A", 1, "image/png"), FileHandle("B", 2, "image/gif")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ('<img src="cid:a@x">', '<img src="[A]">'),
        ("<img src='CID:A@X' alt=''>", "<img src='[A]' alt=''>"),
        ("<img src=cid:a@x>", "<img src=[A]>"),
        ('<img SRC = " cid:a@x ">', '<img SRC = " [A]">'),
        ('<img src="cid:a%40x">', '<img src="[A]">'),
        ('<img src="cid:a&#64;x">', '<img src="[A]">'),
        ('<img src="cid:&lt;a@x&gt;">', '<img src="[A]">'),
        ('<td background="cid:b@x">', '<td background="[B]">'),
        ('<v:fill src="cid:b@x"/>', '<v:fill src="[B]"/>'),
        ("<style>p{background:URL(cid:b@x)}</style>", "<style>p{background:URL([B])}</style>"),
        ("<p style=\"background:url('cid:b@x')\">", "<p style=\"background:url('[B]')\">"),
        ('<p style="background:url( &quot;cid:b@x&quot; )">', '<p style="background:url( &quot;[B]&quot; )">'),
        ('<p style="background:url(&#39;cid:b%40x&#39;)">', '<p style="background:url(&#39;[B]&#39;)">'),
        ('<img src="cid:a@x"><img src="cid:b@x"><img src="cid:a@x">', '<img src="[A]"><img src="[B]"><img src="[A]">'),
        ('<img src="cid:unknown">', '<img src="cid:unknown">'),
        ("see cid:a@x", "see cid:a@x"),
        ('<a href="cid:a@x">', '<a href="cid:a@x">'),
        ('<img data-src="cid:a@x">', '<img data-src="cid:a@x">'),
        ('<img src="cid:">', '<img src="cid:">'),
        ('<img src="cid:a@x', '<img src="cid:a@x'),
        ("", ""),
    ],
)
def test_pictures_come_into_their_places(source: str, result: str) -> None:
    assert joined(with_pictures(source, {"a@x": A, "<B@x>": B})) == result


@given(st.text("cid:src=url()\"'<> a@x&;%", max_size=80))
def test_pictures_change_nothing_else(source: str) -> None:
    assert joined(with_pictures(source, {})) == source
    pieces = with_pictures(source, {"a@x": A})
    assert joined(with_pictures(source, {"a@x": A})).count("[A]") == sum(isinstance(piece, DataUrl) for piece in pieces)


def test_a_media_type_can_not_break_out_of_the_attribute() -> None:
    pieces = with_pictures('<img src="cid:a">', {"a": FileHandle("A", 1, 'image/png" onerror="x')})
    assert pieces[1] == DataUrl(FileHandle("A", 1, "application/octet-stream"))


def test_content_ids() -> None:
    source = '<img src="cid:b"><img src="cid:A%40x"><img src=cid:a@x><p style="background:url(cid:c)"> cid:no'
    assert content_ids(source) == ("b", "A@x", "c")


def test_pictures_are_found_by_content_id() -> None:
    logo, photo = picture("image001.png", "<Logo@X>"), picture("logo@x", "photo@x")
    assert match_pictures(["logo@x", "photo@x", "logo@x"], [photo, logo]) == {"logo@x": logo, "photo@x": photo}


def test_pictures_are_found_by_name() -> None:
    one, two, file = picture("image001.png"), picture("IMAGE002.png"), picture("image001.png", inline=False)
    found = match_pictures(["image002.png@01DC5A", "image001.png@01DC5A"], [file, one, two])
    assert found == {"image002.png@01DC5A": two, "image001.png@01DC5A": one}


def test_pictures_of_the_same_name_are_taken_in_order() -> None:
    one, two = (
        RawAttachment("1", "image.png", 1, "image/png", "file", True),
        RawAttachment("2", "image.png", 2, "image/png", "file", True),
    )
    assert match_pictures(["image.png@a", "image.png@b"], [one, two]) == {"image.png@a": one, "image.png@b": two}


def test_pictures_left_over_are_taken_in_order_when_the_count_fits() -> None:
    one, two, named = picture("x.png"), picture("y.jpg", media_type=""), picture("named.png")
    report = picture("report.pdf", media_type="application/pdf")
    found = match_pictures(["q1", "named.png", "q2"], [one, report, named, two])
    assert found == {"q1": one, "named.png": named, "q2": two}
    assert match_pictures(["q1", "q2"], [one]) == {}
    assert match_pictures(["q1"], [picture("mail", kind="item"), picture("x.png", inline=False)]) == {}


@pytest.mark.parametrize(
    "source",
    [
        "x" * 5_000_000,
        "\U0001f600" * 1_000_000,
        "src=" * 1_000_000,
        'src="cid:' * 500_000,
        "url(" + " " * 4_000_000,
        "url(cid:" * 600_000,
        "src" + " " * 4_000_000,
        "<img src=cid:" + "a&" * 2_000_000,
        '<img src="cid:a@x">' * 100_000,
    ],
    ids=range(9),
)
def test_five_megabytes_take_linear_time(source: str) -> None:
    start = time.perf_counter()
    assert survivable(source)
    assert with_pictures(source, {"a@x": A})
    assert time.perf_counter() - start < 20  # quadratic would take hours


def test_megabytes_of_plain_text() -> None:
    start = time.perf_counter()
    assert len(from_text(" a\t \n" * 300_000)) > 5_000_000
    assert time.perf_counter() - start < 20
