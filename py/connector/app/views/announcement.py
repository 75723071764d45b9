"""What a screen reader says of its own accord: the present step, how many records were found."""

from __future__ import annotations

from connector.app import changes
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import Asking, State
from connector.app.views.earlier import removing
from connector.app.views.making import made_rows
from connector.app.views.progress import stage_text
from connector.app.views.receipt import headline


def announcement(state: State) -> str:
    """One short text; it changes only when there is something new to say, never with each byte."""
    if state.fatal is not None or not state.ready:
        return ""
    if not state.signed_in:
        return _("Signing in…") if state.signing_in else ""
    view = state.current
    if view is not None:
        if view.receipt is not None:
            undoing = changes.undoing(view.link.plan.mail.key) in state.changing
            return _("Taking back…") if undoing else headline(view.receipt)
        if not view.running:
            return ""
        return _("Taking back…") if view.removing else stage_text(view)
    if state.mail is None:
        return _("No mail selected")
    if state.drafting is not None:
        return _("Creating…") if state.drafting.busy else ""
    if removing(state):
        return _("Removing…")
    if state.made and state.made[-1] in state.chosen:
        return fill(_("{name} was created and chosen"), name=shown(state.made[-1].name, 80))
    return _found(state)


def _found(state: State) -> str:
    if state.search.asking is Asking.YES:
        return _("Searching…")
    if state.search.asking is Asking.DONE:
        answers = state.search.results.answers
        count = len(answers.found)
        if not count:
            # What could not be asked stands in a box that is read out by itself.
            return "" if answers.unasked else _("No record found")
        return ngettext("{count} record found", "{count} records found", count)
    if state.suggesting is Asking.DONE:
        count = len(state.suggestions) + len(made_rows(state))
        if not count:
            return "" if state.unasked else _("No suggestions")
        return ngettext("{count} suggestion", "{count} suggestions", count)
    return ""
