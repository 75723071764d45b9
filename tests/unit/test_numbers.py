"""What in a subject may be a record's number."""

from __future__ import annotations

import pytest

from connector.vtenext.stock.numbers import MOST_NUMBERS, numbers_in


@pytest.mark.parametrize(
    ("subject", "right"),
    [
        ("Re: [tt12] again, ACC7.", "TT12 ACC7"),
        ("[#Case-16] pump", "CASE-16"),
        ("ORD/2026/00012", "ORD/2026 ORD/2026/00012"),
        ("OPP-TT12", "OPP-TT12 TT12"),
        ("xTT12 TT12b TT 12", "XTT12"),
        ("AW:_TT12_offen", "TT12"),
        ("2026-11-29 at 10:00, 12", ""),
        ("TT12 TT12", "TT12"),
        ("", ""),
    ],
)
def test_what_may_be_a_number(subject: str, right: str) -> None:
    assert " ".join(numbers_in(subject)) == right


def test_of_many_the_first_are_asked_for() -> None:
    assert numbers_in(" ".join(f"TT{number}" for number in range(30))) == tuple(f"TT{n}" for n in range(MOST_NUMBERS))
