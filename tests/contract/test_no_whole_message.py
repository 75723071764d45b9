"""What comes as the whole message may be none: nothing, a web page, or a sentence, of a server that has failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.finding.records import Record
from connector.linking.sources import Sources
from contract.office import files_of, sample
from contract.sitting import Sitting
from contract.skeletons import skeleton_of
from contract.surroundings import Files
from contract.withholding import Outlook, Phone, crm, mary
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Fault
from standin_outlook.items import ERRORS
from standin_outlook.mails import Mail
from unit.markup import text
from unit.virtual_time import VirtualLoop

__all__ = ["crm", "mary"]
PICTURES, SENT = sample("related-inline-images"), sample("catalogue-to-ana")
NONE = {"empty": b"", **ERRORS, "without its head": PICTURES.raw.partition(b"\r\n\r\n")[2]}
none = pytest.mark.parametrize("instead", NONE.values(), ids=NONE)


@contextmanager
def sitting(crm: SandboxCrm, instead: bytes, phone: Phone | None = None, mail: Mail = PICTURES) -> Iterator[Sitting]:
    """Where the organization wants each mail as a file, and Outlook hands out neither a file nor a whole message."""
    with Sitting(crm, mailbox=Outlook, graph=phone.source if phone else lambda *_: None) as at:
        assert isinstance(at.mailbox, Outlook)
        at.settings = replace(at.settings, keep_original=True)
        at.reopen()
        at.sign_in()
        at.mailbox.fails, at.mailbox.message = None, instead
        at.select(mail)
        yield at
        assert at.view.receipt is not None
        if at.view.receipt.complete:
            assert at.files.held == {}


def linked(at: Sitting, mary: Record) -> str:
    """Link the open mail as a user does; what the pane says then."""
    at.choose(mary)
    at.say(e.LinkAsked())
    return text(view(at.state))


def stored(crm: SandboxCrm) -> list[bytes]:
    return sorted(crm.file(one.id) for one in crm.documents() if one.has_file)


@none
def test_it_is_neither_kept_as_the_mail_nor_are_files_taken_from_it(
    crm: SandboxCrm, mary: Record, instead: bytes
) -> None:
    with sitting(crm, instead) as at:
        shown = linked(at, mary)
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
        assert at.view.receipt.original is not None
    assert stored(crm) == []
    assert len(crm.messages()) == 1
    assert shown.count("What came as the mail itself is another mail, or none. It was not stored.") == 1
    assert shown.count("Outlook could not hand over this file") == len(files_of(PICTURES))
    assert "SHA-256" not in shown


@none
def test_the_files_come_from_graph_then_and_so_does_the_mail(crm: SandboxCrm, mary: Record, instead: bytes) -> None:
    with sitting(crm, instead, Phone([PICTURES])) as at:
        shown = linked(at, mary)
        assert at.view.receipt is not None
        assert at.view.receipt.complete
    assert stored(crm) == sorted([*files_of(PICTURES), PICTURES.raw])
    assert "as Microsoft's server puts it together again" in shown
    assert shown.count("from Microsoft's server") == len(files_of(PICTURES)) + 1


@none
def test_a_press_asks_outlook_again(crm: SandboxCrm, mary: Record, instead: bytes) -> None:
    with sitting(crm, instead) as at:
        linked(at, mary)
        assert isinstance(at.mailbox, Outlook)
        at.mailbox.message = None
        at.retry()
        assert at.view.receipt is not None
        assert at.view.receipt.complete
    assert stored(crm) == sorted([*files_of(PICTURES), PICTURES.raw])
    assert len(crm.messages()) == 1


@none
def test_the_head_comes_from_graph_then(instead: bytes) -> None:
    """Of a sent mail it stands in the whole message alone."""
    files, phone = Files(), Phone([SENT])
    outlook = Outlook(files)
    outlook.select(SENT)
    outlook.message = instead
    sources = Sources(outlook, phone.source(outlook, files))
    loop = VirtualLoop()
    assert loop.run_until_complete(sources.whole()) == skeleton_of(SENT.raw)
    loop.close()


def test_a_page_from_graph_is_no_mail_either(crm: SandboxCrm, mary: Record) -> None:
    phone = Phone([PICTURES])
    phone.graph.faults += [Fault("page", "whole", 99)]
    with sitting(crm, b"", phone) as at:
        shown = linked(at, mary)
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
    assert stored(crm) == sorted(files_of(PICTURES)), "they come one by one"
    assert "It was not stored." in shown or "so that was not stored" in shown
    assert "SHA-256" not in shown
