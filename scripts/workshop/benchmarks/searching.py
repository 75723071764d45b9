"""How soon a search by hand shows its first results, apart from what the CRM takes."""

from __future__ import annotations

from collections.abc import Iterator

from workshop.benchmarks.figures import Figure
from workshop.benchmarks.linking import signed_in
from workshop.benchmarks.records import SLOW_CRM, latency
from workshop.benchmarks.stage import Stage
from workshop.benchmarks.switching import PAUSE_MS

LETTERS = "Ma"
"""A single letter is not searched for: the second one is the key that counts."""
MOST_MS = 250
_WATCH = """() => {
  const field = document.getElementById("search-text");
  let pressed;
  field.addEventListener("keydown", ({ timeStamp }) => { pressed = timeStamp; }, { once: true });
  performance.clearResourceTimings(); // the browser keeps some 250
  globalThis.sought = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!pressed || !document.querySelector("[id^=found-]")) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        const seen = performance.now();
        // Requests are told late.
        setTimeout(() => {
          const [first] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("search"));
          resolve([seen - pressed, first.responseEnd - first.startTime]);
        }, 50);
      }));
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
}"""


def searching(stage: Stage, rounds: int) -> Iterator[Figure]:
    """From the last key to the first rows, less the time from the request to the end of its answer."""
    found: list[tuple[float, float]] = []
    with stage.browser(shared=True) as opened, latency(stage, SLOW_CRM):
        _, pane = signed_in(opened)
        field = pane.locator("#search-text")
        for turn in range(rounds + 1):
            field.fill("")
            pane.locator("[id^=found-]").first.wait_for(state="detached")
            field.fill(LETTERS[:-1])
            opened.pause(PAUSE_MS)
            pane.evaluate(_WATCH)
            field.press(LETTERS[-1])
            whole, crm = pane.evaluate("globalThis.sought")
            if turn:  # the first one is new to Python, too
                found.append((whole, crm))
    yield Figure("a key → the first results, less the CRM's time", [whole - crm for whole, crm in found], "ms", MOST_MS)
    yield Figure("  the CRM's time", [crm for _, crm in found], "ms")
