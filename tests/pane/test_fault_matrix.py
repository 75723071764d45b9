"""The fault matrix in a browser: whatever goes wrong at whatever call, in the end everything stands there once.

Every call of the journey meets every sort of trouble that a browser tells apart, and the upload every trouble
there is; tests/contract/test_faults.py has the whole matrix. One pane, pinned, for all cases.
"""

from __future__ import annotations

import functools
import itertools
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from connector.app.passing import READ
from pane.clock import elapse
from pane.desk import Desk, configured
from pane.fault_cases import CASES, SPOTS, Case, Tally, mail_of, untrue, wrong_with
from pane.shift import shift
from pane.standstill import WAITS, Standstill
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail, Mailbox
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

MOST_TRIES = 5
ABROAD = itertools.cycle(("Asia/Tokyo", "America/New_York", "UTC"))
BROKEN = "Failed to load resource|has been blocked by CORS policy"
NAME = "Mary Smith"
COUNT_SCREENS = """() => {
  globalThis.screens = 0;
  const count = (changes) => { globalThis.screens += changes.length; };
  const what = { subtree: true, attributes: true, attributeFilter: ["data-screen"] };
  new MutationObserver(count).observe(document.getElementById("pane"), what);
}"""
SETTLED = "(before) => screens !== before && !document.querySelector('.frame[data-screen=linking]')"
"""Another screen came than the one of that moment, and it is not the one that turns."""
SORTS = (
    ("never_answers",),
    ("reset",),
    ("too_large_413", "maintenance_503"),
    ("error_500", "fatal_500", "permission_500"),
    ("unauthorized_401",),
    ("empty_json", "truncated_json", "html"),
    ("slow",),
)
"""Troubles that look alike to a browser."""


def chosen() -> list[Case]:
    """For each spot one trouble of each sort (of every other while signing in), before and after in turn.

    For the upload more: both before and after, and in the middle of it.
    """
    cases = []
    for number, spot in enumerate(SPOTS):
        early = spot.phase in ("sign-in", "mail")
        for place, sort in enumerate(SORTS):
            fitting = [one for one in CASES if one.spot == spot and one.trouble.kind in sort]
            if spot.name == "store the mail":
                cases += fitting if sort == ("reset",) else fitting[-2:]
            elif not early or (place + number) % 2:
                cases.append(fitting[(number * 5 + place * 3) % len(fitting)])
    return cases


@dataclass(frozen=True)
class Reluctance:
    """What Outlook does instead of an answer. ``kind`` as in the stand-in's faults."""

    call: str
    kind: str
    more: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return f"Outlook, {self.call}: {self.kind}"


RELUCTANCES = tuple(
    Reluctance(call, kind, more)
    for call in ("body", "headers", "attachment")
    for kind, more in (
        ("never", ()),
        ("empty", ()),
        ("error", (("code", 9020),)),
        ("slow", (("ms", 200),)),
    )
)
THROUGH = chosen()
IN_THE_MIDDLE = tuple(str(case) for case in THROUGH if case.trouble.after_bytes is not None)
"""Uploads that break off, which only a browser's own have.

All others stand in the whole matrix on CPython, too.
"""


@functools.cache
def mails() -> dict[str, Mail]:
    """One for each case, by its name; made only where the cases run."""
    return {str(case): mail_of(number) for number, case in enumerate((*THROUGH, *RELUCTANCES))}


