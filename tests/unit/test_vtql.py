"""No value ever changes what a query means."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.vtenext.stock import vtql
from connector.vtenext.stock.vtql import (
    after,
    all_of,
    any_of,
    contains,
    differs,
    equals,
    literal,
    one_of,
    refers,
    select,
)

VALUES = st.text() | st.text("'\\%_;() \"-#/*=\x00\n\ud83dab\U0001f600", max_size=30)


def lexed(text: str) -> list[str]:
    """Tokens as vtenext's lexer cuts them: literals are not empty, and a doubled quote is the only escape."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = re.compile(r"\w+|'(?:[^']|'')+'|[(),*;]|<=|>=|!=|[<>=]|\s+").match(text, at)
        assert match, f"unexpected input at {text[at:]!r}"
        tokens += [match[0]] if match[0].strip() or match[0][0] == "'" else []
        at = match.end()
    return tokens


def in_mysql(token: str) -> str:
    """What MySQL reads in a literal that is handed on as it was lexed; fails where it would end early."""
    match = re.fullmatch(r"'((?:[^'\\]|''|\\.)*)'", token, re.DOTALL)
    assert match, f"not one literal: {token!r}"
    escapes = {"''": "'", "\\\\": "\\"}
    return re.sub(r"''|\\.", lambda found: escapes[found[0]], match[1], flags=re.DOTALL)


def stored(value: str) -> str:
    clean = re.sub(
        "[\x00-\x1f\x7f-\x9f]", "", value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )
    return clean or " "


@given(VALUES)
def test_a_literal_is_one_token_and_means_its_value(value: str) -> None:
    tokens = lexed(literal(value))
    assert len(tokens) == 1
    assert in_mysql(tokens[0]) == stored(value)


@given(VALUES, VALUES, VALUES)
def test_no_value_changes_the_shape_of_a_query(one: str, two: str, three: str) -> None:
    def shape(*values: str) -> list[str]:
        where = any_of(all_of(equals("a", values[0]), contains("b", values[1])), one_of("c", [values[2], values[0]]))
        tokens = lexed(select(["id"], "Contacts", where, order="a DESC", limit=5))
        for token in tokens:
            if token.startswith("'"):
                in_mysql(token)
        return ["literal" if token.startswith("'") else token for token in tokens]

    assert shape(one, two, three) == shape("x", "y", "z")


def test_literals_for_the_eye() -> None:
    assert literal("O'Brien") == "'O''Brien'"
    assert literal("C:\\") == "'C:\\\\'"
    assert literal("\\' OR 1=1; --") == "'\\\\'' OR 1=1; --'"
    assert literal("") == literal("\x00") == "' '"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            select(["id", "email"], "Contacts", equals("email", "mary_smith@company.com")),
            "SELECT id,email FROM Contacts WHERE email = 'mary_smith@company.com';",
        ),
        (select(["*"], "Contacts"), "SELECT * FROM Contacts;"),
        (select(["id", "email_from"], "HelpDesk"), "SELECT email_from,id FROM HelpDesk;"),
        (select(["mfrom"], "Messages"), "SELECT mfrom,id FROM Messages;"),
        (select(["count(*)"], "Contacts"), "SELECT count(*) FROM Contacts;"),
        (
            select(["id"], "Contacts", any_of(contains("a", "mit"), contains("b", "mit")), order="a", limit=(0, 5)),
            "SELECT id FROM Contacts WHERE a LIKE '%mit%' OR b LIKE '%mit%' ORDER BY a LIMIT 0,5;",
        ),
        (
            select(
                ["id"], "Documents", all_of(after("id", "7x1"), differs("x", "y")), order="createdtime desc", limit=3
            ),
            "SELECT id FROM Documents WHERE id > '7x1' AND x != 'y' ORDER BY createdtime DESC LIMIT 3;",
        ),
        (
            select(["id"], "X", one_of("email", ["a@x", "b'c"])),
            "SELECT id FROM X WHERE email IN ('a@x','b''c');",
        ),
        (
            select(
                ["id"], "Potentials", all_of(refers("related_to", "3x19"), any_of(equals("a", "1"), equals("b", "2")))
            ),
            "SELECT id FROM Potentials WHERE related_to = '3x19' AND a = '1' OR related_to = '3x19' AND b = '2';",
        ),
    ],
)
def test_queries(query: str, text: str) -> None:
    assert query == text


def test_contains_finds_more_but_never_less() -> None:
    assert str(contains("a", "50%")) == "a LIKE '%50%%'"
    assert str(contains("a", "C:\\x")) == "a LIKE '%C:_x%'"
    assert str(contains("a", "\U0001f600\U0001f600 x")) == "a LIKE '%% x%'"
    assert str(contains("a", "")) == "a LIKE '%%'"


TERMS = st.recursive(
    st.sampled_from("pqrs").map(lambda name: equals(name, "1")),
    lambda inner: st.builds(all_of, inner, inner) | st.builds(any_of, inner, inner),
    max_leaves=8,
)


@given(TERMS, TERMS, st.sets(st.sampled_from("pqrs")))
def test_flat_conditions_keep_their_logic(one: vtql.Condition, two: vtql.Condition, true: set[str]) -> None:
    def holds(condition: vtql.Condition) -> bool:  # AND before OR, as the CRM reads it
        return any(all(term[0] in true for term in series.split(" AND ")) for series in str(condition).split(" OR "))

    assert holds(all_of(one, two)) == (holds(one) and holds(two))
    assert holds(any_of(one, two)) == (holds(one) or holds(two))


@pytest.mark.parametrize("name", ["", "a b", "a;", "1a", "a'", "a.b", "ä", "a\n", "*", "count(*)", "id,email"])
def test_only_names_are_names(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        vtql.Name(name)
    with pytest.raises(ValueError, match="no name"):
        select(["id"], name)
    with pytest.raises(ValueError, match="no name"):
        select(["id", name], "X")
    with pytest.raises(ValueError, match="no name"):
        equals(name, "x")


@given(st.text())
def test_names_never_carry_anything_else(name: str) -> None:
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        assert vtql.Name(name) == name
    else:
        with pytest.raises(ValueError, match="no name"):
            vtql.Name(name)


@pytest.mark.parametrize("record_id", ["", "3", "3x", "x19", "3x19 OR 1=1", "3x19\n", "3x1x2", "３x１９"])
def test_only_record_ids_are_referred_to(record_id: str) -> None:
    with pytest.raises(ValueError, match="no record id"):
        refers("related_to", record_id)


def test_what_can_not_be_said() -> None:
    with pytest.raises(ValueError, match="no conditions"):
        all_of()
    with pytest.raises(ValueError, match="no conditions"):
        any_of()
    with pytest.raises(ValueError, match="no values"):
        one_of("a", [])
    with pytest.raises(ValueError, match="no fields"):
        select([], "X")
    with pytest.raises(ValueError, match="no direction"):
        select(["id"], "X", order="a; DROP")
    with pytest.raises(ValueError, match="negative limit"):
        select(["id"], "X", limit=-1)
