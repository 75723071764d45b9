"""The record that is chosen before the user has chosen anything: the one that is certain, or none.

It follows from the state alone and is looked at after each event: what comes later and leaves a doubt takes it away
again. Once the user has chosen anything for this mail, or taken anything away, there is none.
"""

from __future__ import annotations

from dataclasses import replace

from connector.app import events as e
from connector.app.state import Asking, State
from connector.finding.certainty import certain, only_recipient
from connector.finding.records import Record
from connector.mail.mail import Mail


def settled(state: State) -> State:
    """Return the state with the right record preselected; the same state where nothing changes."""
    if state.touched:
        return state
    record = _certain(state)
    if record == state.preselected:
        return state
    return replace(state, preselected=record, chosen=(record,) if record else ())


def by_hand(state: State, event: e.RecordChosen | e.RecordDropped) -> State:
    """Return the state with what the user chose or dropped; from then on the pane chooses nothing by itself."""
    chosen = tuple(one for one in state.chosen if one.id != event.record.id)
    if isinstance(event, e.RecordChosen):
        chosen = state.chosen if len(chosen) < len(state.chosen) else (*chosen, event.record)
    return replace(state, chosen=chosen, touched=True, preselected=None)


def _certain(state: State) -> Record | None:
    mail = state.mail
    if (
        mail is None
        or not state.settings.preselect
        or not state.signed_in
        or state.current is not None
        or not _all_told(state, mail)
    ):
        return None
    earlier = state.earlier.records if state.earlier is not None else ()
    if earlier or state.stored_before is not None or state.filed is not None:
        # It is linked already: to what else is the user's to say.
        return None
    sure = (replace(one, role="") if one.about.casefold() in mail.guessed else one for one in state.suggestions)
    return certain(tuple(sure), only_recipient=only_recipient(mail), strangers=state.unknown)


def _all_told(state: State, mail: Mail) -> bool:
    """Whether Outlook and the CRM have answered all that might be a doubt."""
    if mail.source is None or mail.may_answer or mail.thread != state.asked_thread:
        return False
    if state.suggesting is not Asking.DONE or state.unasked is not None or not state.nothing_cut:
        return False
    linked = state.stored_settled if state.stock else state.earlier is not None
    return linked and not state.stored_unknown
