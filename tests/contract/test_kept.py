"""What stays on a device after signing in and out: only what the user asked to keep, and an access key where it may."""

from __future__ import annotations

import asyncio

import pytest

from connector.app import events as e
from connector.app.state import Settings
from connector.signin import kept
from connector.vtenext.session import Session
from contract.both import stock_pane, stock_server
from contract.sitting import Sitting

__all__ = ["stock_pane", "stock_server"]
STOCK = Settings(licence_required=False)
STOCK_KEYS_KEPT = Settings(licence_required=False, keep_access_key=True)


@pytest.fixture
def at(stock_pane: Sitting) -> Sitting:
    return stock_pane


def opened(at: Sitting, settings: Settings) -> None:
    at.settings = settings
    at.reopen()


def test_an_access_key_is_not_kept_unless_the_configuration_says_so(at: Sitting) -> None:
    opened(at, STOCK)
    at.say(e.KeepTicked(True))
    at.sign_in()
    assert at.state.signed_in
    assert at.store.kept is None
    assert at.problems == ["access-key-not-kept"]
    at.reopen()
    assert not at.state.signed_in
    assert not at.state.form.keep


def test_an_access_key_is_kept_where_the_configuration_says_so(at: Sitting) -> None:
    opened(at, STOCK_KEYS_KEPT)
    at.say(e.KeepTicked(True))
    at.sign_in()
    assert at.store.kept is not None
    assert at.store.kept.access_key
    assert at.problems == []
    at.reopen()
    assert at.state.signed_in


@pytest.mark.parametrize("settings", [STOCK, Settings()])
def test_a_kept_access_key_goes_when_the_configuration_says_so_no_more(at: Sitting, settings: Settings) -> None:
    opened(at, STOCK_KEYS_KEPT)
    at.say(e.KeepTicked(True))
    at.sign_in()
    opened(at, settings)
    assert not at.state.signed_in
    assert at.store.kept is None


def test_a_token_is_kept_whatever_is_said_of_keys(at: Sitting) -> None:
    at.crm.install_component()
    opened(at, STOCK)
    at.say(e.KeepTicked(True))
    at.sign_in()
    assert at.store.kept is not None
    assert at.store.kept.token
    assert not at.store.kept.access_key
    assert at.problems == []


def test_without_the_tick_a_token_lasts_until_outlook_is_closed(at: Sitting) -> None:
    at.crm.install_component()
    opened(at, Settings(stay_signed_in=False))
    at.sign_in()
    assert at.store.sitting()
    at.reopen()
    assert at.state.signed_in
    at.store.closed()
    at.reopen()
    assert not at.state.signed_in
    assert (at.state.form.url, at.state.form.user) == (at.url, "agent")


def test_without_the_tick_an_access_key_ends_with_the_pane(at: Sitting) -> None:
    opened(at, STOCK_KEYS_KEPT)
    at.sign_in()
    assert at.store.kept is None


def test_what_is_renewed_lasts_no_longer_than_what_was_kept(at: Sitting) -> None:
    at.crm.install_component()
    for stays in (False, True):
        opened(at, Settings())
        at.say(e.KeepTicked(stays))
        at.sign_in()
        assert at.store.kept is not None
        renewed = Session(at.url, "agent", token=at.store.kept.token + "x")
        assert asyncio.run(kept.replace(at.store, renewed))
        assert at.store.sitting() is not stays
        at.say(e.SignOutAsked())


def test_signing_out_ends_what_lasted_until_outlook_is_closed(at: Sitting) -> None:
    at.crm.install_component()
    opened(at, Settings())
    at.sign_in()
    at.say(e.SignOutAsked())
    assert at.store.kept is None
    at.reopen()
    assert not at.state.signed_in


@pytest.mark.parametrize("keep", [False, True])
def test_signing_out_leaves_nothing_of_the_user(at: Sitting, keep: bool) -> None:
    opened(at, STOCK_KEYS_KEPT)
    at.say(e.KeepTicked(keep))
    at.sign_in()
    assert at.store.preferences["user"] == "agent"
    at.say(e.SignOutAsked())
    assert at.store.kept is None
    assert not any(at.store.preferences.values())
    for _ in range(2):
        form = at.state.form
        assert (form.url, form.user, form.keep) == ("", "", False)
        at.reopen()


def test_a_second_device_asks_for_the_password_only(at: Sitting) -> None:
    opened(at, STOCK)
    at.sign_in()
    at.store.preferences.clear()
    at.reopen()
    assert (at.state.form.url, at.state.form.user) == (at.url, "agent")
    assert "password" not in str(at.roaming.kept)
    opened(at, Settings(crm_urls=("https://crm.example.com",), free_url=False))
    assert (at.state.form.url, at.state.form.user) == ("https://crm.example.com", "")


def test_what_stands_in_the_mailbox_is_looked_at_before_it_is_used(at: Sitting) -> None:
    for text in (
        "",
        "{",
        "[]",
        '{"crm": "javascript:x", "user": "x"}',
        '{"crm": "http://crm.example", "user": "x"}',
        '{"crm": 1}',
    ):
        at.roaming.kept = {"place": text}
        opened(at, STOCK)
        assert (at.state.form.url, at.state.form.user) == ("", "")


def test_signing_out_forgets_it_in_the_mailbox_too(at: Sitting) -> None:
    opened(at, STOCK)
    at.sign_in()
    assert at.roaming.kept
    at.say(e.SignOutAsked())
    assert at.roaming.kept == {}


def test_the_address_that_the_organization_set_up_stays(at: Sitting) -> None:
    opened(at, Settings(crm_urls=(at.url,), licence_required=False))
    at.sign_in()
    at.say(e.SignOutAsked())
    assert (at.state.form.url, at.state.form.user) == (at.url, "")


def test_a_sign_in_that_the_crm_ended_is_taken_up_with_address_and_name(at: Sitting) -> None:
    """Only whoever signs out wants to be forgotten."""
    opened(at, STOCK_KEYS_KEPT)
    at.say(e.KeepTicked(True))
    at.sign_in()
    at.say(e.SessionLost())
    assert at.store.kept is None
    assert (at.state.form.url, at.state.form.user) == (at.url, "agent")
    at.reopen()
    assert (at.state.form.url, at.state.form.user) == (at.url, "agent")
