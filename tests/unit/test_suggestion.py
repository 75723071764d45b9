"""The order of suggestions."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from connector.finding.records import Record
from connector.finding.suggestion import Reason, Suggestion, in_place, ordered

suggestions = st.lists(
    st.builds(
        Suggestion,
        st.builds(
            Record,
            st.integers(1, 6).map("4x{}".format),
            st.sampled_from(["Contacts", "Zoo", "Accounts"]),
            st.text(max_size=3),
        ),
        st.sampled_from(Reason),
        st.text(max_size=3),
        role=st.sampled_from(["", "from", "to", "text"]),
        place=st.integers(0, 3),
    ),
    max_size=12,
)


@given(suggestions)
def test_each_record_comes_once_for_its_strongest_reason(given_ones: list[Suggestion]) -> None:
    found = ordered(given_ones)
    assert {one.record.id for one in found} == {one.record.id for one in given_ones}
    assert len({one.record.id for one in found}) == len(found)
    for one in found:
        assert one.reason.value == min(other.reason.value for other in given_ones if other.record.id == one.record.id)
    assert [one.reason.value for one in found] == sorted(one.reason.value for one in found)
    assert ordered(found) == found


@given(suggestions, st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_which_came_first(given_ones: list[Suggestion], chance: st.DataObject) -> None:
    distinct = list({one.record.id: one for one in given_ones}.values())
    mixed = list(distinct)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ordered(mixed) == ordered(distinct)


@given(suggestions)
def test_a_person_keeps_the_role_whatever_else_is_a_reason(given_ones: list[Suggestion]) -> None:
    for one in ordered(given_ones):
        roles = {other.role for other in given_ones if other.record.id == one.record.id}
        assert one.role in roles
        assert one.role not in ("", "text") or not roles & {"from", "to"}


def test_within_a_reason_the_place_counts_then_the_module_then_the_newest() -> None:
    places = [
        (0, "Contacts", 2),
        (0, "Accounts", 9),
        (0, "Accounts", 1),
        (0, "Zebras", 5),
        (0, "Zoo", 7),
        (1, "Contacts", 3),
    ]
    right = [
        Suggestion(Record(f"4x{number}", module, "any"), Reason.ADDRESS, "", place=place)
        for place, module, number in places
    ]
    for mixed in itertools.islice(itertools.permutations(right), 0, None, 37):
        assert list(ordered(mixed)) == right


@given(suggestions, suggestions, st.booleans())
def test_what_is_shown_stays_in_its_place_and_nothing_is_lost(
    before: list[Suggestion], after: list[Suggestion], whole: bool
) -> None:
    shown, known = ordered(before), ordered(after)
    found = in_place(shown, known, whole=whole)
    ids, now = [one.record.id for one in found], {one.record.id for one in known}
    kept = [one.record.id for one in shown if not whole or one.record.id in now]
    assert ids[: len(kept)] == kept
    assert sorted(ids) == sorted({*kept, *now})
    assert [one for one in found if one.record.id in now and one not in known] == []
