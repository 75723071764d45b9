"""One address in many spellings, and what is ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.address import Address
from connector.mail.ours import Ours, is_domain, ours_of
from connector.mail.spelling import a_labels, key, plain, rewritten, spellings, u_labels, without_plus
from connector.ports import RawAddress

MARY = "mary.smith@northwind.example"
texts = st.text(max_size=40) | st.from_regex(r"[\w.+=\"-]{0,20}@[\w.-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        MARY,
        "MARY.Smith@NORTHWIND.example",
        f"{MARY}.",
        f" <{MARY}> ",
        '"mary.smith"@northwind.example',
        "SRS0=x7Kd=VQ=northwind.example=mary.smith@forwarder.example",
        "srs0+x7Kd=VQ=northwind.example=mary.smith@forwarder.example",
        "SRS1=h2=first.example==x7Kd=VQ=northwind.example=mary.smith@second.example",
        "prvs=0123abcdef=mary.smith@northwind.example",
        "prvs=mary.smith=0123abcdef@northwind.example",
        "msprvs1=20000abc=mary.smith@northwind.example",
        "btv1==012abc==mary.smith@northwind.example",
        "IMCEASMTP-mary+2Esmith+40northwind+2Eexample@exchange.example",
        "SRS0=x7Kd=VQ=northwind.example=prvs=0123abcdef=mary.smith@forwarder.example",
    ],
)
def test_one_address_is_the_same_however_it_comes(written: str) -> None:
    assert key(written) == MARY
    assert key(spellings(written).exact[0]) == MARY


@pytest.mark.parametrize(
    "other",
    ["mary@northwind.example", "mary.smith@north.wind.example", "marysmith@northwind.example", "mary.smith@x.example"],
)
def test_another_address_is_another(other: str) -> None:
    assert key(other) != MARY


@pytest.mark.parametrize(
    "one", ["j@müller.example", "J@MÜLLER.example", "j@mu\u0308ller.example", "j@xn--mller-kva.example"]
)
def test_both_spellings_of_a_domain_are_asked_for_the_given_one_first(one: str) -> None:
    assert {key(spelled) for spelled in spellings(one).exact} == {"j@xn--mller-kva.example"}
    assert {spelled.lower() for spelled in spellings(one).exact} == {"j@müller.example", "j@xn--mller-kva.example"}
    assert plain(one) == spellings(one).exact[0]


def test_what_is_alike_is_asked_for_as_such() -> None:
    assert spellings("mary.smith+offers@northwind.example").similar == (MARY,)
    assert spellings(MARY).similar == ()
    assert "j.weiss@mueller-gross.example" in spellings("j.weiss@müller-groß.example").similar
    assert "a@googlemail.com" in spellings("a@gmail.com").similar
    assert spellings('"a+b c"@northwind.example').similar == ()
    assert spellings("+@northwind.example").similar == ()


@pytest.mark.parametrize(
    ("relayed", "inside"),
    [
        ("mary.smith=northwind.example@groups.example", MARY),
        ("mary.smith=40northwind.example@dmarc.lists.example", MARY),
        ("mary.smith_at_northwind.example_sales@relay.example", MARY),
        ("bounces+12-34-sales=ourcompany.example@em.mailing.example", ""),
        ("a=b@c.example", ""),
        (MARY, ""),
        ("", ""),
    ],
)
def test_the_address_that_a_relay_has_written_into_its_own(relayed: str, inside: str) -> None:
    assert rewritten(relayed) == inside


@given(texts)
def test_nothing_raises_and_a_spelling_is_of_the_same_address(text: str) -> None:
    found = spellings(text)
    assert plain(plain(text)) == plain(text) or "=" in text or "+" in text
    assert len({one.casefold() for one in (*found.exact, *found.similar)}) == len((*found.exact, *found.similar))
    rewritten(text), without_plus(text), u_labels(text), a_labels(text)
    if "@" in plain(text) and not plain(text).startswith("@"):
        assert found.exact[0] == plain(text)
        assert all(key(one) == key(text) for one in found.exact if a_labels(one).isascii())


def test_what_is_ours() -> None:
    ours = ours_of(RawAddress("Sales", "sales@ourcompany.example"), ["our-brand.example"])
    for mine in ("Sales@OurCompany.example", "sales+web@ourcompany.example", "sales@ourcompany.example."):
        assert ours.is_mine(Address("", mine))
    for colleague in ("tom@ourcompany.example", "tom@mail.ourcompany.example", "tom@our-brand.example"):
        assert ours.is_ours(Address("", colleague))
        assert not ours.is_mine(Address("", colleague))
    for other in (MARY, "x@notourcompany.example", "x@ourcompany.example.evil.example", "", "ourcompany.example"):
        assert not ours.is_ours(Address("", other))


def test_a_provider_for_everybody_is_nobodys_organization() -> None:
    ours = ours_of(RawAddress("Me", "me@gmail.com"))
    assert ours.is_mine(Address("", "me@gmail.com"))
    assert not ours.is_ours(Address("", "mary@gmail.com"))


def test_an_address_below_the_companys_own_domain_makes_the_whole_of_it_ours() -> None:
    ours = ours_of(RawAddress("Me", "me@it.ourcompany.co.uk"))
    assert ours.is_ours(Address("", "tom@ourcompany.co.uk"))
    assert not ours.is_ours(Address("", "tom@other.co.uk"))


def test_a_tenant_is_an_organization_below_its_host() -> None:
    ours = ours_of(RawAddress("Sales", "sales@acme.onmicrosoft.com"))
    assert ours.is_ours(Address("", "tom@acme.onmicrosoft.com"))
    assert not ours.is_ours(Address("", "tom@other.onmicrosoft.com"))


def test_who_sent() -> None:
    ours = ours_of(RawAddress("Sales", "sales@ourcompany.example"))
    me, boss = Address("Sales", "sales@ourcompany.example"), Address("Boss", "boss@ourcompany.example")
    assert ours.wrote(me)
    assert ours.wrote(boss, me)
    assert ours.wrote(Address("Sales", "agent@ourcompany.example")), "the owner's name, in the organization"
    assert not ours.wrote(boss)
    assert not ours.wrote(Address("Sales", "sales@elsewhere.example"))
    assert not Ours().wrote(Address("", ""))
    assert ours.knowing(["agent@brand.example"]).wrote(Address("Agent", "Agent@Brand.example"))
    assert ours.knowing(["sales@ourcompany.example", "", "no address"]) == ours


ORGANIZATIONS = ["example.com", "a.example.it", "müller.example", "acme.onmicrosoft.com"]
NOBODYS = ["com", "co.uk", "gmail.com", "onmicrosoft.com", "@example.com", "", "a b.example", "https://example.com"]


@pytest.mark.parametrize("text", [*ORGANIZATIONS, *NOBODYS])
def test_a_domain_of_an_organization(text: str) -> None:
    assert is_domain(text) is (text in ORGANIZATIONS)