@pytest.fixture(scope="module")
def hasty(production: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build whose time-outs come at a standstill; what may still be on its way into the CRM it looks for quickly.

    Nothing is chosen but by the tests: what the pane chooses at leisure would meet a press.
    """
    out = tmp_path_factory.mktemp("hasty") / "dist"
    return configured(production, out, licence="optional", arrival_seconds=1, preselect=False, **WAITS)


@pytest.fixture(scope="module")
def pane(browser: Browser, hasty: Path, certificate: Certificate) -> Iterator[Desk]:
    with shift(browser, hasty, certificate, Mailbox(list(mails().values()))) as at:
        at.allowed.append(BROKEN)
        yield at


@pytest.fixture(scope="module")
def standstill(pane: Desk) -> Standstill:
    watching = Standstill(pane)
    pane.open(pane.mailbox.mails[0])
    pane.pane.evaluate(COUNT_SCREENS)
    return watching


@pytest.fixture
def at(pane: Desk, standstill: Standstill) -> Iterator[Desk]:
    pane.crm.reset()
    pane.traffic.clear()
    yield pane
    pane.outlook.clear_faults()
    pane.crm.faults.clear()
    wrong = list(pane.wrong)
    pane.wrong.clear()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    counted = Tally()
    yield counted
    counted.tell(request.config, "fault matrix in the browser")


@pytest.mark.deep("the fault matrix in a browser", few=3, also=IN_THE_MIDDLE)
@pytest.mark.parametrize("case", THROUGH, ids=str)
def test_trouble_with_the_crm(at: Desk, standstill: Standstill, tally: Tally, case: Case) -> None:
    crm = at.crm
    # The pane remembers where the CRM's clock is: only one that has moved has a date corrected.
    crm.time_zone = zoneinfo.ZoneInfo(next(ABROAD) if case.spot.abroad else "Europe/Rome")
    if case.spot.alone:
        crm.quirks = replace(crm.quirks, max_file_uploads=1)
    before = len(tally.findings)
    journey = Journey(at, standstill, tally, at.mailbox.find(mails()[str(case)].item_id))
    wanted = journey.through(case.spot.phase, case.fault)
    assert crm.faults.struck[-1:] == [case.fault]
    journey.audit(wanted)
    assert tally.findings[before:] == []


@pytest.mark.deep("the fault matrix in a browser", few=1)
@pytest.mark.parametrize("reluctance", RELUCTANCES, ids=str)
def test_trouble_with_outlook(at: Desk, standstill: Standstill, tally: Tally, reluctance: Reluctance) -> None:
    before = len(tally.findings)
    journey = Journey(at, standstill, tally, at.mailbox.find(mails()[str(reluctance)].item_id))
    journey.open()
    at.outlook.fault(reluctance.call, reluctance.kind, **dict(reluctance.more))
    journey.link()
    journey.finish()
    journey.audit([journey.record])
    [message] = at.crm.messages()
    assert "please" in message["description"]
    assert tally.findings[before:] == []


class Journey:
    """One case in the pane, with all the tries that it takes."""

    def __init__(self, at: Desk, standstill: Standstill, tally: Tally, mail: Mail) -> None:
        self.at, self.until, self.tally, self.mail = at, standstill.until, tally, mail
        self.record = at.crm.find("Contacts", firstname="Mary", lastname="Smith").id

    @property
    def screen(self) -> str:
        return self.at.pane.locator(".frame").get_attribute("data-screen") or ""

    def through(self, phase: str, fault: Fault) -> list[str]:
        """Go through it; returns the ids of the records to which the mail has to be linked now."""
        at = self.at
        if phase == "sign-in":
            if self.screen != "sign-in":
                at.pane.get_by_role("button", name="Sign out").click()
            at.crm.faults.add(fault)
        if phase == "mail":
            self.sign_in()
            at.crm.faults.add(fault)
        self.open()
        if phase == "link":
            at.crm.faults.add(fault)
        if phase == "cancel":
            at.crm.faults.add(Fault("relate", "error_500", "Messages"))
            self.link()
            at.crm.faults.add(fault)
            self.take_back()
            return []
        self.link()
        self.finish()
        return [self.record]

    def open(self) -> None:
        """Select the mail, and see to it that its sender is suggested."""
        self.sign_in()
        self.at.show(self.mail)
        self.suggested()

    def sign_in(self) -> None:
        for _ in range(MOST_TRIES):
            if self.screen != "sign-in":
                return
            self.at.sign_in()
            done = self.at.pane.locator(".frame:not([data-screen=sign-in]), form:not([aria-busy])")
            self.until(done.count)
        self.tally.find("stuck", "sign in")

    def suggested(self) -> None:
        """Ask again for what could not be had."""
        pane = self.at.pane
        mary = self.at.suggestion(re.compile(f"^{NAME}"))
        again = pane.get_by_role("region", name="Suggested records").get_by_role("button", name="Try again")
        out = pane.locator(".frame[data-screen=sign-in]")
        for _ in range(MOST_TRIES):
            self.until(mary.or_(again).or_(out).count)
            if out.count():
                self.sign_in()
            elif again.count():
                self.explained(".panel .box")
                again.click()
            else:
                # What comes later may still move the rows.
                self.until(lambda: not pane.locator("[aria-busy=true]").count())
                if mary.count():
                    return
        self.tally.find("stuck", "suggestions")

    def link(self) -> None:
        before = self.screens()
        self.at.link_to(NAME)
        self.settled(before)

    def screens(self) -> int:
        """How often the screen has changed so far: what a click leads to may come a moment later."""
        count: int = self.at.pane.evaluate("() => screens")
        return count

    def settled(self, before: int) -> None:
        """Wait until nothing turns any more."""
        self.until(lambda: self.at.pane.evaluate(SETTLED, before))

    def finish(self) -> None:
        """Go on until there is a receipt that leaves nothing to do; what is said until then has to be true."""
        pane = self.at.pane
        for _ in range(MOST_TRIES):
            self.truth()
            before = self.screens()
            match self.screen:
                case "sign-in":
                    self.sign_in()
                case "choose":
                    self.suggested()
                    self.at.link_to(NAME)
                case "receipt":
                    again = pane.get_by_role("button", name="Try again")
                    if again.count():
                        again.click()
                    elif pane.get_by_text("could not be put into the Documents list").count():
                        pane.get_by_role("button", name="Link to another record").click()
                    else:
                        return
                case _:
                    pane.get_by_role("button", name="Try again").click()
            self.settled(before)
        self.tally.find("stuck", "link")

    def take_back(self) -> None:
        pane = self.at.pane
        before = self.screens()
        pane.get_by_role("button", name="Take back").click()
        for _ in range(MOST_TRIES):
            self.settled(before)
            self.truth()
            before = self.screens()
            match self.screen:
                case "sign-in":
                    self.sign_in()
                case "choose":
                    # Another notice may have its seconds first.
                    elapse(pane, READ, until=pane.get_by_text("was removed from the CRM again"))
                    return
                case _:
                    pane.get_by_role("button", name="Take back").click()
        self.tally.find("stuck", "taking back")

    def truth(self) -> None:
        """What the pane says of the CRM has to be so, whatever it is."""
        pane, crm = self.at.pane, self.at.crm
        if self.screen == "failure":
            self.explained(".panel .box")
            for line in untrue(crm, self.mail, pane.locator(".panel .standing li").all_inner_texts()):
                self.tally.find("lies", line)
        if self.screen == "receipt" and pane.get_by_role("heading", name=f"Linked to {NAME}").count():
            messages = [one["messageid"] for one in crm.linked_messages(self.record)]
            if messages != [self.mail.internet_message_id]:
                self.tally.find("lies", "not linked")
        nothing = pane.get_by_text(re.compile("[Nn]othing (of it )?was stored|was removed from the CRM again"))
        if self.screen == "choose" and nothing.count():
            for kind, what in wrong_with(crm, self.mail, set()):
                self.tally.find("lies", f"says that nothing was stored, but {kind} {what}")

    def explained(self, box: str) -> None:
        """There is a sentence for what happened, and one for what to do."""
        for part in ("what", "next"):
            expect(self.at.pane.locator(f"{box} .{part}").first).to_have_text(re.compile(r"\w.*[.”]$", re.DOTALL))

    def audit(self, wanted: list[str]) -> None:
        self.tally.cases += 1
        self.tally.audit(self.at.crm, self.mail, wanted)
