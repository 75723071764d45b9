"""What can go wrong between an add-in and Microsoft Graph, one answer at a time.

graph.faults += [Fault("busy_429", "content", value="2"), Fault("reset", "content", after_bytes=1000)]
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {
    "busy_429": "429; `value` is its Retry-After",
    "away_503": "503; `value` is its Retry-After",
    "late_504": "504 with a web page, as after a file that was too large",
    "failed_500": "500",
    "reset": "the connection is reset after `after_bytes` of the content, 0 for before the answer",
    "silent": "nothing comes any more, after `after_bytes` of the content",
    "cut": "the connection ends after `after_bytes` of the content, of which more was promised",
    "refused_401": "401 for a token that is no longer right, until another one comes",
    "challenge_401": "401 with the claims `value`, until a token has them",
    "challenge_403": "the same with 403",
    "denied_403": "403",
    "missing_404": "404",
    "no_mailbox_404": "404 of a mailbox that is not in Microsoft 365",
    "page": "200 with a web page in the place of the answer",
    "odd_list": "200 with JSON that is no list",
    "elsewhere": "a list that goes on at the address `value`",
    "other_part": "206 with another part than was asked for",
    "changed": "the file is another one from now on: another ETag, another length",
    "unreadable": "an answer without CORS headers, as of a proxy",
    "moved_302": "302 to the address `value`",
}
WHAT = ("list", "content", "link", "whole", "headers", "*")


@dataclass(frozen=True)
class Fault:
    """``kind`` is one of `KINDS`, ``what`` is asked for (`WHAT`), ``times`` how many answers it strikes."""

    kind: str
    what: str = "*"
    times: int = 1
    after_bytes: int = 0
    value: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.what not in WHAT or self.times < 1:
            raise ValueError(f"There is no such fault: {self}.")
