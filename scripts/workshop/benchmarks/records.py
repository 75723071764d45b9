"""How long it takes from opening the pane until the CRM's records stand there, for whoever has stayed signed in.

The limit of any pane is a page written by hand that waits for Outlook, sends the same request and shows the names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from standin_outlook.driver import Outlook
from workshop.benchmarks.figures import Figure, ratio
from workshop.benchmarks.linking import signed_in
from workshop.benchmarks.stage import Opened, Stage
from workshop.benchmarks.start import HARDLY_SLOW, MAIL, SETTLE_MS, SLOW, Start, in_outlook, read, settled, warm_ups

SLOW_CRM = 0.15
"""Seconds that a CRM takes to answer, beside one that answers at once."""
SUGGESTED, USABLE = "suggested", "usable"
_SEE = """new MutationObserver((_, observer) => {
  if (!document.querySelector("[id^=suggested-]")) return;
  observer.disconnect();
  // Once it is painted.
  requestAnimationFrame(() => setTimeout(() => performance.mark("suggested")));
}).observe(document, { childList: true, subtree: true });"""
LEAVE = "localStorage.setItem('bench', given)"
"""Leaves the request for the page written by hand."""
_EMPTY_CACHES = "async () => { for (const name of await caches.keys()) await caches.delete(name); }"


def records(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The records in the pane against those on the page written by hand: warm, cold, and on a slow machine."""
    with opened_for_good(stage) as opened:
        for seconds, most in ((SLOW_CRM, 1.8), (0.0, 3.0)):
            with latency(stage, seconds):
                yield from _compared(f"warm, {_crm(seconds)}", _in_turns(opened, rounds), most)
        with latency(stage, SLOW_CRM):
            few = max(1, rounds // 3)
            yield from _compared(f"cold, {_crm(SLOW_CRM)}", _in_turns(opened, few, cold=True), 2.0)
    # The slowness is for one process.
    stage.bytes.own_process = False
    with opened_for_good(stage) as opened, latency(stage, SLOW_CRM):
        opened.throttle(**(HARDLY_SLOW if stage.smoke else SLOW))
        yield from _compared(f"throttled, {_crm(SLOW_CRM)}", _in_turns(opened, few), 2.0)
    stage.bytes.own_process = True


def _crm(seconds: float) -> str:
    return f"a CRM of {1000 * seconds:.0f} ms" if seconds else "an immediate CRM"


@contextmanager
def latency(stage: Stage, seconds: float) -> Iterator[None]:
    """A CRM that takes so long for each call."""
    stage.crm.quirks = replace(stage.crm.quirks, latency=seconds)
    yield
    stage.crm.quirks = replace(stage.crm.quirks, latency=0.0)


@contextmanager
def opened_for_good(stage: Stage) -> Iterator[Opened]:
    """A browser in which somebody has stayed signed in, and the page written by hand knows the request."""
    with stage.browser() as opened:
        opened.context.add_init_script(_SEE)
        signed_in(opened, stay=True)
        settled(opened)
        with overheard(stage) as request:
            suggested_in(opened, stage.outlook)
            settled(opened)
        Outlook(opened.page, "").pane.evaluate(f"given => (() => {{ {LEAVE} }})()", request())
        yield opened


@contextmanager
def overheard(stage: Stage) -> Iterator[Callable[[], str]]:
    """Hear what a pane first asks the CRM for; what is yielded tells it afterwards, for ``pages/records.js``."""
    stage.uploads.posted.clear()
    stage.uploads.keep_posts_above = 0

    def request() -> str:
        path, headers, body = next(one for one in stage.uploads.posted if one[0].endswith("/mailconnectorfind"))
        wanted = {name: headers[name] for name in ("content-type", "authorization")}
        origin = stage.crm_url[: stage.crm_url.index("/", len("https://"))]
        return json.dumps([origin + path, {"method": "POST", "headers": wanted, "body": b"".join(body).decode()}])

    yield request
    stage.uploads.keep_posts_above = float("inf")


def suggested_in(opened: Opened, address: str) -> Start:
    """Open the pane of this Outlook on a mail; its time is that of the records, its marks go on until it is usable."""
    outlook = Outlook(opened.page, address).open()
    outlook.select(opened.stage.mailbox.named(MAIL))
    pane = outlook.open_pane()
    start = read(pane, SUGGESTED)
    marks = read(pane, USABLE).marks
    opened.pause(SETTLE_MS)
    return replace(start, marks=marks)


def _in_turns(opened: Opened, rounds: int, *, cold: bool = False) -> list[tuple[Start, Start]]:
    stage = opened.stage
    for _ in range(0 if cold else warm_ups(stage)):
        in_outlook(opened, stage.records)
        suggested_in(opened, stage.outlook)
        settled(opened)
    pairs = []
    for _ in range(rounds):
        starts = []
        for address in (stage.records, stage.outlook):
            if cold:
                forget_files(opened)
            starts.append(suggested_in(opened, address))
        settled(opened)
        pairs.append((starts[0], starts[1]))
    return pairs


def forget_files(opened: Opened) -> None:
    """Let go of all that the browser has of the pane's files and Outlook's; the sign-in stays."""
    outlook = Outlook(opened.page, "")
    if outlook.is_pane_open:
        outlook.pane.evaluate(_EMPTY_CACHES)
    opened.context.new_cdp_session(opened.page).send("Network.clearBrowserCache")


def _compared(how: str, pairs: list[tuple[Start, Start]], most: float) -> Iterator[Figure]:
    yield from by_hand(how, [(hand.usable, pane.usable) for hand, pane in pairs], most)
    # By then what was pressed counts: one can link.
    yield Figure(f"  opening → usable, {how}", [pane.marks[USABLE] for _, pane in pairs], "ms")


def by_hand(how: str, pairs: list[tuple[float, float]], most: float | None) -> Iterator[Figure]:
    """Compare the pane's times with those of the page written by hand, in ms."""
    hands, panes = [hand for hand, _ in pairs], [pane for _, pane in pairs]
    yield ratio(f"opening → records, {how} ÷ page by hand", panes, hands, most)
    yield Figure(f"  opening → records, {how}", panes, "ms")
    yield Figure(f"  page by hand, {how}", hands, "ms")
