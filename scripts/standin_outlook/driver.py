"""Steer the stand-in Outlook from a test, by a Playwright page.

outlook = Outlook(page, "https://localhost:8444/").open()
outlook.select(mailbox.named("plain-ascii").item_id)
pane = outlook.open_pane()
pane.get_by_role("button", name="Link").click()
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from standin_outlook.mail import Mail


class Outlook:
    """The stand-in's page. ``page`` is Playwright's; every method waits until its effect is on its way to the pane."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url

    def open(self) -> Self:
        """Load the mailbox page and wait until it can be steered."""
        self.page.goto(self.url)
        self.page.locator("html[data-ready]").wait_for(state="attached")
        return self

    def reset(self) -> None:
        """Begin anew without loading the page: no pane, nothing selected, no faults, an empty log."""
        self.call("reset")

    def forget(self) -> None:
        """Forget what add-ins have put on mails (but what the mailbox keeps), the windows they opened, and the log."""
        self.call("forget")

    def select(self, mail: Mail | str | None) -> None:
        """Select a mail, or nothing. A pinned pane gets an event; another one is closed."""
        self.call("select", mail.item_id if isinstance(mail, Mail) else mail)

    def alter(self, mail: Mail, fields: dict[str, Any] | None) -> None:
        """Have Outlook say this of a mail instead, from its next selection on: fields of office.js's initial data.

        For what no mail file can hold, such as halves of characters. None takes it back.
        """
        # As JSON, whose escapes bring halves of characters through Playwright's own encoding.
        self.call("alter", mail.item_id, json.dumps(fields))

    def behave(self, **changes: Any) -> None:
        """Change this Outlook's manners (``standin_outlook.manners``) until `reset`; none take all changes back.

        Answers to calls change at once, a mail's properties from its next selection on.
        """
        self.call("behave", changes or None)

    @contextmanager
    def behaving(self, **changes: Any) -> Iterator[Self]:
        """An Outlook with other manners for a while; afterwards all changes are taken back."""
        self.behave(**changes)
        try:
            yield self
        finally:
            self.behave()

    def prefetch(self, mail: Mail) -> None:
        """Have what is asked of a mail at hand, so that only office.js's channel takes time (for benchmarks)."""
        self.call("prefetch", mail.item_id)

    def open_pane(self) -> Any:
        """Open the add-in's pane on the selected mail; returns its frame once its document has loaded."""
        self.call("openPane")
        return self.pane

    def wait_for_pane(self) -> None:
        """Wait until office.js in the pane has the item's data (what comes right before ``Office.onReady``)."""
        self.page.evaluate("() => window.standin.paneReady()")

    def close_pane(self) -> None:
        """Close the add-in's pane."""
        self.call("closePane")

    @property
    def pane(self) -> Any:
        """The pane's Playwright ``Frame``. Raises LookupError when no pane is open."""
        # Playwright knows the frames without asking the browser. The pane's is the only one, but for inline dialogs.
        frames = self.page.main_frame.child_frames
        if len(frames) == 1:
            return frames[0]
        handle = self.page.locator("#frame-place iframe").element_handle() if self.is_pane_open else None
        frame = handle.content_frame() if handle else None
        if frame is None:
            raise LookupError("no pane is open")
        return frame

    @property
    def is_pane_open(self) -> bool:
        """Whether the pane is there."""
        return bool(self.call("isPaneOpen"))

    def pin(self, pinned: bool = True) -> None:
        """Pin the pane, so that it stays and gets events of the selection, or unpin it."""
        self.call("pin", pinned)

    def reply(self, begun: bool = True) -> None:
        """Begin a reply in the reading pane, of which a pinned pane is handed the draft; False throws it away."""
        self.call("reply", begun)

    def set_theme(self, theme: str) -> None:
        """Change Outlook's theme: "light" or "dark"; the pane gets an event."""
        self.call("setTheme", theme)

    def set_locale(self, locale: str) -> None:
        """The display language ("it-IT") of panes that are opened from now on."""
        self.call("setLocale", locale)

    def set_requirement_set(self, version: str) -> None:
        """The Mailbox requirement set that this Outlook claims ("1.5"), for panes opened from now on."""
        self.call("setRequirementSet", version)

    def set_late_answers(self, how: str) -> None:
        """What a call gets that was overtaken by a selection: "delivered" (old mail's data) or "refused" (9030)."""
        self.call("setLateAnswers", how)

    def fault(self, call: str, kind: str, **more: Any) -> int:
        """Script a fault; ``static/faults.js`` lists calls, kinds and the further fields. Returns its number."""
        fault = {"call": call, "kind": kind, **more}
        return int(self.page.evaluate("fault => window.standin.faults.add(fault)", fault))

    def release(self) -> None:
        """Let every call go on that a "slow" fault without ``ms`` stopped."""
        self.page.evaluate("() => window.standin.faults.release()")

    def held(self) -> int:
        """How many calls are being held by slow faults."""
        return int(self.page.evaluate("() => window.standin.faults.held.length"))

    def wait_for_held(self, count: int = 1) -> None:
        """Wait until this many calls are being held."""
        self.page.wait_for_function("count => window.standin.faults.held.length >= count", arg=count)

    def answering(self) -> int:
        """How many calls of the pane's are being answered; one that never is does not count."""
        return int(self.page.evaluate("() => window.standin.answering()"))

    def wait_until_answered(self) -> None:
        """Wait until every call of the pane's is answered, but for those that never are."""
        self.page.wait_for_function("() => window.standin.answering() === 0")

    def clear_faults(self) -> None:
        """Forget every fault and let held calls go on."""
        self.page.evaluate("() => window.standin.faults.clear()")

    @property
    def log(self) -> list[dict[str, Any]]:
        """What the pane asked for: ``call``, ``itemId``, ``names``, ``fault``, ``at`` (ms since the page's start)."""
        return list(self.page.evaluate("() => window.standin.log"))

    def calls(self, name: str) -> list[dict[str, Any]]:
        """The entries of the log for one call."""
        return [entry for entry in self.log if entry["call"] == name]

    @property
    def notifications(self) -> list[dict[str, Any]]:
        """The notifications that the pane shows on the selected mail."""
        return list(self.call("notifications"))

    @property
    def categories(self) -> list[str]:
        """The categories of the selected mail."""
        return list(self.call("categories"))

    @property
    def windows(self) -> list[str]:
        """The addresses that the pane asked Outlook to open."""
        return list(self.call("windows"))

    def call(self, method: str, *values: Any) -> Any:
        """Call one method of ``window.standin`` and wait for its promise."""
        return self.page.evaluate("([method, values]) => window.standin[method](...values)", [method, list(values)])
