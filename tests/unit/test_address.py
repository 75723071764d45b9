"""Names and addresses: what real heads of mails hold, and what must hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.address import (
    Address,
    by_name,
    domain_of,
    from_raw,
    full,
    mails,
    names,
    parse_addresses,
    public_domain,
    same,
)
from connector.mail.addresslist import is_mail
from connector.mail.headers import one_line
from connector.ports import RawAddress
from unit.growth import assert_linear

PRINTABLE = st.characters(blacklist_categories=["C", "Z"])
NAMES = st.lists(st.text(PRINTABLE, min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)
MAILS = st.from_regex(r"[a-z0-9.'+_-]{1,12}@[a-z0-9-]{1,8}(\.[a-z]{2,5}){1,2}", fullmatch=True)
PEOPLE = st.builds(Address, NAMES.filter(lambda name: "=?" not in name and "@" not in name), MAILS)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        ("mary@x.example", [("", "mary@x.example")]),
        ("Mary Smith <mary@x.example>", [("Mary Smith", "mary@x.example")]),
        ('"Smith, Mary" <mary@x.example>', [("Smith, Mary", "mary@x.example")]),
        ('"Mary \\"M\\" Smith" <mary@x.example>', [('Mary "M" Smith', "mary@x.example")]),
        ("mary@x.example (Mary (the boss) Smith)", [("Mary (the boss) Smith", "mary@x.example")]),
        ("=?utf-8?Q?J=C3=BCrgen_M?= <j@x.example>", [("Jürgen M", "j@x.example")]),
        ("=?utf-8?Q?M,_J=C3=BCrgen?= <j@x.example>", [("M, Jürgen", "j@x.example")]),
        ('"=?iso-8859-1?b?SvxyZ2Vu?=" <j@x.example>', [("Jürgen", "j@x.example")]),
        ("A <a@x.example>, b@y.example", [("A", "a@x.example"), ("", "b@y.example")]),
        ("A <a@x.example>; b@y.example;", [("A", "a@x.example"), ("", "b@y.example")]),
        ("Team: A <a@x.example>, b@y.example;", [("A", "a@x.example"), ("", "b@y.example")]),
        ("Team: a@x.example;, c@z.example", [("", "a@x.example"), ("", "c@z.example")]),
        ("undisclosed-recipients:;", []),
        ("Hara, Ada <ada@x.example>", [("Hara, Ada", "ada@x.example")]),
        (
            "Hara, Ada <ada@x.example>, Li, Bo <bo@x.example>",
            [("Hara, Ada", "ada@x.example"), ("Li, Bo", "bo@x.example")],
        ),
        ("a@x.example, Ada <ada@x.example>", [("", "a@x.example"), ("Ada", "ada@x.example")]),
        ("Mary Smith mary@x.example", [("Mary Smith", "mary@x.example")]),
        ("mary @ x.example", [("", "mary@x.example")]),
        ("<@relay.example,@b.example:mary@x.example>", [("", "mary@x.example")]),
        ("mailto:mary@x.example", [("", "mary@x.example")]),
        ("'mary@x.example' <mary@x.example>", [("", "mary@x.example")]),
        ("Mary <mary@[192.0.2.1]>", [("Mary", "mary@[192.0.2.1]")]),
        ("Mary <MARY>", [("Mary", "")]),
        ("Mary <mary@x..example>", [("Mary", "mary@x..example")]),
        ("Mary <mary @ x.example>", [("Mary", "mary@x.example")]),
        ('Mary <"x\'; -- "@x.example>', [("Mary", '"x\'; -- "@x.example')]),
        ('"a, b"@x.example, c@x.example', [("", '"a, b"@x.example'), ("", "c@x.example")]),
        ("Mary </O=EXCH/CN=MARY@X>", [("Mary", "")]),
        ("<MARY>", [("MARY", "")]),
        ('"Mary <mary@x.example>', [("Mary", "mary@x.example")]),
        (r'"\"" <mary@x.example>', [('"', "mary@x.example")]),
        ("Mary <mary@x.example, bob@y.example", [("Mary", "mary@x.example"), ("", "bob@y.example")]),
        ("Mary (never closed <mary@x.example>", [("Mary (never closed", "mary@x.example")]),
        ("Mary\r\n Smith\t<mary@x.example>", [("Mary Smith", "mary@x.example")]),
        ("用户 <用户@例え.example>", [("用户", "用户@例え.example")]),
        (",;,", []),
    ],
)
def test_reads_what_mailers_write(text: str, people: list[tuple[str, str]]) -> None:
    assert [(one.name, one.mail) for one in parse_addresses(text)] == people


@given(st.lists(PEOPLE, max_size=8))
def test_full_reads_back_as_the_same_people(people: list[Address]) -> None:
    assert list(parse_addresses(full(people))) == people


@given(st.lists(NAMES.filter(lambda name: "=?" not in name and "@" not in name), max_size=5))
def test_names_alone_read_back(given_names: list[str]) -> None:
    people = [Address(name, "") for name in given_names]
    assert list(parse_addresses(full(people))) == people


@given(st.text() | st.text('<>"()[],;:@\\=? ab?qQ', max_size=40))
def test_never_raises_and_gives_plausible_parts(text: str) -> None:
    for one in parse_addresses(text):
        assert one.name or one.mail
        assert not one.mail or "@" in one.mail
        assert "\n" not in one.name
        assert "\x00" not in one.name
        one.name.encode()


@pytest.mark.parametrize(
    "text",
    [
        "(",
        "(a)",
        "<",
        "a@b.c:",
        "a@b.c, ",
        "[",
        "=?",
        '"\\"',
        "a ",
        "a . ",
        "()",
        "(,",
        "<(",
        '<"',
        "<\\",
        "<))( ",
        "@,",
        '""',
    ],
)
def test_long_nonsense_is_read_in_linear_time(text: str) -> None:
    assert_linear(parse_addresses, lambda size: text * (size // len(text)), 10_000)
    assert_linear(parse_addresses, lambda size: '"' + text * (size // len(text)), 10_000)


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example",
        "O'Hara@x.example",
        "a.b+c@d-e.example",
        "admin@localhost",
        '"a.b"@x.example',
        '"a, b"@x.example',
        "ü@ü.example",
        "a@[::1]",
    ],
)
def test_is_mail(text: str) -> None:
    assert is_mail(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@c.example",
        "a@b..c",
        "a@b c",
        "a@b,c",
        "<a@b>",
        "a@b\n",
        "a@b'c",
        "a,b@x",
        '"a"b"@x',
        "/O=ORG/CN=MARY",
        "x" * 320 + "@x.example",
        "a@b\ud83d",
        "a\x00@b",
    ],
)
def test_is_no_mail(text: str) -> None:
    assert not is_mail(text)


@pytest.mark.parametrize(
    ("raw", "person"),
    [
        (RawAddress(" Mary ", " mary@x.example "), Address("Mary", "mary@x.example")),
        (RawAddress("mary@x.example", "Mary@x.example"), Address("", "Mary@x.example")),
        (RawAddress("'mary@x.example'", "mary@x.example"), Address("", "mary@x.example")),
        (RawAddress("Mary", "/O=EXCH/OU=X/CN=RECIPIENTS/CN=MARY"), Address("Mary", "")),
        (RawAddress("", "/O=EXCH/CN=MARY@X.EXAMPLE"), Address("/O=EXCH/CN=MARY@X.EXAMPLE", "")),
        (RawAddress("Mary", "SMTP:mary@x.example"), Address("Mary", "mary@x.example")),
        (RawAddress("", "Mary <mary@x.example>"), Address("Mary", "mary@x.example")),
        (RawAddress("mary@x.example", ""), Address("mary@x.example", "")),
        (RawAddress("", ""), Address("", "")),
        (RawAddress("Mary", "mary@x..example"), Address("Mary", "mary@x..example")),
        (RawAddress("Mary", '"x\'; -- "@x.example'), Address("Mary", '"x\'; -- "@x.example')),
        (RawAddress("Mary\x00\r\nSmith", "m@x.example"), Address("Mary Smith", "m@x.example")),
    ],
)
def test_from_raw(raw: RawAddress, person: Address) -> None:
    assert from_raw(raw) == person


@given(st.text(), st.text())
def test_from_raw_never_raises(name: str, address: str) -> None:
    person = from_raw(RawAddress(name, address))
    assert not person.mail or "@" in person.mail
    assert bool(person.name or person.mail) == bool(one_line(name) or one_line(address))


@pytest.mark.parametrize("name", ["mary@x.example", "'mary@x.example'"])
def test_by_name(name: str) -> None:
    assert by_name(Address(name, "")) == Address("", "mary@x.example")
    for other in (Address(name, "tom@x.example"), Address("Mary", ""), Address("/O=EXCH/CN=MARY@X.EXAMPLE", "")):
        assert by_name(other) == other


def test_fields_of_the_crm() -> None:
    people = [
        Address("Ada", "a@x.example"),
        Address("", "b@y.example"),
        Address("Hara, O.", "c@z.example"),
        Address("Sales", ""),
    ]
    assert mails(people) == "a@x.example, b@y.example, c@z.example"
    assert names(people) == "Ada, b@y.example, Hara, O., Sales"
    assert full(people) == 'Ada <a@x.example>, b@y.example, "Hara, O." <c@z.example>, "Sales"'


def test_same() -> None:
    assert same(Address("Ada", "A@x.example"), Address("", "a@X.example"))
    assert same(Address("Ada", ""), Address("ada", ""))
    assert not same(Address("Ada", "a@x.example"), Address("Ada", "b@x.example"))
    assert not same(Address("Ada", "a@x.example"), Address("Ada", ""))


@pytest.mark.parametrize(
    ("mail", "domain"), [("a@X.Example", "x.example"), ("a@x.example.", "x.example"), ("a", ""), ("", "")]
)
def test_domain_of(mail: str, domain: str) -> None:
    assert domain_of(mail) == domain


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", "yahoo.co.uk", "libero.it", "outlook.it", " hotmail.com"])
def test_public_domain(domain: str) -> None:
    assert public_domain(domain)


@pytest.mark.parametrize(
    "domain", ["", "company.com", "gmail.company.com", "yahoo", "mail.yahoo.company.example.com", "outlook.a.b.c"]
)
def test_private_domain(domain: str) -> None:
    assert not public_domain(domain)
