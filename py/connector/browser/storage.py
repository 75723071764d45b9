"""What stays on the device: the port `connector.ports.Store`.

The token, or the access key, stays on the device only where the user ticked "Stay signed in": encrypted (AES-GCM)
with a WebCrypto key that can't be exported, in IndexedDB, under Office's partition key. Otherwise a token lasts until
Outlook is closed: encrypted in sessionStorage, which ends then, with such a key in IndexedDB. Any storage may be denied
in a frame; then nothing is kept and nothing breaks.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, to_js

from connector.browser.values import given, part
from connector.ports import Kept

DATABASE, TABLE = "mail-connector", "kept"
KEPT, SITTING = "session", "sitting"
SECONDS = 3.0
_Denied = (JsException, TimeoutError, ValueError, KeyError, AttributeError)


class BrowserStore:
    """The browser's storage, as far as this frame has any."""

    def __init__(self, partition: str) -> None:
        self._prefix = f"{partition}mail-connector."
        self._name, self._sitting = f"{partition}{KEPT}", f"{partition}{SITTING}"

    async def load(self) -> Kept | None:
        """The kept sign-in."""
        try:
            async with asyncio.timeout(SECONDS):
                begun = part(js.mailConnector, "kept")
                if begun is None and self.sitting():
                    text = await self._sat()
                elif begun is None:
                    record = await self._on_table("readonly", "get", self._name)
                    text = _text(await _opening(record.key, record.iv, record.sealed))
                else:
                    # pane/first.js has begun while Python was on its way; that counts once.
                    js.mailConnector.kept = None
                    text = str(await begun)
            kept = json.loads(text)
            return Kept(str(kept["crm"]), str(kept["user"]), str(kept["key"]), str(kept.get("token", "")))
        except _Denied:
            return None

    def sitting(self) -> bool:
        """Whether what is kept is of this sitting."""
        return not self.preference(KEPT) and bool(self._said())

    async def keep(self, kept: Kept, *, sitting: bool = False) -> bool:
        """Encrypt and keep a sign-in."""
        content = {"crm": kept.crm_url, "user": kept.user, "key": kept.access_key, "token": kept.token}
        text = json.dumps(content)
        try:
            async with asyncio.timeout(SECONDS):
                await (self._sit(text) if sitting else self._stay(text))
        except _Denied:
            return False
        # Says nothing but that there is one, and can be asked before anything else runs: pane/early.js.
        self.prefer(KEPT, "" if sitting else "yes")
        return True

    async def _stay(self, text: str) -> None:
        key = await _new_key()
        record = js.Object.new()
        record.key, record.iv = key, _new_iv()
        record.sealed = await _sealing(key, record.iv, text)
        await self._on_table("readwrite", "put", record, self._name)

    async def _sit(self, text: str) -> None:
        """Other windows of this mailbox have their own sign-in under the same key."""
        await self._on_table("readwrite", "delete", self._name)
        key = await self._on_table("readonly", "get", self._sitting)
        if not given(key):
            key = await _new_key()
            await self._on_table("readwrite", "put", key, self._sitting)
        iv = _new_iv()
        parts = [bytes(js.Uint8Array.new(one).to_py()) for one in (iv, await _sealing(key, iv, text))]
        js.sessionStorage.setItem(self._prefix + SITTING, ".".join(base64.b64encode(part).decode() for part in parts))

    async def _sat(self) -> str:
        iv, sealed = (to_js(base64.b64decode(part)) for part in self._said().split("."))
        return _text(await _opening(await self._on_table("readonly", "get", self._sitting), iv, sealed))

    def _said(self) -> str:
        try:
            kept = js.sessionStorage.getItem(self._prefix + SITTING)
            return kept if isinstance(kept, str) else ""
        except _Denied:
            return ""

    async def wipe(self) -> None:
        """Forget the kept sign-in, and the key that it was sealed with."""
        self.prefer(KEPT, "")
        with contextlib.suppress(*_Denied):
            js.sessionStorage.removeItem(self._prefix + SITTING)
        try:
            async with asyncio.timeout(SECONDS):
                await self._on_table("readwrite", "delete", self._name)
                await self._on_table("readwrite", "delete", self._sitting)
        except _Denied:
            return

    def preference(self, name: str) -> str:
        """A small preference."""
        try:
            kept = js.localStorage.getItem(self._prefix + name)
            return kept if isinstance(kept, str) else ""
        except _Denied:
            return ""

    def prefer(self, name: str, value: str) -> None:
        """Keep a small preference."""
        try:
            if value:
                js.localStorage.setItem(self._prefix + name, value)
            else:
                js.localStorage.removeItem(self._prefix + name)
        except _Denied:
            return

    async def _on_table(self, mode: str, action: str, *arguments: Any) -> Any:
        opening = js.indexedDB.open(DATABASE, 1)
        created = create_once_callable(lambda *_: opening.result.createObjectStore(TABLE))
        opening.onupgradeneeded = created
        database = await _answer(opening)
        try:
            table = database.transaction(TABLE, mode).objectStore(TABLE)
            return await _answer(getattr(table, action)(*arguments))
        finally:
            database.close()


async def _answer(request: Any) -> Any:
    """Wait for an IDBRequest."""
    done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def succeeded(*_: Any) -> None:
        if not done.done():
            done.set_result(request.result)

    def failed(*_: Any) -> None:
        if not done.done():
            done.set_exception(ValueError("storage denied"))

    request.onsuccess = create_once_callable(succeeded)
    request.onerror = create_once_callable(failed)
    return await done


def _new_key() -> Any:
    """Ask for a key that nothing can read out."""
    usages = to_js(["encrypt", "decrypt"])
    return js.crypto.subtle.generateKey(_object({"name": "AES-GCM", "length": 256}), False, usages)


def _sealing(key: Any, iv: Any, text: str) -> Any:
    """Begin to seal a text."""
    return js.crypto.subtle.encrypt(_algorithm(iv), key, js.TextEncoder.new().encode(text))


def _opening(key: Any, iv: Any, sealed: Any) -> Any:
    """Begin to open what was sealed."""
    return js.crypto.subtle.decrypt(_algorithm(iv), key, sealed)


def _text(plain: Any) -> str:
    return str(js.TextDecoder.new().decode(plain))


def _new_iv() -> Any:
    return js.crypto.getRandomValues(js.Uint8Array.new(12))


def _algorithm(iv: Any) -> Any:
    algorithm = js.Object.new()
    algorithm.name, algorithm.iv = "AES-GCM", iv
    return algorithm


def _object(values: dict[str, Any]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)
