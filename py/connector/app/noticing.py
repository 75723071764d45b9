"""Which notices stand in the state: pure. Those that ask for nothing are shown one after the other.

The oldest of them is the shown one; `connector.app.passing` ends it when it has been there for its time.
"""

from __future__ import annotations

from dataclasses import replace

from connector.app.state import PASSING, Notice, State
from connector.errors import Problem

MOST = 20
"""So many are kept: a CRM may fail again and again."""


def noticed(state: State, problem: Problem | None, tone: str, *, elsewhere: bool = False) -> State:
    """Return the state with one more notice, ``elsewhere`` of one about another mail than the shown one.

    What stands there already is not said twice. Where there are too many, those that ask for nothing make room first.
    """
    if problem is None or any(one.problem == problem for one in state.notices):
        return state
    number = max((one.id for one in state.notices), default=0) + 1
    kept = list(state.notices)
    if len(kept) >= MOST:
        kept.remove(next((one for one in kept if one.tone in PASSING), kept[0]))
    return replace(state, notices=(*kept, Notice(number, tone, problem, elsewhere)))


def gone_on(state: State) -> tuple[Notice, ...]:
    """Return the notices that are left when the user goes on, to the next mail or to the next step.

    Who goes on has the shown one before the eyes; it stays if it is about another mail, where it may have just come.
    """
    shown = next((one for one in state.notices if one.tone in PASSING), None)
    return tuple(one for one in state.notices if one is not shown or one.elsewhere)
