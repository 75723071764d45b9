"""What is remembered of choices: little, for one user of one CRM, and nothing in clear."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from connector.finding.recent import (
    LONGEST,
    MOST_ASKED,
    MOST_CORRESPONDENTS,
    MOST_RECORDS,
    Recent,
    owner_of,
)

OWNER = owner_of("https://crm.example/crm", "agent")
MARY, JOHN = "mary.smith@northwind.example", "john@fabrikam.example"
EMPTY = Recent(OWNER)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["4x39", OWNER, "Contacts"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def test_the_last_choice_comes_first() -> None:
    kept = EMPTY.chosen([MARY], {"4x39": "Contacts"}).chosen([MARY], {"9x62": "HelpDesk"})
    assert list(kept.of([MARY]).items()) == [("9x62", "HelpDesk"), ("4x39", "Contacts")]
    assert list(kept.chosen([MARY], {"4x39": "Contacts"}).of([MARY])) == ["4x39", "9x62"]
    assert kept.of([JOHN]) == {}
    assert list(kept.of([MARY.upper() + " "])) == ["9x62", "4x39"]


def test_what_is_kept_is_read_again_by_the_same_user_of_the_same_crm_alone() -> None:
    text = EMPTY.chosen([MARY, JOHN], {"4x39": "Contacts"}).text
    assert list(Recent.read(text, OWNER).of([JOHN])) == ["4x39"]
    for other in (owner_of("https://crm.example/crm", "sara"), owner_of("https://other.example/crm", "agent")):
        read = Recent.read(text, other)
        assert (read.of([MARY]), read.text) == ({}, "")


def test_no_name_and_no_address_stands_there() -> None:
    text = EMPTY.chosen([MARY], {"4x39": "Contacts"}).text
    for secret in (MARY, "mary", "northwind", "agent", "crm.example"):
        assert secret not in text.lower()
    other = Recent(owner_of("https://crm.example/crm", "sara")).chosen([MARY], {"4x39": "Contacts"}).text
    assert json.loads(text)["list"][0][0] != json.loads(other)["list"][0][0], "the same person for another user"


def test_it_stays_small() -> None:
    kept = EMPTY
    for number in range(MOST_CORRESPONDENTS + 50):
        records = {f"12345678x{10**14 + number * 10 + one}": "Potentials" for one in range(MOST_RECORDS + 2)}
        kept = kept.chosen([f"person{number}@example.com"], records)
    assert len(kept.text) <= LONGEST
    read = Recent.read(kept.text, OWNER)
    assert len(read.of(["person199@example.com"])) == MOST_RECORDS
    assert read.of(["person0@example.com"]) == {}
    assert len(read.of([f"person{number}@example.com" for number in range(190, 200)])) == MOST_ASKED


@given(json_values, st.sampled_from([1, 2, "1", None]))
def test_whatever_stands_there_is_read(listed: object, version: object) -> None:
    for content in (listed, {"v": version, "for": OWNER, "list": listed, "modules": listed}):
        read = Recent.read(json.dumps(content), OWNER)
        again = Recent.read(read.text, OWNER)
        assert again.entries == read.entries
        assert len(read.text) <= LONGEST


@given(st.text(max_size=30))
def test_what_is_no_json_is_nothing(text: str) -> None:
    assert Recent.read(text, OWNER).entries == ()
    assert Recent.read("[" * 100_000, OWNER).entries == ()


@given(st.lists(st.tuples(st.sampled_from([MARY, JOHN, "a@b.example"]), st.integers(1, 9)), max_size=12))
def test_each_correspondent_has_the_last_records(choices: list[tuple[str, int]]) -> None:
    kept = EMPTY
    for person, number in choices:
        kept = Recent.read(kept.chosen([person], {f"4x{number}": "Contacts"}).text, OWNER)
    for person in {one for one, _ in choices}:
        numbers = [number for one, number in reversed(choices) if one == person]
        assert list(kept.of([person])) == [f"4x{number}" for number in dict.fromkeys(numbers)][:MOST_RECORDS]
