"""Lists of addresses: all that the RFC allows, however odd, and lists that no mailer would write."""

from __future__ import annotations

import email.headerregistry
import email.utils
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.mail.address import Address, parse_addresses, parse_list
from connector.mail.addresslist import LONGEST_LIST, MOST_PEOPLE
from unit.growth import assert_linear, cost

RFC_5322 = [  # its appendix A, with other domains; every name and address that it holds
    (
        r"Pete(A nice \) chap) <pete(his account)@silly.test(his host)>",
        [("Pete", "pete@silly.test")],
    ),
    (
        "A Group(Some people) :Chris Jones <c@(Chris's host.)public.example>, joe@example.org, "
        "John <jdoe@one.test> (my dear friend); (the end of the group)",
        [("Chris Jones", "c@public.example"), ("", "joe@example.org"), ("John", "jdoe@one.test")],
    ),
    ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", []),
    ("John Doe <jdoe@machine(comment).  example>", [("John Doe", "jdoe@machine.example")]),
    (
        "Mary Smith  <@node.test:mary@example.net>, , jdoe@test  . example",
        [("Mary Smith", "mary@example.net"), ("", "jdoe@test.example")],
    ),
    (
        r'<boss@nil.test>, "Giant; \"Big\" Box" <sysservices@example.net>',
        [("", "boss@nil.test"), ('Giant; "Big" Box', "sysservices@example.net")],
    ),
]


@pytest.mark.parametrize(("text", "people"), RFC_5322)
def test_the_examples_of_the_standard(text: str, people: list[tuple[str, str]]) -> None:
    assert [(one.name, one.mail) for one in parse_addresses(text)] == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        # comments and blanks
        ("mary . smith @ x . example", [("", "mary.smith@x.example")]),
        ("mary.smith@ (work) x.example", [("", "mary.smith@x.example")]),
        ("mary(a)@(b)x(c).example (Mary)", [("Mary", "mary@x.example")]),
        ("(Mary (S.)) mary@x.example", [("Mary (S.)", "mary@x.example")]),
        ("<mary@x.example> (Mary)", [("Mary", "mary@x.example")]),
        ("Mary (of Sales) Smith <mary@x.example>", [("Mary Smith", "mary@x.example")]),
        ("a@x.example, (nobody), b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Team: a@x.example; (end), b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Mary :-( <mary@x.example>, Bob (home) <b@x.example>", [("-(", "mary@x.example"), ("Bob", "b@x.example")]),
        ("Mary ( <m@x.example>, Bob (at (home)) <b@x.example>", [("Mary (", "m@x.example"), ("Bob", "b@x.example")]),
        ("Mary <mary(<m>)@x.example>", [("Mary", "mary@x.example")]),
        # routes, quoted strings, literals
        ("Mary <@a.example (x), @b.example : mary@x.example>", [("Mary", "mary@x.example")]),
        ("<@a.example:mary@[IPv6:2001:db8::1]>", [("", "mary@[IPv6:2001:db8::1]")]),
        ('"mary"."s"@x.example', [("", '"mary"."s"@x.example')]),
        (r'"mary\"s"@x.example, b@x.example', [("", r'"mary\"s"@x.example'), ("", "b@x.example")]),
        ('<"a>b"@x.example>, b@x.example', [("", '"a>b"@x.example'), ("", "b@x.example")]),
        ('"sales@x.example": a@x.example;', [("", "a@x.example")]),
        ("Mary [Sales, Rome] <mary@x.example>", [("Mary [Sales, Rome]", "mary@x.example")]),
        # encoded words
        ("=?utf-8?Q?Mary_=3Cmary=40x=2Eexample=3E?=", [("Mary", "mary@x.example")]),
        ("=?utf-8?Q?bob=40x.example?= <mary@x.example>", [("bob@x.example", "mary@x.example")]),
        ("mary@x.example (=?utf-8?Q?J=C3=BCrgen?=)", [("Jürgen", "mary@x.example")]),
        ("=?utf-8?Q?J=C3=BC?= =?utf-8?Q?rgen?=<mary@x.example>", [("Jürgen", "mary@x.example")]),
        # without commas, or with too many of everything
        ("a@x.example b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Mary <a@x.example> Bob <b@x.example>", [("Mary", "a@x.example"), ("Bob", "b@x.example")]),
        ("<a@x.example> Mary Smith", [("Mary Smith", "a@x.example")]),
        ("Team <a@x.example; b@x.example>", [("Team", "a@x.example"), ("Team", "b@x.example")]),
        ("<<mary@x.example>>", [("", "mary@x.example")]),
        ("mary@x.example <>", [("", "mary@x.example")]),
        ("a@x.example,,;; b@x.example,", [("", "a@x.example"), ("", "b@x.example")]),
        # not quite addresses
        ("Mary <mailto:mary@x.example?subject=x>", [("Mary", "mary@x.example")]),
        ("Mary <SMTP:mary@x.example>", [("Mary", "mary@x.example")]),
        ("Mary <mary@x.example.>, b@x.example.", [("Mary", "mary@x.example"), ("", "b@x.example")]),
        ("mary@@x.example, Mary <mary@@x.example>", [("", "mary@@x.example"), ("Mary", "mary@@x.example")]),
        ("@mary, mary@", [("@mary", ""), ("mary@", "")]),
    ],
)  # fmt: skip
def test_odd_lists(text: str, people: list[tuple[str, str]]) -> None:
    assert [(one.name, one.mail) for one in parse_addresses(text)] == people


