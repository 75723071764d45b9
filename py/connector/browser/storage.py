"""What stays on the device: the port `connector.ports.Store`.

The token, or the access key, is kept only where the user ticked "Stay signed in": encrypted (AES-GCM) with a
WebCrypto key that can't be exported, in IndexedDB, under Office's partition key. Any storage may be
denied in a frame; then nothing is kept and nothing breaks.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, to_js

from connector.browser.values import part
from connector.ports import Kept

DATABASE, TABLE = "mail-connector", "kept"
KEPT = "session"
SECONDS = 3.0
_Denied = (JsException, TimeoutError, ValueError, KeyError, AttributeError)


class BrowserStore:
    """The browser's storage, as far as this frame has any."""

    def __init__(self, partition: str) -> None:
        self._prefix = f"{partition}mail-connector."
        self._name = f"{partition}session"

    async def load(self) -> Kept | None:
        """The kept sign-in."""
        try:
            async with asyncio.timeout(SECONDS):
                begun = part(js.mailConnector, "kept")
                if begun is None:
                    record = await self._on_table("readonly", "get", self._name)
                    plain = await js.crypto.subtle.decrypt(_algorithm(record.iv), record.key, record.sealed)
                    text = str(js.TextDecoder.new().decode(plain))
                else:
                    # pane/first.js has begun while Python was on its way; that counts once.
                    js.mailConnector.kept = None
                    text = str(await begun)
            kept = json.loads(text)
            return Kept(str(kept["crm"]), str(kept["user"]), str(kept["key"]), str(kept.get("token", "")))
        except _Denied:
            return None

    async def keep(self, kept: Kept) -> bool:
        """Encrypt and keep a sign-in."""
        content = {"crm": kept.crm_url, "user": kept.user, "key": kept.access_key, "token": kept.token}
        try:
            async with asyncio.timeout(SECONDS):
                usages = to_js(["encrypt", "decrypt"])
                key = await js.crypto.subtle.generateKey(_object({"name": "AES-GCM", "length": 256}), False, usages)
                iv = js.crypto.getRandomValues(js.Uint8Array.new(12))
                plain = js.TextEncoder.new().encode(json.dumps(content))
                sealed = await js.crypto.subtle.encrypt(_algorithm(iv), key, plain)
                record = js.Object.new()
                record.key, record.iv, record.sealed = key, iv, sealed
                await self._on_table("readwrite", "put", record, self._name)
        except _Denied:
            return False
        # Says nothing but that there is one, and can be asked before anything else runs: pane/early.js.
        self.prefer(KEPT, "yes")
        return True

    async def wipe(self) -> None:
        """Forget the kept sign-in, and the key that it was sealed with."""
        self.prefer(KEPT, "")
        try:
            async with asyncio.timeout(SECONDS):
                await self._on_table("readwrite", "delete", self._name)
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


def _algorithm(iv: Any) -> Any:
    algorithm = js.Object.new()
    algorithm.name, algorithm.iv = "AES-GCM", iv
    return algorithm


def _object(values: dict[str, Any]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)
