"""The shared examples of the component's contract, ``crm/examples/*.json``, and how an answer is compared with one.

Each file holds one exchange: ``operation``, ``about``, ``request`` (``signed_in``, ``parameters``, and where files
travel along ``files``: their texts by name), ``status`` and ``answer``. ``varies`` names the values that differ from
run to run by their path in the answer, and their kind.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "crm" / "examples"
ALWAYS_VARIES = {"data.message": "text", "message": "text"}


def _time(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", value):
        return False
    return datetime.datetime.fromisoformat(value).tzinfo is not None


KINDS: dict[str, Callable[[object], bool]] = {
    "token": lambda value: isinstance(value, str) and re.fullmatch(r"mct1_[A-Za-z0-9_-]{43}", value) is not None,
    "time": _time,
    "text": lambda value: isinstance(value, str) and value != "",
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "id": lambda value: isinstance(value, str) and re.fullmatch(r"\d+x\d+", value) is not None,
    "number": lambda value: isinstance(value, str) and value.isascii() and value.isdigit(),
}
"""What a varying value has to be."""


@dataclass(frozen=True)
class Example:
    """One exchange."""

    name: str
    operation: str
    about: str
    signed_in: bool
    parameters: dict[str, str]
    files: dict[str, str]
    status: int
    answer: dict[str, Any]
    varies: dict[str, str]

    def differences(self, status: int, answer: Any) -> list[str]:
        """Return in what an answer differs from the example; nothing when it is the same."""
        found = [] if status == self.status else [f"status {status} instead of {self.status}"]
        found += _compare(self.answer, answer, "", ALWAYS_VARIES | self.varies)
        return found


def _compare(wanted: Any, given: Any, path: str, varies: dict[str, str]) -> list[str]:
    kind = varies.get(re.sub(r"\.\d+(?=\.|$)", ".*", path))
    if kind is not None:
        return [] if KINDS[kind](given) else [f"{path}: {given!r} is no {kind}"]
    if isinstance(wanted, dict) and isinstance(given, dict):
        found = [f"{path}: missing {key}" for key in wanted.keys() - given.keys()]
        found += [f"{path}: unexpected {key}" for key in given.keys() - wanted.keys()]
        for key in wanted.keys() & given.keys():
            found += _compare(wanted[key], given[key], f"{path}.{key}".lstrip("."), varies)
        return found
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        pairs = enumerate(zip(wanted, given, strict=True))
        return [line for index, (a, b) in pairs for line in _compare(a, b, f"{path}.{index}", varies)]
    if type(wanted) is type(given) and wanted == given:
        return []
    return [f"{path}: {given!r} instead of {wanted!r}"]


def example(name: str) -> Example:
    """Return an example by its name; raises FileNotFoundError."""
    data = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    request = data["request"]
    return Example(
        name,
        data["operation"],
        data["about"],
        request["signed_in"],
        request["parameters"],
        request.get("files", {}),
        data["status"],
        data["answer"],
        data.get("varies", {}),
    )


def names() -> list[str]:
    """Return the names of all examples."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))
