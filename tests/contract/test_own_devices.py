"""Where the user is signed in, as the pane shows it and ends it: the app over HTTP, on a CRM with the component."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.app import events as e
from connector.app.state import Asking, DeviceList
from contract.both import stock_pane, stock_server
from contract.sitting import Sitting
from sandbox_crm.faults import Fault

__all__ = ["stock_pane", "stock_server"]


@pytest.fixture
def at(stock_pane: Sitting) -> Sitting:
    stock_pane.crm.install_component()
    return stock_pane


@pytest.fixture
def other(at: Sitting) -> Iterator[Sitting]:
    """The same user at another device; somebody else is signed in, too."""
    with Sitting(at.crm) as elsewhere:
        elsewhere.sign_in()
        with Sitting(at.crm) as sara:
            sara.sign_in("sara")
        yield elsewhere


def told(at: Sitting) -> DeviceList:
    assert at.state.devices is not None
    return at.state.devices


def test_another_device_is_shown_and_ended(at: Sitting, other: Sitting) -> None:
    at.sign_in()
    at.say(e.DevicesToggled())
    assert told(at).asking is Asking.DONE
    assert [one.this for one in told(at).devices].count(True) == 1
    assert len(told(at).devices) == 2, "nobody else's"
    [theirs] = [one for one in told(at).devices if not one.this]
    at.say(e.DeviceEndAsked(theirs.id))
    assert [one.this for one in told(at).devices] == [True]
    other.say(e.SearchTyped("mary"), e.SearchAsked())
    assert not other.state.signed_in
    assert other.state.form.reason is not None
    assert other.state.form.reason.details == {"why": "revoked"}
    at.say(e.DevicesToggled())
    assert at.state.devices is None
    assert at.state.signed_in


def test_one_that_has_ended_meanwhile_is_no_error(at: Sitting, other: Sitting) -> None:
    at.sign_in()
    at.say(e.DevicesToggled())
    [theirs] = [one for one in told(at).devices if not one.this]
    other.say(e.SignOutAsked())
    at.say(e.DeviceEndAsked(theirs.id))
    assert told(at).problem is None
    assert [one.this for one in told(at).devices] == [True]


@pytest.mark.parametrize("operation", ["mailconnectordevices", "mailconnectorrevoke"])
def test_what_could_not_be_asked_is_told_and_what_was_known_stays(at: Sitting, other: Sitting, operation: str) -> None:
    at.sign_in()
    at.say(e.DevicesToggled())
    before = told(at).devices
    [theirs] = [one for one in before if not one.this]
    at.crm.faults.add(Fault(operation, "error_500"))
    at.say(e.DeviceEndAsked(theirs.id))
    assert told(at).problem is not None
    assert (told(at).devices, told(at).ending) == (before, "")
    assert other.state.signed_in


def test_whoever_was_ended_from_elsewhere_is_asked_to_sign_in(at: Sitting) -> None:
    at.sign_in()
    assert at.crm.component is not None
    [device] = at.crm.component.devices.live()
    at.crm.component.devices.revoke_one(device.number)
    at.say(e.DevicesToggled())
    assert not at.state.signed_in
    assert at.state.devices is None
