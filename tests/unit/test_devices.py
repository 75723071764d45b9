"""Where a user is signed in: the CRM's answer is taken as far as it is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app import events as e
from connector.app.element import Element
from connector.app.state import Asking, DeviceList
from connector.app.views import view
from connector.errors import Problem
from connector.signin.states import SignedIn
from connector.vtenext.component.devices import LONGEST, MOST, Device, devices_from
from unit.markup import text
from unit.screens import SCREENS

ANSWER = {
    "id": "17",
    "name": "Outlook on the web, Chrome, Windows",
    "since": "2026-11-23T20:15:00+01:00",
    "last_used": "2026-11-24T09:10:00+01:00",
    "expires": "2026-12-23T20:15:00+01:00",
    "this": True,
}
HERE = Device(ANSWER["id"], ANSWER["name"], ANSWER["since"], ANSWER["last_used"], this=True)  # type: ignore[arg-type]
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda kind: st.lists(kind, max_size=3) | st.dictionaries(st.sampled_from([*ANSWER, "devices", "x"]), kind),
)


def test_an_answer_of_the_contract() -> None:
    other = {**ANSWER, "id": "4", "name": "Outlook for Mac", "this": False, "new": 1}
    assert devices_from({"devices": [ANSWER, other]})[0] == HERE
    assert [one.this for one in devices_from({"devices": [ANSWER, other]})] == [True, False]
    assert devices_from({"devices": []}) == ()


@pytest.mark.parametrize("wrong", [None, [], "x", {}, {"devices": None}, {"devices": {"17": ANSWER}}])
def test_what_is_no_answer(wrong: object) -> None:
    with pytest.raises(ValueError, match="list of devices"):
        devices_from(wrong)


@pytest.mark.parametrize("wrong", ["", "0", "-1", "1 ", "1x2", "1" * 10, "\u0661", None, [17]])
def test_a_device_that_could_not_be_named_is_left_out(wrong: object) -> None:
    assert devices_from({"devices": [{**ANSWER, "id": wrong}, ANSWER]}) == (HERE,)


@given(JSONS, JSONS)
def test_whatever_comes(result: Any, one: Any) -> None:
    for given_answer in (result, {"devices": [one, result]}, {"devices": [ANSWER] * (MOST + 5)}):
        try:
            found = devices_from(given_answer)
        except ValueError:
            continue
        assert len(found) <= MOST
        assert all(len(each.name) <= LONGEST for each in found)


def buttons(tree: Element) -> list[Element]:
    """All buttons of a tree."""
    children = [one for one in tree.children if isinstance(one, Element)]
    return [tree] * (tree.tag == "button") + [found for one in children for found in buttons(one)]


def test_other_devices_can_be_ended_and_this_one_signs_out() -> None:
    other = Device("4", "Outlook for Mac", "", "", this=False)
    state = SCREENS["choose"]
    shown = view(replace(state, devices=DeviceList(Asking.DONE, (HERE, other))))
    said = text(shown)
    assert "This device · since Mon 23 Nov 2026 · last used Tue 24 Nov 2026" in said
    ends = [one for one in buttons(shown) if dict(one.on).get("click") == e.DeviceEndAsked("4")]
    assert len(ends) == 1
    assert e.DeviceEndAsked("17") not in [dict(one.on).get("click") for one in buttons(shown)]
    failed = view(replace(state, devices=DeviceList(Asking.FAILED, (HERE,), problem=Problem("offline"))))
    assert "no network connection" in text(failed)


@pytest.mark.parametrize("name", ["sign-in-first", "returning", "fatal"])
def test_who_is_not_signed_in_is_asked_nothing(name: str) -> None:
    assert e.DevicesToggled() not in [dict(one.on).get("click") for one in buttons(view(SCREENS[name]))]


def test_a_stock_crm_knows_no_devices() -> None:
    for stock in (False, True):
        shown = view(replace(SCREENS["choose"], sign_in=SignedIn("https://crm.example", "agent", stock=stock)))
        assert (e.DevicesToggled() in [dict(one.on).get("click") for one in buttons(shown)]) is not stock
