"""What a user sees of a mail's people: the right person first with the reason, guesses last and called so, and who is
unknown. With what the CRM was asked for it, and how often."""

from __future__ import annotations

import json

import pytest

from connector.app import events as e
from connector.app.state import Asking
from connector.app.views import view
from connector.errors import OfficeCallFailed
from connector.ports import RawAttachment
from contract.both import pane, server
from contract.sitting import Sitting
from people.further import FURTHER
from people.makers import MADE
from people.situations import COLLEAGUE, DAEMON, FORM, GUESS, JAMES, MARY, PLAIN, Situation, one
from people.situations import SITUATIONS as EVERYDAY
from people.written import NOTICES, RETURNED, SENDERS, WHOLE
from unit.markup import find, text, walk

__all__ = ["pane", "server"]

ALL = (*EVERYDAY, *MADE, *FURTHER, *SENDERS, *NOTICES[::4], *RETURNED[::4], *WHOLE[::3])
SITUATIONS = tuple(situation for situation in ALL if situation.name != "passed-on-as-a-file")
"""What the app sees of an attached mail, below, is more than its text."""
KNOWN = {situation.name: situation for situation in SITUATIONS}
NAME = "Mary Smith"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No machine is so slow that the head of a mail comes too late."""
    monkeypatch.setattr("connector.app.people.HEAD_PAUSE", 100_000.0)


def opened(at: Sitting, situation: Situation) -> list[str]:
    """Open a mail in Outlook; the rows of suggestions, as they read then."""
    if not at.state.signed_in:
        at.sign_in()
    at.transport.requests.clear()
    at.select(situation.mail())
    assert at.state.suggesting is Asking.DONE
    return rows(at)


def rows(at: Sitting) -> list[str]:
    (section,) = find(view(at.state), lambda it: it.key == "suggestions")
    return [text(it) for it in walk(section) if it.tag == "label"]


def said(at: Sitting) -> str:
    (section,) = find(view(at.state), lambda it: it.key == "suggestions")
    return text(section)


def finds(at: Sitting) -> list[list[dict[str, str]]]:
    """The people of each question to the component, in order."""
    bodies = [json.loads(it.body or "{}") for it in at.transport.requests if it.url.endswith("mailconnectorfind")]
    return [json.loads(body["people"]) for body in bodies]


LATER = {
    "programs-answer-first", "reply-to-of-a-person", "group-without-via", "sympa-phrase", "rented-ticket-system",
    "answer-address-with-the-same-name", "two-authors", "resent-twice", "info-of-a-shop", "form-replyto-list-header",
        "only-reply-to-and-list", "absent-with-answers-elsewhere", "list-with-an-answer-beside-it",
    "answer-to-a-meeting-by-a-calendar", "yahoo-group", "list-of-theirs-member", "fattura", "zendesk", "improvmx-like",
    "sharefile", "name-is-the-address-for-answers", "forwarder-that-says-so-only-there",
}  # fmt: skip
"""Their head names somebody else, or tells that a list has sent them."""
REASONS = {
    "wrote": "Sender's address",
    "original": "Sender's address",
    "sent": "Address it was sent from",
    "answered": "Address for answers",
    "addressed": "Recipient's address",
    "also": "Address of another recipient",
    "undelivered": "Did not get the mail",
}


SURE = {"from wrote", "from original", "reply-to answered"}
ASIDE = {"also", "machine", "colleague", "text"}


IN_THE_CRM = {MARY: NAME, JAMES: "James Whitfield", "info@northwind.example": "Northwind Traders"}


def sure(situation: Situation, *, sent: bool) -> list[str]:
    """Who is chosen before the user has chosen anything: the one whom the CRM knows, and who wrote or is written to."""
    people = [who.casefold().split(" ", 1) for who in situation.people]
    known = [(IN_THE_CRM[mail], why) for mail, why in people if mail in IN_THE_CRM and why != "text in text"]
    if len(known) != 1:
        return []
    [(name, why)] = known
    reasons = [reason for _mail, reason in people if reason.split()[-1] not in ASIDE]
    if why == "from original" and "from wrote" in reasons:
        # Anybody can write who somebody else is said to be.
        return []
    to = next((line for line in situation.head.splitlines() if line.startswith("To:")), "")
    if why == "to addressed":
        # Copies of what the user has sent do not count; a mail that is to us as well may be a form's in our name.
        others = reasons.count(why) == 1 if sent else len(reasons) == 1
        return [name] if others and ("sales@" if sent else "@ourcompany.example") not in to else []
    blind = sent and "Bcc:" in situation.head and "Cc:" not in situation.head.replace("Bcc:", "")
    return [name] if why in SURE or (len(reasons) == 1 and (why == "to undelivered" or blind)) else []


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda it: it.name)
def test_mary_is_first_with_the_reason_or_a_guess_and_last(pane: Sitting, situation: Situation) -> None:
    found = opened(pane, situation)
    mary = [at for at, row in enumerate(found) if row.startswith(NAME)]
    assert len(mary) == any(MARY in who.casefold() for who in situation.people), found
    if GUESS in situation.people:
        assert "A guess from the text" in found[mary[0]]
        assert all("A guess from the text" in row for row in found[mary[0] :]), "last"
    elif mary:
        [(_mail, _role, why)] = [who.split(" ", 2) for who in situation.people if who.casefold().startswith(MARY)]
        assert REASONS[why] in found[mary[0]]
        assert mary[0] == 0
    assert pane.state.mail is not None
    assert [one.name for one in pane.state.chosen] == sure(situation, sent=pane.state.mail.sent)
    if mary:
        # The text is asked for with the others; only what the head alone tells takes a second question, and one more
        # where the head tells that a program wrote, so that the text may help.
        later = (situation.name in LATER) + (situation.name in ("rented-ticket-system", "zendesk"))
        assert len(finds(pane)) == (0 if pane.state.stock else 1 + later)


SPELLED = {
    "a plus part": (PLAIN.replace(MARY, "mary.smith+offers@northwind.example"), NAME, "Almost the address mary.smith+"),
    "another spelling": (
        PLAIN.replace(MARY, "juergen.mueller@müller-werkzeuge.example"),
        "Jürgen Müller",
        "Almost the",
    ),
    "a forwarder": (
        PLAIN.replace(MARY, "SRS0=x7=VQ=northwind.example=mary.smith@relay.example"),
        NAME,
        "Sender's address",
    ),
    "below the domain": (PLAIN.replace(MARY, "robot@mail.northwind.example"), "Northwind", "Same mail domain"),
    "a person below it": (
        PLAIN.replace(MARY, "j.doe@uk.northwind.example"),
        "Northwind",
        "Same mail domain (northwind",
    ),
}


@pytest.mark.parametrize("kind", SPELLED)
def test_an_address_is_found_however_it_is_spelled(pane: Sitting, kind: str) -> None:
    head, name, reason = SPELLED[kind]
    pane.sign_in("admin" if name == "Jürgen Müller" else "agent")
    found = opened(pane, one("spelled", head))
    assert found[0].startswith(name)
    assert reason in found[0]


def test_a_known_sender_costs_one_question_and_the_text_is_not_read(pane: Sitting) -> None:
    opened(pane, one("known", PLAIN, text="From: James <james.whitfield@northwind.example>"))
    if finds(pane):
        assert finds(pane) == [[{"mail": MARY, "role": "from"}]]
    assert "guess" not in said(pane)


def test_the_text_is_read_where_the_sender_is_unknown(pane: Sitting) -> None:
    head = PLAIN.replace(MARY, "mary@private.example")
    found = opened(pane, one("private", head, text=f"as promised\n\nFrom: Mary <{MARY}>\nSent: Monday"))
    assert "A guess from the text" in found[-1]
    assert found[-1].startswith(NAME)
    assert "mary@private.example" in said(pane), "who is unknown is named"
    if finds(pane):
        assert [[it["role"] for it in asked] for asked in finds(pane)] == [["from"], ["from", "text"]]


def test_an_unknown_sender_without_anything_in_the_text_costs_one_question(pane: Sitting) -> None:
    assert opened(pane, one("unknown", PLAIN.replace(MARY, "who@nowhere.example"))) == []
    assert "The CRM does not know Mary Smith (who@nowhere.example)." in said(pane)
    assert len(finds(pane)) == (0 if pane.state.stock else 1)


def test_each_who_is_unknown_is_named_and_nobody_else(pane: Sitting) -> None:
    to = f"{MARY}, who@nowhere.example, Zoe <zoe@nowhere.example>, tom.brown@ourcompany.example"
    found = opened(pane, one("several", f"From: sales@ourcompany.example\nTo: {to}"))
    assert found[0].startswith(NAME)
    assert "who@nowhere.example" in said(pane)
    assert "zoe@nowhere.example" in said(pane)
    assert "tom.brown" not in said(pane)
    (strangers,) = find(view(pane.state), lambda it: it.key == "strangers")
    assert MARY not in text(strangers)


@pytest.mark.parametrize("module", ["Contacts", "Accounts"])
def test_nobody_is_called_unknown_where_a_module_could_not_be_asked(pane: Sitting, module: str) -> None:
    pane.crm.broken.add(module)
    opened(pane, one("unknown", PLAIN.replace(MARY, "who@nowhere.example")))
    assert "does not know" not in said(pane)
    assert "Could not ask" in said(pane)


def test_somebody_with_two_addresses_of_the_mail_is_known_by_both(pane: Sitting) -> None:
    company = pane.crm.find("Accounts", accountname="Northwind Traders")
    row = pane.crm.store.row(int(company.id.partition("x")[2]))
    assert row is not None
    row.fields["email2"] = "orders@northwind.example"
    pane.crm.store.save(row)
    opened(pane, one("two", "From: sales@ourcompany.example\nTo: info@northwind.example, orders@northwind.example"))
    assert "does not know" not in said(pane)
    assert not find(view(pane.state), lambda it: it.key == "strangers")


def test_a_shared_mailbox_is_ours_and_stays_so(pane: Sitting) -> None:
    pane.mailbox.shared_owner = "support@helpdesk.example"
    head = f"From: Support <support@helpdesk.example>\nTo: Mary Smith <{MARY}>"
    assert "Recipient's address" in opened(pane, one("shared", head))[0]
    assert len(finds(pane)) == (0 if pane.state.stock else 1)
    pane.mailbox.shared_owner = ""
    opened(pane, one("copied", f"{COLLEAGUE}\nCc: support@helpdesk.example, {MARY}"))
    assert "support@helpdesk.example" not in said(pane)


def test_an_alias_is_learned_from_a_mail_that_was_sent(pane: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of mails that were sent Outlook has no headers, and no server has handed the whole message over."""
    other = one("copied", f"{COLLEAGUE}\nCc: Sales <sales@brand.example>, {MARY}")
    opened(pane, other)
    assert "sales@brand.example" in said(pane)

    async def none() -> str:
        return ""

    with monkeypatch.context() as sent:
        sent.setattr(pane.mailbox, "headers", none)
        found = opened(pane, one("alias", f"From: Sales <sales@brand.example>\nTo: {MARY}"))
        assert "Recipient's address" in found[0]
        assert pane.state.mail is not None
        assert pane.state.mail.sent
    opened(pane, other)
    assert "sales@brand.example" not in said(pane)


