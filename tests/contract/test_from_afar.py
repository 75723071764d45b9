"""What Microsoft Graph is asked for on a telephone before Link is pressed: as much as the user is likely to want."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.finding.records import Record
from contract.office import digests, files_of, sample, seed_record
from contract.sitting import Sitting
from contract.withholding import Phone
from sandbox_crm.crm import SandboxCrm

PICTURES = sample("related-inline-images")


@pytest.fixture(scope="module")
def crm() -> SandboxCrm:
    return SandboxCrm()


@pytest.fixture
def mary(crm: SandboxCrm) -> Record:
    crm.reset()
    return seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")


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
