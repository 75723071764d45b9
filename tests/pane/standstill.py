"""Time-outs that come when nothing goes on any more but what never ends, and never because a machine is slow.

    with shift(browser, unhurried, …) as at:
        standstill = Standstill(at)
        standstill.until(lambda: receipt.count())

The time-outs of the build `unhurried` take hours. They are over as soon as the pane only waits for calls that the
CRM keeps waiting for good (``SandboxCrm.faults.held``), or an answer of Outlook's that never comes.
"""

from __future__ import annotations

from collections.abc import Callable

from pane.clock import LOOKS
from pane.desk import Desk

HOUR = 3600
WAITS = {"answer_seconds": HOUR, "stall_seconds": HOUR, "office_seconds": HOUR}
"""The settings of a pane whose time-outs are to be held."""

MOMENT = 50
"""Milliseconds between two looks where nothing stirs."""

MOMENTS = 3
"""Looks at which nothing has moved, until that is taken for a standstill: what comes to a page comes in turns."""

HOLD = f"""(() => {{
  const [setTimer, ask] = [setTimeout, fetch];
  // An upload is sent from an empty frame of the pane's: it belongs to the pane.
  const home = location.protocol === "about:" && parent.standstill;
  const asked = home ? home.asked : new Set();
  const long = (ms) => ms >= {HOUR - 60}e3;
  let moved = 0;
  globalThis.setTimeout = (...call) => {{
    moved += 1;
    return setTimer(...call);
  }};
  globalThis.fetch = (...call) => {{
    const answer = ask(...call);
    const over = () => {{ moved += 1; asked.delete(answer); }};
    asked.add(answer);
    answer.then(over, over);
    return answer;
  }};
  const {{ send }} = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...given) {{
    asked.add(this);
    this.addEventListener("loadend", () => {{ moved += 1; asked.delete(this); }});
    return send.apply(this, given);
  }};
  // Until something on the page is another, or for a moment.
  const stirred = () => new Promise((done) => {{
    const watch = new MutationObserver(() => setTimer(end, 5));
    const end = () => {{
      watch.disconnect();
      done();
    }};
    watch.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
    setTimer(end, {MOMENT});
  }});
  globalThis.standstill = {{
    asked,
    stirred,
    now: () => [asked.size, testClock.count(long), moved],
    over: () => testClock.over(long),
  }};
}})();"""


class Standstill:
    """Watches a desk whose pane is not open yet."""

    def __init__(self, at: Desk) -> None:
        self._at = at
        self._over: set[int] = set()
        self._seen: tuple[object, ...] = ()
        self._moments = 0
        at.context.add_init_script(HOLD)

    def until(self, condition: Callable[[], object], otherwise: str = "it never came") -> None:
        """Wait until something is the case; where nothing goes on any more, the pane's time-outs come."""
        for _ in range(LOOKS):
            if condition():
                return
            self.look()
            self._at.pane.evaluate("() => standstill.stirred()")
        raise AssertionError(otherwise)

    def look(self) -> None:
        """Let the time-outs come if nothing goes on any more."""
        asked, timers, moved = self._at.pane.evaluate("() => standstill.now()")
        held = set(self._at.crm.faults.held) - self._over
        seen = (asked, timers, moved, held)
        self._moments = self._moments + 1 if seen == self._seen else 0
        self._seen = seen
        still = timers and asked == len(held) and self._moments >= MOMENTS
        if still and not self._at.outlook.answering():
            self._over |= held
            self._moments = 0
            self._at.pane.evaluate("() => standstill.over()")
