"""Microsoft Graph in the browser: the ports `connector.ports.graph`, over Outlook's bridge, msal-browser and fetch.

    graph = graph_source(mailbox, clock, client_id, tenant, waits)

Nothing is loaded, and nobody is asked, before something of a mail is wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import js
from pyodide.ffi import JsException, create_proxy, to_js

from connector.browser.values import flag, given, number, part, text
from connector.errors import GraphUnreachable, OfficeCallFailed, OfficeTimeout
from connector.graph.access import Access
from connector.graph.source import GraphSource
from connector.ports import Clock, FileHandle, Mailbox, WholeFile
from connector.ports.graph import Arrived, BrokenOff, Grant, NoGrant

AUTHORITY = "https://login.microsoftonline.com/"
BRIDGE_SET = "NestedAppAuth", "1.1"
SIGNING_IN = "nested app authentication"
CLAIMS_ARE_UNDERSTOOD = "CP1"
ANSWER_SECONDS = 300.0
"""How long the user may take in Microsoft's window."""


def graph_source(
    mailbox: Mailbox, clock: Clock, registration: tuple[str, str], seconds: float, stall: float
) -> GraphSource:
    """Return Graph beside this mailbox.

    ``registration``: the application's id in Microsoft Entra, and whose accounts it is for. ``seconds`` to wait for
    Outlook, ``stall`` without progress of an answer.
    """
    return GraphSource(mailbox, Fetch(mailbox, stall), Access(OutlookBroker(*registration, seconds), clock), clock)


class OutlookBroker:
    """Tokens by way of Outlook (nested app authentication), held in memory only. ``seconds`` to wait for it."""

    def __init__(self, client_id: str, tenant: str, seconds: float) -> None:
        self._configuration = {
            "auth": {
                "clientId": client_id,
                "authority": AUTHORITY + tenant,
                "clientCapabilities": [CLAIMS_ARE_UNDERSTOOD],
            },
            "cache": {"cacheLocation": "memoryStorage"},
        }
        self._seconds = seconds
        self._client: Any = None

    async def silent(self, scope: str, *, claims: str = "", fresh: bool = False) -> Grant:
        """Ask for a token without showing anything."""
        more = {"forceRefresh": True} if fresh and not claims else {}
        client = await self._connected()
        try:
            async with asyncio.timeout(self._seconds):
                return await _granted(client.acquireTokenSilent(_request(scope, claims, more)))
        except TimeoutError as error:
            raise OfficeTimeout(what=SIGNING_IN) from error

    async def asking(self, scope: str, *, claims: str = "") -> Grant:
        """Let Microsoft ask the user; by then Outlook was asked silently, so nothing is waited for before."""
        client = self._client if self._client is not None else await self._connected()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _granted(client.acquireTokenPopup(_request(scope, claims, {})))
        except TimeoutError as error:
            raise NoGrant("user_canceled") from error

    async def _connected(self) -> Any:
        """Microsoft's client over Outlook's bridge. Raises `NoGrant` where there is no bridge."""
        if self._client is None:
            try:
                async with asyncio.timeout(self._seconds):
                    await _bridge()
                library = await self._library()
                async with asyncio.timeout(self._seconds):
                    client = await library.createNestablePublicClientApplication(_object(self._configuration))
            except JsException as error:
                raise NoGrant(text(error, "errorCode") or "no_bridge", str(error)) from error
            except TimeoutError as error:
                raise OfficeTimeout(what=SIGNING_IN) from error
            if part(part(client, "controller"), "bridgeProxy") is None:
                # Where the bridge does not answer, the factory makes a client that would open a window of its own.
                raise NoGrant("no_bridge")
            self._client = client
        return self._client

    async def _library(self) -> Any:
        """Microsoft's msal-browser, from the pane's own host. Raises `GraphUnreachable` where that does not give it."""
        try:
            async with asyncio.timeout(self._seconds):
                return await (await js.mailConnector.graph()).msal()
        except (JsException, TimeoutError) as error:
            # It says nothing about Outlook, and a further press asks for it once more.
            raise GraphUnreachable(host=str(js.location.host)) from error


