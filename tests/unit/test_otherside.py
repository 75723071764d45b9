"""Who the other side of a mail is: a table of everyday mails, and what holds of any."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.finding.intext import writers
from connector.finding.otherside import MOST_ASKED, OtherSide, asked, domains, other_side, same_question
from connector.finding.person import Person, Role, Why
from connector.finding.reports import undelivered
from connector.linking.reading import Reading
from connector.mail.address import Address
from connector.mail.mail import alias_of, mail_from, with_source
from connector.mail.ours import Ours, ours_of
from connector.mail.source import Source
from connector.mail.spelling import key
from connector.ports import RawAddress, RawMail
from contract.surroundings import Files, MailFileMailbox
from people.further import FURTHER
from people.makers import MADE
from people.situations import MARY, Situation, one
from people.situations import SITUATIONS as EVERYDAY
from people.written import LABELLED, NOTICES, RETURNED, SENDERS, WHOLE
from unit.growth import assert_linear

LATER = {
    "programs-answer-first", "newsletter", "group-without-via", "sympa-phrase", "listserv-dmarc",
    "only-reply-to-and-list", "rented-ticket-system", "yahoo-group", "zendesk", "whole-zendesk-to-agent",
    "name-is-the-address-for-answers", "forwarder-that-says-so-only-there", "whole-listserv-dmarc",
}  # fmt: skip
"""Mails of programs and lists that only their head tells from a person's."""
SITUATIONS = (*EVERYDAY, *MADE, *FURTHER, *SENDERS, *NOTICES, *RETURNED, *WHOLE, *LABELLED)
OURS = ours_of(RawAddress("Sales", "sales@ourcompany.example"))


def seen(situation: Situation, ours: Ours = OURS) -> tuple[OtherSide, OtherSide]:
    """The other side by the properties alone, and by all that Outlook tells."""
    mailbox = MailFileMailbox(Files())
    mailbox.open = situation.mail()
    raw = mailbox.mail()
    assert raw is not None
    before = mail_from(raw, ours)

    async def work() -> OtherSide:
        known = with_source(before, await Reading(mailbox).source(before))
        side = other_side(known)
        return other_side(known, await mailbox.body("text")) if side.vague else side

    return other_side(before), asyncio.run(work())


def told(side: OtherSide) -> tuple[str, ...]:
    return tuple(f"{one.address.mail} {one.role} {one.why.value}" for one in side.people)


def test_there_are_many_of_them_and_each_has_its_name() -> None:
    assert len(SITUATIONS) > 100
    assert len({situation.name for situation in SITUATIONS}) == len(SITUATIONS)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_other_side_of_an_everyday_mail(situation: Situation) -> None:
    before, after = seen(situation)
    assert told(after) == situation.people
    # Whoever is asked for without waiting for the head is not put behind anybody by it.
    mains = [person.address for person in after.people if person.main]
    if before.settled and situation.name not in LATER:
        assert mains[:1] == [person.address for person in before.people if person.main][:1]
    assert after.settled


@pytest.mark.parametrize("name", ["plain", "sent", "colleague-copies-a-customer", "srs", "absent", "sender-too"])
def test_most_mails_do_not_wait_for_their_head(name: str) -> None:
    before, after = seen(next(situation for situation in SITUATIONS if situation.name == name))
    assert before.settled
    assert asked(before) == asked(after)


@pytest.mark.parametrize("name", ["google-group", "form-reply-to", "ndr-header", "colleague-alone", "sent-in-blind"])
def test_the_head_is_waited_for_where_it_may_tell_who_it_is(name: str) -> None:
    before, _after = seen(next(situation for situation in SITUATIONS if situation.name == name))
    assert not before.settled


def test_what_is_ours_is_nobodys_other_side() -> None:
    brand = ours_of(RawAddress("Sales", "sales@ourcompany.example"), ["our-brand.example"])
    mail = one("brand", f"From: Tom <tom@our-brand.example>\nTo: {MARY}, tina@shop.our-brand.example")
    assert told(seen(mail, brand)[1]) == (f"{MARY} to addressed",)
    assert told(seen(mail)[1])[0] == "tom@our-brand.example from wrote"
    shared = OURS.knowing(["support@helpdesk.example"])
    mail = one("shared", f"From: Support <support@helpdesk.example>\nTo: {MARY}")
    assert told(seen(mail, shared)[1]) == (f"{MARY} to addressed",)


