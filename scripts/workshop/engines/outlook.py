"""Steer the stand-in Outlook in one of these browsers, and the pane in it."""

from __future__ import annotations

from typing import Any

from workshop.engines.webdriver import Session


class Outlook:
    """The stand-in's page. ``session`` is in the pane after each call, where one is open."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def open(self, url: str) -> None:
        """Load the mailbox page and wait until it can be steered."""
        self.session.enter()
        self.session.go(url)
        self.session.until("document.documentElement.hasAttribute('data-ready')")

    def call(self, method: str, *given: Any) -> Any:
        """Call one method of ``window.standin`` and wait for its promise."""
        self.session.enter()
        answer = self.session.settled("window.standin[given[0]](...given[1])", method, list(given))
        if self.session.run("return document.querySelectorAll('#frame-place iframe').length"):
            self.session.enter(self.session.find("#frame-place iframe"))
        return answer
