"""What of a link's progress is shown, and that nothing else waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.pacing import Paced
from connector.app.state import LinkView, Notice, State
from connector.errors import CrmFault, Problem
from connector.linking.link import Failure, Link, LinkPlan, begin
from connector.linking.receipt import receipt_of
from connector.linking.states import Step
from unit import virtual_time
from unit.screens import MAIL, MARY, OPEN, OTHER

LINK = replace(begin(LinkPlan(MAIL, (MARY,)), lambda attachment: attachment.name), step=Step.STORE)
DONE = replace(LINK, step=None, related=frozenset({MARY.id}), files=())


def showing(link: Link, **changes: object) -> State:
    return replace(OPEN, links={MAIL.key: replace(LinkView(link), **changes)})  # type: ignore[arg-type]


def shown(states: Sequence[State], *, in_one_go: bool = False) -> list[State]:
    """What a page shows of states that come one after the other, before any time passes, and then."""
    found: list[State] = []

    async def run() -> None:
        paced = Paced(found.append)
        paced.flush()
        for state in states:
            paced.show(state)
            if not in_one_go:
                await asyncio.sleep(0)
        await asyncio.sleep(1)

    virtual_time.run(run())
    return found


def test_of_three_hundred_moves_the_first_and_the_last_are_shown() -> None:
    states = [showing(replace(LINK, sent=sent, total=300)) for sent in range(300)]
    found = shown(states)
    assert found[0] is states[0]
    assert found[-1] is states[-1]
    assert len(found) <= 5


ENDS = {
    "linked": showing(DONE, running=False, receipt=receipt_of(DONE)),
    "failed": showing(replace(LINK, failure=Failure(Step.STORE, CrmFault(reason="x"))), running=False),
    "being taken back": showing(LINK, removing=True),
    "gone": replace(OPEN, links={}),
    "another mail": replace(showing(LINK), mail=OTHER, turn=OPEN.turn + 1),
    "a notice": replace(showing(LINK), notices=(Notice(9, "info", Problem("crm-fault")),)),
    "one link more": replace(OPEN, links={MAIL.key: LinkView(LINK), OTHER.key: LinkView(LINK)}),
}


@pytest.mark.parametrize("end", list(ENDS.values()), ids=list(ENDS))
def test_whatever_is_more_than_progress_is_shown_at_once(end: State) -> None:
    assert shown([showing(LINK), showing(replace(LINK, sent=1)), end]) == [showing(LINK), end]


def test_of_states_that_come_in_one_go_the_last_is_shown() -> None:
    states = [replace(OPEN, turn=turn) for turn in range(5)]
    assert shown(states, in_one_go=True) == states[-1:]


def test_what_there_is_to_show_can_be_had_at_once() -> None:
    found: list[State] = []

    async def run() -> None:
        paced = Paced(found.append)
        paced.show(State())
        paced.show(OPEN)
        await asyncio.sleep(1)
        assert not found, "whoever begins says when there is a first picture"
        paced.flush()
        assert found == [OPEN]
        paced.flush()
        await asyncio.sleep(0)

    virtual_time.run(run())
    assert found == [OPEN], "and no second time"


def test_what_a_press_changes_is_shown_before_the_press_is_over() -> None:
    found: list[State] = []

    async def run() -> None:
        paced = Paced(found.append)
        paced.flush()
        press = paced.at_once(lambda _: paced.show(OPEN))
        press(e.SignOutAsked())
        assert found == [OPEN]

    virtual_time.run(run())


def test_progress_goes_on_being_shown_while_it_lasts() -> None:
    found: list[int] = []

    async def run() -> None:
        paced = Paced(lambda state: found.append(state.links[MAIL.key].link.sent))
        paced.flush()
        sent = 0
        while len(found) < 4:
            sent += 1
            paced.show(showing(replace(LINK, sent=sent)))
            await asyncio.sleep(0.001)

    virtual_time.run(run())
    assert found == sorted(set(found))
    assert found[1] - found[0] > 1, "each of them would be too many"
