"""Which notices stand in the state: pure. Those that ask for nothing are shown one after the other.

The oldest of them is the shown one; `connector.app.passing` ends it when it has been there for its time.
"""

from __future__ import annotations

from dataclasses import replace

from connector.app.state import PASSING, Notice, State
from connector.errors import Problem

MOST = 20
"""So many are kept: a CRM may fail again and again."""


GIVEN_UP = "link-abandoned"
"""The code of what is said of a link that another mail has ended."""


def noticed(state: State, problem: Problem | None, tone: str, of: str = "", during: Problem | None = None) -> State:
    """Return the state with one more notice; ``of`` and ``during`` are those of `Notice`.

    What stands there already is not said twice. Where there are too many, those that ask for nothing make room first.
    """
    if problem is None or any((one.problem, one.during) == (problem, during) for one in state.notices):
        return state
    number = max((one.id for one in state.notices), default=0) + 1
    kept = list(state.notices)
    if len(kept) >= MOST:
        kept.remove(next((one for one in kept if one.tone in PASSING), kept[0]))
    return replace(state, notices=(*kept, Notice(number, tone, problem, of, during)))


def waiting(state: State) -> tuple[Notice | None, bool]:
    """Return the one that is shown of those that ask for nothing, if any, and whether others wait for its place."""
    passing = [one for one in state.notices if one.tone in PASSING]
    return (passing[0] if passing else None), len(passing) > 1


def abandoned(state: State, key: str, problem: Problem | None, tone: str) -> State:
    """Return the state in which the link of the mail with this key is gone."""
    if problem is not None and problem.code == GIVEN_UP and state.mail is not None and state.mail.key == key:
        # That the records were dropped with it goes without saying.
        state = replace(state, chosen=())
    return noticed(state, problem, tone, key)


def gone_on(state: State, to: str = "") -> tuple[Notice, ...]:
    """Return the notices that are left when the user goes on: with the shown mail, or to the one with the key ``to``.

    Who goes on with the mail needs no word of what was done to it before, not even of what waits behind another notice:
    it would stand over what comes next. Who goes on to another mail has read the shown one only. What is about another
    mail stays, as it may have just come. Back at the mail itself, nobody has to be told that another one is selected.
    """
    here = state.mail.key if state.mail else ""
    shown, _more = waiting(state)

    def is_left(notice: Notice) -> bool:
        if to and notice.of == to and _is_over(notice):
            return False
        leaves = notice is shown if to else notice.tone in PASSING
        return not leaves or notice.of not in ("", here)

    return tuple(one for one in state.notices if is_left(one))


def _is_over(notice: Notice) -> bool:
    return notice.tone in PASSING or notice.problem.code == GIVEN_UP
