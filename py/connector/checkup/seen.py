"""What a look at a server brought, and the protocol by which the self-check looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. ``headers`` are all that may be seen from here, in order; one may stand twice."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def all(self, name: str) -> list[str]:
        """Return the values of a header, one for each time that it stands there."""
        return [value.strip() for one, value in self.headers if one.lower() == name.lower()]

    def header(self, name: str) -> str:
        """Return the values of a header, joined by commas; empty where there is none."""
        return ", ".join(self.all(name))

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True)
class Silence:
    """No answer, or none that may be read.

    ``why``: ``name``, ``refused``, ``timeout``, ``expired``, ``untrusted``, ``other-name``, ``broken``, or ``hidden``
    where a browser does not tell. ``there``: whether some server answers; None where nobody knows.
    """

    why: str
    there: bool | None = None


@dataclass(frozen=True)
class Reached:
    """Where a name leads, and for how many days its certificate is good; None where that is not known."""

    addresses: tuple[str, ...]
    days: int | None


class Line(Protocol):
    """The way to the servers. ``open`` says whether all is seen: a browser keeps most of other origins to itself."""

    open: bool

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer | Silence:
        """Send a request as the pane would; follow no redirect where that can be had."""
        ...

    async def reach(self, url: str) -> Reached | Silence | None:
        """Look up the server's name and certificate; None where that can't be seen from here."""
        ...
