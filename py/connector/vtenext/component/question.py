"""What a signed-in user asks the component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.ports import FormFile, Text


@dataclass(frozen=True)
class Question:
    """A call of an operation.

    ``encoded`` holds parameters in pieces, into which pictures are put outside Python.
    """

    operation: str
    parameters: Mapping[str, str]
    encoded: Mapping[str, Text] | None = None
    files: Sequence[FormFile] = ()
