"""When the mail was stored: in the reader's own zone where the CRM tells its zone, else said to be the CRM's time."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from connector.app import events as e
from connector.app.figures import date_text
from connector.app.views import view
from contract.office import sample, seed_record
from contract.sitting import Sitting, served
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from unit.markup import find, text

STORED = datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("component", [None, Component()], ids=["stock", "component"])
def test_whose_time_it_is(component: Component | None) -> None:
    crm = SandboxCrm(component=component, time_zone="America/New_York", clock=lambda: STORED)
    with served(crm) as (_, url), Sitting(crm, url) as at:
        at.sign_in()
        at.select(sample("plain-ascii"))
        at.link(seed_record(crm, "Contacts", firstname="Mary", lastname="Smith"))
        key = next(iter(at.state.links))
        crm.clear_requests()
        at.say(e.LinkClosed(key))
        (box,) = find(view(at.state), lambda one: one.key == "stored-before")
        theirs = date_text(STORED.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None))
        shown = date_text(STORED) if component else f"{theirs}, the CRM's time"
        said = "Luca Conti stored this mail on {}." if component else "You stored this mail in the CRM before ({})."
        assert said.format(shown) in text(box)
    crm.close()
