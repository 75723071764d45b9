"""What becomes of an attachment that does not get into the CRM."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import Problem
from connector.linking.link import FileOutcome, FileState


def given_up(outcome: FileOutcome, code: str) -> FileOutcome:
    """A file that did not get into the CRM, for now, and why."""
    return replace(outcome, state=FileState.GIVEN_UP, problem=Problem(code))


def too_large(outcome: FileOutcome) -> FileOutcome:
    """A file that the CRM's web server did not take, most likely because of its size."""
    size = {"size": str(outcome.file.size)} if outcome.file else {}
    return replace(given_up(outcome, "file-over-server-limit"), problem=Problem("file-over-server-limit", size))
