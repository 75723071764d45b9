"""An answer among what PHP prints around it, and pieces of JSON that are none."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import AnswerError, PermissionDenied, SignInNeeded
from connector.ports import Response
from connector.vtenext.envelope import answer_in
from connector.vtenext.wire import decipher

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just('"}{"status":200,"data":[]}'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "data", "error", "a"]), inner, max_size=4)
    ),
    max_leaves=8,
)
ANSWERS = st.one_of(
    st.builds(lambda data: {"status": 200, "data": data}, VALUES),
    st.builds(lambda text: {"status": 500, "error": "WebServiceException", "message": text}, st.text(max_size=20)),
    st.builds(lambda text: {"success": False, "error": 0, "message": text}, st.text(max_size=20)),
)
"""With the status first, as vtenext has it."""
WRITTEN = st.builds(
    lambda value, indent, escaped: json.dumps(value, indent=indent, ensure_ascii=escaped),
    ANSWERS,
    st.sampled_from([None, 0, 4]),
    st.booleans(),
)
"""Compact, and indented as vtenext writes."""

WORDS = st.sampled_from(["Undefined index: x", "foo() expects array, bool given", "[[[{", 'O\'Brien said "no"', "ü"])
HTML_NOISE = st.builds(
    "<br />\n<b>{}</b>:  {} in <b>/var/www/vte/include/utils.php</b> on line <b>12</b><br />\n".format,
    st.sampled_from(["Warning", "Notice", "Deprecated"]),
    WORDS.map(html.escape),
)
TEXT_NOISE = st.builds(
    "\n{}: {} in /var/www/vte/include/utils.php on line 12\n".format,
    st.sampled_from(["Warning", "PHP Notice", "Deprecated", "Strict Standards"]),
    WORDS,
)
OTHER_NOISE = st.sampled_from(
    [
        "\ufeff",
        "\r\n \t",
        "<!-- page generated in 0.1 s -->",
        "<pre class='xdebug-var-dump'>array(1)</pre>",
        "<table class='xdebug-error'><tr><th>Notice</th></tr><tr><td>1</td></tr></table>\n",
        "array(2) {\n  [0]=>\n  int(1)\n}\n",
        "<html><body><p>Old page</p></body></html>\n",
    ]
)
NOISE = st.lists(HTML_NOISE | TEXT_NOISE | OTHER_NOISE, max_size=4).map("".join)
BEHIND = st.lists(
    HTML_NOISE | TEXT_NOISE | st.sampled_from(["\n", "<script>track()</script>", '\n{"queries": 12}', "<!-- end -->"]),
    max_size=4,
).map("".join)


@given(before=NOISE, written=WRITTEN, behind=BEHIND)
def test_what_php_prints_around_an_answer_is_forgiven(before: str, written: str, behind: str) -> None:
    assert answer_in(before + written + behind) == json.loads(written)


@given(written=WRITTEN, behind=st.text(st.characters(exclude_characters="]}),;:'\"`"), max_size=30))
def test_what_begins_the_text_is_the_answer(written: str, behind: str) -> None:
    found = answer_in(written + behind)
    assert found == ({} if behind.lstrip("\ufeff \t\r\n").startswith("</") else json.loads(written))


PLACES = [
    "<html><body>{}</body></html>",
    "<!DOCTYPE html>\n{}\n",
    "<!doctype html><title>502</title><h1>Bad gateway</h1>\n<pre>\n{}\n</pre>",
    "<p>The server said:\n{}\n",
    "<div>\n{}</div>",
    "<script>\nvar answer = {};\n</script>",
    "<script>{}</script>",
    "<a href='/' data-answer='{}'>Retry</a>",
    "<!--\n{}\n-->",
    "<br />\n<b>Warning</b>: x\n<textarea>\n{}",
    "[{}]",
    "[\n{}\n]",
    '{{"upstream": {}, "error": "bad gateway"}}',
    '{{"upstream":\n{}\n',
    "callback(\n{});",
    "Fatal error: unexpected answer: {}",
    'The body was "{}"',
    "the upstream answered {}",
    "Warning: first\n{0}\nWarning: second\n{0}\n",
    "<br />\n<b>Warning</b>: first<br />\n{0}{0}",
]


@pytest.mark.parametrize("place", PLACES)
@given(written=WRITTEN)
def test_a_piece_of_json_in_something_else_is_no_answer(place: str, written: str) -> None:
    found = answer_in(place.format(written))
    assert "data" not in found
    assert found.get("error") in (None, "bad gateway")


@given(before=NOISE, written=WRITTEN, data=st.data())
def test_an_answer_that_was_cut_off_is_none(before: str, written: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(written) - 1))
    assert answer_in(before + written[:length]) == {}


@given(st.text() | st.builds("{}{}{}".format, NOISE, st.text(max_size=5), WRITTEN))
def test_any_text_gives_an_object_or_none(text: str) -> None:
    assert isinstance(answer_in(text), dict)


@pytest.mark.parametrize(
    "deep", ["[" * 100 + "]" * 100, '{"a":' * 100 + "1" + "}" * 100, "[" * 300_000], ids=["lists", "objects", "endless"]
)
@pytest.mark.parametrize("before", ["", "<br />\n<b>Notice</b>: x<br />\n"], ids=["alone", "behind a notice"])
def test_depth_is_refused_and_brackets_around_do_not_count(before: str, deep: str) -> None:
    assert answer_in(before + '{"status":200,"data":' + deep + "}") == {}
    noise = "Warning: " + deep.replace('"', "'") + " in x.php on line 3\n"
    assert answer_in(noise + before + '{"status":200,"data":1}' + before + noise) == {"status": 200, "data": 1}


def answered(status: int, value: Any) -> Response:
    return Response(status, "<br />\n<b>Warning</b>: x<br />\n" + json.dumps(value, indent=4) + "\nNotice: y\n")


def test_a_refusal_among_noise_is_that_refusal() -> None:
    """Where PHP has printed before, it can't set the status any more: the answer's own counts."""
    with pytest.raises(SignInNeeded):
        decipher(answered(200, {"status": 401, "error": "InvalidLoginException", "message": "x"}), "query")
    with pytest.raises(PermissionDenied):
        decipher(
            answered(200, {"status": 500, "error": "WebServiceException", "message": "Permission to read is denied"}),
            "query",
        )


@given(place=st.sampled_from(PLACES), status=st.sampled_from([200, 403, 404, 500, 502]))
def test_an_error_page_is_never_taken_for_data(place: str, status: int) -> None:
    with pytest.raises(AnswerError):
        decipher(Response(status, place.format('{"status": 200, "data": ["KEY"]}')), "loginpwd")
