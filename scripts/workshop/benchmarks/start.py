"""How long the pane takes to start, and what it fetches for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Frame, Page

from standin_outlook.driver import Outlook
from workshop.benchmarks.figures import Figure, ratio
from workshop.benchmarks.linking import signed_in
from workshop.benchmarks.stage import Opened, Stage

MAIL = "plain-ascii"
SETTLE_MS = 400
"""Pause after each start, so that what comes after it (keeping copies, PyScript) does not count for the next. A smoke
run has none."""
TAKES_INPUT = "takes-input"
"""The mark of ``pane/early.js``: its screen is painted, and what is typed and pressed counts."""
SUGGESTED = "suggested"
"""The mark of `_SEE`."""
WARM_UPS = 3
"""Starts that fill every cache, the browser's code cache included, before a warm start is measured. A smoke run only
shows that measuring works: it has none."""
SLOW = {"cpu": 4, "megabits": 10, "latency_ms": 40}
HARDLY_SLOW = {"cpu": 1.1, "megabits": 100, "latency_ms": 1}
"""For a smoke run: a throttled processor is as busy as any other, only with nothing."""
_MARK = """name => new Promise((resolve) => {
  const look = () => {
    const [mark] = performance.getEntriesByName(name);
    if (mark) resolve(mark.startTime); else setTimeout(look, 5);
  };
  look();
})"""

_SEE = """name => new Promise((resolve) => {
  const look = () => {
    if (document.querySelector("[id^=suggested-]")) resolve(performance.mark(name).startTime); else setTimeout(look, 5);
  };
  look();
})"""


@dataclass(frozen=True)
class Start:
    """One start. ``usable``: ms from the navigation; ``tasks``: start and length of the long tasks before it."""

    usable: float
    marks: dict[str, float]
    tasks: list[tuple[float, float]]

    @property
    def longest_task(self) -> float:
        """In ms; tasks of less than 50 ms are not reported by browsers."""
        return max((length for _, length in self.tasks), default=0.0)


def read(frame: Frame | Page, mark: str) -> Start:
    """Wait for a mark, and return the start that ends with it."""
    usable: float = frame.evaluate(_MARK, mark)
    marks = frame.evaluate("Object.fromEntries(performance.getEntriesByType('mark').map((m) => [m.name, m.startTime]))")
    tasks = [(start, length) for start, length in frame.evaluate("globalThis.tasks") if start < usable]
    return Start(usable, marks, tasks)


def warm_ups(stage: Stage) -> int:
    """How many starts fill the caches."""
    return 0 if stage.smoke else WARM_UPS


def in_outlook(opened: Opened, address: str, *, suggested: bool = False) -> Start:
    """Open the pane of this Outlook on a mail and wait until it is usable, with ``suggested`` for the records, too."""
    outlook = Outlook(opened.page, address).open()
    outlook.select(opened.stage.mailbox.named(MAIL))
    pane = outlook.open_pane()
    if suggested:
        pane.evaluate(_SEE, SUGGESTED)
    start = read(pane, "usable")
    opened.pause(SETTLE_MS)
    return start


def on_its_own(opened: Opened, address: str) -> Start:
    """Open a page without Outlook and wait until Python runs in it."""
    opened.page.goto(address)
    start = read(opened.page, "boot:python")
    opened.pause(SETTLE_MS)
    return start


def settled(opened: Opened) -> None:
    """Wait until the open pane has nothing left to fetch."""
    Outlook(opened.page, "").pane.evaluate(_MARK, "boot:pyscript")


def warm(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Opening to usable with every cache warm, against the bare page."""
    with stage.browser(shared=True) as opened:
        pairs = _in_turns(opened, rounds)
    yield from compared("warm", pairs, 1.25)
    yield Figure("longest main-thread task, warm start", [pane.longest_task for _, pane in pairs], "ms", 150)
    yield Figure("  the same, bare page", [bare.longest_task for bare, _ in pairs], "ms")
    stood = [pane.marks["boot:instance"] for _, pane in pairs]
    yield ratio("  Python's memory stands, warm ÷ bare page", stood, [bare.usable for bare, _ in pairs], None)
    for mark in ("boot:begin", "boot:scripts", "boot:compiled", "boot:instance", "boot:python"):
        yield Figure(f"  warm: {mark}", [pane.marks[mark] for _, pane in pairs], "ms")


