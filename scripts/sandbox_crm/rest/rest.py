"""The REST API over HTTP: from the request's bytes to the answer's, with the faults in between."""

from __future__ import annotations

import asyncio
import datetime
import re
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from .. import bodies
from ..bodies import Body, BodyStream, Disconnected
from ..errors import Refusal, RouteNotFound
from ..faults import Fault
from ..store.access import credentials
from . import striking
from .answers import (
    Answer,
    from_data,
    from_refusal,
    in_maintenance,
    of_fault,
    preflight,
    request_entity_too_large,
    with_noise,
)
from .served import RequestRecord, Served


@dataclass
class _Progress:
    """What is known of a request so far, for the log."""

    operation: str
    era: int
    time: datetime.datetime
    user: str = ""
    module: str | None = None
    files: int = 0
    fault: Fault | None = None


class RestApi:
    """The ASGI application below ``restapi/v1/vtews/``."""

    def __init__(self, crm: Served) -> None:
        self._crm = crm

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        operation = str(scope["path_params"]["operation"])
        progress = _Progress(operation, self._crm.era, self._crm.clock())
        connection = striking.Connection(self._crm.faults, scope, receive, send, keep_alive=self._crm.quirks.keep_alive)
        if self._crm.quirks.maintenance:
            await connection.send(in_maintenance())
            return
        if scope["method"] == "OPTIONS":
            fault = self._crm.faults.take(operation, None, preflight=True)
            await connection.send(preflight(refused=fault is not None))
            return
        try:
            real = await self._answer(scope["method"], headers, connection, progress, scope)
        except Disconnected:
            self._note(progress, None)
            return
        # Noted before it is sent, so that who has the answer finds the request in the log.
        if progress.fault is None:
            self._note(progress, real)
            if real is not None:
                await connection.send(real)
            return
        self._note(progress, of_fault(progress.fault, real))
        struck = await connection.strike(progress.fault, real)
        if struck is not None:
            await connection.send(struck)

    async def _answer(
        self, method: str, headers: dict[str, str], connection: striking.Connection, progress: _Progress, scope: Scope
    ) -> Answer | None:
        """Return the CRM's answer; None where `progress` got a fault that strikes before there is one."""
        crm, operation = self._crm, progress.operation
        known = crm.operations.get(operation)
        if method != "POST" or known is None or crm.quirks.database_away:
            return from_refusal(RouteNotFound(operation))
        authorization = headers.get("authorization")
        progress.user = credentials(authorization)[0]
        stream = BodyStream(connection.receive)
        announced = int(headers.get("content-length") or 0)
        if announced > min(crm.quirks.proxy_limit or announced, crm.quirks.max_body_in_memory):
            async for _chunk in stream.chunks():
                pass
            return request_entity_too_large()
        watch = crm.faults.bytes_to_watch(operation)
        if watch is not None:
            beginning = await stream.beginning(max(watch, 1))
            hint = known.module or bodies.module_hint(beginning)
            fault = crm.faults.take(operation, hint, upload=True)
            if fault is not None:
                progress.fault, progress.module = fault, hint
                await stream.beginning(fault.after_bytes or 0)
                return None
        body = await bodies.read(stream, headers.get("content-type", ""), crm.quirks)
        progress.files = len(body.files)
        progress.module = known.module or self._module(body)
        if operation == "loginpwd":
            progress.user = str(body.parameters.get("username") or "")
        if crm.quirks.latency:
            await asyncio.sleep(crm.quirks.latency)
        if progress.era != crm.era:
            return from_refusal(RouteNotFound(operation))
        fault = progress.fault = crm.faults.take(operation, progress.module)
        if fault is not None and fault.when == "before" and not fault.kind.startswith("noise_"):
            if fault.kind != "slow":
                return None
            await connection.pause(fault.delay)
        address = scope["client"][0] if scope.get("client") else ""
        # Here and now: it takes less than handing it to another thread.
        return self._handled(operation, body, address, authorization, progress.era)

    def _handled(self, operation: str, body: Body, address: str, authorization: str | None, era: int) -> Answer:
        try:
            answer = from_data(self._crm.handle(operation, body, address, authorization, era))
        except Refusal as refusal:
            answer = from_refusal(refusal)
        quirks = self._crm.quirks
        return with_noise(answer, before=quirks.noise_before, behind=quirks.noise_behind)

    def _module(self, body: Body) -> str | None:
        """Return the module that a call is about, as far as its parameters tell."""
        given = body.parameters
        named = bodies.module_of(given) or given.get("module")
        if isinstance(named, str):
            return named
        text = given.get("query")
        if isinstance(text, str):
            match = re.search(r"\bfrom\s+(\w+)", text, re.IGNORECASE)
            return match[1] if match else None
        id_ = given.get("id") or _id_of(bodies.decoded(given.get("element")))
        try:
            return self._crm.records.split(id_)[0]
        except Refusal:
            return None

    def _note(self, progress: _Progress, answer: Answer | None) -> None:
        if progress.era != self._crm.era:
            return
        self._crm.note(
            RequestRecord(
                operation=progress.operation,
                user=progress.user,
                module=progress.module,
                status=answer.status if answer else 0,
                time=progress.time,
                files=progress.files,
                fault=progress.fault.kind if progress.fault else None,
            )
        )


def _id_of(element: Any) -> Any:
    return element.get("id") if isinstance(element, dict) else None
