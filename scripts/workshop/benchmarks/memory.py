"""What the pane takes of the machine's memory while it links, and what it keeps after many mails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import psutil
from playwright.sync_api import Frame

from standin_outlook.driver import Outlook
from standin_outlook.mails import Mail
from workshop.benchmarks.figures import Figure
from workshop.benchmarks.linking import CHOOSING_MS, LARGE, LINKS, SMALL, SMALL_MAILS, linked, ready, signed_in
from workshop.benchmarks.stage import Opened, Stage

QUIET_MS = 500
"""Until the browser has given back what it does not need."""
LOOK_SECONDS = 0.005
_MEMORIES = """
globalThis.memories = [];
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...values) => {
  const made = await instantiate(...values);
  const { memory } = (made.instance ?? made).exports;
  if (memory) memories.push(memory);
  return made;
};
"""
_OFFICE_ALONE = """() => new Promise((resolve) => {
  const { item } = Office.context.mailbox;
  item.getAttachmentContentAsync(item.attachments[0].id, (result) => resolve(result.status));
})"""
_LONGEST = """async () => {
  await new Promise((resolve) => setTimeout(resolve, 100)); // long tasks are told late
  return Math.max(0, ...tasks.map(([, length]) => length));
}"""


def peak(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The browser's memory at its peak while 25 MB are read and linked, and while office.js alone hands them out."""
    mail = stage.mailbox.named(LARGE)
    choosing = 0 if stage.smoke else CHOOSING_MS
    alone, whole, tasks = [], [], []
    for _ in range(rounds):
        with stage.browser(shared=True) as opened:
            outlook = Outlook(opened.page, stage.bare).open()
            outlook.prefetch(mail)
            outlook.select(mail)
            bare: Frame = outlook.open_pane()
            outlook.wait_for_pane()
            alone.append(_peak(opened, bare, partial(bare.evaluate, _OFFICE_ALONE)))
            tasks.append(float(bare.evaluate(_LONGEST)))
        with stage.browser(shared=True) as opened:
            outlook, pane = ready(opened, mail)
            # What a first link takes whatever its size: V8 compiles Python thoroughly, for one.
            linked(outlook, pane, stage.mailbox.named(f"{SMALL}-0"), choosing)
            whole.append(_peak(opened, pane, partial(linked, outlook, pane, mail, choosing)))
    size = len(mail.attachments[0].content) / 1e6
    ours = [(total - office) / size for total, office in zip(whole, alone, strict=True)]
    yield Figure("25 MB attachment: memory at the peak, less what office.js takes, ÷ size", ours, "×", 2)
    yield Figure("  25 MB attachment: memory at the peak, over that before", whole, "MB")
    yield Figure("  the same, while office.js alone hands it out", alone, "MB")
    yield Figure("  longest main-thread task, while office.js alone hands it out", tasks, "ms")


def _peak(opened: Opened, pane: Frame, work: Callable[[], object]) -> float:
    """By how many MB the memory of all the browser's processes grows at most, while something is done."""
    _used(opened, pane)  # after a collection of what nobody needs
    opened.pause(QUIET_MS)
    # This process's only child is the driver, whose children are the browser's.
    processes = [one for driver in psutil.Process().children() for one in driver.children(recursive=True)]
    before = most = _resident(processes)
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(LOOK_SECONDS):
            most = max(most, _resident(processes))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        work()
    finally:
        done.set()
        watching.join()
    return (most - before) / 1e6


def _resident(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def growth(stage: Stage, switches: int) -> Iterator[Figure]:
    """What the heaps of JavaScript and WebAssembly grow by in this many switches, with 20 links (or fewer) between."""
    with stage.browser(shared=True) as opened:
        opened.page.add_init_script(_MEMORIES)
        outlook, pane = signed_in(opened)
        samples = [stage.mailbox.named(name) for name in SMALL_MAILS]
        new = [stage.mailbox.named(f"{SMALL}-{number}") for number in range(LINKS + 2)]
        for mail in samples * (1 if stage.smoke else 10):
            _shown(outlook, pane, mail)
        for mail in (new.pop(), new.pop()):
            linked(outlook, pane, mail)
        links = 0
        before = _memory(opened, pane)
        for turn in range(switches):
            _shown(outlook, pane, samples[turn % 2])
            if turn % 25 == 24 and new:
                linked(outlook, pane, new.pop())
                links += 1
        after = _memory(opened, pane)
    total = [100 * (sum(after) - sum(before)) / sum(before)]
    note = f"JS {before[0] / 1e6:.1f} → {after[0] / 1e6:.1f} MB, wasm {before[1] / 1e6:.1f} → {after[1] / 1e6:.1f} MB"
    yield Figure(f"heap growth, {switches} switches and {links} links", total, "%", 5, note)


def _shown(outlook: Outlook, pane: Frame, mail: Mail) -> None:
    outlook.select(mail)
    pane.locator("#pane").get_by_text(mail.subject).first.wait_for()


def _memory(opened: Opened, pane: Frame) -> tuple[float, float]:
    """Bytes of JavaScript's heap after a collection, and of the WebAssembly memories, of the pane."""
    used = _used(opened, pane)
    memories: float = pane.evaluate("globalThis.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)")
    return used, memories


def _used(opened: Opened, pane: Frame) -> float:
    session = opened.context.new_cdp_session(pane)
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used
