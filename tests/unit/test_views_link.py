"""A link under way, failed, and done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.element import Element
from connector.app.state import LinkView, State
from connector.app.update import update
from connector.app.views import view
from connector.linking.arriving import Arrived
from connector.linking.link import LinkPlan, begin
from connector.linking.receipt import receipt_of
from connector.linking.states import FileState, Proven, Step
from connector.ports import RawAttachment, Traits
from connector.signin.states import Out
from unit.markup import buttons, find, text, walk
from unit.screens import MAIL, MARY, OPEN, SCREENS


def steps(state: State) -> dict[str, str]:
    (found,) = find(view(state), lambda one: one.key == "steps")
    return {one.key: one.attributes["class"] for one in found.children if isinstance(one, Element)}


def test_the_steps_show_where_a_link_is() -> None:
    assert steps(SCREENS["linking-files"]) == {
        "check": "done",
        "read": "done",
        "files": "now",
        "store": "later",
        "prove": "later",
        "link": "later",
    }
    (now,) = find(view(SCREENS["linking-files"]), lambda one: one.attributes.get("aria-current") == "step")
    assert text(now) == "Read the attachments 2 of 4"


def test_a_mail_that_was_stored_before_is_not_said_to_be_stored_again() -> None:
    assert list(steps(SCREENS["linking-single"])) == ["check", "read", "files", "store", "prove", "link"]
    whole = replace(SCREENS["linking-single"].links[MAIL.key].link, step=Step.RELATE)
    whole = replace(whole, files=tuple(replace(one, state=FileState.STORED) for one in whole.files))
    assert list(steps(replace(OPEN, links={MAIL.key: LinkView(whole)}))) == ["check", "read", "prove", "link"]
    assert "logo.png" in text(view(SCREENS["linking-single"]))


def test_the_upload_shows_its_bytes_and_stays_quiet() -> None:
    tree = view(SCREENS["linking-store"])
    (bar,) = find(tree, lambda one: one.tag == "progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("12900000", str(25 * 1024 * 1024))
    assert "12.3 of 25 MB" in text(tree)
    (said,) = find(tree, lambda one: one.key == "said")
    assert text(said) == "Send to the CRM"


def test_a_download_shows_its_bytes_and_says_them_now_and_then() -> None:
    tree = view(SCREENS["linking-arriving"])
    (now,) = find(tree, lambda one: one.attributes.get("aria-current") == "step")
    assert text(now).startswith("Read the attachments 0 of 4 12.3 of 25 MB")
    (bar,) = find(tree, lambda one: one.tag == "progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("12900000", str(25 * 1024 * 1024))
    assert (bar.attributes["aria-label"], bar.attributes["aria-valuetext"]) == ("Received", "12.3 of 25 MB")
    (said,) = find(tree, lambda one: one.key == "said")
    assert text(said) == "Read the attachments: 6.3 of 25 MB"


def test_a_download_that_has_come_is_shown_no_more() -> None:
    state = SCREENS["linking-arriving"]
    shown = state.links[MAIL.key]
    whole = update(state, e.FilesArrived(MAIL.key, Arrived(100, 100, 100)))
    later = update(state, e.LinkMoved(replace(shown.link, step=Step.STORE)))
    for one in (whole, later):
        assert not find(view(one), lambda one: one.tag == "progress")
        assert "MB" not in text(find(view(one), lambda one: one.key == "said")[0])
    assert update(OPEN, e.FilesArrived(MAIL.key, Arrived(1, 100))) == OPEN, "nobody has asked for it yet"


@pytest.mark.parametrize("step", list(Step))
def test_each_step_can_be_cancelled_and_is_announced(step: Step) -> None:
    link = replace(begin(LinkPlan(MAIL, (MARY,)), lambda one: one.name), step=step)
    tree = view(replace(OPEN, links={MAIL.key: LinkView(link)}))
    assert buttons(tree)["Cancel"].on == {"click": e.CancelAsked(MAIL.key)}
    assert len(find(tree, lambda one: one.attributes.get("aria-current") == "step")) == 1
    assert text(find(tree, lambda one: one.key == "said")[0])


def test_taking_back_can_not_be_stopped() -> None:
    tree = view(SCREENS["removing"])
    assert "Taking back…" in text(tree)
    assert set(buttons(tree)) == {"Devices", "Sign out"}


@pytest.mark.parametrize(
    ("screen", "lines", "ways"),
    [
        ("failure-nothing", ["Nothing of this mail was stored."], {"Try again", "Choose another record"}),
        ("failure-uncertain", ["It is not known whether the mail arrived"], {"Try again", "Take back"}),
        (
            "failure-half",
            [
                "The mail is stored.",
                "3 of 4 attachments are there.",
                "It is linked to Mary Smith.",
                "It is not linked yet to Northwind Traders",
            ],
            {"Try again", "Take back"},
        ),
    ],
)
def test_a_failure_says_what_stands_in_the_crm(screen: str, lines: list[str], ways: set[str]) -> None:
    tree = view(SCREENS[screen])
    for line in lines:
        assert line in text(tree)
    assert set(buttons(tree)) == {"Devices", "Sign out", *ways}
    assert buttons(tree)["Try again"].on == {"click": e.RetryAsked(MAIL.key)}
    assert find(tree, lambda one: one.attributes.get("role") == "alert" and one.key == "problem")


def test_after_an_undo_that_failed_the_undo_is_what_comes_first() -> None:
    tree = view(SCREENS["failure-undo"])
    assert [text(one) for one in find(tree, lambda one: one.attributes.get("class") == "primary")] == ["Take back"]
    assert "Not taken back yet" in text(tree)
    assert "linking to" not in text(tree)
    elsewhere = text(view(replace(SCREENS["failure-undo"], mail=replace(MAIL, traits=Traits("item-2")))))
    assert "is not taken back yet." in elsewhere
    assert "is not linked yet" not in elsewhere
    waiting = text(view(replace(SCREENS["failure-undo"], sign_in=Out())))
    assert "is not taken back yet. It goes on when you have signed in." in waiting


def test_what_an_earlier_time_linked_is_not_said_to_be_unlinked() -> None:
    half = SCREENS["failure-half"]
    [shown] = half.links.values()
    assert shown.link.stored is not None
    before = replace(shown.link, copy=Proven(replace(shown.link.stored, ours=False)))
    said = text(view(replace(half, links={MAIL.key: replace(shown, link=before)})))
    assert "The mail had been stored there before." in said
    assert "Whether it is linked to Northwind Traders" in said
    assert "is not linked yet" not in said


def test_the_receipt_tells_everything_that_was_stored() -> None:
    tree = view(SCREENS["receipt"])
    assert "Linked to Mary Smith and Northwind Traders Import & Export GmbH" in text(tree)
    assert "Offer 42.pdf 793 KB" in text(tree)
    assert buttons(tree)["Open in CRM: Mary Smith"].on == {"click": e.RecordOpened(MARY)}
    assert buttons(tree)["Link to another record"].on == {"click": e.LinkClosed(MAIL.key)}
    assert "Try again" not in buttons(tree)
    held = "with subject, sender, 2 of 2 recipients, date and text"
    assert f"The mail {held}" in text(tree)
    assert f"was in the CRM already, {held}" in text(view(SCREENS["receipt-before"]))


def test_the_receipt_tells_everything_that_is_not_as_it_was() -> None:
    tree = view(SCREENS["receipt-mixed"])
    said = text(tree)
    assert "Linked to Mary Smith, but not everything is there" in said
    assert "The CRM does not show Warehouse extension 2027 to you" in said
    assert "did not take this file, most likely because of its size (25 MB). It was not stored." in said
    assert "stored it as “Offer42.pdf”" in said
    assert "The mail was in the CRM already, with sender" in said
    assert "only the first part of the subject" in said
    assert "The CRM has 500 of the 600 recipients." in said
    assert "when it came into the mailbox: Mon 23 Nov 2026, 14:05." in said
    assert "without text: Outlook gave none" in said
    assert "another mail with the same Message-ID: “Scan 7”" in said
    assert "Reported: “code 9018”" in said
    assert buttons(tree)["Try again"].on == {"click": e.RetryAsked(MAIL.key)}
    assert "Open in CRM: Warehouse extension 2027" not in buttons(tree)


def test_a_receipt_of_a_hundred_files_shows_the_missing_one() -> None:
    files = tuple(RawAttachment(f"a{n}", f"file {n}.txt", 10, "text/plain", "file", False) for n in range(100))
    link = SCREENS["receipt"].links["item-1"].link
    outcomes = tuple(replace(link.files[0], attachment=one, name=one.name, stored_name=one.name) for one in files)
    lost = replace(outcomes[99], state=SCREENS["receipt-mixed"].links["item-1"].link.files[1].state, problem=None)
    link = replace(link, files=(*outcomes[:99], lost))
    state = replace(OPEN, links={"item-1": LinkView(link, running=False, receipt=receipt_of(link))})
    tree = view(state)
    (listed,) = find(tree, lambda one: one.key == "files" and one.tag == "ul")
    assert "file 99.txt not stored" in " ".join(text(one) for one in listed.children[:3] if isinstance(one, Element))
    turn = e.FilesToggled("item-1")
    assert buttons(tree)["Show 87 more files"].on == {"click": turn}
    unfolded = view(update(state, turn))
    (all_of_them,) = find(unfolded, lambda one: one.key == "files" and one.tag == "ul")
    assert all(f"file {n}.txt" in text(all_of_them) for n in range(100))
    # Nothing that was there moves, the button among it.
    keys = [[one.key for one in tree.children if isinstance(one, Element)] for tree in (listed, all_of_them)]
    assert keys[1][: len(keys[0])] == keys[0]
    assert buttons(unfolded)["Show fewer files"].on == {"click": turn}
    assert view(update(update(state, turn), turn)) == tree


def test_the_focus_goes_to_what_is_new() -> None:
    for screen in ("linking-check", "failure-half", "receipt"):
        (focused,) = find(view(SCREENS[screen]), lambda one: "autofocus" in one.attributes)
        assert (focused.tag, focused.attributes["tabindex"]) == ("h2", "-1")


def test_links_of_other_mails_are_a_line_that_unfolds() -> None:
    tree = view(SCREENS["elsewhere"])
    (fold,) = find(tree, lambda one: one.key == "fold")
    assert "open" not in fold.attributes
    (summary,) = [one for one in fold.children if isinstance(one, Element) and one.tag == "summary"]
    assert text(summary) == "1 mail is not linked yet · 1 receipt to look at · Linking 1 other mail…"
    lines = find(tree, lambda one: one.tag == "li" and one.key.startswith("item-"))
    assert [one.key for one in lines] == ["item-1", "item-3", "item-4"]
    assert "Still linking “Offer 42" in text(lines[0])
    assert "“Offer 41” is not linked yet." in text(lines[1])
    assert buttons(lines[1])["Try again"].on == {"click": e.RetryAsked("item-3")}
    assert "“Offer 40”: Linked to Mary Smith, but not everything is there" in text(lines[2])
    assert "Suggested records" in text(tree)


def test_the_only_link_of_another_mail_is_named_once() -> None:
    tree = view(SCREENS["sign-in-again"])
    said = "is not linked yet. It goes on when you have signed in."
    (summary,) = [one for one in walk(tree) if one.tag == "summary" and said in text(one)]
    assert text(tree).count(said) == 1
    assert MAIL.subject in text(summary)


def test_a_failure_says_to_what_the_mail_was_to_be_linked_and_what_taking_back_does() -> None:
    half, nothing = text(view(SCREENS["failure-half"])), text(view(SCREENS["failure-nothing"]))
    assert "Not finished: linking to Mary Smith and Northwind Traders" in half
    assert "Taking back removes from the CRM what this link has stored, and nothing else." in half
    assert "Not linked to Mary Smith" in nothing
    assert "Taking back" not in nothing


def test_the_receipt_counts_the_files_before_it_lists_them() -> None:
    assert "Stored in the CRM: 4 of 4 attachments The mail" in text(view(SCREENS["receipt"]))
    assert "Stored in the CRM: 1 of 4 attachments The mail" in text(view(SCREENS["receipt-mixed"]))


def test_notices_can_be_closed_and_pressing_ones_interrupt() -> None:
    tree = view(SCREENS["notices"])
    alerts = next(one for one in walk(tree) if one.key == "alerts")
    calm = next(one for one in walk(tree) if one.key == "notices")
    assert [one.key for one in alerts.children if isinstance(one, Element)] == ["notice-2", "notice-3", "notice-5"]
    assert [one.key for one in calm.children if isinstance(one, Element)] == ["notice-1"], "the other one follows"
    close = next(button for label, button in buttons(calm).items() if label.startswith("Close: “Offer 42” is linked"))
    assert close.on == {"click": e.NoticeClosed(1)}


def test_a_pane_that_can_not_start_says_why() -> None:
    tree = view(SCREENS["fatal"])
    assert "This Outlook does not offer what the Mail Connector needs (Office.js)." in text(tree)
    assert "Help: it@example.com" in text(tree)