def test_the_domains_of_the_organization_are_in_the_settings(pane: Sitting) -> None:
    from dataclasses import replace

    pane.settings = replace(pane.settings, own_domains=("our-brand.example",))
    pane.reopen()
    pane.sign_in()
    found = opened(pane, one("brand", f"From: Tom <tom@our-brand.example>\nTo: sales@ourcompany.example\nCc: {MARY}"))
    assert "Recipient's address" in found[0]


# Where more is known later ------------------------------------------------------------------------


def test_who_comes_with_the_head_is_asked_for_once_more(pane: Sitting) -> None:
    opened(pane, one("first", PLAIN.replace(MARY, "who@nowhere.example")))
    head = f"{PLAIN}\nReply-To: Giulia <giulia.rossi@rossi-costruzioni.example>"
    found = opened(pane, one("answers", head))
    assert found[0].startswith(NAME)
    assert any(row.startswith("Giulia Rossi") and "Address for answers" in row for row in found)
    if finds(pane):
        assert len(finds(pane)) <= 2
        assert [it["role"] for it in finds(pane)[-1]] == ["from", "reply-to"]


PROGRAM = "From: Shop <james.whitfield@northwind.example>\nAuto-Submitted: auto-generated\nTo: sales@ourcompany.example"


@pytest.mark.parametrize("pointed", ["", "suggested"])
def test_no_row_moves_under_the_pointer(pane: Sitting, pointed: str) -> None:
    """James is found at once; the head says that his mail was a program's, and that Mary gets the answers."""
    pane.sign_in()
    held, headers = pane.loop.create_future(), pane.mailbox.headers

    async def late() -> str:
        await held
        return await headers()

    pane.mailbox.headers = late  # type: ignore[method-assign]
    pane.begin_select(one("program", f"{PROGRAM}\nReply-To: {MARY}").mail())
    pane.wait_for(lambda: pane.state.suggesting is Asking.DONE)
    before = [one_.record.name for one_ in pane.state.suggestions]
    assert before[0] == "James Whitfield"
    pane.pages.pointed = pointed
    pane.soon(lambda: held.set_result(None))
    pane.settle()
    after = [one_.record.name for one_ in pane.state.suggestions]
    assert NAME in after
    if pointed:
        assert after[: len(before)] == before
    else:
        assert after[:2] == [NAME, "James Whitfield"]


