"""The time of a page in tests: what is given up after some seconds is so when a test says it, never by a slow machine.

elapse(pane, 45, until=pane.get_by_text("Nothing has come"))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Frame, Locator, Page

CLOCK = """(() => {
  const [later, clear] = [setTimeout, clearTimeout];
  const waiting = new Map();
  globalThis.setTimeout = (work, ms, ...given) => {
    if (!(ms >= 2000)) return later(work, ms, ...given);
    const due = () => {
      waiting.delete(timer);
      work(...given);
    };
    const timer = later(due, Math.min(60 * ms, 2 ** 31 - 1));
    waiting.set(timer, [ms, due]);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    waiting.delete(timer);
    clear(timer);
  };
  const those = (of) => [...waiting].filter(([, [ms]]) => of(ms));
  globalThis.testClock = {
    count: (of) => those(of).length,
    over: (of) => {
      const now = those(of);
      for (const [timer, [, due]] of now) {
        if (!waiting.has(timer)) continue;
        clear(timer);
        due();
      }
      return now.length;
    },
  };
})();"""
"""A script for a page: what shall happen after two seconds or more does so after as many minutes, or by `elapse`."""


LOOKS = 15_000
"""How often it is looked whether something has come about that is sure to come: fifty times a second, for minutes."""

T = TypeVar("T")


def awaited(page: Page, ask: Callable[[], T], otherwise: str) -> T:
    """Ask until the answer is true, which is sure to come, and return it; ``otherwise`` is said where it never is.

    For what Playwright can't wait for: its own waiting evaluates text in the page, which the pane's policy forbids.
    """
    for _ in range(LOOKS):
        if answer := ask():
            return answer
        page.wait_for_timeout(20)
    raise AssertionError(otherwise)


def elapse(page: Frame | Page, seconds: float, *, until: Locator) -> None:
    """Let so many seconds be over for all who wait for them by now, again and again until there is what follows."""

    def follows() -> bool:
        page.evaluate("seconds => globalThis.testClock?.over((ms) => ms <= 1000 * seconds)", seconds)
        return until.count() > 0

    awaited(until.page, follows, f"nothing follows when {seconds} seconds are over")
