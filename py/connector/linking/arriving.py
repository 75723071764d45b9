"""How much has come of what a source is fetching from afar, for the user who waits for it.

arriving = Arriving(told)
graph.follow(arriving.take)     # told(mail.key, Arrived(came, whole, said)), a few times a second
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from connector.mail.mail import CLOUD
from connector.ports import WHOLE, RawMail

SAID_SECONDS = 10.0
"""Between two words to a screen reader; what comes sooner needs none."""


@dataclass(frozen=True)
class Arrived:
    """Bytes that are there, and how many there will be as far as it is known, never fewer.

    ``said`` is what was there when it was time to say it aloud, 0 before.
    """

    came: int
    whole: int
    said: int = 0


class Arriving:
    """What has come of one mail. ``told`` hears of it by the mail's key."""

    def __init__(self, told: Callable[[str, Arrived], None]) -> None:
        self._told = told
        self._key = ""
        self._files: dict[int, tuple[int, int]] = {}
        self._from, self._said = 0.0, 0

    def take(self, mail: RawMail, place: int, came: int, length: int) -> None:
        """Take in how much of a file is there (`connector.ports.Follow`)."""
        now = asyncio.get_running_loop().time()
        if mail.traits.key != self._key:
            self._key, self._files = mail.traits.key, {}
        if not self._files:
            self._from, self._said = now, 0
        self._files[place] = came, length
        there = sum(one for one, _ in self._files.values())
        if now - self._from >= SAID_SECONDS:
            self._from, self._said = now, there
        self._told(self._key, Arrived(there, max(self._expected(mail), there), self._said))

    def _expected(self, mail: RawMail) -> int:
        """How many bytes there will be: by their lengths, else by what Outlook declares."""
        declared = {at: one.size for at, one in enumerate(mail.attachments) if one.kind != CLOUD}
        declared[WHOLE] = sum(declared.values())
        begun = sum(length or max(declared.get(at, 0), came) for at, (came, length) in self._files.items())
        # Out of the whole mail come all of its files.
        rest = set() if WHOLE in self._files else declared.keys() - self._files.keys() - {WHOLE}
        return begun + sum(declared[at] for at in rest)