def test_where_the_head_never_comes_the_crm_is_asked_all_the_same(
    pane: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.app.people.HEAD_PAUSE", 0.0)
    pane.sign_in()
    held = pane.loop.create_future()

    async def never() -> str:
        await held
        return ""

    pane.mailbox.headers = never  # type: ignore[method-assign]
    pane.begin_select(one("form", f"{FORM}\nReply-To: {MARY}", text=f"Email: {MARY}").mail())
    pane.wait_for(lambda: pane.state.suggesting is Asking.DONE)
    assert "A guess from the text" in rows(pane)[-1]
    pane.soon(lambda: held.set_result(None))
    pane.settle()


def test_a_text_of_another_mail_is_no_guess(pane: Sitting) -> None:
    """Outlook answers for the mail that was selected meanwhile."""
    pane.sign_in()
    other = one("other", PLAIN).mail()

    async def body(form: str) -> str:
        del form
        pane.mailbox.open = other
        return f"Email: {MARY}"

    pane.mailbox.body = body  # type: ignore[method-assign]
    pane.begin_select(one("daemon", DAEMON).mail())
    pane.wait_for(lambda: pane.state.suggesting is Asking.DONE)
    assert rows(pane) == []


def test_a_guess_is_offered_but_never_chosen(pane: Sitting) -> None:
    opened(pane, KNOWN["form-labels"])
    assert tuple(pane.state.chosen) == ()
    pane.say(e.RecordChosen(pane.state.suggestions[-1].record))
    assert [record.name for record in pane.state.chosen] == [NAME]


ENCLOSED = f"""--bb
Content-Type: text/plain; charset=utf-8

see attached
--bb
Content-Type: message/rfc822

From: Mary Smith <{MARY}>
To: Tom Brown <tom.brown@ourcompany.example>
Subject: Order
Message-ID: <inner@northwind.example>

Please order
--bb--"""
FORWARDED = f'{COLLEAGUE}\nContent-Type: multipart/mixed; boundary="bb"'


def test_who_wrote_an_attached_mail_is_a_guess(pane: Sitting) -> None:
    found = opened(pane, one("attached", FORWARDED, text=ENCLOSED))
    assert found[-1].startswith(NAME)
    assert "A guess from the text" in found[-1]
    assert pane.state.chosen == ()
    ours = ENCLOSED.replace(f"<{MARY}>", "<sales@ourcompany.example>")
    assert len(opened(pane, one("ours-attached", FORWARDED, text=ours))) == 1, "the colleague alone"


def test_an_attached_mail_is_not_read_where_the_mail_names_somebody(pane: Sitting) -> None:
    pane.sign_in()
    read = []
    enclosed = pane.mailbox.enclosed

    async def counted(attachment: RawAttachment) -> str:
        read.append(attachment.name)
        return await enclosed(attachment)

    pane.mailbox.enclosed = counted  # type: ignore[method-assign]
    opened(pane, one("named", f"{FORWARDED}\nCc: {MARY}", text=ENCLOSED))
    opened(pane, one("in-text", FORWARDED, text=ENCLOSED.replace("see attached", f"From: James <{JAMES}>")))
    assert read == []
    opened(pane, one("nobody", FORWARDED, text=ENCLOSED))
    assert len(read) == 1


def test_where_an_attached_mail_does_not_come_nothing_is_lost(pane: Sitting) -> None:
    pane.sign_in()

    async def refused(attachment: RawAttachment) -> str:
        raise OfficeCallFailed(what=attachment.name, reason="internal error")

    pane.mailbox.enclosed = refused  # type: ignore[method-assign]
    assert len(opened(pane, one("nobody", FORWARDED, text=ENCLOSED))) == 1
    assert pane.state.suggesting is Asking.DONE
