"""The mail's text: nothing of it is lost on the way into the CRM."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.body import from_text, sound, survivable
from unit.growth import assert_linear


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


@pytest.mark.parametrize("again", ["x", "\U0001f600", "<p>", "&"])
def test_what_survives_is_made_in_linear_time(again: str) -> None:
    assert_linear(survivable, lambda size: again * size, 100_000)


@pytest.mark.parametrize("again", [" a\t \n", " ", "\t", "\r\n", "<&>"])
def test_a_long_plain_text_becomes_html_in_linear_time(again: str) -> None:
    assert_linear(from_text, lambda size: again * size, 5_000)
