"""Windows that share a kept sign-in."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable

from connector.ports import Kept, Progress, Request, Response
from connector.signin.windows import WithKeptToken

CRM = "https://crm.example.com/crm"


class Wire:
    """Notes what is sent with which token."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.prepared: list[str] = []

    def prepare(self, request: Request | None) -> None:
        self.prepared.append(request.headers.get("Authorization", "") if request else "nothing")

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        assert progress is None
        self.sent.append(request.headers.get("Authorization", ""))
        return Response(200, "")


class Device:
    """What is kept, and the time."""

    def __init__(self, token: str, user: str = "agent", crm: str = CRM) -> None:
        self.kept: Kept | None = Kept(crm, user, token=token)
        self.time = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
        self.loads = 0

    async def load(self) -> Kept | None:
        self.loads += 1
        return self.kept

    def now(self) -> datetime.datetime:
        return self.time

    def renew(self, token: str, user: str = "agent", crm: str = CRM) -> None:
        self.kept = Kept(crm, user, token=token)
        self.time += datetime.timedelta(minutes=3)


def sent(device: Device, *steps: Callable[[], object], own: str = "A", url: str = f"{CRM}/restapi/x") -> list[str]:
    """The tokens of requests that a window sends with one token; between two of them what a step does."""
    wire = Wire()

    async def work() -> None:
        window = WithKeptToken(wire, device, device)  # type: ignore[arg-type]
        request = Request(url, {"Authorization": f"Bearer {own}"}, "{}")
        await window.send(request)
        for step in steps:
            await asyncio.sleep(0)
            step()
            await window.send(request)

    asyncio.run(work())
    return [one.removeprefix("Bearer ") for one in wire.sent]


def test_a_window_takes_the_token_that_another_has_renewed() -> None:
    device = Device("A")

    assert sent(device, lambda: device.renew("B"), lambda: device.renew("C")) == ["A", "B", "C"]


def test_what_is_kept_is_looked_at_now_and_then_only() -> None:
    device = Device("A")
    wait = datetime.timedelta(seconds=50)

    def later() -> None:
        device.time += wait

    sent(device, *[later] * 6)

    assert device.loads == 3


def test_tokens_that_were_never_kept_stay() -> None:
    device = Device("A")

    assert (
        sent(device, lambda: device.renew("B"), own="of a window that keeps nothing")
        == ["of a window that keeps nothing"] * 2
    )


def test_another_users_sign_in_and_another_crms_are_left_alone() -> None:
    one, other, gone = Device("A"), Device("A"), Device("A")

    def sign_out() -> None:
        gone.renew("B")
        gone.kept = None

    assert sent(one, lambda: one.renew("B", user="sara")) == ["A", "A"]
    assert sent(other, lambda: other.renew("B", crm="https://other.example")) == ["A", "A"]
    assert sent(gone, sign_out) == ["A", "A"]
    assert sent(Device("A"), lambda: None, url="https://other.example/x") == ["A", "A"]


def test_what_is_prepared_is_what_is_sent() -> None:
    device, wire = Device("A"), Wire()

    async def work() -> None:
        window = WithKeptToken(wire, device, device)  # type: ignore[arg-type]
        request = Request(f"{CRM}/x", {"Authorization": "Bearer A"}, "{}")
        await window.send(request)
        await asyncio.sleep(0)
        device.renew("B")
        await window.send(request)
        window.prepare(request)
        window.prepare(None)

    asyncio.run(work())
    assert wire.prepared == ["Bearer B", "nothing"]


def test_requests_without_a_token_look_at_nothing() -> None:
    device, wire = Device("A"), Wire()
    window = WithKeptToken(wire, device, device)  # type: ignore[arg-type]
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        asyncio.run(window.send(Request(f"{CRM}/x", headers, "{}")))

    assert device.loads == 0