@pytest.mark.parametrize(
    "domain", ["gmail.com", "t-online.de", "ewetel.net", "rolmail.net", "volny.cz", "legalmail.it"]
)
def test_at_a_providers_everybody_else_is_a_stranger(domain: str) -> None:
    """A craftsman has a mailbox where the customers have theirs."""
    craft = ours_of(RawAddress("Craft", f"craft@{domain}"))
    mail = one("provider", f"From: Mary <mary@{domain}>\nTo: craft@{domain}")
    assert told(seen(mail, craft)[1]) == (f"mary@{domain} from wrote",)
    assert domains(seen(mail, craft)[1]) == ()


def test_who_looks_like_a_customer_is_another() -> None:
    spoof = one("spoof", f'From: "{MARY}" <{MARY}.evil.example>\nTo: sales@ourcompany.example')
    assert told(seen(spoof)[1]) == (f"{MARY}.evil.example from wrote",)
    assert "northwind.example" not in domains(seen(spoof)[1])


def test_an_alias_is_learned_from_a_mail_that_was_sent() -> None:
    def alias(author: str, source: Source | None) -> str:
        raw = RawAddress(*author.split("|"))
        mail = mail_from(RawMail("a", "", raw, raw, (), (), None, "", "", ()), OURS)
        return alias_of(mail if source is None else with_source(mail, source))

    assert alias("Sales|agent@ourcompany.example", None) == "agent@ourcompany.example"
    assert alias("Sales|sales@ourcompany.example", None) == ""
    assert alias("Tom|tom@ourcompany.example", None) == ""
    assert alias("Sales|sales@brand.example", Source("Received: by x\r\n")) == ""


@given(st.lists(st.sampled_from(SITUATIONS), min_size=1, max_size=1))
def test_the_order_is_the_same_each_time(chosen: list[Situation]) -> None:
    assert seen(chosen[0]) == seen(chosen[0])


ADDRESSES = st.sampled_from([
    "mary.smith@northwind.example", "sales@ourcompany.example", "SALES+x@ourcompany.example.", "tom@ourcompany.example",
    "noreply@shop.example", "a+b@müller.example", "x=y.example@list.example", "", "@", "a@", "MAILER-DAEMON@x.example",
]) | st.text(max_size=30)  # fmt: skip
NAMES = st.sampled_from(["", "Sales", "'Mary' via X", "Mary Smith"]) | st.text(max_size=20)
PEOPLE = st.builds(RawAddress, NAMES, ADDRESSES)
FIELDS = st.sampled_from([
    "From", "Sender", "Reply-To", "List-Id", "List-Post", "X-Original-From", "X-Failed-Recipients", "Auto-Submitted",
    "Precedence", "Content-Type", "Resent-From", "Bcc", "Cc",
])  # fmt: skip
HEADS = st.lists(st.tuples(FIELDS, ADDRESSES), max_size=6).map(
    lambda fields: "".join(f"{name}: {value}\r\n" for name, value in fields)
)


@given(PEOPLE | st.none(), PEOPLE | st.none(), st.lists(PEOPLE, max_size=4), HEADS | st.none(), st.text(max_size=200))
def test_of_any_mail(
    author: RawAddress | None, sender: RawAddress | None, to: list[RawAddress], head: str | None, text: str
) -> None:
    raw = RawMail("a", "", sender, author, tuple(to), (), datetime.datetime.now(datetime.UTC), "", "", ())
    mail = mail_from(raw, OURS)
    mail = mail if head is None else with_source(mail, Source(head))
    side = other_side(mail, text)
    mails = [key(person.address.mail) for person in side.people]
    assert len(set(mails)) == len(mails)
    assert not any(OURS.is_mine(person.address) for person in side.people)
    assert all(person.why is Why.COLLEAGUE for person in side.people if OURS.is_ours(person.address))
    guesses = [person.guess for person in side.people]
    assert guesses == sorted(guesses), "guesses come last"
    found = asked(side)
    assert len(found) <= MOST_ASKED
    for at, entry in enumerate(found):
        if not entry.exact:
            assert not any(later.exact and not later.person.guess for later in found[at:]) or entry.person.guess
    assert not any(domain.endswith("ourcompany.example") for domain in domains(side))


def test_of_a_crowd_the_first_are_asked_for_and_nobody_twice() -> None:
    crowd = OtherSide(tuple(Person(Address("", f"p{n}+x@n{n}.example"), Role.TO, Why.ADDRESSED) for n in range(200)))
    found = asked(crowd)
    assert [entry.mail for entry in found[:25]] == [f"p{n}+x@n{n}.example" for n in range(25)]
    assert [entry.mail for entry in found[25:]] == [f"p{n}@n{n}.example" for n in range(25)]
    assert len(domains(crowd)) == 8


