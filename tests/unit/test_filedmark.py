"""The mark that a linked mail carries in the mailbox."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.linking.filedmark import LONGEST, filed_at, mark

CRM = "https://crm.northwind.example/crm"
NOW = datetime.datetime(2026, 11, 20, 13, 5, 7, tzinfo=datetime.UTC)


@given(when=st.datetimes(timezones=st.timezones(), min_value=datetime.datetime(1990, 1, 1)), url=st.text(max_size=300))
def test_a_mark_says_when_its_mail_was_linked_to_its_crm(when: datetime.datetime, url: str) -> None:
    text = mark(when, url)
    told = filed_at(text, url)
    assert told is not None
    assert abs(told - when) < datetime.timedelta(seconds=1)
    assert filed_at(text, url + "x") is None
    assert len(text) <= LONGEST


def test_a_mark_names_nobody() -> None:
    assert "northwind" not in mark(NOW, CRM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "1",
        '{"when": 5, "hash": 1}',
        '{"when": "yesterday"}',
        "{" * 199,
        mark(NOW, CRM) + " " * LONGEST,
        mark(NOW, CRM).replace("+00:00", ""),
    ],
)
def test_what_is_no_mark_says_nothing(text: str) -> None:
    assert filed_at(text, CRM) is None


@given(text=st.text(max_size=LONGEST + 5))
def test_no_text_breaks_it(text: str) -> None:
    assert filed_at(text, CRM) is None
