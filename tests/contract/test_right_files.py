"""Whatever Outlook tells of its attachments, and whatever goes wrong at Graph: no file has another's bytes.

Mails with several files of one name, Outlooks without ids, sizes or order, and Graph beside them with faults drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app import events as e
from connector.errors import OfficeCallFailed, OfficeTooOld
from connector.ports import CloudLink, FileHandle, RawAttachment, WholeFile
from contract.graph_http import CLIENT, plain_graph
from contract.lying_outlook import LyingOutlook
from contract.office import seed_record
from contract.sitting import Sitting
from contract.surroundings import Files, SystemClock
from mails.samples import SAMPLES
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Entra, Fault, Graph
from standin_outlook.graph.faults import KINDS, WHAT
from standin_outlook.mail import Attachment, Format, Kind, Mail
from standin_outlook.mails import Mailbox
from standin_outlook.manners import Manners, choices

CRM = SandboxCrm()
RECODED = "nested-8bit"
"""The message has its attached mail in another encoding than Outlook and Graph hand it out."""
BY_VALUE = {"challenge_401", "challenge_403", "elsewhere", "moved_302", "changed"}
MANNERS = ("sizes", "attachment_ids", "inline", "attachments", "message_id", "senders", "others", "subject", "whole")


class Host(LyingOutlook):
    """An Outlook on a telephone, which hands out nothing; elsewhere one that fails for the files of these places."""

    def __init__(self, files: Files, manners: Manners, *, telephone: bool, fails: frozenset[int]) -> None:
        super().__init__(files, manners)
        self.telephone, self.fails = telephone, fails

    def reads_files(self) -> bool:
        """Whether attachments can be read."""
        return not self.telephone

    async def headers(self) -> str:
        """The internet headers."""
        return "" if self.telephone else await super().headers()

    async def whole(self) -> str:
        """The skeleton of the whole message."""
        return "" if self.telephone else await super().whole()

    async def original(self) -> WholeFile:
        """The whole message."""
        if self.telephone:
            raise OfficeTooOld(what="message")
        return await super().original()

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment."""
        if self.telephone:
            raise OfficeTooOld(what=attachment.name)
        if attachment.place in self.fails:
            raise OfficeCallFailed(what=attachment.name)
        return await super().read_file(attachment)


def with_files(mail: Mail, files: Sequence[tuple[str, bool]]) -> Mail:
    """The mail with these attachments instead: a name, and whether it is an attached mail."""
    made = [
        Attachment(name, "application/pdf", *((Kind.ITEM, Format.EML) if item else (Kind.FILE, Format.BASE64)), content)
        for at, (name, item) in enumerate(files)
        if (content := b"%d " % at * (at % 3 + 1))
    ]
    return replace(mail, attachments=tuple(made))


mails = st.sampled_from([one for one in SAMPLES if Path(one.source).stem != RECODED])
names = st.tuples(st.sampled_from(["a.pdf", "b.pdf", "image.png"]), st.booleans())
made_mails = st.builds(with_files, st.sampled_from(SAMPLES[:3]), st.lists(names, min_size=2, max_size=5))
manners = st.fixed_dictionaries({name: st.sampled_from(choices()[name]) for name in MANNERS}).map(
    lambda drawn: Manners(signed="parts", **drawn)
)
faults = st.builds(
    Fault, st.sampled_from(sorted(KINDS.keys() - BY_VALUE)), st.sampled_from(WHAT), st.sampled_from([1, 2, 40]),
    st.sampled_from([0, 10, 300]),
)  # fmt: skip


@pytest.mark.parametrize("telephone", [True, False], ids=["telephone", "computer"])
@given(
    mails | made_mails, manners, st.lists(faults, max_size=3), st.frozensets(st.integers(0, 5)), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_each_file_has_its_own_bytes(
    telephone: bool, mail: Mail, lies: Manners, wrong: list[Fault], fails: frozenset[int], ranges: bool, tags: bool
) -> None:
    CRM.reset()
    mary = seed_record(CRM, "Contacts", firstname="Mary", lastname="Smith")
    graph = Graph(Mailbox([mail], manners=lies), Entra(CLIENT), ranges=ranges, tags=tags, faults=list(wrong))
    with Sitting(
        CRM,
        mailbox=lambda files: Host(files, lies, telephone=telephone, fails=fails),
        graph=lambda outlook, files: plain_graph(outlook, graph, files, SystemClock())[0],
    ) as at:
        at.sign_in()
        at.select(mail)
        at.choose(mary)
        at.say(e.LinkAsked())
        there = Counter(CRM.file(one.id) for one in CRM.documents() if one.has_file)
        sent = Counter(one.content for one in mail.attachments if one.content and one.kind is not Kind.CLOUD)
        assert there <= sent, "none twice, and none of another's bytes"
        receipt = at.view.receipt
        assert receipt is None or not receipt.complete or there == sent