async def _bridge() -> None:
    """Look for Outlook's bridge before anything is loaded. Raises `NoGrant`."""
    try:
        offered = js.Office.context.requirements.isSetSupported(*BRIDGE_SET) is True
    except (JsException, AttributeError):
        offered = False
    if offered and part(js, "nestedAppAuthBridge") is None and part(js, "__initializeNestedAppAuth") is not None:
        # office.js makes it when somebody asks for it.
        try:
            await js.__initializeNestedAppAuth()
        except JsException as error:
            raise NoGrant("no_bridge", text(error, "message")) from error
    if not offered or part(js, "nestedAppAuthBridge") is None:
        raise NoGrant("no_bridge")


async def _granted(asked: Any) -> Grant:
    try:
        result = await asked
    except JsException as error:
        interaction = text(error, "name") == "InteractionRequiredAuthError"
        raise NoGrant(text(error, "errorCode"), text(error, "errorMessage"), interaction=interaction) from error
    token = text(result, "accessToken")
    if not token:
        raise NoGrant("bad_token")
    ends = part(result, "expiresOn")
    return Grant(token, (ends.getTime() - js.Date.now()) / 1000 if given(ends) else 0.0)


def _request(scope: str, claims: str, more: dict[str, Any]) -> Any:
    return _object({"scopes": [scope], **({"claims": claims} if claims else {}), **more})


class Fetch:
    """GET requests whose files stay in JavaScript. ``stall``: seconds without progress after which one is given up."""

    def __init__(self, mailbox: Mailbox, stall: float) -> None:
        self._mailbox = mailbox
        self._stall = stall

    async def get(self, url: str, headers: Mapping[str, str]) -> _Answer:
        """Ask, and wait for the head of the answer."""
        try:
            call = (await js.mailConnector.graph()).get(url, _object(dict(headers)), self._stall * 1000)
        except JsException as error:
            raise BrokenOff from error
        try:
            head = await call.head
        except JsException as error:
            raise BrokenOff(silent=call.silent() is True) from error
        except asyncio.CancelledError:
            call.drop()
            raise
        fields = {str(name).lower(): str(value) for name, value in head.headers.to_py()}
        return _Answer(call, number(head, "status"), fields)

    async def examined(self, file: FileHandle) -> WholeFile:
        """What a held message says of itself."""
        try:
            seen = await js.mailConnector.files.examined(file.key)
        except JsException as error:
            raise OfficeCallFailed(what="message", reason=str(error)) from error
        return WholeFile(file, text(seen, "text"), text(seen, "sha256"))

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        self._mailbox.drop_files(files)


class _Answer:
    def __init__(self, call: Any, status: int, headers: Mapping[str, str]) -> None:
        self._call = call
        self.status = status
        self.headers = headers

    async def text(self) -> str:
        try:
            return str(await self._call.text())
        except JsException as error:
            raise BrokenOff(silent=self._call.silent() is True) from error
        except asyncio.CancelledError:
            self._call.drop()
            raise

    async def file(self, media_type: str, part: FileHandle | None, tell: Callable[[int], None]) -> Arrived:
        told = create_proxy(lambda came: tell(int(came)))
        taking = self._call.file(media_type, part.key if part is not None else "", told)
        try:
            came = await taking
        except JsException as error:
            raise BrokenOff from error
        except asyncio.CancelledError:
            self._call.drop()
            raise
        finally:
            told.destroy()
        file = FileHandle(text(came, "key"), number(came, "size"), media_type)
        if flag(came, "broken"):
            raise BrokenOff(file, silent=self._call.silent() is True)
        return Arrived(file, text(came, "begins"))

    def drop(self) -> None:
        self._call.drop()


def _object(values: dict[str, Any]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)
