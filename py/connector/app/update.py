"""How the state takes events: pure, one function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connector.app import events as e
from connector.app.drafts import drafted, waiting, without_others
from connector.app.leaving import finished, notes, receipts, seen, with_note
from connector.app.noticing import abandoned, gone_on, noticed
from connector.app.preselection import by_hand, settled
from connector.app.signins import entered
from connector.app.state import Asking, DeviceList, LinkView, Search, State, Undo
from connector.app.undoing import ended, offering, unlinked
from connector.errors import Problem
from connector.finding.results import Results
from connector.finding.suggestion import in_place
from connector.linking.looking import unshown
from connector.mail.mail import Mail


def update(state: State, event: e.Event) -> State:
    """The state after the event. Events that only cause effects leave it as it is."""
    return settled(_taken(state, event))


def _taken(state: State, event: e.Event) -> State:  # noqa: C901  # a flat table of events
    match event:
        case e.SignInEvent():
            return _with_session(entered(state, event), event)
        case e.Started(settings, url, user, search, reads_files, returning):
            form = replace(state.form, url=url, user=user, keep=settings.stay_signed_in and state.form.keep)
            state = replace(state, settings=settings, form=form, search=replace(state.search, text=search))
            state = replace(state, ready=True, reads_files=reads_files)
            return entered(state, e.KeptFound()) if returning else state
        case e.DeviceEvent():
            return replace(state, devices=_devices(state.devices, event) if state.signed_in else None)
        case e.ModulesCame(modules, file_limit) if state.signed_in:
            return replace(state, modules=modules, file_limit=file_limit)
        case e.BesideEvent():
            return _beside(state, event)
        case e.ChangeBegan(name):
            return replace(state, changing=state.changing | {name}, unlinking="")
        case e.ChangeEnded(name):
            return replace(state, changing=state.changing - {name})
        case e.MailShown(mail, instead):
            return replace(_shown(state, mail), instead=instead)
        case e.SourceCame(known):
            return _known_better(state, known)
        case e.SuggestAgainAsked() | e.LookAgainAsked() | e.ConversationAsked() | e.SuggestMoreAsked():
            return _asked(state, event)
        case e.FoundEvent(turn):
            return _found(state, event) if turn == state.turn else state
        case e.SearchEvent():
            return replace(state, search=_search(state.search, event))
        case e.CardCame(record, card) if state.signed_in:
            return replace(state, cards={**state.cards, record: card})
        case e.CardRefused(record):
            return replace(state, cards={key: card for key, card in state.cards.items() if key != record})
        case e.DraftEvent():
            return drafted(state, event)
        case e.RecordChosen() | e.RecordDropped():
            return by_hand(state, event)
        case e.LinkAsked() if state.mail is not None and state.chosen:
            # What was done before, such as taking this mail back, is not to stand over the next receipt.
            return replace(state, touched=True, preselected=None, notices=gone_on(state))
        case e.LinkEvent():
            return _linked(state, event)
        case e.NoticeClosed(number):
            return replace(state, notices=tuple(one for one in state.notices if one.id != number))
        case e.Noticed(problem, tone, of, during):
            return noticed(state, problem, tone, of, during)
        case e.Broke(problem):
            return noticed(state, problem, "error") if state.ready else replace(state, fatal=problem)
        case _:
            return state


def _beside(state: State, event: e.BesideEvent) -> State:
    """With a note, and with what is taken from a record."""
    match event:
        case e.CommentableCame(modules) if state.signed_in:
            return replace(state, commentable=modules)
        case e.NoteTyped(text):
            return replace(state, note=text)
        case e.UnlinkToggled(record):
            return replace(state, unlinking="" if state.unlinking == record else record)
        case e.Unlinked():
            return unlinked(state, event)
        case _:
            return state


def _found(state: State, event: e.FoundEvent) -> State:
    """With what the CRM knows of the shown mail."""
    match event:
        case e.SuggestionsCame():
            return _suggested(state, event)
        case e.SuggestionsFailed(problem=problem):
            return replace(state, suggesting=Asking.FAILED, suggestion_problem=problem)
        case e.StoredBefore(stored=stored):
            return replace(state, stored_before=stored, stored_settled=True)
        case e.NotStored():
            return replace(state, stored_before=None, stored_settled=True)
        case e.FiledBefore(when=when):
            return replace(state, filed=when)
        case e.StoredUnknown():
            return replace(state, stored_unknown=True)
        case e.EarlierCame(earlier=earlier):
            return replace(state, earlier=earlier)
        case _:
            return state


def _linked(state: State, event: e.LinkEvent) -> State:
    """With what has happened to a link."""
    match event:
        case e.LinkMoved(link):
            known = state.links.get(link.plan.mail.key, LinkView(link))
            return _with_link(state, LinkView(link, arrived=known.arrived))
        case e.FilesArrived(key, arrived) if key in state.links and state.links[key].running:
            view = replace(state.links[key], arrived=arrived)
            return state if view == state.links[key] else replace(state, links={**state.links, key: view})
        case e.LinkEnded(link, receipt):
            # What their cards tell of linked mails is true no longer.
            cards = {key: card for key, card in state.cards.items() if all(one.id != key for one in link.plan.records)}
            state = replace(state, cards=cards)
            return _ended(state, ended(state, link, receipt))
        case e.UndoOver() | e.UndoToggled() | e.UndoAsked():
            return _undo(state, event)
        case e.RemovingBegan(key) if key in state.links:
            return _with_link(state, replace(state.links[key], running=True, removing=True, receipt=None))
        case e.RetryAsked(key) if key in state.links:
            return replace(state, links={**state.links, key: replace(state.links[key], removing=False)})
        case e.FilesToggled(key) if key in state.links:
            return _with_link(state, replace(state.links[key], unfolded=not state.links[key].unfolded))
        case e.LinkAbandoned(key, problem, tone):
            return abandoned(_without(with_note(state, key), key), key, problem, tone)
        case e.LinkClosed(key):
            # Where the mail was linked before this is not all any more.
            still = state.mail is not None and state.mail.key == key
            if still and key in state.links and unshown(state.links[key].link):
                state = replace(state, chosen=())
            return replace(_without(state, key), stored_unknown=False, earlier=None if still else state.earlier)
        case _:
            return state


def _with_session(state: State, event: e.SignInEvent) -> State:
    """With what begins and ends with a session; who signs out leaves nothing of what was seen."""
    match event:
        case e.SignedIn():
            return without_others(replace(_asked_anew(state), ready=True, devices=None, filed=None))
        case e.SignedOut(reason):
            state = replace(_asked_anew(state), ready=True, devices=None)
            state = replace(state, modules=(), file_limit=0, commentable=frozenset(), forms=None, cards={})
            state = replace(state, draft=waiting(state.draft))
            return state if reason else _without_receipts(_without_choice(state))
        case _:
            return state


def _devices(shown: DeviceList | None, event: e.Event) -> DeviceList | None:
    match event:
        case e.DevicesToggled():
            return None if shown else DeviceList()
        case e.DeviceEndAsked(device) if shown:
            return replace(shown, asking=Asking.YES, ending=device, problem=None)
        case e.DevicesCame(devices) if shown:
            return DeviceList(Asking.DONE, devices)
        case e.DevicesFailed(problem) if shown:
            return replace(shown, asking=Asking.FAILED, ending="", problem=problem)
        case _:
            return shown


def _search(search: Search, event: e.Event) -> Search:
    match event:
        case e.SearchTyped(text):
            if not text.strip() or (len(text.strip()) == 1 and text.strip() != search.of.strip()):
                # By itself nothing is searched then, and takes the place of what stands there.
                return Search(text.strip() and text, search.module)
            if (
                search.asking is Asking.DONE
                and not search.results.answers.found
                and text.strip() != search.text.strip()
            ):
                # That nothing was found was said of another text.
                return Search(text, search.module)
            return replace(search, text=text)
        case e.SearchModuleChosen(module):
            return Search(search.text, module)
        case e.SearchAsked() if search.text.strip():
            return replace(search, asking=Asking.YES, problem=None)
        case e.SearchCame(text, module, results) if (text, module) == (search.text.strip(), search.module):
            asking = Asking.DONE if results.complete else Asking.YES
            return replace(search, asking=asking, results=results, of=text, problem=None)
        case e.SearchFailed(text, module, problem) if (text, module) == (search.text.strip(), search.module):
            results = search.results if search.of == text else Results()
            return replace(search, asking=Asking.FAILED, results=results, problem=problem)
        case _:
            return search


def _asked(state: State, event: e.Event) -> State:
    """While the CRM is asked about the shown mail."""
    match event:
        case e.SuggestAgainAsked():
            return _asked_anew(state)
        case e.LookAgainAsked():
            return replace(state, stored_unknown=False, stored_settled=False, unlinking="")
        case _:
            return replace(state, suggesting=Asking.YES, suggestion_problem=None)


def _asked_anew(state: State) -> State:
    """Without what was known of the mail from the CRM."""
    asked = replace(state, suggestions=(), suggesting=Asking.YES, unasked=None, unknown=(), suggestion_problem=None)
    asked = replace(asked, nothing_cut=True, asked_thread=())
    asked = replace(asked, stored_before=None, stored_unknown=False, stored_settled=False)
    return replace(asked, earlier=None, unlinking="")


def _suggested(state: State, came: e.SuggestionsCame) -> State:
    asking = Asking.DONE if came.complete else Asking.YES
    suggestions = in_place(state.suggestions, came.suggestions, whole=came.complete) if came.held else came.suggestions
    state = replace(state, suggestions=suggestions, suggesting=asking, unasked=came.unasked, unknown=came.unknown)
    return replace(state, asked_thread=came.thread, nothing_cut=came.nothing_cut)


def _with_link(state: State, view: LinkView) -> State:
    before = state.links.get(view.link.plan.mail.key)
    if before is not None and before.removing:
        view = replace(view, removing=True)
    mail = view.link.plan.mail
    return replace(_known_better(state, mail), links={**state.links, mail.key: view})


def _known_better(state: State, mail: Mail) -> State:
    """With what is known of the shown mail by now: the card says what a link stores."""
    shown = state.mail is not None and state.mail.key == mail.key and mail.source is not None
    return replace(state, mail=mail) if shown else state


def _without(state: State, key: str) -> State:
    links: Mapping[str, LinkView] = {other: view for other, view in state.links.items() if other != key}
    return replace(state, links=links)


def _without_choice(state: State) -> State:
    state = replace(state, chosen=(), preselected=None, touched=False, note="", notes={})
    return replace(state, search=Search(), draft=None, made=())


def _without_receipts(state: State) -> State:
    """The next user who signs in need not see what the last one linked."""
    return replace(state, links={key: view for key, view in state.links.items() if view.receipt is None})


def _ended(state: State, view: LinkView) -> State:
    key = view.link.plan.mail.key
    if state.mail is not None and state.mail.key == key:
        # A choice that led nowhere stays; what is linked need not be chosen again.
        chosen = state.chosen if view.receipt is None else ()
        note = state.note if view.receipt is None else ""
        return replace(state, links={**state.links, key: view}, chosen=chosen, note=note)
    if view.receipt is not None and view.receipt.complete and not (view.receipt.warnings or view.receipt.remarks):
        # As long as one press takes it back, whoever comes back to the mail finds it.
        state = _with_link(state, seen(view)) if view.undo is Undo.FRESH else _without(state, key)
        return noticed(state, finished(view.link), "success", key)
    return replace(state, links={**state.links, key: view})


def _undo(state: State, event: e.UndoOver | e.UndoToggled | e.UndoAsked) -> State:
    key = event.link.plan.mail.key if isinstance(event, e.UndoOver) else event.key
    view = state.links.get(key)
    if view is None:
        return state
    view = offering(view, event, stock=state.stock)
    done = view.seen and view.undo is not Undo.FRESH and (state.mail is None or state.mail.key != key)
    return _without(state, key) if done else _with_link(state, view)


def _shown(state: State, mail: Mail | None) -> State:
    """With another mail; what was chosen for the one before is dropped, and a notice says so.

    What was typed before there was any mail is meant for the first.
    """
    dropped = state.mail is not None and state.chosen and state.current is None and state.preselected is None
    problem = Problem("choice-dropped", {"subject": state.mail.subject}) if dropped and state.mail else None
    search = Search() if state.mail else state.search
    fresh = replace(_asked_anew(state), mail=mail, chosen=(), made=(), search=search, turn=state.turn + 1)
    key, kept = mail.key if mail else "", notes(state)
    fresh = replace(fresh, notices=gone_on(state, key), filed=None, preselected=None, touched=False)
    fresh = replace(fresh, note=kept.get(key, ""), notes=kept, links=receipts(state, key))
    return noticed(fresh, problem, "info", state.mail.key if state.mail else "")
