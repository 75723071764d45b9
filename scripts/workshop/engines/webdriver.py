"""One open browser, by the commands of WebDriver (https://www.w3.org/TR/webdriver2/).

WebKit's driver takes them over HTTP. Firefox itself takes the same commands over a socket of its own, Marionette's, so
that no geckodriver is needed, of which there is no package in Debian.
"""

from __future__ import annotations

import base64
import json
import socket
from typing import Any, Protocol

import httpx

LONGEST = 300.0
"""Seconds; what takes longer hangs."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver hands an element to and fro."""

_COMMANDS = {
    "NewSession": ("POST", ""),
    "DeleteSession": ("DELETE", ""),
    "SetTimeouts": ("POST", "/timeouts"),
    "SetWindowRect": ("POST", "/window/rect"),
    "Navigate": ("POST", "/url"),
    "NewWindow": ("POST", "/window/new"),
    "SwitchToWindow": ("POST", "/window"),
    "SwitchToFrame": ("POST", "/frame"),
    "FindElement": ("POST", "/element"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "ElementClear": ("POST", "/element/{id}/clear"),
    "ElementSendKeys": ("POST", "/element/{id}/value"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "ExecuteAsyncScript": ("POST", "/execute/async"),
    "TakeScreenshot": ("GET", "/element/{id}/screenshot"),
}
"""Each command by Marionette's name, with its method and its path below the session's."""

# The driver evaluates it past the page's policy. What a page shows comes by a change of its document.
_UNTIL = """
const given = Array.from(arguments);
const done = given.pop();
const look = () => (LOOK);
const observer = new MutationObserver(() => check());
const check = () => {
  const found = look();
  if (!found) return;
  observer.disconnect();
  done(found);
};
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
check();
"""
_MARKED = """
const names = [...arguments];
const done = names.pop();
new PerformanceObserver((list, observer) => {
  const found = list.getEntries().find(({ name }) => names.includes(name));
  if (!found) return;
  observer.disconnect();
  done([found.name, found.startTime]);
}).observe({ type: "mark", buffered: true });
"""
_VISIBLE = """
[...document.querySelectorAll(given[0])].find(
  (one) => one.getClientRects().length && one.textContent.replace(/\\s+/g, " ").includes(given[1])
)
"""


class WebDriverError(Exception):
    """The browser's driver refused a command."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Wire(Protocol):
    """A way to a browser's driver."""

    def send(self, command: str, **given: Any) -> Any:
        """Carry out a command; returns its value. Raises WebDriverError."""

    def close(self) -> None:
        """Hang up."""


class Http:
    """The way to a driver at an address of this machine."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=LONGEST, trust_env=False)
        self._session = "/session"

    def send(self, command: str, **given: Any) -> Any:
        """Carry out a command; returns its value. Raises WebDriverError."""
        method, path = _COMMANDS[command]
        body = {"capabilities": {"alwaysMatch": given}} if command == "NewSession" else given
        answer = self._http.request(
            method, self._session + path.format(**given), json=body if method == "POST" else None
        )
        value = answer.json()["value"]
        if answer.is_error:
            raise WebDriverError(value["error"], value["message"])
        if command == "NewSession":
            self._session += "/" + value["sessionId"]
        return value

    def close(self) -> None:
        """Hang up."""
        self._http.close()


class Marionette:
    """The way to a Firefox that listens at a port of this machine: JSON, each time after its length and a colon."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), LONGEST)
        self._answers = self._socket.makefile("rb")
        self._number = 0
        self._received()  # It introduces itself.

    def send(self, command: str, **given: Any) -> Any:
        """Carry out a command; returns its value. Raises WebDriverError."""
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{command}", given]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._received()
        if error:
            raise WebDriverError(error["error"], error["message"])
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def _received(self) -> Any:
        length = b""
        while (digit := self._answers.read(1)) != b":":
            if not digit:
                raise WebDriverError("closed", "Firefox has ended.")
            length += digit
        return json.loads(self._answers.read(int(length)))

    def close(self) -> None:
        """Hang up."""
        self._answers.close()
        self._socket.close()


class Session:
    """An open browser's window, with a page in it or, after `enter`, one of the page's frames."""

    def __init__(self, wire: Wire, **capabilities: Any) -> None:
        self._wire = wire
        self.about: dict[str, Any] = wire.send("NewSession", **capabilities)["capabilities"]
        wire.send("SetTimeouts", script=1000 * LONGEST, pageLoad=1000 * LONGEST, implicit=0)

    def close(self) -> None:
        """Close the browser."""
        try:
            self._wire.send("DeleteSession")
        finally:
            self._wire.close()

    def size(self, width: int, height: int) -> None:
        """Give the window this size, in CSS pixels."""
        self._wire.send("SetWindowRect", width=width, height=height)

    def another(self) -> None:
        """Open another window and go on in it; those before stay as they are."""
        self._wire.send("SwitchToWindow", handle=self._wire.send("NewWindow", type="window")["handle"])

    def go(self, url: str) -> None:
        """Load a page and wait until it is there."""
        self._wire.send("Navigate", url=url)

    def enter(self, frame: Any = None) -> None:
        """Go into a frame, by its element, or back to the page."""
        self._wire.send("SwitchToFrame", **({"id": None} if frame is None else self._frame(frame)))

    def _frame(self, frame: Any) -> dict[str, Any]:
        if isinstance(self._wire, Marionette):
            return {"element": frame[ELEMENT]}
        return {"id": frame}

    def run(self, code: str, *given: Any) -> Any:
        """Run the body of a function with these arguments; returns what it returns."""
        return self._wire.send("ExecuteScript", script=code, args=list(given))

    def settled(self, expression: str, *given: Any) -> Any:
        """Return what a promise comes to; the expression has ``given``."""
        code = f"const given = [...arguments], done = given.pop(); Promise.resolve({expression}).then(done);"
        return self._wire.send("ExecuteAsyncScript", script=code, args=list(given))

    def until(self, expression: str, *given: Any) -> Any:
        """Wait until an expression of the document is true; returns what it is."""
        return self._wire.send("ExecuteAsyncScript", script=_UNTIL.replace("LOOK", expression), args=list(given))

    def marked(self, *names: str) -> tuple[str, float]:
        """Wait for one of these marks of the page's; returns which, and when, in milliseconds since the navigation."""
        name, at = self._wire.send("ExecuteAsyncScript", script=_MARKED, args=list(names))
        return str(name), float(at)

    def find(self, selector: str, text: str = "") -> Any:
        """Wait for the first visible element with this text in it."""
        return self.until(_VISIBLE, selector, text)

    def click(self, selector: str, text: str = "") -> None:
        """Click as a mouse does, on what was scrolled to the middle first: at the end something may lie over it."""
        element = self.find(selector, text)
        self.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        self._wire.send("ElementClick", id=element[ELEMENT])

    def fill(self, selector: str, text: str) -> None:
        """Click a field, empty it and type. WebKit gives a foreign frame no focus before somebody has clicked in it."""
        field = self.find(selector)[ELEMENT]
        self._wire.send("ElementClick", id=field)
        self._wire.send("ElementClear", id=field)
        self._wire.send("ElementSendKeys", id=field, text=text)

    def picture(self, element: Any) -> bytes:
        """A picture of an element, as PNG."""
        return base64.b64decode(self._wire.send("TakeScreenshot", id=element[ELEMENT], full=False))
