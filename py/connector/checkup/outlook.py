"""What the browser and Outlook around the pane offer, by what its page has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connector.checkup.finding import Finding, failed, ok, unclear

NEEDED = (1, 5)
"""The oldest set ``Mailbox`` with which the pane works."""
FILES, WHOLE = (1, 8), (1, 14)
"""From which sets on attachments can be read, and the mail as a whole."""

_OFFICE_JS = ("frame-src", "style-src: inline", "style-src-elem: inline", "style-src-attr: inline")
"""What office.js tries of its own, and the pane refuses on purpose: a frame for telemetry, inline styles."""


@dataclass(frozen=True)
class Around:
    """What the page has seen.

    ``mailbox``: the newest set ``Mailbox`` that Outlook has, ``1.14``; empty outside Outlook. ``others``: further sets.
    ``storage``: by its name whether it can be used. ``refused``: what the Content-Security-Policy has refused.
    """

    mailbox: str = ""
    others: Sequence[str] = ()
    storage: Mapping[str, bool] = field(default_factory=dict)
    refused: Sequence[str] = ()


def judged(around: Around) -> Iterator[Finding]:
    """Judge all of it."""
    sets = ", ".join([f"Mailbox {around.mailbox}", *around.others])
    offered = tuple(int(part) for part in around.mailbox.split(".") if part.isdigit())
    if not around.mailbox:
        yield unclear("outlook", "outlook-away")
    elif offered < NEEDED:
        yield failed("outlook", "outlook-old", sets=sets)
    else:
        can = "outlook-right" if offered >= WHOLE else "outlook-files" if offered >= FILES else "outlook-texts"
        yield ok("outlook", can, sets=sets)
    lacking = [name for name, there in around.storage.items() if not there]
    yield failed("storage", "storage-none", what=", ".join(lacking)) if lacking else ok("storage", "storage-right")
    refused = list(dict.fromkeys(one.partition("?")[0] for one in around.refused if not one.startswith(_OFFICE_JS)))
    yield failed("policy", "policy-refused", what="; ".join(refused[:5])) if refused else ok("policy", "policy-right")
