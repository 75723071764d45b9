"""First and last names, out of what stands in mails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.making.naming import LONGEST, Named, named, office

PEOPLE = {
    "Mary Smith": ("Mary", "Smith", ""),
    "Smith, Mary (Sales)": ("Mary", "Smith", ""),
    "Dr. Jürgen Müller": ("Jürgen", "Müller", ""),
    "Prof. Dr. Anna von der Leyen": ("Anna", "von der Leyen", ""),
    "Dipl.-Ing. Hans Meier": ("Hans", "Meier", ""),
    "Dott.ssa Anna Rossi": ("Anna", "Rossi", ""),
    "Smith, Dr. Mary": ("Mary", "Smith", ""),
    "Mary Smith, PhD": ("Mary", "Smith", ""),
    "Newman": ("", "Newman", ""),
    "Di Stefano": ("", "Di Stefano", ""),
    "Al Gore": ("Al", "Gore", ""),
    "Ludwig van Beethoven": ("Ludwig", "van Beethoven", ""),
    "Maria de la Cruz": ("Maria", "de la Cruz", ""),
    "Anna Maria Rossi": ("Anna Maria", "Rossi", ""),
    "O'Brien, Sean": ("Sean", "O'Brien", ""),
    "SMITH Mary": ("Mary", "SMITH", ""),
    "JP Morgan": ("JP", "Morgan", ""),
    "Bill Gates III": ("Bill", "Gates III", ""),
    "King, Martin Luther, Jr.": ("Martin Luther", "King Jr.", ""),
    'Robert "Bob" Jones': ("Robert", "Jones", ""),
    "'Mary Smith' via Sales": ("Mary", "Smith", ""),
    "Mary 🌟 Smith": ("Mary", "Smith", ""),
    "Mary\u0000 \t Smith": ("Mary", "Smith", ""),
    "山田 太郎": ("太郎", "山田", ""),
    "مريم سميث": ("مريم", "سميث", ""),
    "Mary Smith | Contoso GmbH": ("Mary", "Smith", "Contoso GmbH"),
    "Mary Smith - Contoso": ("Mary", "Smith", "Contoso"),
    "Mary Smith @ Contoso": ("Mary", "Smith", "Contoso"),
    "Mary Smith, Contoso Ltd.": ("Mary", "Smith", "Contoso Ltd."),
    "Mary Smith (Contoso S.p.A.)": ("Mary", "Smith", "Contoso S.p.A."),
    "Mary Smith from Contoso": ("Mary", "Smith", "Contoso"),
    "Contoso GmbH - Mary Smith": ("Mary", "Smith", "Contoso GmbH"),
    "Contoso GmbH": ("", "", "Contoso GmbH"),
    "Contoso, Inc.": ("", "", "Contoso, Inc."),
    "Contoso Support": ("", "", "Contoso"),
    "Sales": ("", "", ""),
    "": ("", "", ""),
}


@pytest.mark.parametrize("given_name", PEOPLE)
def test_a_name_is_split(given_name: str) -> None:
    assert named(given_name, "info@x.example") == Named(*PEOPLE[given_name])


@pytest.mark.parametrize(
    ("mail", "first", "last"),
    [
        ("mary.smith@x.example", "Mary", "Smith"),
        ("MARY_SMITH+crm@x.example", "Mary", "Smith"),
        ("jean-luc.picard@x.example", "Jean-Luc", "Picard"),
        ("m.smith@x.example", "M.", "Smith"),
        ("msmith@x.example", "", ""),
        ("mary.smith2@x.example", "", ""),
        ("info@x.example", "", ""),
        ("customer.service@x.example", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_tells_a_name_where_it_has_two(mail: str, first: str, last: str) -> None:
    assert named("", mail) == named(mail, mail) == Named(first, last)


@given(st.text(max_size=2 * LONGEST), st.text(max_size=40))
def test_whatever_stands_there_comes_out_of_it_in_one_line(name: str, mail: str) -> None:
    for part in vars(named(name, mail)).values():
        assert part == " ".join(part.split())
        assert part.isprintable()


@given(st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True), st.from_regex(r"[A-Z][a-z]{3,9}x", fullmatch=True))
def test_two_plain_words_are_first_and_last_name_in_both_orders(first: str, last: str) -> None:
    if named(first + " " + last).first:
        assert named(f"{last}, {first}") == named(f"{first} {last}") == Named(first, last)


def test_an_office_is_known_by_the_beginning_of_its_address() -> None:
    assert office("INFO@x.example")
    assert office("no-reply+7@x.example")
    assert not office("mary@x.example")
