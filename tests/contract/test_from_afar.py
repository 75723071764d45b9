"""What Microsoft Graph is asked for on a telephone before Link is pressed: as much as the user is likely to want."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.figures import progress_text
from connector.app.views import view as view_of
from connector.finding.records import Record
from connector.linking.arriving import Arrived
from contract.office import digests, files_of, sample
from contract.sitting import Sitting
from contract.withholding import Phone, crm, mary
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Fault
from unit.markup import text

__all__ = ["crm", "mary"]

PICTURES = sample("related-inline-images")


@pytest.mark.parametrize(("spares", "before"), [(False, 3), (True, 0)])
def test_a_record_that_is_chosen_brings_the_files_unless_data_is_to_be_saved(
    crm: SandboxCrm, mary: Record, *, spares: bool, before: int
) -> None:
    large = replace(PICTURES.attachments[2], content=bytes(range(256)) * 20_000)
    mail = replace(PICTURES, attachments=(*PICTURES.attachments[:2], large))
    phone = Phone([mail])
    with Sitting(crm, mailbox=phone.outlook, graph=phone.source) as at:
        at.pages.spares = spares
        at.sign_in()
        at.select(mail)
        assert Counter(one.what for one in phone.graph.log) == {"headers": 1, "list": 1}, "nothing of them before"
        at.choose(mary)
        fetched = [one.what for one in phone.graph.log].count("content")
        assert fetched == before
        at.say(e.LinkAsked())
        assert digests(crm.file(one.id) for one in crm.documents()) == digests(files_of(mail))
        assert at.files.held == {}
    assert Counter(one.what for one in phone.graph.log) == {"headers": 1, "list": 2, "content": 3}, "each once"


def test_a_record_that_is_dropped_again_ends_what_was_on_its_way(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    with Sitting(crm, mailbox=phone.outlook, graph=phone.source) as at:
        at.sign_in()
        at.select(PICTURES)
        at.choose(mary)
        assert at.files.held
        at.say(e.RecordDropped(mary))
        assert at.files.held == {}


def test_whoever_waits_for_a_long_file_sees_how_much_has_come(crm: SandboxCrm, mary: Record) -> None:
    large = replace(PICTURES.attachments[2], content=bytes(range(256)) * 20_000)
    mail = replace(PICTURES, attachments=(*PICTURES.attachments[:2], large))
    phone = Phone([mail])
    phone.graph.faults.append(Fault("cut", "content", times=3, after_bytes=3_000_000))
    with Sitting(crm, mailbox=phone.outlook, graph=phone.source) as at:
        at.pages.spares = True
        at.sign_in()
        at.select(mail)
        at.link(mary)
        shown = [
            (view.arrived, text(screen))
            for view, screen in ((one.current, view_of(one)) for one in at.states)
            if view is not None and view.running and view.arrived is not None
        ]
    whole = sum(len(one.content) for one in mail.attachments)
    coming = [one for one in shown if one[0].came < one[0].whole]
    bytes_there = [one.came for one, _ in coming]
    assert any(3_000_000 <= count < 3_001_000 for count in bytes_there)
    assert bytes_there == sorted(bytes_there), "what broke off goes on"
    assert all(progress_text(one.came, one.whole) in said for one, said in coming)
    assert shown[-1][0] == Arrived(whole, whole)
