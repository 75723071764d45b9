"""Outlooks that do not give everything, on CPython: one that fails for files, and a telephone with Graph beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from connector.errors import OfficeCallFailed, OfficeTimeout
from connector.finding.records import Record
from connector.ports import AskingSource, CloudLink, FileHandle, RawAttachment, WholeFile
from contract.graph_http import CLIENT, plain_graph
from contract.office import seed_record
from contract.skeletons import skeleton_of
from contract.surroundings import Files, MailFileMailbox, SystemClock
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Entra, Graph
from standin_outlook.mail import Mail
from standin_outlook.mails import Mailbox
from standin_outlook.manners import Manners


@pytest.fixture(scope="module")
def crm() -> SandboxCrm:
    """A CRM for a module's tests."""
    return SandboxCrm()


@pytest.fixture
def mary(crm: SandboxCrm) -> Record:
    """The contact to whom mails are linked, alone in a CRM that is as new."""
    crm.reset()
    return seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")


class Outlook(MailFileMailbox):
    """An Outlook that fails for some files, all of them where ``fails`` is None. ``message`` is what it says it is."""

    def __init__(self, files: Files, *, reads_files: bool = True) -> None:
        super().__init__(files, reads_files=reads_files)
        self.fails: set[str] | None = set()
        self.error: type[OfficeCallFailed | OfficeTimeout] = OfficeCallFailed
        self.message: bytes | None = None
        self.asked: Counter[str] = Counter()
        self.meanwhile: Callable[[], None] = lambda: None

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment, or fail."""
        self.asked["file"] += 1
        if self.fails is None or attachment.id in self.fails:
            raise self.error(what=attachment.name)
        return await super().read_file(attachment)

    async def whole(self) -> str:
        """The skeleton of the whole message, or of what it says that is."""
        if self.message is not None and self.has_whole:
            return skeleton_of(self.message)
        return await super().whole()

    async def original(self) -> WholeFile:
        """The whole message, or what it says that is."""
        self.asked["message"] += 1
        if self.message is not None and self.has_whole:
            return self._whole_file(self.message)
        whole = await super().original()
        self.meanwhile()
        return whole


class Phone:
    """An Outlook that hands out no content at all (Mailbox 1.5), and Graph beside it."""

    def __init__(self, mails: list[Mail], silently: str = "", asked: str = "") -> None:
        self.entra = Entra(CLIENT, silently, asked)
        self.graph = Graph(Mailbox(mails, manners=Manners(signed="parts")), self.entra)

    def outlook(self, files: Files) -> Outlook:
        """Its mailbox, for a `Sitting`."""
        return Outlook(files, reads_files=False)

    def source(self, outlook: MailFileMailbox, files: Files) -> AskingSource:
        """Graph beside a mailbox, for a `Sitting`."""
        return plain_graph(outlook, self.graph, files, SystemClock())[0]

    @property
    def presses(self) -> int:
        """How often the user was asked."""
        return sum(one["method"] == "GetTokenPopup" for one in self.entra.requests)