@dataclass(frozen=True)
class Written:
    """What a list writes, and what it means."""

    text: str
    people: tuple[tuple[str, str], ...]


ATOM = st.from_regex(r"[a-z0-9][a-zA-Z0-9!#$%&'*+/^_`{|}~-]{0,6}", fullmatch=True)
IN_COMMENT = st.from_regex(r"[a-z@,;:. ]{0,6}", fullmatch=True) | st.sampled_from([r"\)", r"\(", "(a)", "(b (c))"])
COMMENT = st.lists(IN_COMMENT, max_size=3).map(lambda parts: f"({''.join(parts)})")
BLANKS = st.sampled_from(["", "", "", " ", "  ", "\r\n\t"])
AROUND = st.tuples(BLANKS, COMMENT | st.just(""), BLANKS).map("".join)


def dotted(first: str, more: list[tuple[str, str, str]]) -> tuple[str, str]:
    """Words with dots between them: as written, with blanks and comments around the dots, and as meant."""
    written = first + "".join(f"{left}.{right}{word}" for left, right, word in more)
    return written, ".".join((first, *(word for _, _, word in more)))


DOTTED = st.builds(dotted, ATOM, st.lists(st.tuples(AROUND, AROUND, ATOM), max_size=2))
LOCAL = DOTTED | st.from_regex(r'"[a-z ,;:@()][a-z,;:@()]{0,6}"', fullmatch=True).map(lambda text: (text, text))
DOMAIN = DOTTED | st.sampled_from(["[192.0.2.1]", "[IPv6:2001:db8::1]"]).map(lambda text: (text, text))
NAME = st.lists(ATOM, min_size=1, max_size=3).map(" ".join).map(lambda text: (text, text)) | st.from_regex(
    r"[A-Z][a-z,;:<>@(). ]{0,8}[a-z]", fullmatch=True
).map(lambda text: (f'"{text}"', " ".join(text.split())))


@st.composite
def mailboxes(draw: st.DrawFn) -> Written:
    """One person in a form that RFC 5322 allows, obsolete ones too."""
    (local, meant), (domain, place) = draw(LOCAL), draw(DOMAIN)
    at = draw(AROUND), draw(AROUND)
    spec, mail = f"{local}{at[0]}@{at[1]}{domain}", f"{meant}@{place}"
    if draw(st.booleans()):
        before, after, name = draw(st.sampled_from([("", "", ""), ("(Mary)", "", "Mary"), ("", "(M. (S))", "M. (S)")]))
        return Written(f"{draw(BLANKS)}{before}{spec}{draw(BLANKS)}{after}{draw(BLANKS)}", ((name, mail),))
    name, reads = draw(NAME)
    route = draw(st.sampled_from(["", "", "@a.example:", "@a.example, @b.example:"]))
    text = f"{draw(AROUND)}{name}{draw(AROUND)}<{draw(AROUND)}{route}{spec}{draw(AROUND)}>{draw(AROUND)}"
    return Written(text, ((reads, mail),))


@st.composite
def lists(draw: st.DrawFn) -> Written:
    """A list with groups and empty places."""
    parts: list[Written] = draw(st.lists(mailboxes(), max_size=5))
    text = ",".join(part.text for part in parts)
    people = tuple(one for part in parts for one in part.people)
    kind = draw(st.sampled_from(["list", "list with empty places", "group", "group and another"]))
    if kind == "list with empty places":
        text = f"{draw(AROUND)},{text},{draw(AROUND)}"
    elif kind != "list":
        text = f"{draw(NAME)[0]}{draw(AROUND)}:{draw(BLANKS)}{text};{draw(AROUND)}"
    if kind == "group and another":
        after = draw(mailboxes())
        text, people = f"{text},{after.text}", (*people, *after.people)
    return Written(text, people)


