"""The mail, and the choice of records."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking, Search, State
from connector.app.views import view
from connector.app.views.announcement import announcement
from connector.finding.answers import Answers, Unasked
from connector.finding.records import Record
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address
from connector.mail.sameness import mark_of
from connector.signin.states import SignedIn
from connector.vtenext.crm import Copy, Earlier
from sides import side
from unit.markup import buttons, by_id, find, text, walk
from unit.screens import BEFORE, COMPANY, FOUND, LEAD, MAIL, MARY, OFFER, OPEN, SCREENS

TWO = side(MAIL.author, Address("", "john@northwind.example")).people


def card(state: State) -> str:
    (found,) = find(view(state), lambda one: one.key == "card")
    return text(found)


def test_the_card_says_what_will_be_stored() -> None:
    said = card(OPEN)
    assert said.startswith(f"{MAIL.subject} 4 files to Documents Copies the whole mail and its recipients.")
    assert "All attachments become Documents. Anyone who may see the record can see them." in said
    assert "From Mary Smith <mary.smith@northwind.example> Mon 23 Nov 2026" in said
    assert "3 recipients" in said
    assert "4 attachments, 25.8 MB" in said
    assert "Offer 42.pdf 793 KB" in said
    assert "logo.png 4 KB, in the text" in said
    assert "Prices (SharePoint) link to a cloud file" in said


def test_the_mail_itself_is_one_more_file_where_it_is_kept() -> None:
    kept = SCREENS["choose-original"]
    assert " 5 files to Documents " in card(kept)
    assert "The mail itself, as a file, and all attachments become Documents." in card(kept)
    assert " 1 file to Documents " in card(replace(kept, mail=replace(MAIL, attachments=())))
    assert "to Documents" not in card(replace(OPEN, mail=replace(MAIL, attachments=())))
    unread = card(replace(kept, reads_files=False))
    assert " 4 attachments Copies the whole mail" in unread
    assert "itself" not in unread


def test_all_but_the_subject_and_what_may_not_arrive_is_folded() -> None:
    """The suggestions come first; the mail itself is open beside the pane."""
    (found,) = find(view(SCREENS["choose-several"]), lambda one: one.key == "card")
    shown = [one for one in found.children if not isinstance(one, str)]
    assert [one.tag for one in shown] == ["details", "div"]
    assert "open" not in shown[0].attributes
    assert text(shown[0]).startswith(MAIL.subject)
    assert "may be too large for the CRM" in text(shown[1])


def test_the_card_shows_no_date_that_another_one_follows() -> None:
    asked = replace(MAIL, date=None)
    assert " Mon 23 Nov 2026" not in card(replace(OPEN, mail=replace(asked, source=None)))
    assert "In this mailbox since Mon 23 Nov 2026" in card(replace(OPEN, mail=asked))
    assert "when it was written is not sure" in card(replace(OPEN, mail=asked))
    assert "Outlook does not give its date." in card(replace(OPEN, mail=replace(asked, created=None)))


def test_a_sent_mail_shows_its_recipients() -> None:
    said = card(SCREENS["choose-sent"])
    assert said.startswith("(no subject) Copies the whole mail and its recipients; anyone who may see the record")
    assert "To Person 0 and 199 more" in said
    assert "200 recipients" in said
    assert "and 170 more" in said
    assert "attachment" not in said


def test_what_may_not_arrive_is_said_beforehand() -> None:
    assert "will not be stored" not in card(OPEN)
    said = f"{MAIL.attachments[1].name} may be too large for the CRM, whose limit is 5 MB"
    assert said in card(SCREENS["choose-several"])
    assert "does not hand over attachments: the mail will be stored without them" in card(SCREENS["choose-failed"])
    assert "attachments" not in card(replace(OPEN, reads_files=False, mail=replace(MAIL, attachments=())))


def test_a_mail_without_anybody_is_shown() -> None:
    nobody = replace(MAIL, author=Address("", ""), to=(), cc=(), created=None)
    tree = view(replace(OPEN, mail=nobody, suggestions=()))
    assert "No sender" in text(tree)
    assert "This mail names nobody to look for." in text(tree)


def test_a_suggestion_says_why() -> None:
    rows = [text(one) for one in walk(view(OPEN)) if one.tag == "label"]
    assert rows == [
        "Mary Smith Contact · Sender's address mary.smith@northwind.example",
        "Northwind Traders Import & Export GmbH Company · Where Mary Smith works Hamburg",
        "Warehouse extension 2027 Opportunity · Open, belongs to Northwind Traders Proposal or Price Quote",
        "Conveyor stops after restart Ticket · Open, belongs to Mary Smith Open",
    ]
    domain = replace(OPEN, suggestions=(Suggestion(COMPANY, Reason.DOMAIN, "northwind.example"),))
    assert "Same mail domain (northwind.example)" in text(view(domain))


def test_files_that_can_not_be_read_are_not_said_to_become_documents() -> None:
    said = card(replace(OPEN, reads_files=False))
    assert said.startswith(f"{MAIL.subject} 4 attachments")
    assert "Documents" not in said


def test_a_record_is_chosen_and_dropped_by_its_checkbox() -> None:
    tree = view(replace(OPEN, chosen=(MARY,)))
    box = by_id(tree, f"suggested-{MARY.id}")
    assert "checked" in box.attributes
    assert "checked" not in by_id(tree, f"suggested-{COMPANY.id}").attributes
    assert [box.on["change"](value) for value in ("yes", "")] == [e.RecordChosen(MARY), e.RecordDropped(MARY)]


def test_nothing_is_said_three_times_of_what_is_chosen() -> None:
    """The only one is ticked in its list and named on the button; several are named above it, too."""
    assert "Remove Mary Smith" not in buttons(view(replace(OPEN, chosen=(MARY,))))
    assert buttons(view(replace(OPEN, chosen=(LEAD,))))[f"Remove \u2068{LEAD.name}\u2069"]
    several = buttons(view(replace(OPEN, chosen=(MARY, COMPANY))))
    assert several["Remove Mary Smith"].on == {"click": e.RecordDropped(MARY)}
    assert several[f"Remove {COMPANY.name}"].on == {"click": e.RecordDropped(COMPANY)}


def test_a_record_that_is_folded_away_is_named_where_it_is_chosen() -> None:
    many = SCREENS["choose-many"]
    first, last = many.suggestions[0].record, many.suggestions[-1].record
    assert f"Remove {first.name}" not in buttons(view(replace(many, chosen=(first,))))
    assert f"Remove {last.name}" in buttons(view(replace(many, chosen=(last,))))


@pytest.mark.parametrize(
    ("chosen", "label"),
    [
        ((), "Link this mail"),
        ((MARY,), "Link to Mary Smith"),
        ((MARY, COMPANY), f"Link to Mary Smith and {COMPANY.name}"),
        ((MARY, COMPANY, OFFER, LEAD), f"Link to Mary Smith, {COMPANY.name} and 2 more"),
    ],
)
def test_the_button_says_what_it_does(chosen: tuple[Record, ...], label: str) -> None:
    tree = view(replace(OPEN, chosen=chosen))
    button = buttons(tree)[label]
    assert button.on == {"click": e.LinkAsked()}
    assert ("disabled" in button.attributes) is (not chosen)
    if not chosen:
        assert text(by_id(tree, button.attributes["aria-describedby"])) == "Choose a record above."


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (replace(OPEN, suggesting=Asking.YES, suggestions=()), "Looking in the CRM…"),
        (replace(OPEN, suggesting=Asking.YES), "Looking for related records…"),
        (replace(OPEN, suggestions=()), "No record was found for this mail."),
        (replace(OPEN, suggestions=(), unknown=TWO[:1]), "not know Mary Smith (mary.smith@northwind.example). Search"),
        (
            SCREENS["choose-sent"],
            "The CRM does not know person0@northwind.example, person1@northwind.example, "
            "person2@northwind.example and 22 more.",
        ),
        (replace(OPEN, unknown=TWO, suggestions=()), "mary.smith@northwind.example and john@northwind.example."),
        (SCREENS["choose-failed"], "Nothing answers at crm.northwind.example."),
    ],
)
def test_how_the_asking_stands(state: State, said: str) -> None:
    (section,) = find(view(state), lambda one: one.key == "suggestions")
    assert said in text(section)
    busy = find(section, lambda one: one.attributes.get("aria-busy") == "true")
    assert bool(busy) is (state.suggesting is Asking.YES)
    assert ("Try again" in buttons(section)) is (state.suggesting is Asking.FAILED)


def test_what_could_not_be_asked_is_named_and_asked_again() -> None:
    tree = view(SCREENS["choose-unasked"])
    (suggestions,) = find(tree, lambda one: one.key == "suggestions")
    said = text(suggestions)
    assert "Mary Smith" in said
    assert "Could not ask: Leads and Tickets. The CRM reported an internal error. There may be more" in said
    assert "Reported: “SQL error near 'x'”" in said
    assert buttons(suggestions)["Try again"].on == {"click": e.SuggestAgainAsked()}
    (search,) = find(tree, lambda one: one.key == "search")
    assert "Could not ask: Vessels. There may be more than is shown here." in text(search)
    assert buttons(search)["Try again"].on == {"click": e.SearchAsked()}
    (stored,) = find(tree, lambda one: one.key == "stored-before")
    assert "Could not ask whether this mail is in the CRM already." in text(stored)
    assert buttons(stored)["Try again"].on == {"click": e.SuggestAgainAsked()}


@pytest.mark.parametrize("asking", [Asking.DONE, Asking.YES, Asking.NO, Asking.FAILED])
def test_nothing_is_said_to_be_unknown_that_could_not_be_asked(asking: Asking) -> None:
    unasked = Unasked(("Contacts",))
    search = Search("mary", "", asking, Results(Answers((), unasked)), "mary")
    said = text(view(replace(OPEN, suggestions=(), suggesting=asking, unasked=unasked, search=search)))
    assert "does not know" not in said
    assert not re.search("no record|no suggestion", said, re.IGNORECASE)


def test_the_search() -> None:
    tree = view(replace(OPEN, search=Search("mary", "Accounts", Asking.DONE)))
    (form,) = find(tree, lambda one: one.attributes.get("role") == "search")
    assert form.on == {"submit": e.SearchAsked()}
    assert by_id(tree, "search-text").on["input"]("x") == e.SearchTyped("x")
    assert by_id(tree, "search-module").on["change"]("Leads") == e.SearchModuleChosen("Leads")
    assert by_id(tree, "search-module").attributes["value"] == "Accounts"
    assert "No record found for “mary” in Companies." in text(tree)
    everywhere = Search("mary", "", Asking.DONE, Results(left=("Vessels", "Leads")), "mary")
    stock = SignedIn("https://crm.northwind.example", "paul.becker", stock=True)
    said = text(view(replace(OPEN, search=everywhere, sign_in=stock)))
    assert "No record found for “mary”. Not searched: Vessels and Leads. Choose a module to search there." in said


def test_what_a_search_everywhere_has_found_stands_by_module() -> None:
    tree = view(replace(OPEN, search=Search("mar", "", Asking.DONE, FOUND, "mar")))
    (section,) = find(tree, lambda one: one.key == "search")
    groups = {
        text(find(one, lambda part: part.tag == "h3")[0]): one
        for one in find(section, lambda one: "group" in one.attributes.get("class", ""))
    }
    assert list(groups) == ["Leads", "Contacts", "Opportunities"]
    assert "3 records, and there are more" in text(section)
    assert "Mary Smith Northwind Traders mary.smith@northwind.example" in text(groups["Contacts"])
    assert buttons(groups["Contacts"])["More in Contacts"].on == {"click": e.SearchModuleChosen("Contacts")}
    assert not buttons(groups["Leads"])
    assert "Not searched: Vessels. Choose a module to search there." in text(section)
    alone = view(replace(OPEN, search=Search("mar", "Contacts", Asking.DONE, FOUND, "mar")))
    assert not find(alone, lambda one: one.tag == "h3")


def test_long_lists_are_folded_and_complete() -> None:
    tree = view(SCREENS["choose-many"])
    assert "48 more" in text(tree)
    assert len(find(tree, lambda one: one.attributes.get("id", "").startswith("suggested-"))) == 60


def test_a_mail_that_is_stored_already_is_said_to_be() -> None:
    assert "You stored this mail in the CRM before (Mon 23 Nov 2026, 14:06, the CRM's time)." in text(
        view(SCREENS["choose-one"])
    )


def test_it_is_said_who_has_linked_the_mail_where() -> None:
    tree = view(SCREENS["choose-earlier"])
    (box,) = find(tree, lambda one: one.key == "stored-before")
    assert re.search(r"Lena Fischer stored this mail on Fri 20 Nov 2026, \d\d:15\.", text(box))
    assert "Paul Becker stored this mail in the CRM." in text(box)
    assert "It is linked to: Mary Smith Contact" in text(box)
    assert buttons(box)["Open in CRM: Mary Smith"].on == {"click": e.RecordOpened(MARY)}
    assert "Contact · Sender's address · already linked" in text(tree)


COMPARES = (
    "Linking compares the rest, too: it adds only what is missing, or stores this mail beside that one if they differ."
)
OWN, FOREIGN, UNTOLD = Copy("Paul Becker", "", own=True), Copy("Lena Fischer", "", own=False), Copy("Lena Fischer", "")


@pytest.mark.parametrize(
    ("copies", "then"),
    [
        (
            (OWN,),
            COMPARES,
        ),
        (
            (FOREIGN, FOREIGN, OWN),
            COMPARES,
        ),
        ((FOREIGN,), "Linking it now stores a copy of your own beside it, attachments included."),
        ((FOREIGN, UNTOLD), "Linking it now adds what is missing to your own copy, or stores one if you have none."),
        ((), "Linking it now adds what is missing to your own copy, or stores one if you have none."),
    ],
)
def test_what_linking_will_do_depends_on_whose_copy_is_there(copies: tuple[Copy, ...], then: str) -> None:
    state = replace(SCREENS["choose-earlier"], earlier=Earlier((MARY,), copies))
    (box,) = find(view(state), lambda one: one.key == "stored-before")
    # No more of it has been compared yet.
    assert text(box).endswith(f"Its Message-ID and subject say so. {then}")


def test_another_mail_of_the_same_scanner_is_not_said_to_be_this_one() -> None:
    one = SCREENS["choose-one"]
    assert one.mail is not None
    date = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
    for sent, told in ((date, True), (date + datetime.timedelta(minutes=1), False)):
        marked = replace(BEFORE, row={"xmailer": mark_of(sent)})
        state = replace(one, mail=replace(one.mail, date=date), stored_before=marked)
        assert ("You stored this mail in the CRM before" in text(view(state))) is told


def test_no_mail() -> None:
    tree = view(SCREENS["no-mail"])
    assert "No mail selected" in text(tree)
    assert set(buttons(tree)) == {"Devices", "Sign out"}


def test_a_removal_that_goes_on_is_shown_and_said() -> None:
    state = SCREENS["choose-removing-on"]
    assert announcement(state) == "Removing…"
    assert "Remove from this record: Mary Smith" not in buttons(view(state))
    assert announcement(SCREENS["choose-removing"]) != "Removing…"
