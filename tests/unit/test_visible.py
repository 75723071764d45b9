"""A text is compared by what a reader sees of it."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.body import from_text
from connector.mail.markup import tame
from connector.mail.visible import Likeness, alike, anything, letters, likeness
from sandbox_crm.store.sanitizing import sanitized

TEXT = "Dear Mary,\n\n  the offer <42> & 3 > 2 “as agreed”\tfor 1.50 €\n\nBye"
OUTLOOK = (
    '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0}</style>'
    '</head><body dir="ltr"><div class="elementToProof" style="color:black">{}</div></body></html>'
)
sound = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).filter(
    lambda text: not any(sign > "\uffff" for sign in text)
)


@pytest.mark.parametrize(
    ("html_text", "seen"),
    [
        ("", ""),
        ("<p>a</p>\n<p>b</p>", "ab"),
        ("a<br>b&nbsp;c\u00a0d \u200b e", "abcde"),
        ("<!-- hidden -->a<!--[if mso]>hidden<![endif]-->b<![if !x]>c<![endif]>", "abc"),
        ("<style>p{}</style><script>if (1<2) x()</script><title>t</title>a", "a"),
        ("a<style>unclosed", "a"),
        ("a<!-- unclosed", "a"),
        ("<img alt='a > b' src=\"x\">c", "c"),
        ("1 < 2 &lt;b&gt; &amp;lt; &euro; &#8364; &unknown;", "1<2<b>&lt;€€&unknown;"),
        ('<a href="x>a</a> b', "ab"),
    ],
)
def test_the_letters_are_what_a_reader_sees(html_text: str, seen: str) -> None:
    assert letters(html_text) == seen


@given(sound)
def test_a_text_is_the_same_in_every_form_that_it_takes(text: str) -> None:
    as_html = from_text(text)
    wrapped = OUTLOOK.replace("{}", as_html)
    assert letters(as_html) == letters(html.escape(text)) == letters(wrapped)
    assert likeness(wrapped, sanitized(tame(as_html).html)) is Likeness.SAME
    assert likeness(as_html, sanitized(tame(wrapped).html)) is Likeness.SAME


@given(sound, sound)
def test_other_letters_are_another_text(one: str, other: str) -> None:
    same = "".join(one.split()) == "".join(other.split())
    if likeness(from_text(one), from_text(other)) is Likeness.SAME and not same:
        # Only what has no width may differ.
        assert letters(html.escape(one)) == letters(html.escape(other))


@pytest.mark.parametrize("before", [0, 1_000, 200_000])
@pytest.mark.parametrize(
    "piece", ['<a "', "<!--", "<style>", "<", "&", "&#", "<a '\"", "http://", '<p title="<" ', "[cid:"]
)
def test_a_hostile_text_takes_no_longer_than_another(piece: str, before: int) -> None:
    assert isinstance(letters("x" * before + piece * 20_000), str)
    assert alike("x" * before + piece * 20_000, "y", sure=True) in (False, None, True)


PLAIN = "Hello *World*, see [cid:image001.png] our site<https://northwind.example/a?b=c>: 1.5 kg at -3 °C"
RICH = (
    '<p>Hello <b>World</b>, see <img src="cid:image001.png"> <a href="https://northwind.example/a?b=c">our site</a>:'
    " 1.5 kg at -3 °C</p>"
)
LONG = "".join(f"Line {number} of a long text. " for number in range(40))


@pytest.mark.parametrize(
    ("sent", "stored", "expected"),
    [
        ("<p>Hello</p>", "Hello", True),
        ("", "", None),
        ("<p> </p>", "Hello", None),
        ("Hello", "", None),
        ("Scan of page A", "Scan of page B", False),
        ("Pump 1 stopped", "Pump 2 stopped", False),
        ("1.5", "15", False),
        ("-5", "5", False),
        ("5 €", "5 $", False),
        ("at 10:30", "at 1030", False),
        # The plain text that mailers send along.
        (from_text(PLAIN), RICH, True),
        (RICH, from_text(PLAIN), True),
        # A beginning counts where there is a reason for it.
        ("Hello World", "Hello", False),
        ('Hello<embed src="x"> World', "Hello", True),
        ("<p>" + "a" * 70_000, "<p>" + "a" * 65_000, True),
        # Some CRMs decode once more.
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;", True),
    ],
)
def test_which_texts_may_be_of_one_mail(sent: str, stored: str, expected: bool | None) -> None:
    assert alike(sent, stored, sure=False) is expected


def test_a_long_beginning_is_the_same_mail_where_all_else_is() -> None:
    assert alike(LONG, LONG[:600], sure=True) is True
    assert alike(LONG, LONG[:600], sure=False) is False


FRAME = "<html><head><meta charset=utf-8><title>x</title><style>p{{}}</style></head><body>{}</body></html>"


@pytest.mark.parametrize(
    "nothing",
    ["", " \r\n", "&nbsp;", "<p>&nbsp;</p><br>", "<div><br></div>", "\u200b\u00a0", "<!-- <img> -->", "&#8203;"],
)
def test_a_frame_around_nothing_is_nothing(nothing: str) -> None:
    assert not anything(nothing)
    assert not anything(FRAME.format(nothing))


@pytest.mark.parametrize("something", ["a", "<p>.</p>", "<img src=cid:a>", "<TABLE><tr><td></table>", "&amp;", "<hr>"])
def test_letters_pictures_and_tables_are_something(something: str) -> None:
    assert anything(something)
    assert anything(FRAME.format(something))
