"""What goes beside a link, in the running pane: a note for colleagues, and a record from which the mail is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from pane.counter import visit
from pane.desk import Desk

pytestmark = pytest.mark.browser

MAIL, OTHER, NOTE = "plain-ascii", "sender-stranger", "Call back before <Friday>"


@pytest.fixture
def counter(component_pane: Desk) -> Iterator[Desk]:
    """A pane in front of a CRM with the component."""
    with visit(component_pane) as there:
        there.show(MAIL)
        yield there


def kept(at: Desk) -> list[str]:
    return [row.fields["commentcontent"] for row in at.crm.store.rows("ModComments") if not row.deleted]


def write_and_link(at: Desk) -> None:
    """Choose Mary, write a note and link, by keys from the note on."""
    at.suggestion(re.compile("^Mary Smith")).check()
    note = at.pane.get_by_role("textbox", name="Note for colleagues")
    note.fill(NOTE)
    note.press("Control+Enter")
    at.expect_linked("Mary Smith")
    expect(at.pane.get_by_text(f"Note: {NOTE}")).to_be_visible()


def test_a_note_stands_at_the_record_and_goes_with_undo(counter: Desk) -> None:
    counter.sign_in()
    write_and_link(counter)
    assert kept(counter) == ["Call back before &lt;Friday&gt;"]
    counter.pane.get_by_role("button", name="Undo").click()
    expect(counter.pane.get_by_role("region", name="Suggested records")).to_be_visible()
    assert kept(counter) == []


@pytest.mark.deep("notes on a stock CRM in a browser")
def test_a_note_on_a_stock_crm(at: Desk) -> None:
    at.signed_in(MAIL)
    write_and_link(at)
    assert kept(at) == ["Call back before &lt;Friday&gt;"]


def test_who_may_not_comment_is_offered_no_note(counter: Desk) -> None:
    counter.crm.access.refuse("sara", "ModComments", "create")
    counter.sign_in("sara")
    counter.suggestion(re.compile("^Mary Smith")).check()
    expect(counter.pane.get_by_role("button", name="Link to Mary Smith")).to_be_enabled()
    expect(counter.pane.locator("#note")).to_have_count(0)


def test_the_mail_is_taken_from_a_record_by_who_has_linked_it(counter: Desk) -> None:
    counter.sign_in()
    write_and_link(counter)
    counter.seconds_pass()
    counter.show(OTHER)
    counter.show(MAIL)
    counter.pane.get_by_role("button", name="Remove from this record: Mary Smith").click()
    expect(counter.pane.get_by_text("Remove the mail from this record? Nothing else is touched.")).to_be_visible()
    counter.pane.locator(".linked").get_by_role("button", name="Remove", exact=True).click()
    told = counter.pane.locator(".passing .box")
    expect(told).to_contain_text("was taken from “Mary Smith”")
    expect(counter.pane.locator(":focus")).to_have_count(1)
    assert counter.pane.locator(".passing :focus").count() == 0, "what has the focus would not leave by itself"
    expect(counter.pane.get_by_text("It is linked to:")).to_have_count(0)
    assert kept(counter) == []
    assert len(counter.crm.messages()) == 1


def test_another_user_sees_the_record_and_no_way_to_remove_it(counter: Desk) -> None:
    counter.sign_in()
    write_and_link(counter)
    counter.pane.get_by_role("button", name="Sign out").click()
    counter.sign_in("sara")
    expect(counter.pane.get_by_text("It is linked to:")).to_be_visible()
    expect(counter.pane.get_by_role("button", name="Open in CRM: Mary Smith").first).to_be_visible()
    expect(counter.pane.get_by_role("button", name="Remove from this record: Mary Smith")).to_have_count(0)
