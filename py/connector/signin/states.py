"""The states of the sign-in. Each is one value, and what belongs to a state is inside it.

`connector.signin.moves` says from which to which they lead. No password, code or key is ever in one of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Out:
    """Nobody is signed in, and the form waits for the user."""


@dataclass(frozen=True)
class Returning:
    """A sign-in is kept on the device, and not taken up yet."""


@dataclass(frozen=True)
class FormSent:
    """The CRM is asked: whether it takes the password, or for its own page."""


@dataclass(frozen=True)
class Code:
    """A second factor's code that the CRM has sent. ``channel`` is ``wilson`` or ``mail``, ``lifetime`` in seconds.

    ``sent`` is the number of codes sent in this sign-in.
    """

    channel: str
    lifetime: str
    sent: int = 1


@dataclass(frozen=True)
class CodeAwaited:
    """The user has to enter the second factor's code."""

    code: Code


@dataclass(frozen=True)
class CodeEntered:
    """The CRM is asked whether the code is right, or for another one."""

    code: Code


@dataclass(frozen=True)
class PageOpen:
    """The CRM's own sign-in page is open in a window."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody is signed in. ``name`` is the full name where the CRM gives it.

    ``stock``: the CRM has no Mail Connector component, and the pane works with what vtenext itself offers.
    """

    crm_url: str
    user: str
    name: str = ""
    stock: bool = False


SignInState = Out | Returning | FormSent | CodeAwaited | CodeEntered | PageOpen | SignedIn
