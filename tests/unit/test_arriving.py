"""How much has come of what is fetched from afar."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from connector.linking.arriving import SAID_SECONDS, Arrived, Arriving
from connector.ports import WHOLE, RawAttachment, RawMail
from unit.virtual_time import pass_by, run

Step = tuple[RawMail, int, int, int]
"""A mail, a place, bytes that are there, and the length."""


def mail(*sizes: int, item_id: str = "item", kind: str = "file") -> RawMail:
    files = tuple(RawAttachment(f"a{at}", "a", size, "", kind, inline=False) for at, size in enumerate(sizes))
    return RawMail(item_id, "", None, None, (), (), None, "", "", files)


def told(*steps: Step, seconds: float = 0.0) -> list[Arrived]:
    """What is told of these steps, with so many seconds before each but the first."""
    found: list[Arrived] = []

    async def follow() -> None:
        arriving = Arriving(lambda _, arrived: found.append(arrived))
        for number, step in enumerate(steps):
            pass_by(seconds if number else 0.0)
            arriving.take(*step)

    run(follow())
    return found


def test_lengths_count_and_what_outlook_declares_where_none_is_known() -> None:
    two = mail(100, 60)
    assert told((two, 0, 10, 0), (two, 0, 20, 90), (two, 1, 50, 0), (two, 0, 90, 90), (two, 1, 70, 70)) == [
        Arrived(10, 160),
        Arrived(20, 150),
        Arrived(70, 150),
        Arrived(140, 150),
        Arrived(160, 160),
    ]


def test_a_cloud_file_has_no_bytes_to_wait_for() -> None:
    assert told((mail(100, kind="cloud"), WHOLE, 10, 20)) == [Arrived(10, 20)]


def test_of_a_mail_that_is_fetched_whole_its_files_are_part() -> None:
    two = mail(100, 60)
    assert told((two, WHOLE, 10, 0), (two, WHOLE, 10, 300)) == [Arrived(10, 160), Arrived(10, 300)]
    assert told((two, 0, 100, 100), (two, 1, 60, 60), (two, WHOLE, 10, 300))[-1] == Arrived(170, 460)


def test_another_mail_begins_anew() -> None:
    assert told((mail(100), 0, 90, 100), (mail(50, item_id="b"), 0, 5, 50))[-1] == Arrived(5, 50)


def test_it_is_time_to_say_it_now_and_then() -> None:
    one = mail(100)
    steps = [(one, 0, came, 100) for came in range(0, 100, 10)]
    assert [arrived.said for arrived in told(*steps, seconds=SAID_SECONDS / 2)] == [
        0,
        0,
        20,
        20,
        40,
        40,
        60,
        60,
        80,
        80,
    ]


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 200), st.integers(0, 200)), min_size=1),
)
def test_there_is_never_more_than_there_will_be(sizes: Sequence[int], steps: Sequence[tuple[int, int, int]]) -> None:
    one = mail(*sizes)
    for arrived in told(*((one, at, came, length) for at, came, length in steps if at < len(sizes)), seconds=3):
        assert arrived.said >= 0
        assert 0 <= arrived.came <= arrived.whole
