"""Tables of states: from which to which they lead, and by what event. A move that a table does not have raises.

    SIGN_IN = Machine("Signing in", Out, ((Out, Event.ASKED, Asking), …))
    SIGN_IN.move(state, Event.ASKED, Asking())

`connector.linking.moves` and `connector.signin.moves` hold the tables; ``scripts/states.py`` draws them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Generic, TypeVar

State = type[object] | enum.Enum
"""A state as a table knows it: a class without what belongs to it, or one value of an enumeration."""

E = TypeVar("E", bound=enum.Enum)


class ImpossibleMove(Exception):
    """A change that the table does not have: a fault of the program, whatever the CRM or Outlook say."""


def kind(state: object) -> State:
    """Return a state as a table knows it."""
    return state if isinstance(state, enum.Enum) else type(state)


@dataclass(frozen=True)
class Machine(Generic[E]):
    """One kind of states. ``rows``: from a state, by an event, to a state. ``stays``: events that leave all as it is.

    ``first`` is where it begins; an event of no row and not of ``stays`` concerns other machines only.
    """

    name: str
    first: State
    rows: tuple[tuple[State, E, State], ...]
    stays: tuple[E, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """All states, in the order of the rows."""
        return tuple(dict.fromkeys((self.first, *(state for row in self.rows for state in (row[0], row[2])))))

    @property
    def events(self) -> tuple[E, ...]:
        """All events that concern it."""
        return tuple(dict.fromkeys((*(row[1] for row in self.rows), *self.stays)))

    def move(self, before: object, event: E, after: object) -> None:
        """Raise `ImpossibleMove` unless an event that concerns these states leads from one to the other."""
        begin, end = kind(before), kind(after)
        if (end not in self.leads(begin, event)) if event in self.events else end != begin:
            raise ImpossibleMove(f"{event.name}: {begin} to {end}")

    def leads(self, before: State, event: E) -> tuple[State, ...]:
        """Return to where an event leads from a state; empty where it can't come."""
        ends = tuple(row[2] for row in self.rows if row[:2] == (before, event))
        return (*ends, before) if event in self.stays else ends
