"""The served ``config.json``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.settings import KEYS, Waits, for_one_crm, problems, settings_from, waits_from
from connector.app.state import Settings
from workshop.checkout import ROOT

RIGHT: dict[str, Any] = {
    "crm_urls": ["crm.example.com/crm", "https://other.example"],
    "free_url": False,
    "stay_signed_in": False,
    "keep_access_key": True,
    "create_records": False,
    "keep_original": True,
    "preselect": False,
    "own_domains": ["example.com", "müller.example"],
    "filed_marks": False,
    "category": "Linked to vtenext",
    "support": "it@example.com",
    "entra_client_id": "01234567-89ab-cdef-0123-456789abcdef",
    "entra_tenant": "example.com",
    "answer_seconds": 30,
    "stall_seconds": 20,
    "office_seconds": 10,
    "arrival_seconds": 5,
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "x"]), inner, max_size=4),
    max_leaves=10,
)


def test_the_served_file_is_right() -> None:
    assert problems(json.loads((ROOT / "pane" / "config.json").read_text("utf-8"))) == []


def test_a_right_file() -> None:
    assert problems(RIGHT) == []
    settings = settings_from(RIGHT)
    assert settings.crm_urls == ("https://crm.example.com/crm", "https://other.example")
    assert not settings.free_url
    assert not settings.stay_signed_in
    assert settings.keep_access_key
    assert not settings.create_records
    assert settings_from({}).create_records
    assert settings.keep_original
    assert not settings_from({}).keep_original
    assert not settings.filed_marks
    assert settings.category == "Linked to vtenext"
    assert settings_from({}).category == ""
    assert not settings.preselect
    assert settings_from({}).preselect
    assert settings.support == "it@example.com"
    assert settings.entra_client_id == "01234567-89ab-cdef-0123-456789abcdef"
    assert settings.entra_tenant == "example.com"
    assert (settings_from({}).entra_client_id, settings_from({}).entra_tenant) == ("", "organizations")
    assert settings.own_domains == ("example.com", "müller.example")
    assert settings_from({"own_domains": [7, "gmail.com", "example.it"]}).own_domains == ("example.it",)
    waits = waits_from(RIGHT)
    assert (waits.answer, waits.stall, waits.office, waits.arrival) == (30, 20, 10, 5)
    assert waits_from({}) == Waits(60, 60, 30, 7)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crm_url": "x"}, "'crm_url' is not known"),
        ({"entra_client_id": "mail-connector"}, "'entra_client_id' has to be the application's id"),
        ({"entra_tenant": "consumers"}, "'entra_tenant' has to be the organization's id or domain"),
        ({"entra_client_id": ""}, "'entra_client_id' has to say which application"),
        ({"crm_urls": "crm.example.com"}, "'crm_urls' has to be a list"),
        ({"crm_urls": ["http://crm.example.com"]}, "is no https address"),
        ({"crm_urls": [7]}, "is no https address"),
        ({"free_url": "no"}, "'free_url' has to be true or false"),
        ({"free_url": 0}, "'free_url' has to be true or false"),
        ({"answer_seconds": True}, "has to be a whole number"),
        ({"answer_seconds": 0}, "between 1 and 3600"),
        ({"stall_seconds": 3601}, "between 1 and 3600"),
        ({"office_seconds": 2.5}, "has to be a whole number"),
        ({"category": "two\nlines"}, "one line of at most 255 characters"),
        ({"category": "x" * 256}, "one line of at most 255 characters"),
        ({"own_domains": ["co.uk"]}, "is no domain that an organization has"),
        ({"own_domains": [7, "gmail.com"]}, "is no domain that an organization has"),
        ({"own_domains": "example.com"}, "'own_domains' has to be a list"),
        ({"crm_urls": [], "free_url": False}, "has to name at least one CRM"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], words: str) -> None:
    found = problems({**RIGHT, **change})
    assert len(found) >= 1
    assert any(words in one for one in found)


@pytest.mark.parametrize("config", [None, [], "x", 7, True])
def test_it_has_to_be_an_object(config: Any) -> None:
    assert problems(config) == ["It has to be a JSON object: { … }."]


@given(anything)
def test_any_json_gives_settings_with_which_somebody_can_sign_in(config: Any) -> None:
    assert all(isinstance(one, str) and one for one in problems(config))
    if isinstance(config, dict):
        settings = settings_from(config)
        assert settings.free_url or settings.crm_urls
        assert all(
            one.startswith(("https://", "http://localhost", "http://127.0.0.1", "http://[::1]"))
            for one in settings.crm_urls
        )
        waits = waits_from(config)
        assert all(1 <= one <= 3600 for one in (waits.answer, waits.stall, waits.office, waits.arrival))


@pytest.mark.parametrize(
    ("before", "named", "after"),
    [
        (Settings(), "https://crm.customer.example", ("https://crm.customer.example",)),
        (Settings(), "", ()),
        (Settings(), "http://crm.customer.example", ()),
        (Settings(("https://a.example", "https://b.example"), False), "https://b.example", ("https://b.example",)),
        (Settings(("https://a.example",), free_url=False), "https://evil.example", ("https://a.example",)),
    ],
)
def test_a_manifest_may_name_the_crm_as_far_as_it_is_allowed(
    before: Settings, named: str, after: tuple[str, ...]
) -> None:
    found = for_one_crm(before, named)
    assert found.crm_urls == after
    assert found.free_url == (after == ())
