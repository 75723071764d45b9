"""Reading the body of a request as PHP does: a stream of any length into fields and files."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from .quirks import Quirks

Receive = Callable[[], Awaitable[Any]]
_PARAMETER = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.DOTALL)


class Disconnected(Exception):
    """The client went away before the body was complete."""


@dataclass(frozen=True)
class Upload:
    """A file that arrived: the form field, the name as PHP tells it, the type, the bytes."""

    field: str
    name: str
    type: str
    content: bytes


@dataclass
class Body:
    """What PHP hands to the CRM: parameters and files, and how many bytes came over the wire."""

    parameters: dict[str, Any] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    size: int = 0


class BodyStream:
    """The body of one request as it comes in; `size` counts the bytes that were taken."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._held: list[bytes] = []
        self._more = True
        self.size = 0

    async def beginning(self, length: int) -> bytes:
        """Read until ``length`` bytes are there (or the end) and return them; they are not lost to `chunks`."""
        while self._more and sum(map(len, self._held)) < length:
            self._held.append(await self._read())
        return b"".join(self._held)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body piece by piece; raises `Disconnected` when the client goes away."""
        while self._held or self._more:
            chunk = self._held.pop(0) if self._held else await self._read()
            self.size += len(chunk)
            yield chunk

    async def _read(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        self._more = bool(message.get("more_body", False))
        chunk: bytes = message.get("body", b"")
        return chunk


async def read(stream: BodyStream, content_type: str, quirks: Quirks) -> Body:
    """Take the whole body and return what PHP makes of it; what is over a limit is dropped without a word."""
    kind, options = parse_options_header(content_type)
    limit = quirks.post_max_size
    if kind == b"multipart/form-data" and options.get(b"boundary"):
        form = _Form(options[b"boundary"], quirks)
        async for chunk in stream.chunks():
            if limit is None or stream.size <= limit:
                form.write(chunk)
            else:
                form.discard()
        body = form.body()
    else:
        data = bytearray()
        async for chunk in stream.chunks():
            if limit is None or stream.size <= limit:
                data += chunk
        body = Body(_parameters(bytes(data), kind))
    if limit is not None and stream.size > limit:
        body = Body()
    body.size = stream.size
    return body


def module_of(parameters: dict[str, Any]) -> str | None:
    """Return the module that a create or describe names, as far as parameters tell it."""
    name = parameters.get("elementType")
    return name if isinstance(name, str) else None


def module_hint(beginning: bytes) -> str | None:
    """Return the module that the beginning of a body names, before all of it has come."""
    match = re.search(rb'"elementType"(?:\s*:\s*"|\r\n(?:[^\r\n]+\r\n)*\r\n)(\w+)', beginning)
    return match[1].decode() if match else None


def decoded(text: object) -> Any:
    """Return the value of a JSON text as PHP's ``json_decode`` gives it: None for anything it does not take."""
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text, parse_constant=_refuse)
        text.encode()
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


def _refuse(name: str) -> None:
    raise ValueError(name)


def _parameters(data: bytes, kind: bytes) -> dict[str, Any]:
    if kind == b"application/x-www-form-urlencoded":
        return dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        value = decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


class _Form:
    """A multipart body; keeps only what PHP would keep."""

    def __init__(self, boundary: bytes, quirks: Quirks) -> None:
        self._quirks = quirks
        self._fields: dict[str, str] = {}
        self._files: dict[str, Upload] = {}
        self._count = 0
        self._broken = False
        self._header = self._value = b""
        self._headers: dict[str, str] = {}
        self._name, self._filename = "", ""
        self._data: bytearray | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
            },
        )

    def write(self, chunk: bytes) -> None:
        if not self._broken:
            try:
                self._parser.write(chunk)
            except MultipartParseError:
                self._broken = True

    def discard(self) -> None:
        self._broken = True
        self._fields.clear()
        self._files.clear()
        self._data = None

    def body(self) -> Body:
        return Body(dict(self._fields), list(self._files.values()))

    def _begin(self) -> None:
        self._headers = {}
        self._header = self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value.decode("utf-8", "replace")
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        given = {key: re.sub(r'\\([\\"])', r"\1", value) for key, value in _PARAMETER.findall(disposition)}
        self._name, self._filename = given.get("name", ""), given.get("filename", "")
        is_file = "filename" in given
        if is_file:
            self._count += self._filename != ""
            if self._quirks.cut_name_at_slash:
                self._filename = re.split(r"[/\\]", self._filename)[-1]
        most = self._quirks.max_file_uploads
        kept = not is_file or (self._filename != "" and (most is None or self._count <= most))
        self._data = bytearray() if kept else None

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._data is None:
            return
        self._data += memoryview(data)[start:end]
        limit = self._quirks.server_file_limit
        if self._filename and limit is not None and len(self._data) > limit:
            self._data = None

    def _part_end(self) -> None:
        if self._data is None:
            return
        if not self._filename:
            self._fields[self._name] = self._data.decode("utf-8", "replace")
        elif not self._name.endswith("[]"):
            kind = self._headers.get("content-type", "application/octet-stream")
            self._files[self._name] = Upload(self._name, self._filename, kind, bytes(self._data))
        self._data = None
