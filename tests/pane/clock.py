"""The time of a page in tests: what is given up after some seconds is so when a test says it, never by a slow machine.

pane = at.open(MAIL)
elapse(pane, 45)
"""

from __future__ import annotations

from playwright.sync_api import Frame, Page

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
    elapse: async (seconds) => {
      while (!testClock.over((ms) => Math.abs(ms / 1000 - seconds) < 1)) await new Promise((done) => later(done, 10));
    },
  };
})();"""
"""A script for a page: what shall happen after two seconds or more does so after as many minutes, or by `elapse`."""


def elapse(page: Frame | Page, seconds: float) -> None:
    """Wait until somebody waits for about so long, and let that time be over."""
    page.evaluate("seconds => testClock.elapse(seconds)", seconds)
