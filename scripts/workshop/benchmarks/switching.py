"""How quickly a pinned pane is at the next mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workshop.benchmarks.figures import Figure
from workshop.benchmarks.linking import SMALL_MAILS, signed_in
from workshop.benchmarks.stage import Stage

PAUSE_MS = 300
"""Between two mails, so that what comes after one (reading ahead, say) does not count for the next."""
FRAME_MS = 1000 / 60
_WATCH = """subject => {
  let told, shown, missed = 0;
  performance.clearResourceTimings(); // the browser keeps some 250
  // What Outlook tells of another selection comes in the first message.
  const hear = (event) => { told = event.timeStamp; };
  addEventListener("message", hear, { capture: true, once: true });
  const count = () => {
    if (shown) return;
    if (told) missed++;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const card = () => document.querySelector("#pane .card")?.textContent.includes(subject);
  const suggested = () =>
    document.querySelector("#pane [id^=suggested-]") && !document.querySelector("#pane [aria-busy=true]");
  globalThis.switched = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(document.body.innerText)), 300_000);
    const observer = new MutationObserver(() => {
      if (!shown && card()) shown = performance.now();
      if (!shown || !suggested()) return;
      observer.disconnect();
      const end = performance.now();
      const asked = () => performance.getEntriesByType("resource")
        .filter((one) => one.startTime >= told && one.responseEnd <= end)
        .map((one) => [one.startTime, one.responseEnd]);
      // Requests are told late.
      setTimeout(() => resolve({ shown: shown - told, missed, suggested: end - told, asked: asked() }), 50);
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true, attributes: true });
  });
}"""


def switching(stage: Stage, rounds: int) -> Iterator[Figure]:
    """From Outlook's word of another selection to the mail's subject and its suggestions, signed in and pinned."""
    with stage.browser(shared=True) as opened:
        outlook, pane = signed_in(opened)
        mails = [stage.mailbox.named(name) for name in SMALL_MAILS]
        for mail in mails:
            outlook.prefetch(mail)
        found: list[dict[str, Any]] = []
        for turn in range(rounds + len(mails)):
            mail = mails[(turn + 1) % len(mails)]
            opened.pause(PAUSE_MS)
            pane.evaluate(_WATCH, mail.subject)
            outlook.select(mail)
            found.append(pane.evaluate("globalThis.switched"))
    found = found[len(mails) :]  # each of them was new once
    yield Figure("another mail → its subject stands there", [one["shown"] for one in found], "ms", FRAME_MS)
    yield Figure("  frames drawn without it in between", [one["missed"] for one in found], "", 0)
    yield Figure("another mail → its suggestions, rounds of requests", [_rounds(one["asked"]) for one in found], "", 1)
    yield Figure("  another mail → its suggestions", [one["suggested"] for one in found], "ms")


def _rounds(asked: list[tuple[float, float]]) -> int:
    """How many of these requests came one after the other; each is its start and its end."""
    return max((1 + _rounds([one for one in asked if one[1] <= start]) for start, _ in asked), default=0)
