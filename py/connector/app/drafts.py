"""How the state takes what happens to a record that is about to be made: pure."""

from __future__ import annotations

from dataclasses import replace

from connector.app import events as e
from connector.app.figures import decimal_sign
from connector.app.noticing import gone_on
from connector.app.state import State
from connector.making import draft as d
from connector.making.draft import Draft
from connector.making.likeness import known_by_address
from connector.making.prefilling import Known


def drafted(state: State, event: e.DraftEvent) -> State:
    """The state after the event."""
    match event:
        case e.FormsCame(forms) if state.signed_in:
            return replace(state, forms=forms)
        case e.DraftOpened():
            return replace(state, draft=_opened(state, event), notices=gone_on(state))
        case e.RecordMade(key, record):
            draft = None if state.draft is not None and state.draft.mail == key else state.draft
            shown = state.mail is not None and state.mail.key == key
            made = tuple(dict.fromkeys((*state.made, record))) if shown else state.made
            return replace(state, draft=draft, made=made)
        case e.DraftClosed():
            return replace(state, draft=None)
        case _:
            return replace(state, draft=_changed(state.draft, event)) if state.draft is not None else state


def waiting(draft: Draft | None) -> Draft | None:
    """The draft while nobody is signed in: as it was typed, and not on its way any more."""
    return d.stopped(draft) if draft is not None else None


def without_others(state: State) -> State:
    """Without a draft of another user than the one who has signed in."""
    kept = state.draft is not None and state.draft.user == (state.crm_url, state.user)
    return state if kept else replace(state, draft=None)


def _opened(state: State, event: e.DraftOpened) -> Draft | None:
    form = next((one for one in state.forms or () if one.module == event.module), None)
    mail = state.mail
    if form is None or mail is None or not state.settings.create_records:
        return state.draft
    known = Known(
        event.person, mail, state.suggestions, tuple(dict.fromkeys((*state.chosen, *state.made))), made=state.made
    )
    opened = d.opened(form, known, mail.key, (state.crm_url, state.user), decimal_sign())
    # Records with the address are shown at once.
    return replace(opened, alike=known_by_address(form, opened.entry.text("mail"), state.suggestions))


def _changed(draft: Draft, event: e.DraftEvent) -> Draft:
    match event:
        case e.DraftTyped() | e.DraftPicked() | e.DraftBelongs() | e.DraftSent() if draft.busy:
            # What is on its way is what will stand there.
            return draft
        case e.DraftTyped(name, text):
            return d.typed(draft, name, text)
        case e.DraftPicked(name, value, on):
            return d.picked(draft, name, value, on=on)
        case e.DraftBelongs(record, name):
            return d.belonging(draft, name, record)
        case e.DraftSought(text, name):
            return replace(draft, sought=text, found=None, seeking=name)
        case e.DraftFound(text, answers, name) if (text, name) == (draft.sought.strip(), draft.seeking):
            return replace(draft, found=answers)
        case e.DraftTextCame(key, text) if key == draft.mail:
            return d.with_known(draft, replace(draft.known, text=text))
        case e.DraftLooked(identity, similar, unsure):
            by_address = known_by_address(draft.form, draft.entry.text("mail"), draft.known.suggestions)
            return d.looked(draft, identity, (*by_address, *similar), unsure=unsure)
        case e.DraftSent():
            return d.sending(draft)
        case e.DraftStopped():
            return d.stopped(draft)
        case e.DraftFailed(problem, at, sent_at):
            return d.failed(draft, problem, at=at, sent_at=sent_at)
        case _:
            return draft
