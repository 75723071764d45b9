"""How long the pane takes in WebKit and in Firefox, where they are: from the picture, every cache warm."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox_crm.store.users import SEED_USERS
from standin_outlook.officejs import HOST
from workshop.benchmarks.figures import Figure
from workshop.benchmarks.records import LEAVE, SLOW_CRM, by_hand, latency, overheard
from workshop.benchmarks.stage import Stage
from workshop.benchmarks.start import MAIL, WARM_UPS, Start, compared
from workshop.engines.names import Names
from workshop.engines.outlook import Outlook
from workshop.engines.programs import PROGRAMS, missing, opened

MARKS = "return performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])"
SETTLED = ("boot:pyscript", "boot:no-pyscript")
SUGGESTION = "[id^=suggested-]"
SEEN = f"""new Promise((done) => {{
  const look = () => document.querySelector("{SUGGESTION}") && !done(performance.now());
  if (!look()) new MutationObserver(look).observe(document, {{ childList: true, subtree: true }});
}})"""
"""When a suggestion is there, in ms since the page's beginning."""


def engines(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Opening to usable in each engine, against the bare page.

    Another window with the pane stays open: WebKit's driver starts a private one, which forgets the copies that no open
    page uses.
    """
    for name in PROGRAMS:
        if missing(name):
            continue
        with Names({HOST: stage.script_port}) as names, opened(name, names.address, hasty=stage.smoke) as browser:
            outlook = Outlook(browser.session)
            if not stage.smoke:
                _warm_up(outlook, stage)
            pairs = [(_start(outlook, stage, stage.bare), _start(outlook, stage, stage.outlook)) for _ in range(rounds)]
            how = f"warm, {name} {browser.session.about['browserVersion']}"
            with latency(stage, SLOW_CRM):
                found = _records(outlook, stage, rounds)
        yield from compared(how, pairs, None)
        yield Figure(f"  Python runs, {how}", [pane.marks["boot:python"] for _, pane in pairs], "ms")
        yield from by_hand(how, found, None)


def _records(outlook: Outlook, stage: Stage, rounds: int) -> list[tuple[float, float]]:
    """Opening until the records stand there, on the page written by hand and in the pane, with a kept sign-in."""
    _start(outlook, stage, stage.outlook)
    session, user = outlook.session, SEED_USERS[1]
    session.click("#keep")
    for field, text in {"#url": stage.crm_url, "#user": user.name, "#password": user.password}.items():
        session.fill(field, text)
    session.click("button[type=submit]", "Sign in")
    session.find(SUGGESTION)
    with overheard(stage) as request:
        _seen(outlook, stage, stage.outlook)
    # WebKit keeps for each Outlook's frame apart, by its port too.
    _opened(outlook, stage, stage.records)
    session.run(f"const given = arguments[0]; {LEAVE}", request())
    return [(_seen(outlook, stage, stage.records), _seen(outlook, stage, stage.outlook)) for _ in range(rounds)]


def _opened(outlook: Outlook, stage: Stage, address: str) -> None:
    """Open the pane of this Outlook on a mail."""
    outlook.open(address)
    outlook.call("select", stage.mailbox.named(MAIL).item_id)
    outlook.call("openPane")


def _seen(outlook: Outlook, stage: Stage, address: str) -> float:
    _opened(outlook, stage, address)
    found: float = outlook.session.settled(SEEN)
    if address == stage.outlook:
        outlook.session.marked(*SETTLED)
    return found


def _warm_up(outlook: Outlook, stage: Stage) -> None:
    """Fill every cache, and open the window that stays."""
    _start(outlook, stage, stage.outlook)
    outlook.session.another()
    for _ in range(WARM_UPS):
        _start(outlook, stage, stage.bare)
        _start(outlook, stage, stage.outlook)


def _start(outlook: Outlook, stage: Stage, address: str) -> Start:
    """Open the pane of this Outlook on a mail, and wait until it has nothing left to fetch."""
    _opened(outlook, stage, address)
    _, usable = outlook.session.marked("usable")
    if address == stage.outlook:
        outlook.session.marked(*SETTLED)
    return Start(usable, dict(outlook.session.run(MARKS)), [])