def kept(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The same for a user who has stayed signed in."""
    with stage.browser() as opened:
        signed_in(opened, stay=True)
        settled(opened)
        pairs = _in_turns(opened, rounds, suggested=True)
    how = "with a kept sign-in, warm"
    yield from compared(how, pairs, 1.25, "search")
    yield Figure(f"  opening → suggestions are there, {how}", [pane.marks[SUGGESTED] for _, pane in pairs], "ms")


def _in_turns(opened: Opened, rounds: int, *, suggested: bool = False) -> list[tuple[Start, Start]]:
    """The bare page's starts and the pane's, with every cache warm."""
    stage = opened.stage
    for _ in range(warm_ups(stage)):
        in_outlook(opened, stage.bare)
        in_outlook(opened, stage.outlook)
        settled(opened)
    return [
        (in_outlook(opened, stage.bare), in_outlook(opened, stage.outlook, suggested=suggested)) for _ in range(rounds)
    ]


def cold(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The same in browsers that were never used, and the bytes that travel."""
    pairs, first, second, later = [], [], [], []
    for _ in range(rounds):
        with stage.browser() as opened:
            bare = in_outlook(opened, stage.bare)
        with stage.browser() as opened:
            stage.bytes.sent.clear()
            pane = in_outlook(opened, stage.outlook)
            settled(opened)
            first.append(sum(stage.bytes.sent.values()) / 1e6)
            stage.bytes.sent.clear()
            in_outlook(opened, stage.outlook)
            settled(opened)
            second.append(sum(stage.bytes.sent.values()) / 1e6)
            later += [path for path, count in stage.bytes.sent.items() if count]
        pairs.append((bare, pane))
    yield from compared("cold", pairs, 2.0)
    yield Figure("longest main-thread task, cold start", [pane.longest_task for _, pane in pairs], "ms", 150)
    yield Figure("bytes at the first opening", first, "MB", 5.5)
    yield Figure("bytes at the second opening", second, "MB", 0, ", ".join(sorted(set(later))))


def compared(
    how: str, pairs: list[tuple[Start, Start]], limit: float | None, early: str = "sign-in form"
) -> Iterator[Figure]:
    """Compare starts of the bare page with the pane's; ``early`` is what takes input before Python is there."""
    bares = [bare.usable for bare, _ in pairs]
    taking, python = [pane.marks[TAKES_INPUT] for _, pane in pairs], [pane.usable for _, pane in pairs]
    yield ratio(f"opening → {early} takes input, {how} ÷ bare page", taking, bares, limit)
    yield Figure(f"  opening → {early} takes input, {how}", taking, "ms")
    yield Figure(f"  bare page, {how}", bares, "ms")
    yield ratio(f"opening → Python has taken over, {how} ÷ bare page", python, bares, None)
    yield Figure(f"  opening → Python has taken over, {how}", python, "ms")


def python(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Start to Python running, without Outlook, against plain PyScript with the same application."""
    own, plain = f"{stage.pane}/python.html", f"{stage.plain}/"
    with stage.browser(shared=True) as opened:
        for _ in range(warm_ups(stage)):
            on_its_own(opened, plain)
            on_its_own(opened, own)
            opened.page.evaluate(_MARK, "boot:kept")
        pairs = [(on_its_own(opened, plain), on_its_own(opened, own)) for _ in range(rounds)]
    plains, owns = [one.usable for one, _ in pairs], [other.usable for _, other in pairs]
    yield ratio("start → Python running, warm ÷ plain PyScript", owns, plains, 0.20)
    yield Figure("  start → Python running, warm", owns, "ms")
    yield Figure("  plain PyScript, warm", plains, "ms")


def throttled(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Both openings on a slow machine with a slow line: 4 × CPU, 10 Mbit/s, 40 ms."""
    stage.bytes.own_process = False  # the slowness is for one process
    slow = HARDLY_SLOW if stage.smoke else SLOW
    colds, warms = [], []
    for _ in range(rounds):
        with stage.browser() as opened:
            opened.throttle(**slow)
            bare = in_outlook(opened, stage.bare)
        with stage.browser() as opened:
            opened.throttle(**slow)
            colds.append((bare, in_outlook(opened, stage.outlook)))
            settled(opened)
            for _ in range(min(warm_ups(stage), 1)):
                in_outlook(opened, stage.bare)
                in_outlook(opened, stage.outlook)
                settled(opened)
            warms.append((in_outlook(opened, stage.bare), in_outlook(opened, stage.outlook)))
    stage.bytes.own_process = True
    yield from compared("throttled warm", warms, None)
    yield from compared("throttled cold", colds, None)
