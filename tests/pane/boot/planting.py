"""Faults between the pane's server and the browser, as web servers, proxies and networks make them.

The answer is the real one, with its real headers, until a fault changes it: nothing goes through the driver, so the
browser's own cache is at work.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from patience import LONGEST

Send = Callable[[Any], Any]


@dataclass(frozen=True)
class Answer:
    """An answer of the pane's server. The connection breaks before ``missing`` bytes that its head promises."""

    status: int
    headers: dict[str, str]
    body: bytes
    missing: int = 0


Fault = Callable[[Answer], Answer]
"""What becomes of an answer."""


def status(code: int) -> Fault:
    """An error, with the headers that the path has."""
    return lambda given: Answer(code, {**given.headers, "content-type": "text/plain"}, b"An error.")


def typed(kind: str) -> Fault:
    """The right bytes under another type; "" for none at all."""
    return lambda given: replace(given, headers={**given.headers, "content-type": kind})


def page(text: str = "<!doctype html><title>Please sign in</title>") -> Fault:
    """A web page, as if nothing were wrong."""
    return lambda given: Answer(200, {**given.headers, "content-type": "text/html"}, text.encode())


def moved(address: str) -> Fault:
    """Elsewhere, where a network's sign-in page stands."""
    return lambda _: Answer(302, {"location": address}, b"")


def content(change: Callable[[bytes], bytes]) -> Fault:
    """The content changed on its way."""
    return lambda given: replace(given, body=change(given.body))


def header(name: str, change: Callable[[str], str]) -> Fault:
    """A header changed on its way."""
    return lambda given: replace(given, headers={**given.headers, name: change(given.headers[name])})


def cut(body: bytes) -> bytes:
    """Half of it."""
    return body[: len(body) // 2]


def shorter(body: bytes) -> bytes:
    """The last byte that is not zero is missing, and what follows it."""
    return body.rstrip(b"\0")[:-1]


def broken(given: Answer) -> Answer:
    """The connection breaks in the middle."""
    begun = cut(given.body)
    return replace(given, body=begun, missing=len(given.body) - len(begun))


def first(fault: Fault) -> Fault:
    """Only the first answer meets it."""
    met: list[Answer] = []

    def once(given: Answer) -> Answer:
        met.append(given)
        return fault(given) if len(met) == 1 else given

    return once


def altered(body: bytes) -> bytes:
    """One bit is another."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


class Held:
    """Answers that stop in the middle, or do not even begin, until they are let go on."""

    def __init__(self, middle: bool) -> None:
        self.middle = middle
        self._asked = threading.Event()
        self._gate = threading.Event()

    def until_asked(self) -> None:
        """Wait until the browser waits for one."""
        assert self._asked.wait(LONGEST), "it was never asked for"

    def release(self) -> None:
        """Let them go on, all that there are and will be."""
        self._gate.set()

    async def wait(self) -> None:
        """Wait for that."""
        self._asked.set()
        await asyncio.to_thread(self._gate.wait)


@dataclass
class Planting:
    """An ASGI application before the pane's: ``plant`` faults for paths, ``hold`` answers back."""

    app: Any = None
    planted: list[tuple[re.Pattern[str], Fault, bool]] = field(default_factory=list)
    held: list[tuple[re.Pattern[str], Held]] = field(default_factory=list)

    def before(self, app: Any) -> Planting:
        """Stand before this application."""
        self.app = app
        return self

    def plant(self, path: str, fault: Fault, *, packed: bool = False) -> None:
        """Have the answers for paths that match meet a fault; ``packed``: as they travel, compressed."""
        self.planted.append((re.compile(path), fault, packed))

    def hold(self, path: str, *, middle: bool = True) -> Held:
        """Hold the answers for paths that match: in the middle, or before they are made."""
        held = Held(middle)
        self.held.append((re.compile(path), held))
        return held

    def clear(self) -> None:
        """Everything is as it should be again."""
        self.planted.clear()
        for _, held in self.held:
            held.release()
        self.held.clear()

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Answer."""
        path = scope["path"]
        holds = [held for pattern, held in self.held if pattern.search(path)]
        for held in holds:
            if not held.middle:
                await held.wait()
        faults = [(fault, packed) for pattern, fault, packed in self.planted if pattern.search(path)]
        if not faults and not holds:
            await self.app(scope, receive, send)
            return
        without = {b"if-none-match"} if any(packed for _, packed in faults) else {b"if-none-match", b"accept-encoding"}
        asked = [one for one in scope["headers"] if one[0] not in without]
        answer = await self._answer({**scope, "headers": asked}, receive)
        for fault, _ in faults:
            answer = fault(answer)
        answer.headers["content-length"] = str(len(answer.body) + answer.missing)
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items() if value]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        begun = len(answer.body) // 2
        await send({"type": "http.response.body", "body": answer.body[:begun], "more_body": True})
        for held in holds:
            if held.middle:
                await held.wait()
        # An answer that is not said to be whole ends its connection.
        await send({"type": "http.response.body", "body": answer.body[begun:], "more_body": answer.missing > 0})

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        messages: list[Any] = []

        async def heard(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, heard)
        headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        return Answer(messages[0]["status"], headers, b"".join(one.get("body", b"") for one in messages[1:]))
