"""Where the user is signed in: this device and the others, each of which can be signed out from here."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import day_text
from connector.app.language import _, fill, shown
from connector.app.state import Asking, DeviceList, State
from connector.app.views.box import message_box
from connector.app.views.foreign import foreign
from connector.app.views.leave import leave
from connector.vtenext.component.devices import Device

MOST = 20


def devices_button(state: State) -> Element | None:
    """The way there; only the component knows of devices. It has its place as soon as somebody will be signed in."""
    if state.stock or not (state.signed_in or state.returning):
        return None
    return h(
        "button",
        _("Devices"),
        key="devices",
        type_="button",
        cls="quiet",
        disabled=not state.signed_in,
        aria_expanded="true" if state.devices else "false",
        on={"click": e.DevicesToggled()} if state.signed_in else {},
    )


def devices(state: State) -> Element | None:
    """The list, while it is wanted."""
    listed = state.devices
    if listed is None or not state.signed_in:
        return None
    busy = listed.asking is Asking.YES
    more = len(listed.devices) - MOST
    return h(
        "section",
        h("h2", _("Where you are signed in"), key="title", id="signed-in-where"),
        message_box(listed.problem, "error", key="problem") if listed.problem else None,
        h("p", _("Looking in the CRM…"), key="asking", cls="hint") if busy and not listed.devices else None,
        h("ul", [_line(listed, one) for one in listed.devices[:MOST]], key="list", cls="linked")
        if listed.devices
        else None,
        h("p", fill(_("and {count} more, in the CRM"), count=str(more)), key="more", cls="hint") if more > 0 else None,
        leave(_("Close"), e.DevicesToggled(), key="close"),
        key="devices",
        cls="panel",
        aria_labelledby="signed-in-where",
        aria_busy="true" if busy else None,
    )


def _line(listed: DeviceList, device: Device) -> Element:
    name = device.name.strip() or _("A device without a name")
    about = [_("This device")] if device.this else []
    since, used = day_text(device.since), day_text(device.last_used)
    about += [fill(_("since {day}"), day=since)] if since else []
    about += [fill(_("last used {day}"), day=used)] if used else []
    ending = listed.ending == device.id
    label = _("Ending… the sign-in on {device}") if ending else _("End the sign-in on {device}")
    end = h(
        "button",
        _("Ending…") if ending else _("End"),
        key="end",
        type_="button",
        cls="quiet",
        disabled=bool(listed.ending),
        aria_label=fill(label, device=shown(name, 100)),
        on={"click": e.DeviceEndAsked(device.id)},
    )
    return h(
        "li",
        h("div", foreign(name, "name", 100), h("span", " · ".join(about), cls="about"), key="what", cls="line-text"),
        None if device.this else end,
        key=device.id,
    )
