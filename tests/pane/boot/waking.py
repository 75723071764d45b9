"""What the tests of the boot ask the pane's page. Evaluated by the driver, past the page's policy."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Frame

from pane.clock import awaited
from pane.desk import Desk

_UNTIL = """name => new Promise(done => {
  const look = () => performance.getEntriesByName(name).length ? done() : setTimeout(look, 10);
  look();
})"""
_COME = """parts => new Promise(done => {
  const has = (part) => performance.getEntriesByType("resource").some(({ name }) => name.includes(part));
  const look = () => parts.every(has) ? setTimeout(done, 50) : setTimeout(look, 10);
  look();
})"""
_KEPT = """async () => {
  const cache = await caches.open("mail-connector");
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = {};
  for (const request of await cache.keys()) {
    const bytes = await (await cache.match(request)).arrayBuffer();
    found[request.url.split("/").pop()] = hex(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 16);
  }
  return found;
}"""
_SPOIL = """async ([stem, how]) => {
  const cache = await caches.open("mail-connector");
  for (const request of await cache.keys()) {
    if (!request.url.split("/").pop().startsWith(stem + "-")) continue;
    const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer());
    const middle = (bytes.length >> 3) << 2;
    if (how === "one bit") bytes[middle] ^= 1;
    if (how === "two bytes") [bytes[middle], bytes[middle + 4]] = [bytes[middle] ^ 1, bytes[middle + 4] ^ 1];
    const whole = ["one bit", "two bytes"].includes(how);
    await cache.put(request, new Response(whole ? bytes : how === "cut" ? bytes.subarray(0, 999) : ""));
  }
}"""

LATE_STORAGE = """
  let late = false;
  // The three seconds that the pane gives its storage.
  const end = () => testClock.over((ms) => ms < 4000);
  IDBFactory.prototype.open = () => {
    performance.mark("storage");
    if (late) setTimeout(end);
    return new EventTarget();
  };
  globalThis.tooLate = () => {
    late = true;
    globalThis.testClock?.over((ms) => ms < 4000);
  };
"""
"""A script for a page: no database answers, and the time for it is over when `tooLate` is called, then at each try."""


def marks(pane: Frame) -> list[str]:
    """Return the names of the marks that the start has left so far."""
    found: list[str] = pane.evaluate("performance.getEntriesByType('mark').map((mark) => mark.name)")
    return found


def until(pane: Frame, mark: str) -> None:
    """Wait for a mark."""
    pane.evaluate(_UNTIL, mark)


def until_come(pane: Frame, *parts: str) -> None:
    """Wait until files with these parts of their addresses have come."""
    pane.evaluate(_COME, list(parts))


def kept(pane: Frame) -> dict[str, str]:
    """Return the names in the pane's cache and the beginning of the SHA-256 of what is kept under them."""
    found: dict[str, str] = pane.evaluate(_KEPT)
    return found


def spoil(pane: Frame, stem: str, how: str) -> None:
    """Spoil the kept copy of a file of the boot set."""
    pane.evaluate(_SPOIL, [stem, how])


def forget(at: Desk, *, cache: bool = False) -> None:
    """Leave Outlook's page, and have the browser forget what the pane has kept; ``cache``: and what it keeps itself."""
    origins = {urlsplit(frame.url)._replace(path="", query="", fragment="").geturl() for frame in at.page.frames}
    at.page.goto("about:blank")
    session = at.context.new_cdp_session(at.page)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    if cache:
        session.send("Network.enable")
        session.send("Network.clearBrowserCache")
        # That is where it forgets what it has in memory, too.
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send("Network.setCacheDisabled", {"cacheDisabled": False})
    session.detach()


def fetched(at: Desk) -> list[str]:
    """Return the names of the boot set's files that were asked for since the last time."""
    names = [request.url.rpartition("/")[2] for request in at.traffic if "/boot/" in request.url]
    at.traffic.clear()
    return names


def python(pane: Frame, code: str) -> str:
    """Run code in the pane's Python, by PyScript, which has to be there; return its ``answer`` or its error."""
    lines = ["import js", "try:", *(f"    {line}" for line in code.strip().splitlines())]
    lines += ["    js.answer = str(answer)", "except BaseException as error:", "    js.answer = repr(error)"]
    # The pane's policy has the text of a script be a trusted one, but not a text in it.
    pane.evaluate(
        """code => {
          globalThis.answer = undefined;
          const script = document.createElement("script");
          script.type = "py";
          script.append(code);
          document.body.append(script);
        }""",
        "\n".join(lines),
    )
    found: str = awaited(pane.page, lambda: pane.evaluate("globalThis.answer"), "Python never answered")
    return found
