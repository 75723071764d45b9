"""Writing the user's note at the records that took the mail, each once, whatever breaks off."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import UNSETTLED, AnswerError, PermissionDenied, Problem, RelationMissing, SignInNeeded
from connector.linking.link import Link
from connector.linking.note import Note
from connector.linking.run import Run


class Noting:
    """A step of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def write(self, link: Link) -> Link:
        """Write it where it is not yet. A refusal is told on the receipt: the mail is linked all the same."""
        storage = self._run.storage
        for record in link.note.pending(link.related):
            again = record in link.note.tried
            link = self._keep(link, link.note.trying(record))
            try:
                known = await storage.noted(link, record) if again else None
                comment = known or await storage.note(link, record)
            except SignInNeeded:
                raise
            except AnswerError as error:
                link = self._keep(link, link.note.with_refusal(record, _why(error)))
            else:
                link = self._keep(link, link.note.with_comment(record, comment))
        return link

    def _keep(self, link: Link, note: Note) -> Link:
        return self._run.keep(replace(link, note=note))


def _why(error: AnswerError) -> Problem:
    if isinstance(error, RelationMissing):
        return Problem("note-no-place")
    if isinstance(error, UNSETTLED):
        return Problem("note-unsure", error.details)
    return Problem("note-refused" if isinstance(error, PermissionDenied) else "note-failed", error.details)