def test_a_company_is_looked_for_by_the_domain_of_whom_the_mail_is_with() -> None:
    _before, after = seen(one("robot", "From: Robot <robot@mail.northwind.example>\nTo: sales@ourcompany.example"))
    assert domains(after) == ("mail.northwind.example", "northwind.example")
    _before, after = seen(
        one("form", f"From: noreply@ourwebsite.example\nReply-To: {MARY}\nTo: sales@ourcompany.example")
    )
    assert domains(after) == ("northwind.example",)


@pytest.mark.parametrize("local", ["support", "hotel.support", "help-desk.it", "impressum", "privacy"])
def test_a_helpdesk_alone_is_no_guess(local: str) -> None:
    assert writers(f"Questions? {local}@else.example") == ()


@given(st.text(max_size=300) | st.text("@<>:. \nFromVon-*|e", max_size=300))
def test_no_text_breaks_anything(text: str) -> None:
    for person in (*writers(text), *undelivered(text)):
        assert "@" in person.mail


@pytest.mark.parametrize(
    "unit",
    [
        *("From: a@b.example\n", "@", "a@", "<", ":", "From:", " ", "Email\n", "e-mail address ", "-*"),
        *("from a b (", "a@b.example sent ", "to: a@b.example\n", "email of the ", "Von:\n"),
        *("a@b.example ", "-(a@b.example ", "; :a@b.example", "a (at) b.example ", "<\na@b.example"),
    ],
)
def test_texts_are_read_in_linear_time(unit: str) -> None:
    def read(text: str) -> None:
        writers(text)
        undelivered(text)

    assert_linear(read, lambda size: unit * (size // len(unit)), 20_000)


EXCHANGE = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0af3-x"
WRAPPED = "IMCEAEX-_O=EXCHANGELABS_OU=EXCHANGE_CN=RECIPIENTS_CN=0AF3@tenant.example"
HANDED = {
    "a list, on a telephone": ("'Mary Smith' via Sales|list@groups.example", "list@groups.example from machine"),
    "a name of Exchange's": (f"Mary Smith|{EXCHANGE}", ""),
    "the same as an address": (f"Mary Smith|{WRAPPED}", ""),
    "an address as the name": (f"{MARY}|", f"{MARY} from wrote"),
    "a kind before it": (f"Mary Smith|SMTP:{MARY}", f"{MARY} from wrote"),
    "name and address in one": (f"|Mary Smith <{MARY}>", f"{MARY} from wrote"),
    "a guest of our tenant": (
        "Mary Smith|mary.smith_northwind.example#EXT#@ourcompany.example",
        f"{MARY} from wrote",
    ),
    "wrapped by our own forwarder": (
        "Mary|sales+SRS=dK1Yk=X2=northwind.example=mary.smith@ourcompany.example",
        f"{MARY} from wrote",
    ),
}


@pytest.mark.parametrize("how", HANDED)
def test_what_outlook_hands_out_without_a_head(how: str) -> None:
    author, *right = HANDED[how]
    name, _, mail = author.partition("|")
    writer = RawAddress(name, mail)
    raw = RawMail("a", "", writer, writer, (RawAddress("Sales", "sales@ourcompany.example"),), (), None, "", "", ())
    side = other_side(with_source(mail_from(raw, OURS), Source()))
    assert told(side) == tuple(filter(None, right))


def test_a_name_that_outlook_leaves_out_is_that_of_the_head() -> None:
    """It may tell that a list has sent the mail on."""
    listed = RawAddress("sales-list@groups.example", "sales-list@groups.example")
    raw = RawMail("a", "", listed, listed, (RawAddress("Sales", "sales@ourcompany.example"),), (), None, "", "", ())
    source = Source(f"From: 'Mary Smith' via Sales <sales-list@groups.example>\r\nReply-To: Mary <{MARY}>\r\n")
    side = other_side(with_source(mail_from(raw, OURS), source))
    assert told(side) == (f"{MARY} reply-to answered", "sales-list@groups.example from machine")


def test_a_mail_of_nobody_has_no_other_side() -> None:
    nobody = mail_from(RawMail("a", "", None, None, (), (), None, "", "", ()), OURS)
    assert other_side(nobody) == OtherSide((), settled=False)


def test_another_name_of_the_same_people_is_no_other_question() -> None:
    mary, other = Address("Mary Smith", MARY), Address("SMITH, Mary", MARY)
    wrote, gets = Person(mary, Role.FROM, Why.WROTE), Person(mary, Role.CC, Why.ALSO)
    assert same_question(OtherSide((wrote,)), OtherSide((Person(other, Role.FROM, Why.WROTE),), settled=False))
    assert not same_question(OtherSide((wrote,)), OtherSide((gets,)))
    assert not same_question(OtherSide((wrote,)), OtherSide(()))
