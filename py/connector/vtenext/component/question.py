"""What a signed-in user asks the component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connector.ports import FormFile, Progress, Text


@dataclass(frozen=True)
class Question:
    """A call of an operation.

    ``encoded`` holds parameters in pieces, into which pictures are put outside Python.
    """

    operation: str
    parameters: Mapping[str, str]
    encoded: Mapping[str, Text] | None = None
    files: Sequence[FormFile] = ()


class Ask(Protocol):
    """Asks the component with the user's token; returns the result."""

    async def __call__(self, question: Question, progress: Progress | None = None) -> Any:
        """Raise `ConnectorError` in its kinds."""
        ...
