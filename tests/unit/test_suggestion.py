"""The order of suggestions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connector.finding.records import Record
from connector.finding.suggestion import Reason, Suggestion, ordered

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


def test_people_before_companies_before_the_rest_then_by_name() -> None:
    def one(number: int, module: str, name: str) -> Suggestion:
        return Suggestion(Record(f"4x{number}", module, name), Reason.ADDRESS, "")

    given_ones = [one(1, "Zoo", "a"), one(2, "Accounts", "B"), one(3, "Contacts", "z"), one(4, "Contacts", "A")]
    assert [suggestion.record.number for suggestion in ordered(given_ones)] == ["4", "3", "2", "1"]
