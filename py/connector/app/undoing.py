"""What of a finished link can be taken back by one press, and for how long that is offered."""

from __future__ import annotations

from dataclasses import replace

from connector.app import events as e
from connector.app.noticing import noticed
from connector.app.state import LinkView, State, Undo
from connector.errors import Problem
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.receipt import Receipt
from connector.linking.undoing import undoable


def ended(state: State, link: Link, receipt: Receipt | None) -> LinkView:
    """Return a link that has ended, as it is shown."""
    fresh = _fresh(state, link, receipt)
    undo = Undo.FRESH if receipt is not None and (undoable(link) or fresh) else Undo.NO
    before = state.links.get(link.plan.mail.key)
    removing = receipt is None and before is not None and before.removing
    return LinkView(link, running=False, removing=removing, receipt=receipt, undo=undo, fresh=fresh)


def offering(view: LinkView, event: e.UndoOver | e.UndoToggled | e.UndoAsked, *, stock: bool) -> LinkView:
    """Return a finished link with what it offers from now on."""
    if view.undo is Undo.NO or (isinstance(event, e.UndoOver) and view.link is not event.link):
        return view
    match event:
        case e.UndoToggled():
            undo = Undo.ASKED if view.undo is Undo.LATE else Undo.LATE
        case e.UndoOver() if view.undo is Undo.FRESH:
            # A stock vtenext does not tell whether others have related the mail since; a single record is left alone.
            undo = Undo.NO if stock or view.fresh else Undo.LATE
        case e.UndoAsked():
            # Where that fails there is no other way on the receipt.
            undo = Undo.AGAIN if view.fresh else Undo.NO
        case _:
            undo = view.undo
    return replace(view, undo=undo)


def unlinked(state: State, event: e.Unlinked) -> State:
    """Return the state where a mail was taken from a record, which is said by the mail's name: another may be shown."""
    key, gone = event.taken.key, event.record
    view, shown = state.links.get(key), state.mail is not None and state.mail.key == key
    if view is not None:
        fresh = tuple(one for one in view.fresh if one.id != gone.id)
        state = replace(state, links={**state.links, key: replace(view, fresh=fresh)})
    if shown and state.earlier is not None:
        state = replace(state, earlier=state.earlier.without(gone.id))
    if shown and event.last:
        state = replace(state, filed=None)
    details = {"subject": event.taken.subject, "record": gone.name or gone.id}
    return noticed(state, Problem("mail-unlinked", details), "success", key)


def _fresh(state: State, link: Link, receipt: Receipt | None) -> tuple[Record, ...]:
    """The records to which this link has related an older mail, where the CRM has told where that was linked."""
    mail, earlier = state.mail, state.earlier
    if receipt is None or not receipt.before or earlier is None or not state.nothing_cut:
        return ()
    if mail is None or mail.key != link.plan.mail.key:
        return ()
    known = {one.id for one in earlier.records}
    return tuple(one for one in receipt.linked if one.id not in known)