@given(lists())
def test_every_list_that_the_standard_allows(written: Written) -> None:
    found = [(one.name, one.mail) for one in parse_addresses(written.text)]
    assert found == list(written.people)


PLAIN = st.lists(ATOM, min_size=1, max_size=3).map(".".join)
SPECS = st.tuples(
    PLAIN, st.sampled_from(["@", "@", " @ ", "@ "]), st.from_regex(r"[a-z]{1,5}(\.[a-z]{2,5}){1,2}", fullmatch=True)
)
"""An address that both of Python's parsers can read: few of them survive more than that."""


@st.composite
def simple_lists(draw: st.DrawFn) -> str:
    """A list such as Python's parsers read without a mistake."""
    people = []
    for _ in range(draw(st.integers(1, 6))):
        spec = "".join(draw(SPECS))
        comment = draw(st.sampled_from(["", " (work)", " (the (old) one)"]))
        people.append(f"{draw(NAME)[0]} <{spec}>{comment}" if draw(st.booleans()) else f"{spec}{comment}")
    text = draw(st.sampled_from([", ", ",   ", ","])).join(people)
    return f"Team: {text};" if draw(st.booleans()) else text


@given(simple_lists())
def test_pythons_parsers_find_the_same(text: str) -> None:
    people = parse_addresses(text)
    header: Any = email.headerregistry.HeaderRegistry()("To", text)
    assert [one.mail for one in people] == [one.addr_spec for one in header.addresses]
    assert [one.mail for one in people] == [mail for _, mail in email.utils.getaddresses([text]) if mail]
    for one, theirs in zip(people, header.addresses, strict=True):
        name = " ".join(theirs.display_name.split())
        assert one.name == name or not name  # where the comment is the name


@pytest.mark.parametrize("count", [600, 10_000])
def test_everybody_in_a_long_list_is_there(count: int) -> None:
    text = ",\r\n ".join(f'"Person, {i}" <person.{i}@lab-of-a-long-name.example>' for i in range(count))
    found = parse_list(text)
    assert [one.mail for one in found.people] == [f"person.{i}@lab-of-a-long-name.example" for i in range(count)]
    assert found.left_out == 0


@pytest.mark.parametrize(
    ("person", "count"), [("p{i}@x.example", MOST_PEOPLE + 7), (f"{'N' * 500}{{i}} <p{{i}}@x.example>", 4_000)]
)
def test_of_a_list_beyond_all_measure_the_rest_is_counted(person: str, count: int) -> None:
    text = ", ".join(person.format(i=i) for i in range(count))
    found = parse_list(text)
    assert (len(found.people) == MOST_PEOPLE) == (len(text) < LONGEST_LIST)
    assert [one.mail for one in found.people] == [f"p{i}@x.example" for i in range(len(found.people))]
    assert len(found.people) + found.left_out == count


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_groups_in_groups(depth: int) -> None:
    assert parse_addresses("a:" * depth + "b@x.example" + ";" * depth) == (Address("", "b@x.example"),)
    nested = "(" * depth + "b" + ")" * depth
    assert parse_addresses(f"{nested} b@x.example {nested}")[0].mail == "b@x.example"


SIGNS = ["a", "@", '"', "\\", "(", ")", "<", ">", ",", ";", ":", "[", "]", ".", " ", "=?u?q?", "?=", "="]


@given(st.lists(st.sampled_from(SIGNS), max_size=3), st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6))
@settings(max_examples=25)
def test_any_nonsense_is_read_in_linear_time(begin: list[str], again: list[str]) -> None:
    assert_linear(parse_addresses, lambda size: "".join(begin) + "".join(again) * (size // len(again)), 2_000)


def scan(text: str) -> int:
    """The yardstick: go through a text word by word, and do nothing."""
    return sum(len(match[0]) for match in re.finditer(r"\w+|\W", text))


@pytest.mark.parametrize(
    "person",
    [
        "Person {i} <p{i}@lab.example>, ",
        "p{i}@lab.example, ",
        '"Smith, Mary {i}" <m{i}@x.example>, ',
        "=?utf-8?Q?J=C3=BCrgen_M{i}?= <j{i}@x.example>, ",
        "Hara, Ada {i} <a{i}@x.example>, ",
        "m{i}@x.example (Mary Smith), ",
        "mary.{i} @ north . example, ",
    ],
)
def test_a_list_is_read_about_as_fast_as_one_can_go_through_it(person: str) -> None:
    text = "".join(person.format(i=i) for i in range(2_000))
    ratios = []
    for _ in range(5):
        ratios.append(cost(parse_addresses, text) / cost(scan, text))
        if ratios[-1] < 8:
            return
    raise AssertionError(f"{min(ratios):.1f} times as slow")
