"""JSON texts in pieces: a picture in a text is put in outside Python, where its bytes are.

element({"subject": "Offer", "description": ["<img src='", DataUrl(file), "'>"]})
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from connector.mail.body import sound
from connector.ports import DataUrl, Text


def element(fields: Mapping[str, str | Text]) -> Text:
    """A record's fields as the JSON text of the parameter ``element``, in pieces."""
    return document({}, {name: [value] if isinstance(value, str) else value for name, value in fields.items()})


def document(values: Mapping[str, Any], texts: Mapping[str, Text]) -> Text:
    """An object of any JSON values, and of texts that may have pictures in them."""
    written = json.dumps(_sendable_in(values), ensure_ascii=False)
    pieces: list[str | DataUrl] = [written[:-1]]
    for index, (name, text) in enumerate(texts.items()):
        pieces.append(f'{", " if index or values else ""}{json.dumps(name)}: "')
        pieces += [piece if isinstance(piece, DataUrl) else _quoted(piece)[1:-1] for piece in text]
        pieces.append('"')
    return _joined([*pieces, "}"])


def _sendable_in(value: Any) -> Any:
    if isinstance(value, str):
        return sendable(value)
    if isinstance(value, Mapping):
        return {name: _sendable_in(one) for name, one in value.items()}
    return [_sendable_in(one) for one in value] if isinstance(value, Sequence) else value


def listing(values: Sequence[str]) -> Text:
    """A list as the JSON text of a parameter such as ``relatelist`` or ``modules``."""
    return ["[" + ", ".join(map(_quoted, values)) + "]"]


def _quoted(text: str) -> str:
    return json.dumps(sendable(text), ensure_ascii=False)


def sendable(text: str) -> str:
    """Return the text without what PHP does not take in JSON: halves of characters, and NUL."""
    return sound(text).replace("\x00", "")


def _joined(pieces: Sequence[str | DataUrl]) -> Text:
    joined: list[str | DataUrl] = []
    run: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            run.append(piece)
        else:
            joined += ["".join(run), piece]
            run = []
    return [*joined, "".join(run)]
