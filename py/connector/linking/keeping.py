"""Storing the mail itself as a file beside its attachments (`connector.linking.original`)."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import CrmHidden, CrmInterrupted, ReachError
from connector.linking.link import Link
from connector.linking.original import PLACE
from connector.linking.outcome import FileOutcome, given_up, too_large
from connector.linking.run import Run


class Keeping:
    """Steps of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def read(self, link: Link) -> Link:
        """Read the original while its mail is open; without one the mail is linked all the same."""
        run = self._run
        if not link.written:
            run.guard(link)
        outcome = _original(link)
        if run.is_open(link):
            outcome = await run.reading.original(outcome, link.plan.mail)
        if not run.is_open(link):
            run.mailbox.drop_files([outcome.file] if outcome.file else [])
            if not link.written:
                run.guard(link)
            outcome = given_up(replace(outcome, file=None, digest="", sha256=""), "file-mail-changed")
        return run.keep(run.latest.with_original(lambda _: outcome))

    async def send(self, link: Link) -> Link:
        """Send the original; that it arrived shows when the CRM is read."""
        run = self._run
        sending = replace(_original(link), tries=_original(link).tries + 1)
        size = sending.file.size if sending.file is not None else 0
        link = run.keep(replace(link.with_original(lambda _: sending).unproven(), sent=0, total=size))
        try:
            sent = await run.storage.send_file(link, sending, PLACE, run.progress)
        except ReachError as error:
            sent = replace(sending, lost=True)
            run.keep(run.latest.with_original(lambda _: sent))
            if not isinstance(error, CrmHidden | CrmInterrupted):
                raise
            # So looks a proxy's size limit. The CRM is read, and where it is not there it is sent once more: nobody
            # has to press anything for a file that the mail can do without.
            if sending.tries > 1:
                sent = too_large(sent)
        return run.keep(replace(run.latest.with_original(lambda _: sent), total=0))


def _original(link: Link) -> FileOutcome:
    """The original; raises LookupError for a mail of which none is to be stored."""
    if link.original is None:
        raise LookupError("no original is wanted")
    return link.original
