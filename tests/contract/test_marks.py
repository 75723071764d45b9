"""Marks of linked mails: the bar over the mail, and the property that every device of the mailbox reads."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.finding.records import Record
from connector.linking.filedmark import mark
from connector.linking.states import Step
from contract.office import sample
from contract.sitting import Sitting
from sandbox_crm.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from unit.markup import text

MAIL, OTHER = "plain-ascii", "related-inline-images"
SAYS = "A mark in this mailbox says that this mail was linked on"


@pytest.fixture
def at() -> Iterator[Sitting]:
    """The agent, signed in, with a mail open."""
    with Sitting(SandboxCrm()) as there:
        there.select(sample(MAIL))
        there.sign_in()
        yield there


def mary(at: Sitting) -> Record:
    return next(one.record for one in at.state.suggestions if one.record.name == "Mary Smith")


def bar(at: Sitting) -> str:
    assert at.mailbox.open is not None
    return at.marks.bars.get(at.mailbox.open.item_id, "")


def test_a_linked_mail_is_marked(at: Sitting) -> None:
    at.link(mary(at))
    assert bar(at) == "Linked to Mary Smith."
    (kept,) = at.marks.kept.values()
    assert re.fullmatch(r'\{"when": "[-0-9T:+]+", "hash": "[0-9a-f]{16}"\}', kept)


def test_the_mark_is_read_when_the_mail_is_opened_again(at: Sitting) -> None:
    at.link(mary(at))
    at.select(sample(OTHER))
    assert (at.state.filed, bar(at)) == (None, "")
    at.marks.bars.clear()
    at.select(sample(MAIL))
    assert at.state.filed is not None
    assert re.fullmatch(r"Linked to the CRM on \w+ \d+ \w+ \d{4}, \d\d:\d\d\.", bar(at))


def test_another_user_sees_the_mark_where_the_crm_tells_of_no_copy(at: Sitting) -> None:
    at.link(mary(at))
    at.say(e.SignOutAsked())
    assert at.state.mail is not None
    at.sign_in("sara")
    said = text(view(at.state))
    assert SAYS in said
    assert "It is not among your own mails in the CRM" in said
    assert bar(at).endswith("Not among your own mails there now.")


def remove_in_the_crm(at: Sitting) -> None:
    for row in at.crm.store.rows("Messages"):
        row.deleted = True
        at.crm.store.save(row)


@pytest.mark.parametrize(
    ("component", "told", "over"),
    [
        (True, "The CRM shows you no copy of it", "The CRM shows you no copy of it now."),
        (False, "It is not among your own mails in the CRM", "Not among your own mails there now."),
    ],
)
def test_a_mail_that_was_removed_in_the_crm_is_not_told_as_linked(component: bool, told: str, over: str) -> None:
    with Sitting(SandboxCrm(component=Component() if component else None)) as at:
        at.select(sample(MAIL))
        at.sign_in()
        at.link(mary(at))
        remove_in_the_crm(at)
        at.select(sample(OTHER))
        at.select(sample(MAIL))
        assert SAYS in text(view(at.state))
        assert told in text(view(at.state))
        assert bar(at).startswith("Linked to the CRM on ")
        assert bar(at).endswith(over)
        at.say(e.SuggestAgainAsked())
        assert bar(at).endswith(over)


def test_what_could_not_be_asked_casts_no_doubt(at: Sitting) -> None:
    at.link(mary(at))
    at.select(sample(OTHER))
    at.crm.faults.add(Fault("query", "error_500", times=99))
    at.select(sample(MAIL))
    assert re.fullmatch(r"Linked to the CRM on [^.]*\.", bar(at))
    assert "Linking asks" in text(view(at.state))


def test_the_bar_names_those_that_are_left() -> None:
    with Sitting(SandboxCrm(component=Component())) as at:
        at.select(sample(MAIL))
        at.sign_in()
        company = next(one.record for one in at.state.suggestions if one.record.module == "Accounts")
        at.link(mary(at), company)
        at.say(e.LinkClosed(at.view.link.plan.mail.key))
        at.say(e.UnlinkAsked(mary(at)))
        assert bar(at) == f"Linked to {company.name}."
        at.say(e.UnlinkAsked(company))
        assert bar(at) == ""


def test_the_mark_is_read_before_anybody_signs_in(at: Sitting) -> None:
    at.link(mary(at))
    at.marks.bars.clear()
    at.reopen()
    at.hasten(sample(MAIL))
    assert not at.state.signed_in
    assert bar(at).startswith("Linked to the CRM on ")
    at.sign_in()
    assert bar(at).startswith("Linked to the CRM on ")


def test_the_mark_of_the_last_crm_is_not_told_for_another_one(at: Sitting) -> None:
    at.link(mary(at))
    at.marks.kept[sample(MAIL).item_id] = mark(datetime.datetime.now(datetime.UTC), "https://other.example")
    at.say(e.SignOutAsked())
    at.say(e.UrlTyped("https://other.example"))
    at.hasten(sample(OTHER))
    at.hasten(sample(MAIL))
    assert bar(at).startswith("Linked to the CRM on ")
    at.sign_in()
    assert (at.state.filed, bar(at)) == (None, "")
    assert SAYS not in text(view(at.state))


def test_the_crm_counts_more_than_the_mark(at: Sitting) -> None:
    at.link(mary(at))
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    said = text(view(at.state))
    assert "You stored this mail in the CRM before" in said
    assert SAYS not in said


def test_what_is_taken_back_is_unmarked(at: Sitting) -> None:
    # As from another device.
    at.marks.kept[sample(MAIL).item_id] = "a mark"
    at.crm.faults.add(Fault("relate", "error_500", times=99))
    at.link(mary(at))
    at.crm.faults.clear()
    at.cancel()
    assert "taken-back" in at.problems
    assert not any(at.marks.kept.values())
    assert bar(at) == ""


def test_a_mail_that_was_left_before_it_was_taken_back_is_unmarked_when_it_is_open_again(at: Sitting) -> None:
    at.settings = replace(at.settings, category=CATEGORY)
    at.reopen()
    at.hasten(sample(MAIL))
    at.sign_in()
    at.link(mary(at))
    at.begin(e.UndoAsked(at.view.link.plan.mail.key))
    at.hasten(sample(OTHER))
    assert at.problems == ["taken-back"]
    assert at.marks.kept[sample(MAIL).item_id], "Outlook keeps it for the open mail alone"
    at.hasten(sample(MAIL))
    assert at.marks.kept[sample(MAIL).item_id] == ""
    assert at.marks.categories[sample(MAIL).item_id] == set()
    assert SAYS not in text(view(at.state))
    at.link(mary(at))
    at.select(sample(OTHER))
    at.select(sample(MAIL))
    assert at.marks.kept[sample(MAIL).item_id], "it is linked again"


def test_a_mail_that_is_not_open_any_more_is_not_marked_and_no_other(at: Sitting) -> None:
    def turn_away() -> None:
        at.mailbox.select(sample(OTHER))
        at.app.show_mail()

    at.at_step(Step.RELATE, turn_away)
    at.link(mary(at))
    assert at.problems == ["link-finished-elsewhere"]
    assert at.marks.kept == {}
    assert at.marks.bars == {}


def test_it_is_marked_when_it_is_open_again(at: Sitting) -> None:
    def turn_away() -> None:
        at.mailbox.select(sample(OTHER))
        at.app.show_mail()

    at.settings = replace(at.settings, category=CATEGORY)
    at.reopen()
    at.hasten(sample(MAIL))
    at.sign_in()
    at.at_step(Step.RELATE, turn_away)
    at.link(mary(at))
    assert at.marks.kept == {}
    at.hasten(sample(MAIL))
    assert at.marks.categories[sample(MAIL).item_id] == {CATEGORY}
    assert "hash" in at.marks.kept[sample(MAIL).item_id]
    assert bar(at) == "Linked to Mary Smith."
    at.select(sample(OTHER))
    at.select(sample(MAIL))
    assert bar(at).startswith("Linked to the CRM on ")


def test_who_signs_out_leaves_no_link_to_be_marked_later(at: Sitting) -> None:
    def turn_away() -> None:
        at.mailbox.select(sample(OTHER))
        at.app.show_mail()

    at.at_step(Step.RELATE, turn_away)
    at.link(mary(at))
    at.say(e.SignOutAsked())
    at.hasten(sample(MAIL))
    assert (at.marks.kept, at.marks.bars) == ({}, {})


def test_it_is_marked_when_it_is_open_again_and_the_crm_tells_of_the_link() -> None:
    with Sitting(SandboxCrm(component=Component())) as at:
        at.select(sample(MAIL))
        at.sign_in()

        def turn_away() -> None:
            at.mailbox.select(sample(OTHER))
            at.app.show_mail()

        at.at_step(Step.STORE, turn_away)
        at.link(mary(at))
        assert at.problems == ["link-finished-elsewhere"]
        assert at.marks.kept == {}
        at.select(sample(MAIL))
        assert "hash" in at.marks.kept[sample(MAIL).item_id]
        assert bar(at).startswith("Linked to the CRM on ")
        at.say(e.UnlinkAsked(mary(at)))
        assert at.marks.kept[sample(MAIL).item_id] == ""
        at.select(sample(OTHER))
        at.select(sample(MAIL))
        assert at.marks.kept[sample(MAIL).item_id] == "", "the mail is there, and linked to nothing"


def test_an_organization_may_have_no_marks(at: Sitting) -> None:
    at.settings = replace(at.settings, filed_marks=False)
    at.reopen()
    at.sign_in()
    at.marks.kept[sample(OTHER).item_id] = mark(datetime.datetime.now(datetime.UTC), at.state.crm_url)
    at.link(mary(at))
    at.select(sample(OTHER))
    assert at.state.filed is None
    assert at.marks.bars == {}


CATEGORY = "Linked to vtenext"


def test_a_category_is_given_only_where_the_organization_has_one(at: Sitting) -> None:
    at.link(mary(at))
    assert at.marks.categories == {}


@pytest.mark.parametrize("marked", [True, False])
def test_a_linked_mail_has_the_category_until_the_link_is_taken_back(at: Sitting, marked: bool) -> None:
    at.settings = replace(at.settings, category=CATEGORY, filed_marks=marked)
    at.reopen()
    at.select(sample(MAIL))
    at.sign_in()
    at.link(mary(at))
    assert at.marks.categories == {sample(MAIL).item_id: {CATEGORY}}
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert at.marks.categories == {sample(MAIL).item_id: set()}


def test_an_outlook_that_refuses_a_category_hinders_nothing(at: Sitting) -> None:
    at.settings = replace(at.settings, category=CATEGORY)
    at.reopen()
    at.select(sample(MAIL))
    at.sign_in()
    at.marks.refuses = True
    at.link(mary(at))
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert at.problems == []


def test_an_outlook_that_refuses_marks_hinders_nothing(at: Sitting) -> None:
    at.marks.refuses = True
    at.link(mary(at))
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    at.select(sample(OTHER))
    assert not at.problems
