"""What a reader sees of a mail's HTML is there once vtenext's filter has been over it.

A browser's reading is html5lib's; the filter is the sandbox CRM's, which was held against the real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.mail.body import from_text, survivable
from connector.mail.markup import LONGEST_VALUE, tame
from draws import examples
from mails.samples import SAMPLES
from sandbox_crm.store.sanitizing import BEGIN, END, sanitized
from unit.growth import assert_linear

UNSEEN = {"script", "style", "title", "head", "template", "noembed", "noframes", "iframe", "xml"}
"""Elements of which a reader sees nothing, in a browser or in Outlook."""


def shown(html: str) -> str:
    """The text that a reader sees, white space as a browser shows it."""
    return " ".join("".join(_texts(html5lib.parse(html, namespaceHTMLElements=False))).split())


def _texts(element: Any) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag.lower() not in UNSEEN:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def stored(html: str) -> str:
    """What the CRM keeps of it."""
    return sanitized(tame(survivable(html)).html).removeprefix(BEGIN).removesuffix(END)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p>a</p><embed src="x"><p>b</p>', "<p>a</p><p>b</p>"),
        ("<p>a</p><xml><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p><xml>junk</xml><p>b</p>", "<p>a</p><p>b</p>"),
        ("<applet><p>b</p></applet>", "<p>b</p>"),
        ("<frameset><frame><p>b</p>", "<p>b</p>"),
        ("<style>p { a }</style><p>b</p>", "<p>b</p>"),
        ("<style><p>b</p>", "<p>b</p>"),
        ("<script>if (a<b) { x }</script><p>b</p>", "<p>b</p>"),
        ("<xmp><b> &amp;</xmp>", '<p class="MessagePre">&lt;b> &#38;amp;</p>'),
        ("<textarea><b>", '<p class="MessagePre">&lt;b></p>'),
        ("<noscript>a <b>b</b></noscript>", "<span>a <b>b</b></span>"),
        ("<svg width='1'><text>a</text></svg>", "<span width='1'><text>a</text></span>"),
        ("<p>1 < 2, x <= 3 and <3</p>", "<p>1 &lt; 2, x &lt;= 3 and &lt;3</p>"),
        ("<p>a<o:p></o:p><st1:place w:st='on'>b</st1:place></p>", "<p>ab</p>"),
        ('<p title="He said "hi"">a</p>', '<p title="He said ">a</p>'),
        ('<td width="20"height=5 / nowrap>a</td>', '<td width="20" height="5" nowrap="">a</td>'),
        ("<p @click=x>a</p>", "<p>a</p>"),
        ("a<br/ >b", "a<br />b"),
        ("a<!-- b --!>c<!-->d<!--[if mso]>e<![endif]-->f", "acdf"),
        ("&amp;lt;b&amp;gt; AT&amp;T &amp; &amp;copy;", "&#38;lt;b&#38;gt; AT&#38;T & &#38;copy;"),
        ("see https://x.example <b>now</b>", 'see <a href="https://x.example" target="_blank">https://x.example</a> '
         "<b>now</b>"),
        ('<a href="mailto:a@x.example?subject=Offer 42">a</a>', '<a href="mailto:a@x.example?subject=Offer%2042" '
         'target="_blank" title="">a</a>'),
        ('<a href="https://x.example/ü">a</a>', '<a href="https://x.example/%C3%BC" target="_blank" title="">a</a>'),
        ("<p>https://x.example/?a=1&amp;b=2</p>", '<p><a href="https://x.example/?a=1&b=2" target="_blank">'
         "https://x.example/?a=1&b=2</a></p>"),
        ("<p>www.x.example?a&amp;copy=1</p>", '<p><a href="http://www.x.example?a&" target="_blank">'
         "www.x.example?a&</a>\u200bcopy=1</p>"),
        ("<p>www.x.example\U0001f600</p>", '<p><a href="http://www.x.example" target="_blank">www.x.example</a>'
         "\u200b&#128512;</p>"),
        ("<p>a", "<p>a</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_the_filter_would_lose_is_kept(html: str, kept: str) -> None:
    assert stored(html) == kept


ALIKE = [
    '<p class="MsoNormal" style="margin:0cm">Text &amp; more <b>here</b><br>\n</p>',
    "<TABLE width=100% BORDER='0'><TR><TD nowrap>a</TD></TR></TABLE>",
    '<img src="cid:image001.png@01D" alt="a > b">',
    "a > b &nbsp; c",
    "<div\n class=x>\n a </div\n>",
]


@pytest.mark.parametrize("html", ALIKE)
def test_what_both_read_alike_is_not_touched(html: str) -> None:
    assert tame(html).html == html


@pytest.mark.parametrize("length", [LONGEST_VALUE, LONGEST_VALUE + 1])
@pytest.mark.parametrize("html", ['<img src="{}">', "<img src='{}'>", "<img src={}>", '<p style="{}">'])
def test_a_value_that_would_cost_the_rest_of_the_mail_is_left_out(html: str, length: int) -> None:
    made = tame("<p>a</p>" + html.format("x" * length) + "<p>b</p>")
    left_out = made.unlinked if "style" in html else made.shortened
    assert left_out is (length > LONGEST_VALUE)
    assert ("x" * 99 in made.html) is not left_out
    assert sanitized(made.html).count("b") > 0


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: mail.source)
def test_of_a_sample_mail_nothing_is_lost(mail: Any) -> None:
    html = mail.html or from_text(mail.text)
    assert shown(stored(html)) == shown(survivable(html))


PIECES = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "a", "text ", "<", "< ", ">", "<3", "&amp;", "&lt;", "&", "<embed>", "<embed src=x>",
    "<xml>", "</xml>", "<title>", "</title>", "<style>", "</style>", "p{}", "<script>", "</script>", "<o:p>", "</o:p>",
    "<br>", "<br/>", "<br />", "<!-- c -->", "<!--", "-->", "--!>", "<![if x]>", '<a href="', 'x">', "</a>", "'", '"',
    "<img src='cid:image001.png'>", '<p class=a style="x:y">', " / ", "<td nowrap width=20>", "</td>", "<TABLE>",
    "</TABLE>", "\n", "ü", "=", "<x.y>", "<a b.c=d>", "https://x.example ", " www.x.example", "</", "<div/>", "</body>",
    "<applet>", "</applet>", "<xmp>", "</xmp>", "<pre>", "</pre>", "&{", "};", "<plaintext>", "<textarea>", "&#65;",
    "</textarea>", "&nbsp;", '<ins datetime="2020">', "<p\n>", "<p\ta>", "\U0001f600",
])  # fmt: skip


@given(
    st.from_regex(r"(?:https?://|www\.)[a-z./]{1,9}(?:[?&=;#]|lt|copy|[a-z]{1,3}|%20|\U0001f600){0,9}", fullmatch=True),
    st.booleans(),
)
def test_of_an_address_in_the_text_nothing_else_is_shown(address: str, linked: bool) -> None:
    written = from_text(address)
    html = f'<p>see <a href="{written}">{written}</a> now</p>' if linked else f"<p>see {written} now</p>"
    assert shown(stored(html)).replace("\u200b", "") == f"see {address} now"


@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_written_nothing_that_is_shown_is_lost(html: str) -> None:
    """It may show more: of what never ends a browser shows nothing, and the CRM the rest."""
    there = iter(shown(stored(html)).replace(" ", ""))
    assert all(character in there for character in shown(survivable(html)).replace(" ", ""))


@given(st.text() | st.text("<>&\"' /=!-abpx:;#{}\n\t", max_size=40))
def test_any_text_comes_through_as_it_was_and_stays(text: str) -> None:
    html = tame(survivable(text)).html
    assert tame(html).html == html
    assert shown(stored(from_text(text))) == shown(from_text(text))


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        ("", "<"), ("", "<a "), ("", '<a href="'), ("", "<!--"), ("", "<style>"), ("", "<xml>"), ("", "</"),
        ("<p ", "a "), ("", "<p a='\"' "), ("", "<textarea>"), ("", "<o:p>"), ("", "&amp;lt;"), ("", "<a/"), ("", " "),
        ("", "<p x="), ("", "&{"),
    ],
)  # fmt: skip
def test_no_text_takes_long(begin: str, again: str) -> None:
    assert_linear(tame, lambda size: begin + again * (size // len(again)), 25_000)


HANDLER = "<img src=x onerror=alert(1)>"
RAW = tuple("noscript noembed noframes textarea xmp plaintext title style script iframe template".split())
HIDING = st.lists(
    st.sampled_from(
        [
            *(f"<{name}>" for name in (*RAW, "svg", "math", "mi", "desc", "select", "table", "td", "p", "b")),
            *(f"</{name}>" for name in (*RAW, "svg", "math", "p", "b")),
            *(f'<p title="</{name}>{HANDLER}">' for name in RAW),
            *(f"<{odd}>" for odd in ("NoScript x=y", "noscript/", "svg:a", "math\n", "svg a='>'")),
            *("<!--", "-->", "--!>", "<![CDATA[", "]]>", "<", "text", "&lt;", f"<p title='\">{HANDLER}'>"),
            *(f'<a title="{end}{HANDLER}">' for end in ("]]>", "-->", ">", "`")),
        ]
    ),
    max_size=12,
).map("".join)


@given(HIDING)
@settings(max_examples=examples(300))
def test_nothing_that_the_filter_takes_for_text_is_markup_in_a_browser(html: str) -> None:
    """A filter that knows less of HTML than a browser passes what hides in an attribute."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    for element in parser.parseFragment(stored(html), scripting=True).iter():
        assert str(element.tag).partition("}")[0] not in {
            "{http://www.w3.org/2000/svg",
            "{http://www.w3.org/1998/math/mathml",
        }
        assert not [name for name in element.attrib if str(name).startswith("on")], stored(html)
