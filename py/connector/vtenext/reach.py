"""Why a call brought no answer that can be read, as far as a browser can find out.

A browser tells a page nothing but "failed": a server that is down, a certificate, a wrong path, a page of a proxy and
a broken connection look the same. So after a failure the pane looks once more, and `why` weighs what that showed.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.errors import CrmAway, CrmHidden, CrmInterrupted, CrmUnreachable, ReachError


@dataclass(frozen=True)
class Look:
    """What a look at the CRM showed after a call had failed.

    ``answers``: a small call by nobody, with the same headers, is answered by the CRM, and the pane may read it.
    ``there``: some server answers at the address. ``before``: a call of this kind was answered earlier.
    """

    answers: bool
    there: bool
    before: bool


def why(look: Look, host: str, *, upload: bool) -> ReachError:
    """The error that fits best; ``upload`` where content of files was on its way."""
    if look.answers:
        return CrmInterrupted(host=host, why="upload") if upload else CrmInterrupted(host=host)
    if not look.there:
        return CrmUnreachable(host=host)
    return CrmAway(host=host) if look.before else CrmHidden(host=host)
