"""How the state takes events: each kind of event, and any sequence of them."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.app import events as e
from connector.app import noticing
from connector.app.element import Element
from connector.app.state import Asking, DeviceList, LinkView, Search, Settings, SignInForm, State
from connector.app.update import update
from connector.app.views import view
from connector.errors import CrmFault, Problem
from connector.finding.answers import Answers, Unasked
from connector.finding.otherside import other_side
from connector.finding.records import Module
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.arriving import Arrived
from connector.linking.link import Failure, LinkPlan, begin
from connector.linking.receipt import receipt_of
from connector.linking.states import Step, StoredMail
from connector.machine import ImpossibleMove
from connector.mail.address import Address
from connector.signin.states import SignedIn
from connector.vtenext.component.devices import Device
from connector.vtenext.crm import Copy, Earlier
from draws import examples
from unit.markup import find, text
from unit.screens import CARD, COMPANY, FORMS, MAIL, MARY, OPEN, OTHER, WHOLE

PROBLEM = Problem("crm-fault", {"reason": "why"})
LINK = begin(LinkPlan(MAIL, (MARY,)), lambda attachment: attachment.name)
FAILED = replace(LINK, failure=Failure(Step.RELATE, CrmFault(reason="x")))
DONE = replace(LINK, related=frozenset({MARY.id}), files=())
OF_OTHER = begin(LinkPlan(OTHER, (COMPANY,)), lambda attachment: attachment.name)
STORED = StoredMail("7x1", "19x5", "2026-11-23 14:00:00", "", ours=False)
IN = State(ready=True, sign_in=SignedIn("https://crm.example", "agent"), mail=MAIL, turn=1)


def after(state: State, *events: e.Event) -> State:
    for event in events:
        state = update(state, event)
    return state


# The sign-in --------------------------------------------------------------------------------------


def test_refusals_are_counted_for_one_user_of_one_crm() -> None:
    asked, refused = e.SignInAsked("secret"), e.SignInFailed(PROBLEM, counted=True)
    state = after(State(), e.UrlTyped("a"), e.UserTyped("u"), asked, refused, asked, refused)
    assert state.form.failures == 2
    assert after(state, e.UrlTyped("a"), e.UserTyped("u")).form.failures == 2
    assert after(state, e.UrlTyped("b")).form.failures == 0
    assert after(state, e.UserTyped("v")).form.failures == 0
    state = after(state, asked)
    assert after(state, e.SignInFailed(PROBLEM, counted=False)).form.failures == 2
    assert after(state, e.SignedIn("https://a", "u")).form.failures == 0
    assert after(state, e.SignInFailed(PROBLEM, counted=False, locks=False)).form.locks
    assert not after(state, e.SignInFailed(PROBLEM, counted=True, locks=False)).form.locks


def test_the_form_is_busy_while_it_is_asked() -> None:
    asked, failed = e.SignInAsked("secret"), e.SignInFailed(PROBLEM, counted=True)
    state = after(State(), asked, failed, asked)
    assert state.signing_in
    assert state.form.problem is None
    assert "secret" not in repr(state) + repr(e.SignInAsked("secret")) + repr(e.CodeSent("secret"))
    assert not after(state, failed).signing_in


def test_signing_out_forgets_what_came_from_the_crm() -> None:
    suggestion = Suggestion(MARY, Reason.ADDRESS, "x")
    state = after(
        IN,
        e.ModulesCame((Module("Contacts", "Contacts", "Contact"),), 7),
        e.SuggestionsCame(1, (suggestion,), complete=True),
        e.StoredBefore(1, STORED),
        e.RecordChosen(MARY),
        e.SearchTyped("mary"),
        e.SignedOut(),
    )
    assert not state.signed_in
    assert (state.modules, state.file_limit, state.suggestions, state.stored_before) == ((), 0, (), None)
    assert (state.chosen, state.search, state.account, state.crm_url) == ((), Search(), None, "")
    assert state.mail == MAIL


def test_signing_out_forgets_who_it_was_and_where() -> None:
    typed = after(IN, e.UrlTyped("https://crm.example"), e.UserTyped("agent"), e.KeepTicked(True))
    assert after(typed, e.SignedOut()).form == SignInForm()
    lost = after(typed, e.SignedOut(Problem("key-refused"))).form
    assert (lost.url, lost.user, lost.keep) == ("https://crm.example", "agent", True)
    preset = replace(typed, settings=Settings(crm_urls=("https://one.example", "https://crm.example")))
    assert after(preset, e.SignedOut()).form == SignInForm(url="https://one.example")


def test_the_devices_are_shown_while_somebody_is_signed_in() -> None:
    here, there = Device("17", "Outlook", "", "", this=True), Device("4", "Mac", "", "", this=False)
    assert after(State(), e.DevicesToggled()).devices is None
    shown = after(IN, e.DevicesToggled())
    assert shown.devices == DeviceList(Asking.YES)
    both = after(shown, e.DevicesCame((here, there)))
    ending = after(both, e.DeviceEndAsked("4"))
    assert ending.devices == DeviceList(Asking.YES, (here, there), ending="4")
    failed = after(ending, e.DevicesFailed(PROBLEM))
    assert failed.devices == DeviceList(Asking.FAILED, (here, there), problem=PROBLEM), "what was known stays"
    assert after(ending, e.DevicesCame((here,))).devices == DeviceList(Asking.DONE, (here,))
    for gone in (e.DevicesToggled(), e.SignedOut(), e.SignedOut(Problem("key-refused"))):
        closed = after(both, gone)
        assert closed.devices is None
        assert after(closed, e.DevicesCame((here,))).devices is None, "an answer that comes late opens nothing"


def test_a_lost_sign_in_keeps_what_was_begun() -> None:
    state = after(IN, e.RecordChosen(MARY), e.LinkMoved(FAILED), e.SignedOut(Problem("key-refused")))
    assert state.form.reason == Problem("key-refused")
    assert state.chosen == (MARY,)
    assert state.links
    state = after(state, e.SignInAsked("secret"), e.SignedIn("https://crm.example", "agent"))
    assert state.form.reason is None
    assert state.chosen == (MARY,)


@pytest.mark.parametrize("reason", [None, Problem("key-refused")], ids=["signed in", "refused"])
def test_what_was_searched_for_before_the_start_waits_for_the_sign_in(reason: Problem | None) -> None:
    began = e.Started(Settings(), "https://crm.example", "agent", "mary", reads_files=True, returning=True)
    state = after(State(), began, e.MailShown(MAIL))
    assert state.returning
    entered = e.SignedIn("https://crm.example", "agent")
    again = (e.SignedOut(reason), e.SignInAsked("secret"), entered) if reason else ()
    state = after(state, entered, *again)
    assert not state.returning
    assert state.search == Search("mary")
    assert after(state, e.MailShown(OTHER)).search == Search()


def test_what_was_searched_for_before_the_start_waits_for_a_mail() -> None:
    began = e.Started(Settings(), "", "", "mary", reads_files=True, returning=False)
    assert after(State(), began, e.MailShown(None), e.MailShown(MAIL)).search == Search("mary")


# Mails and answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "late",
    [
        e.SuggestionsCame(1, (Suggestion(MARY, Reason.ADDRESS, "x"),), complete=True),
        e.SuggestionsFailed(1, PROBLEM),
        e.StoredBefore(1, STORED),
        e.EarlierCame(1, Earlier((MARY,), ())),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_answer_for_an_earlier_mail_never_appears_under_a_later_one(late: e.Event) -> None:
    state = after(IN, e.MailShown(OTHER))
    assert update(state, late) == state
    assert update(IN, late) != IN


def test_another_mail_drops_the_choice_and_says_so() -> None:
    state = after(IN, e.RecordChosen(MARY), e.MailShown(OTHER))
    assert state.chosen == ()
    assert [one.problem.code for one in state.notices] == ["choice-dropped"]
    assert state.turn == 2
    assert state.suggesting is Asking.YES


def test_back_at_a_mail_nobody_is_told_that_another_one_is_selected() -> None:
    state = after(IN, e.RecordChosen(MARY), e.MailShown(OTHER), e.MailShown(MAIL))
    assert state.notices == ()
    given_up = e.LinkAbandoned(MAIL.key, Problem("link-abandoned", {"subject": MAIL.subject}), "warning")
    state = after(
        IN, e.RecordChosen(MARY), e.LinkMoved(FAILED), e.LinkEnded(FAILED, None), given_up, e.MailShown(OTHER)
    )
    assert [one.problem.code for one in state.notices] == ["link-abandoned"], "its records went with it"
    assert update(state, e.MailShown(MAIL)).notices == ()


@pytest.mark.parametrize("code", ["relation-stays", "link-cancelled-unsure"])
def test_what_may_still_stand_in_the_crm_is_told_until_it_is_closed(code: str) -> None:
    said = e.LinkAbandoned(MAIL.key, Problem(code, {"subject": MAIL.subject}), "warning")
    state = after(IN, said, e.MailShown(OTHER), e.MailShown(MAIL))
    assert [one.problem.code for one in state.notices] == [code]


def test_what_was_done_before_does_not_stand_over_the_next_receipt() -> None:
    said = (
        e.Noticed(Problem("taken-back"), "success"),
        e.Unlinked(MAIL, MARY, last=False),
        e.Unlinked(MAIL, COMPANY, last=True),
        e.Noticed(PROBLEM, "warning"),
        e.Unlinked(OTHER, MARY, last=True),
    )
    state = after(IN, e.RecordChosen(MARY), *said, e.LinkAsked())
    assert [(one.tone, one.of) for one in state.notices] == [("warning", ""), ("success", OTHER.key)]


def test_pressing_notices_outlive_the_mail() -> None:
    state = after(IN, e.Noticed(PROBLEM, "warning"), e.Noticed(Problem("taken-back"), "info"), e.MailShown(None))
    assert [one.tone for one in state.notices] == ["warning"]


def test_results_do_not_stand_under_a_letter_that_nobody_searched() -> None:
    results = Results(Answers((MARY,)))
    state = after(IN, e.SearchTyped("mary"), e.SearchAsked(), e.SearchCame("mary", "", results))
    assert update(state, e.SearchTyped("mar")).search.results == results
    assert update(state, e.SearchTyped("%")).search == Search("%")
    alone = after(IN, e.SearchTyped("m"), e.SearchAsked(), e.SearchCame("m", "", results))
    assert update(alone, e.SearchTyped("m ")).search.results == results


def test_an_answer_to_an_earlier_search_is_dropped() -> None:
    state = after(IN, e.SearchTyped("mary"), e.SearchAsked(), e.SearchTyped("maria"))
    assert update(state, e.SearchCame("mary", "", Results(Answers((MARY,))))) == state
    assert update(state, e.SearchFailed("mary", "", PROBLEM)) == state
    found = update(state, e.SearchCame("maria", "", Results(Answers((MARY,)))))
    assert (found.search.results.answers.found, found.search.asking) == ((MARY,), Asking.DONE)
    assert after(found, e.SearchTyped("")).search == Search()


def test_what_was_found_stays_where_only_the_rest_failed() -> None:
    first = e.SearchCame("mary", "", Results(Answers((MARY,)), complete=False))
    state = after(IN, e.SearchTyped("mary"), e.SearchAsked(), first)
    assert (state.search.asking, "1 record so far" in text(view(state))) == (Asking.YES, True)
    failed = update(state, e.SearchFailed("mary", "", PROBLEM))
    assert (failed.search.asking, failed.search.results.answers.found) == (Asking.FAILED, (MARY,))
    again = after(failed, e.SearchTyped("maria"), e.SearchAsked(), e.SearchFailed("maria", "", PROBLEM))
    assert again.search.results == Results()


def test_nothing_is_said_of_a_text_that_was_not_searched_for() -> None:
    state = after(IN, e.SearchTyped("mary"), e.SearchAsked(), e.SearchCame("mary", "", Results()))
    assert "No record found for “mary”" in text(view(state))
    assert update(state, e.SearchTyped("mary ")).search.asking is Asking.DONE
    assert "beginnings of names" in text(view(state))
    typed = update(state, e.SearchTyped("maria"))
    assert "No record found" not in text(view(typed))


def test_a_record_is_chosen_and_dropped() -> None:
    assert after(IN, e.RecordChosen(MARY), e.RecordChosen(COMPANY), e.RecordDropped(MARY)).chosen == (COMPANY,)


def test_a_press_chooses_what_was_chosen_meanwhile() -> None:
    assert after(IN, e.RecordChosen(MARY), e.RecordChosen(COMPANY), e.RecordChosen(MARY)).chosen == (MARY, COMPANY)
    assert after(IN, e.RecordDropped(MARY)).chosen == ()


# Links --------------------------------------------------------------------------------------------


def test_a_link_of_another_mail_ends_with_a_notice_when_all_is_well() -> None:
    receipt = receipt_of(replace(OF_OTHER, files=(), related=frozenset({COMPANY.id}), compared=WHOLE))
    assert receipt.complete
    state = after(IN, e.LinkMoved(OF_OTHER), e.LinkEnded(OF_OTHER, receipt))
    assert not state.links
    assert [(one.tone, one.problem.code) for one in state.notices] == [("success", "link-finished-elsewhere")]


def test_a_link_of_another_mail_that_failed_stays() -> None:
    state = after(IN, e.LinkMoved(OF_OTHER), e.LinkEnded(OF_OTHER, None))
    assert not state.links[OTHER.key].running
    assert state.elsewhere
    assert state.current is None


def test_the_end_of_this_mails_link_clears_the_choice_and_closing_lets_link_again() -> None:
    state = after(IN, e.RecordChosen(MARY), e.LinkMoved(LINK), e.LinkEnded(DONE, receipt_of(DONE)))
    assert state.chosen == ()
    assert state.current is not None
    assert state.current.receipt is not None
    assert after(state, e.LinkClosed(MAIL.key)).current is None


def test_taking_back_is_shown_until_it_is_done() -> None:
    state = after(IN, e.LinkMoved(FAILED), e.RemovingBegan(MAIL.key), e.LinkMoved(FAILED))
    assert state.current is not None
    assert state.current.removing
    state = after(state, e.LinkAbandoned(MAIL.key, Problem("taken-back"), "info"))
    assert state.current is None
    assert [one.problem.code for one in state.notices] == ["taken-back"]


@pytest.mark.parametrize("going_on", [e.LinkAsked(), e.DraftOpened("Contacts", MAIL.author)])
def test_what_lies_over_the_pane_leaves_when_the_user_goes_on(going_on: e.Event) -> None:
    state = replace(OPEN, forms=FORMS, chosen=(MARY,))
    for tone in ("info", "success", "warning"):
        state = update(state, e.Noticed(Problem("unexpected", {"tone": tone}), tone))
    assert [one.tone for one in update(state, going_on).notices] == ["warning"], "the second would lie over what comes"


@pytest.mark.parametrize("going_on", [e.LinkAsked(), e.DraftOpened("Contacts", MAIL.author), e.MailShown(None)])
def test_what_has_just_come_of_another_mail_is_not_lost_when_the_user_goes_on(going_on: e.Event) -> None:
    state = replace(OPEN, forms=FORMS, chosen=(MARY,), preselected=MARY, links={OTHER.key: LinkView(OF_OTHER)})
    state = update(state, e.LinkAbandoned(OTHER.key, Problem("taken-back", {"subject": OTHER.subject})))
    assert [one.problem.code for one in update(state, going_on).notices] == ["taken-back"]


def test_notices_are_few_and_not_repeated() -> None:
    said = [e.Noticed(Problem("x", {"n": str(n)}), "info") for n in range(noticing.MOST + 6)]
    state = after(IN, e.Noticed(PROBLEM, "error"), *said, said[-1])
    assert [one.problem.details.get("n") for one in state.notices] == [None, *map(str, range(7, noticing.MOST + 6))]
    assert len({one.id for one in state.notices}) == noticing.MOST
    closed = update(state, e.NoticeClosed(state.notices[1].id))
    assert [one.problem.details.get("n") for one in closed.notices[:2]] == [None, "8"]


def test_what_asks_for_something_is_never_pushed_out_by_what_asks_for_nothing() -> None:
    said = [e.Noticed(Problem("unexpected", {"reason": str(n)}), "error") for n in range(5)]
    state = after(IN, *said, *(e.Noticed(Problem("x", {"n": str(n)})) for n in range(noticing.MOST)))
    shown = text(view(state))
    assert ["4" in shown, "3" in shown, "2" in shown] == [True, True, True]
    assert [one.problem.details.get("reason") for one in state.notices[:5]] == ["0", "1", "2", "3", "4"]
    for place in (4, 3, 2):
        state = update(state, e.NoticeClosed(state.notices[place].id))
    [alerts] = find(view(state), lambda it: it.key == "alerts")
    assert [text(one)[-2] for one in find(alerts, lambda it: it.key == "text")] == ["0", "1"]


def test_a_removal_is_told_by_the_mail_that_it_is_about() -> None:
    now = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)
    state = replace(after(IN, e.MailShown(OTHER)), filed=now)
    state = update(state, e.Unlinked(MAIL, MARY, last=True))
    assert state.filed == now, "the shown mail's mark"
    assert f"“{MAIL.subject}” was taken from “{MARY.name}”" in text(view(state))


def test_what_breaks_before_the_start_is_fatal_and_afterwards_a_notice() -> None:
    assert update(State(), e.Broke(PROBLEM)).fatal == PROBLEM
    assert update(IN, e.Broke(PROBLEM)).notices[0].tone == "error"


# Any sequence -------------------------------------------------------------------------------------

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["", " ", "mary", "https://crm.example"]),
    "password": st.just("secret"),
    "code": st.just("123456"),
    "keep": st.booleans(),
    "during": st.sampled_from([None, Problem("unlink-failed")]),
    "of": st.sampled_from(["", MAIL.key, OTHER.key]),
    "taken": st.sampled_from([MAIL, OTHER]),
    "module": st.sampled_from(["", "Contacts"]),
    "record": st.sampled_from([MARY, COMPANY]),
    "last": st.booleans(),
    "arrived": st.builds(Arrived, st.integers(0, 5), st.integers(5, 9)),
    "key": st.sampled_from([MAIL.key, OTHER.key, "unknown"]),
    "id": st.integers(0, 4),
    "shown": st.just(MARY.id),
    "settings": st.just(Settings()),
    "url": st.just("https://crm.example"),
    "user": st.just("agent"),
    "crm_url": st.just("https://crm.example/crm"),
    "name": st.sampled_from(["", "Luca Conti", "last_name"]),
    "stock": st.booleans(),
    "reads_files": st.booleans(),
    "search": st.sampled_from(["", "mary"]),
    "returning": st.booleans(),
    "mail": st.sampled_from([MAIL, OTHER, None]),
    "known": st.sampled_from([MAIL, OTHER]),
    "channel": st.sampled_from(["wilson", "mail"]),
    "lifetime": st.just("60"),
    "problem": st.just(PROBLEM),
    "reason": st.none() | st.just(Problem("key-refused")),
    "counted": st.booleans(),
    "locks": st.booleans(),
    "modules": st.just((Module("Contacts", "Contacts", "Contact"),)),
    "file_limit": st.integers(0, 10**9),
    "turn": st.integers(0, 5),
    "when": st.just(datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)),
    "suggestions": st.just((Suggestion(MARY, Reason.ADDRESS, "x"),)),
    "complete": st.booleans(),
    "unknown": st.just(()) | st.just(other_side(MAIL).people),
    "thread": st.sampled_from([(), ("<first@b.example>",)]),
    "held": st.booleans(),
    "nothing_cut": st.booleans(),
    "unasked": st.none() | st.just(Unasked(("HelpDesk",), PROBLEM)),
    "stored": st.just(STORED),
    "earlier": st.just(Earlier((MARY,), (Copy("Sara", "2026-11-23T10:00:00+01:00"),))),
    "results": st.builds(
        Results,
        st.builds(
            Answers, st.sampled_from([(), (MARY, COMPANY)]), st.none() | st.just(Unasked(("HelpDesk",), PROBLEM))
        ),
        st.sampled_from([frozenset[str](), frozenset({"Contacts"})]),
        st.sampled_from([(), ("Vessels",)]),
        st.booleans(),
    ),
    "link": st.sampled_from([LINK, FAILED, DONE, OF_OTHER]),
    "receipt": st.none() | st.just(receipt_of(DONE)),
    "tone": st.sampled_from(["info", "warning", "error", "success"]),
    "why": st.just(""),
    "device": st.sampled_from(["1", "17"]),
    "card": st.just(CARD),
    "forms": st.sampled_from([(), FORMS]),
    "person": st.sampled_from([MAIL.author, Address("", "")]),
    "to": st.sampled_from(["", COMPANY.id]),
    "value": st.sampled_from(["", "Open"]),
    "on": st.booleans(),
    "answers": st.sampled_from([Answers(), Answers((COMPANY,), Unasked(("Accounts",)))]),
    "identity": st.sampled_from(["", "mary\nsmith\nmary.smith@northwind.example"]),
    "similar": st.sampled_from([(), (MARY, COMPANY)]),
    "unsure": st.booleans(),
    "despite": st.booleans(),
    "at": st.sampled_from(["", "last_name", "record", "nothing"]),
    "address": st.just("new@x.example"),
    "sent_at": st.none() | st.just(MAIL.created),
    "instead": st.none() | st.just(MARY),
    "devices": st.sampled_from([(), (Device("17", "Outlook", "", "", this=True),)]),
}
ROOTS = (
    e.Event, e.SignInEvent, e.DraftEvent, e.DeviceEvent, e.SearchEvent, e.FoundEvent, e.LinkEvent, e.BesideEvent,
)  # fmt: skip
KINDS = [
    kind for kind in vars(e).values() if isinstance(kind, type) and issubclass(kind, e.Event) and kind not in ROOTS
]


def of_kind(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field.name: VALUES[field.name] for field in dataclasses.fields(kind)})


sequences = st.lists(st.sampled_from(KINDS).flatmap(of_kind), max_size=25)


@settings(max_examples=examples(300))
@given(st.sampled_from([State(), IN]), sequences)
def test_after_any_sequence_the_pane_shows_something_that_is_true(state: State, events: list[e.Event]) -> None:
    for event in events:
        before = state
        try:
            state = update(state, event)
        except ImpossibleMove:
            # Nothing but the sign-in has a table here.
            assert isinstance(event, e.SignInEvent | e.Started)
            continue
        assert state.turn >= before.turn
        assert len(state.notices) <= noticing.MOST
        assert len({one.id for one in state.notices}) == len(state.notices)
        assert len({one.id for one in state.chosen}) == len(state.chosen)
        for key, link in state.links.items():
            assert link.link.plan.mail.key == key
            assert not (link.running and link.receipt)
        if not state.signed_in:
            assert not state.modules
        if isinstance(event, e.MailShown):
            assert state.mail == event.mail
            assert (state.suggestions, state.stored_before, state.chosen) == ((), None, ())
        assert "secret" not in repr(state)
        said = text(view(state)).casefold()
        assert state.unasked is None or "does not know" not in said
        assert state.search.results.answers.unasked is None or "no record found" not in said
    assert isinstance(view(state), Element)


def test_what_is_known_of_the_shown_mail_by_now_is_shown_and_of_others_not() -> None:
    better = replace(MAIL, addressed=600)
    assert after(IN, e.SourceCame(better)).mail == better
    assert after(IN, e.SourceCame(replace(OTHER, addressed=600))).mail == MAIL
    assert after(IN, e.SourceCame(replace(better, source=None))).mail == MAIL
    link = begin(LinkPlan(better, (MARY,)), lambda one: one.name)
    assert after(IN, e.LinkMoved(link)).mail == better
