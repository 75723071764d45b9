"""What the pane and its page in the sign-in window say to each other; whatever else comes is not for them."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.signin.handover import LONGEST, asks, brought, leading

VISIT, URL = "v" * 43, "https://crm.example.com/index.php?module=MailConnector"
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda kind: st.lists(kind) | st.dictionaries(st.text(), kind),
)


def ready(visit: object) -> str:
    return json.dumps({"mailConnector": "ready", "visit": visit})


def test_the_page_of_this_visit_is_told_where_to_go() -> None:
    assert asks(ready(VISIT), VISIT)
    assert json.loads(leading(VISIT, URL)) == {"mailConnector": "go", "visit": VISIT, "url": URL}


@pytest.mark.parametrize("visit", ["", "w" * 43, VISIT + "x", VISIT[:-1], None, 0, [VISIT], {VISIT: VISIT}])
def test_no_other_page_is_told(visit: object) -> None:
    assert not asks(ready(visit), VISIT)
    assert not asks(ready(visit), "")


def test_what_the_crm_brought_is_handed_over() -> None:
    assert brought(json.dumps({"mailConnector": "sign-in", "fragment": "#code=x&state=y"})) == "#code=x&state=y"
    assert brought(json.dumps({"mailConnector": "sign-in", "fragment": 7})) == "", "an answer, and a wrong one"
    assert brought(json.dumps({"mailConnector": "sign-in"})) == ""
    assert brought(ready(VISIT)) is None
    assert not asks(json.dumps({"mailConnector": "sign-in", "visit": VISIT}), VISIT)


@given(JSONS.map(json.dumps) | st.text() | JSONS)
@example("[" * 3_000)
@example(json.dumps({"mailConnector": "ready", "visit": VISIT, "more": "x" * LONGEST}))
@example('{"mailConnector": NaN}')
def test_nothing_else_is_heard(message: object) -> None:
    assert not asks(message, VISIT)
    assert brought(message) is None
