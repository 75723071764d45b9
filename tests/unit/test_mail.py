"""What the pane makes of a mail's properties, and what it takes from the head where they lack something."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.finding.otherside import other_side
from connector.mail.address import Address
from connector.mail.addresslist import MOST_PEOPLE
from connector.mail.identity import own_message_id
from connector.mail.mail import MOST_THREAD, Mail, mail_from, with_source
from connector.mail.ours import ours_of
from connector.mail.source import Source
from connector.ports import RawAddress, RawMail, Traits
from draws import examples

OWNER = RawAddress("Sales", "sales@ourcompany.example")
OURS = ours_of(OWNER)
MARY = RawAddress("Mary Smith", "mary.smith@northwind.example")
EXCHANGE = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0af3-mary"
RAW = RawMail(
    item_id="AAA",
    subject="Offer",
    sender=MARY,
    author=MARY,
    to=(OWNER,),
    cc=(),
    created=datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC),
    message_id="<1@northwind.example>",
    conversation_id="c1",
    attachments=(),
)
HEAD = (
    "From: Mary Smith <mary.smith@northwind.example>\r\nTo: Sales <sales@ourcompany.example>\r\n"
    "Date: Fri, 20 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@northwind.example>\r\n"
)


def understood(raw: RawMail, head: str | None = HEAD) -> Mail:
    mail = mail_from(raw, OURS)
    return mail if head is None else with_source(mail, Source(head))


def people_of(mail: Mail) -> list[str]:
    return [one.address.mail for one in other_side(mail).people]


def person(address: str, name: str = "Mary Smith") -> RawAddress:
    return RawAddress(name, address)


# When it was written ------------------------------------------------------------------------------


def test_the_date_is_that_of_the_head_and_none_before_it_is_known() -> None:
    assert understood(RAW, None).date is None
    assert understood(RAW).date == datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)
    assert understood(RAW).created == RAW.created
    assert understood(RAW, "").date is None


def test_what_is_known_of_a_mail_later_does_not_make_it_another_one() -> None:
    mail = replace(understood(RAW, None), traits=Traits("of a link"))
    assert with_source(mail, Source(HEAD)).key == "of a link"


# Who wrote it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", EXCHANGE, "/O=COMPANY/CN=MSMITH", "mary.smith"])
@pytest.mark.parametrize("name", ["Mary Smith", "", "Smith, Mary"])
def test_an_author_without_an_address_has_that_of_the_head(address: str, name: str) -> None:
    raw = replace(RAW, author=person(address, name), sender=person(address, name))
    before, after = understood(raw, None), understood(raw)
    assert not other_side(before).settled
    assert other_side(after).settled
    assert after.author.mail == MARY.address
    assert people_of(after) == [MARY.address]
    assert not after.sent


def test_an_author_without_any_address_has_the_name_of_the_head() -> None:
    told = HEAD.replace("Mary Smith <mary.smith@northwind.example>", "Mail Delivery System <>")
    assert understood(replace(RAW, author=None, sender=None), told).author == Address("Mail Delivery System", "")


@pytest.mark.parametrize("address", ["", EXCHANGE])
def test_an_address_in_the_name_is_believed_only_where_nothing_else_tells(address: str) -> None:
    raw = replace(RAW, author=person(address, MARY.address), sender=None)
    before, after = understood(raw, None), understood(raw, "")
    assert not other_side(before).settled, "the head may tell"
    assert after.author == Address("", MARY.address)
    assert after.guessed == {MARY.address}
    other = understood(raw, HEAD.replace("Mary Smith <mary.smith@", f"{MARY.address} <stranger@"))
    assert other.author == Address(MARY.address, "stranger@northwind.example")
    assert not other.guessed


def test_recipients_beyond_all_measure_are_counted() -> None:
    crowd = ", ".join(f"p{number}@x.example" for number in range(MOST_PEOPLE + 7))
    mail = understood(replace(RAW, to=()), HEAD.replace("Sales <sales@ourcompany.example>", crowd))
    assert (len(mail.to), mail.left_out, mail.addressed) == (MOST_PEOPLE, 7, MOST_PEOPLE + 7)


def test_recipients_that_are_named_by_their_addresses_are_those_of_the_head() -> None:
    people = ["ada@x.example", "bob@x.example"]
    raw = replace(RAW, to=tuple(person(EXCHANGE, one) for one in people))
    told = HEAD.replace("To: Sales <sales@ourcompany.example>", "To: Bob <bob@x.example>, ada@x.example")
    assert {one.mail for one in understood(raw, told).to} == set(people)
    assert not understood(raw, told).guessed
    assert understood(raw, "").guessed == set(people)


def test_an_author_that_outlook_leaves_out_is_that_of_the_head() -> None:
    assert understood(replace(RAW, author=None, sender=None)).author == Address("Mary Smith", MARY.address)


def test_of_author_and_sender_the_one_with_an_address_counts_where_there_is_no_head() -> None:
    raw = replace(RAW, author=person(EXCHANGE, "The boss"), sender=MARY)
    assert understood(raw, "").author == Address("Mary Smith", MARY.address)
    told = HEAD.replace("Mary Smith <mary.smith", "The boss <boss") + "Sender: mary.smith@northwind.example\r\n"
    assert understood(raw, told).author == Address("The boss", "boss@northwind.example")


def test_an_author_whom_the_head_does_not_know_is_not_believed() -> None:
    told = HEAD.replace("mary.smith@", "list@")
    assert understood(RAW, told).author.mail == "list@northwind.example"
    for known in ("Sender: mary.smith@northwind.example\r\n", "Reply-To: Mary.Smith@northwind.example\r\n"):
        assert understood(RAW, known + told).author.mail == MARY.address
    own = replace(RAW, author=person("sales@ourcompany.example"), sender=person("sales@ourcompany.example"))
    assert understood(own, told).author.mail == "sales@ourcompany.example"


def test_of_several_authors_the_one_of_that_name_is_meant() -> None:
    told = HEAD.replace("From: ", "From: Bob <bob@northwind.example>, ")
    assert understood(replace(RAW, author=person(EXCHANGE)), told).author.mail == MARY.address


def test_ones_own_mail_is_one_though_exchange_names_its_author() -> None:
    own = replace(RAW, author=person(EXCHANGE, "Sales"), sender=person(EXCHANGE, "Sales"), to=(MARY,))
    told = HEAD.replace("From: Mary Smith <mary.smith@northwind.example>", "From: Sales <SALES@ourcompany.example>")
    for mail in (understood(own, told), understood(own, "")):
        assert mail.sent
        assert people_of(mail) == [MARY.address]
    assert not understood(replace(own, author=person("", "Somebody"), sender=None), "").sent


def test_a_mail_of_a_namesake_of_the_owner_is_received() -> None:
    told = HEAD.replace("From: Mary Smith", "From: Sales")
    assert not understood(replace(RAW, author=person(EXCHANGE, "Sales"), sender=None), told).sent


# Who got it ---------------------------------------------------------------------------------------


def people(count: int, first: int = 0) -> tuple[RawAddress, ...]:
    return tuple(RawAddress(f"Person {n}", f"p{n}@x.example") for n in range(first, first + count))


def line(listed: tuple[RawAddress, ...], name: str = "To") -> str:
    return f"{name}: " + ",\r\n ".join(f"{one.name} <{one.address}>" for one in listed) + "\r\n"


@pytest.mark.parametrize("limit", [100, 500])
@pytest.mark.parametrize("field", ["to", "cc"])
def test_recipients_that_outlook_leaves_out_are_taken_from_the_head(limit: int, field: str) -> None:
    everybody = people(600)
    raw = replace(RAW, **{"to": (), "cc": (), field: everybody[:limit]})  # type: ignore[arg-type]
    mail = understood(raw, line(everybody, field.title()))
    assert [one.mail for one in getattr(mail, field)] == [one.address for one in everybody]
    assert mail.addressed == 600


@pytest.mark.parametrize("limit", [100, 250, 500])
def test_where_nobody_tells_them_it_is_not_known_how_many_there_are(limit: int) -> None:
    for head in ("", None, line(people(3), "Cc")):
        assert understood(replace(RAW, to=people(limit)), head).addressed is None
    assert understood(replace(RAW, to=people(99)), "").addressed == 99
    assert understood(replace(RAW, to=people(limit)), line(people(limit))).addressed == limit


def test_people_that_only_outlook_knows_stay() -> None:
    raw = replace(RAW, to=(*people(2), person("list@x.example", "A list")))
    mail = understood(raw, line(people(5)))
    assert [one.mail for one in mail.to] == [
        "p0@x.example", "p1@x.example", "list@x.example", "p2@x.example", "p3@x.example", "p4@x.example",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["the same", "in another form", "none"])
def test_recipients_without_addresses_get_those_in_their_places(name: str) -> None:
    names = {"the same": "Person {}", "in another form": "{}, Person", "none": ""}[name]
    raw = replace(RAW, to=tuple(RawAddress(names.format(n), EXCHANGE) for n in range(5)))
    assert [one.mail for one in understood(raw, line(people(5))).to] == [one.address for one in people(5)]


def test_recipients_without_addresses_in_another_order_are_found_by_name_or_not_at_all() -> None:
    raw = replace(RAW, to=(*(RawAddress(one.name, "") for one in reversed(people(3))), RawAddress("Nobody", "")))
    assert [one.mail for one in understood(raw, line(people(4))).to] == [
        "p2@x.example", "p1@x.example", "p0@x.example", "p3@x.example",
    ]  # fmt: skip
    shifted = replace(RAW, to=(RawAddress("Nobody", ""), *people(2)))
    assert [one.mail for one in understood(shifted, line(people(3))).to] == [
        "p0@x.example", "p1@x.example", "p2@x.example",
    ]  # fmt: skip


def test_of_namesakes_nobody_gets_the_others_address() -> None:
    twins = (RawAddress("Ada", "ada@a.example"), RawAddress("Ada", "ada@b.example"))
    raw = replace(RAW, to=(RawAddress("Ada", ""), *people(1)))
    to = understood(raw, line((*people(1), *twins))).to
    assert [one.mail for one in to] == ["p0@x.example", "ada@a.example", "ada@b.example"]


addresses = st.sampled_from([*people(4), *(RawAddress(one.name, "") for one in people(4)), RawAddress("", EXCHANGE)])


@settings(max_examples=examples(1500))
@given(st.lists(addresses, max_size=6).map(tuple), st.lists(st.sampled_from(people(4)), max_size=6).map(tuple))
def test_nobody_is_lost_and_nobody_gets_an_address_that_is_not_there(
    listed: tuple[RawAddress, ...], told: tuple[RawAddress, ...]
) -> None:
    mail = understood(replace(RAW, to=listed), line(told))
    given_mails = {one.address for one in listed if "@" in one.address}
    assert given_mails <= {one.mail for one in mail.to}
    assert {one.mail for one in mail.to if one.mail} == given_mails | {one.address for one in told}
    assert len(mail.to) >= max(len(listed), len({one.address for one in told}))


# What it answers -----------------------------------------------------------------------------------


def thread_of(*lines: str) -> tuple[str, ...]:
    return understood(RAW, HEAD + "".join(f"{line}\r\n" for line in lines)).thread


def test_the_mails_that_it_answers_are_told_nearest_first() -> None:
    told = thread_of("In-Reply-To: <3@b.example>", "References: <1@b.example>", "\t<2@b.example> <3@b.example>")
    assert told == ("<3@b.example>", "<2@b.example>", "<1@b.example>")
    assert thread_of() == ()
    assert understood(RAW, None).thread == ()


def test_what_it_answers_is_told_as_the_crm_holds_it_and_never_itself() -> None:
    odd, long = "<odd\U0001f600@b.example>", f"<{'x' * 400}@b.example>"
    told = thread_of(f"References: {odd} {long} <1@northwind.example>")
    assert told == (own_message_id(long), own_message_id(odd))


def test_of_a_long_conversation_the_nearest_are_asked_for() -> None:
    references = " ".join(f"<{number}@b.example>" for number in range(3000))
    told = thread_of(f"References: {references}")
    assert len(told) == MOST_THREAD
    assert told[0] == "<2999@b.example>"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: a",
        "AW: a",
        "Fwd[2]: a",
        "R: a",
        "回复：a",
        "SV : a",
        "  Re: a",
        "[EXTERNAL] Re: a",
        "(EXT)[TT12] AW: a",
        "Odpowiedź: a",
    ],
)
def test_an_answer_shows_in_its_subject_where_no_head_is_known(subject: str) -> None:
    assert understood(replace(RAW, subject=subject), "").may_answer
    assert not understood(replace(RAW, subject=subject)).may_answer
    assert not understood(replace(RAW, subject="Offer for 2027: a"), "").may_answer
    assert not understood(replace(RAW, subject="[TT12] Offer for 2027"), "").may_answer
