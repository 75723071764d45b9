"""What the receipt says of files that neither Outlook nor Microsoft Graph has handed out: why."""

from __future__ import annotations

from typing import Any

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.errors import OfficeTimeout
from connector.ports import AskingSource
from connector.ports.graph import Grant
from contract.graph_http import plain_graph
from contract.office import sample, seed_record
from contract.sitting import Sitting
from contract.surroundings import Files, MailFileMailbox, SystemClock
from contract.withholding import Phone
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Fault
from unit.markup import text

PICTURES = sample("related-inline-images")


def said(phone: Phone, *, answers: bool = True) -> tuple[set[str], str]:
    """The problems of the files once the mail is linked, and what the pane says."""
    crm = SandboxCrm()
    mary = seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")

    def graph(outlook: MailFileMailbox, files: Files) -> AskingSource:
        source, broker = plain_graph(outlook, phone.graph, files, SystemClock())
        if not answers:
            broker.silent = _silence  # type: ignore[method-assign]
        return source

    with Sitting(crm, mailbox=phone.outlook, graph=graph) as at:
        at.sign_in()
        at.select(PICTURES)
        at.choose(mary)
        at.say(e.LinkAsked())
        assert at.view.receipt is not None
        assert not at.view.receipt.complete
        assert len(crm.messages()) == 1
        assert crm.documents() == []
        return {one.problem.code for one in at.view.receipt.files if one.problem}, text(view(at.state))


async def _silence(*_: Any, **__: Any) -> Grant:
    raise OfficeTimeout(what="token")


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("silent", "file-graph-silent", "graph.microsoft.com stopped answering"),
        ("reset", "file-graph-unreachable", "graph.microsoft.com gave no answer"),
        ("busy_429", "file-graph-busy", "Microsoft 365 is too busy"),
        ("denied_403", "file-graph", "Microsoft 365 did not hand over"),
        ("page", "file-graph-unreadable", "not an answer of Microsoft 365"),
    ],
)
def test_why_graph_gave_no_file(kind: str, code: str, words: str) -> None:
    phone = Phone([PICTURES])
    phone.graph.faults += [Fault(kind, what, 99) for what in ("content", "whole")]
    codes, shown = said(phone)
    assert codes == {code}
    assert words in shown
    assert "Outlook on this device does not hand over" not in shown


def test_an_outlook_that_does_not_answer_is_named_itself() -> None:
    codes, shown = said(Phone([PICTURES]), answers=False)
    assert codes == {"file-office-timeout"}
    assert "Outlook did not hand over this file in time" in shown
