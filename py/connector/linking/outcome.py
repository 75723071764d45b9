"""What becomes of one attachment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connector.errors import Problem
from connector.linking.moves import FILE, Event
from connector.linking.states import FileState
from connector.mail.mail import CLOUD, ITEM
from connector.mail.pictures import is_picture
from connector.ports import FileHandle, RawAttachment

FINAL = frozenset({"file-kind-unsupported", "file-empty", "file-link-odd", "original-unoffered", "original-crowded"})
"""Problems of a file that another try would not change."""


@dataclass(frozen=True)
class FileOutcome:
    """One attachment: what was read from Outlook, and the Document that the CRM made of it.

    ``name`` is what the CRM is asked to call it. ``document`` is the Document's record id.
    ``url`` is set for a cloud link, ``file`` for everything that has bytes. ``alone``: it was sent on its own,
    so that the mail has to be related to it. ``tries`` is how often that was tried, ``lost`` says that the
    answer to one of the tries never came. ``silent`` is how often Outlook did not answer in time for it.
    ``added``: it was sent with others to the mail that was stored before. ``digest`` is the SHA-256 of its bytes, empty
    where it is not known or tells nothing; ``compared``: the bytes of the Document were seen to be the same.
    ``sha256`` is told of a mail's original alone.
    """

    attachment: RawAttachment
    name: str
    state: FileState = FileState.WAITING
    file: FileHandle | None = None
    url: str = ""
    document: str = ""
    ours: bool = False
    stored_name: str = ""
    stored_size: int = 0
    alone: bool = False
    added: bool = False
    tries: int = 0
    silent: int = 0
    lost: bool = False
    digest: str = ""
    compared: bool = False
    sha256: str = ""
    problem: Problem | None = None

    def moved(self, event: Event, state: FileState, **changes: Any) -> FileOutcome:
        """Return it in another state. Raises `connector.machine.ImpossibleMove`."""
        FILE.move(self.state, event, state)
        return replace(self, state=state, **changes)

    @property
    def tells(self) -> bool:
        """Whether a mail is known by it: clients differ in listing pictures, and in the bytes of attached items.

        One that is known to be empty tells nothing.
        """
        if self.problem is not None and self.problem.code == "file-empty":
            return False
        return self.attachment.kind not in (ITEM, CLOUD) and not is_picture(self.attachment)

    @property
    def digested(self) -> bool:
        """Whether all is known of its bytes that can be.

        An attached mail or appointment has no digest: clients, and one client at two times, write it in other bytes.
        """
        return self.file is None or bool(self.digest) or self.attachment.kind == ITEM

    @property
    def made_of(self) -> str:
        """Size and SHA-256 of its bytes; empty where they are not known."""
        return f"{self.file.size}:{self.digest}" if self.file is not None and self.digest else ""

    @property
    def untried(self) -> FileState:
        """Its state before it was sent."""
        return FileState.READ if self.file or self.url else FileState.WAITING


def given_up(outcome: FileOutcome, code: str, **details: str) -> FileOutcome:
    """A file that did not get into the CRM, for now, and why."""
    return outcome.moved(Event.GIVEN_UP, FileState.GIVEN_UP, problem=Problem(code, details))


def too_large(outcome: FileOutcome) -> FileOutcome:
    """A file that the CRM's web server did not take, most likely because of its size."""
    size = {"size": str(outcome.file.size)} if outcome.file else {}
    return given_up(outcome, "file-over-server-limit", **size)


def retried(outcome: FileOutcome) -> FileOutcome:
    """A file that was given up, and gets another chance; any other one as it is."""
    final = outcome.problem is None or outcome.problem.code in FINAL
    if outcome.state is not FileState.GIVEN_UP or final:
        return outcome
    return outcome.moved(Event.RETRIED, outcome.untried, problem=None)


def without_document(outcome: FileOutcome) -> FileOutcome:
    """The attachment as it was before it had a Document; one that never had any stays as it is."""
    if not outcome.document:
        return outcome
    return outcome.moved(Event.UNFILED, outcome.untried, document="", ours=False, alone=False, compared=False)


def reopened(outcome: FileOutcome) -> FileOutcome:
    """A file of a mail that has changed since it was read: it is to be read anew."""
    return outcome.moved(Event.REOPENED, FileState.WAITING, file=None, url="", digest="", sha256="")
