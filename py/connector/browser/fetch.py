"""HTTP to the CRM: the port `connector.ports.Transport` over fetch, and over XMLHttpRequest for uploads.

What ``pane/first.js`` has asked while Python was on its way is not asked again, where it is the very same.

fetch reports no progress of an upload, hence the second way. The bytes of files and inline
pictures are put into the form by ``pane/files.js``.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import js
from pyodide.ffi import JsException, create_proxy, to_js

from connector.browser.values import flag, part
from connector.errors import CrmRedirects, CrmTimeout, Offline, ReachError, UploadStalled
from connector.ports import DataUrl, Progress, Request, Response, Text
from connector.vtenext.exchange import PROBE
from connector.vtenext.reach import Look, why
from connector.vtenext.wire import MANNER

PROBE_SECONDS = 5.0


class BrowserTransport:
    """Sends requests. ``answer`` and ``stall`` are in seconds: to wait for an answer, and for progress."""

    def __init__(self, answer: float, stall: float) -> None:
        self._answer = answer
        self._stall = stall
        self._heard: set[tuple[str, bool]] = set()
        self._prepared: tuple[Request, Any] | None = None

    def prepare(self, request: Request | None) -> None:
        """Make the form of a request that is about to be sent; None lets go of it."""
        if request is None:
            self._prepared = None
        elif self._prepared is None or self._prepared[0] != request:
            self._prepared = request, _form(request)

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Send one request. Raises the `ReachError` that fits best what a browser can find out."""
        try:
            if request.body is None:
                response = await self._upload(request, progress)
            else:
                response = await self._post(request, request.body)
        except _Broken as error:
            raise await self._explained(request) from error
        self._heard.add(_kind(request))
        return response

    async def _post(self, request: Request, body: str) -> Response:
        asked = _asked_before(request)
        if asked is None:
            control = js.AbortController.new()
            options = {**MANNER, "headers": dict(request.headers), "body": body, "signal": control.signal}
            answering, drop = js.fetch(request.url, _object(options)), control.abort
        else:
            answering, drop = asked.answer, asked.drop
        try:
            async with asyncio.timeout(self._answer):
                answer = await answering
                if str(answer.type) == "opaqueredirect":
                    raise CrmRedirects(host=_host(request.url))
                return Response(int(answer.status), str(await answer.text() if asked is None else answer.text))
        except TimeoutError as error:
            drop()
            raise CrmTimeout(host=_host(request.url)) from error
        except asyncio.CancelledError:
            drop()
            raise
        except JsException as error:
            raise _Broken from error

    async def _upload(self, request: Request, progress: Progress | None) -> Response:
        def progressed(sent: int, total: int) -> None:
            if progress is not None:
                progress(int(sent), int(total))

        on_progress = create_proxy(progressed)
        prepared, self._prepared = self._prepared, None
        form = prepared[1] if prepared is not None and prepared[0] == request else _form(request)
        headers = [[name, value] for name, value in request.headers.items()]
        sending = js.mailConnector.files.send(
            request.url,
            to_js(headers),
            form,
            self._answer * 1000,
            self._stall * 1000,
            on_progress,
        )
        try:
            status, text = await sending.promise
        except asyncio.CancelledError:
            sending.abort()
            raise
        except JsException as error:
            raise _Broken from error
        finally:
            on_progress.destroy()
        if int(status):
            return Response(int(status), str(text))
        if text == "stalled":
            raise UploadStalled(host=_host(request.url))
        if text == "timeout":
            raise CrmTimeout(host=_host(request.url))
        if text in ("redirected", "followed"):
            raise CrmRedirects(host=_host(request.url), why=str(text))
        raise _Broken

    async def _explained(self, request: Request) -> ReachError:
        """Why there was no answer. The browser says only "failed": look what is there (`connector.vtenext.reach`)."""
        host = _host(request.url)
        if not js.navigator.onLine:
            return Offline(host=host)
        # As of a call by somebody who is signed in, but by nobody: so it asks for the same leave, and locks nobody.
        headers = {"Content-Type": "application/json"}
        if "Authorization" in request.headers:
            headers["Authorization"] = "Bearer -"
        small = {"method": "POST", "headers": headers, "body": "{}", "credentials": "omit", "redirect": "error"}
        any_server = {"method": "GET", "mode": "no-cors", "credentials": "omit"}
        url = f"{_origin(request.url)}/{PROBE}"
        answers, there = await asyncio.gather(_looked(url, small), _looked(request.url, any_server))
        return why(Look(answers, there, _kind(request) in self._heard), host, upload=request.body is None)


def answered_early() -> bool:
    """Whether the CRM has answered by now what was asked while Python was on its way."""
    return flag(part(js.mailConnector, "asked"), "came")


def _asked_before(request: Request) -> Any:
    """The same request, where it was sent before, with its answer; one with another question is let go of."""
    asked = part(js.mailConnector, "asked")
    if asked is None or part(asked, "url") != request.url:
        return None
    js.mailConnector.asked = None
    headers = {str(name): str(value) for name, value in asked.headers.to_py().items()}
    if part(asked, "body") == request.body and headers == dict(request.headers):
        return asked
    asked.drop()
    return None


async def _looked(url: str, options: dict[str, Any]) -> bool:
    """Whether there is an answer, and one from this side of a gateway that is on its own."""
    more = {"cache": "no-store", "referrerPolicy": "no-referrer"}
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            answer = await js.fetch(url, _object({**options, **more}))
            return int(answer.status) not in (502, 503, 504)
    except (JsException, TimeoutError):
        return False


class _Broken(Exception):
    """The browser gave no answer and no reason."""


def _object(values: dict[str, Any]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)


def _form(request: Request) -> Any:
    """The request's form, or what will be it."""
    fields = [[name, _pieces(text)] for name, text in request.fields.items()]
    files = [[part.field, part.name, part.file.key] for part in request.files]
    return js.mailConnector.files.form(to_js(fields), to_js(files), request.url)


def _pieces(text: Text) -> list[list[Any]]:
    parts: tuple[str | DataUrl, ...] = (text,) if isinstance(text, str) else tuple(text)
    return [[False, part.file.key] if isinstance(part, DataUrl) else [True, part] for part in parts]


def _origin(url: str) -> str:
    return url.rpartition("/")[0]


def _kind(request: Request) -> tuple[str, bool]:
    """Where it goes, and whether it is by somebody signed in: a server may let one kind of call through only."""
    return _origin(request.url), "Authorization" in request.headers


def _host(url: str) -> str:
    return urlsplit(url).netloc
