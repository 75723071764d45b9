"""A pinned pane, signed in, under a user who opens mails of Mary Smith one after the other; the CRM knows her."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from pane.desk import Desk
from pane.fault_cases import mail_of, wrong_with
from pane.shift import settled, shift
from standin_outlook.mails import Mail, Mailbox, read
from workshop.certificate import Certificate

STRANGER = read(
    b"From: Sean Unknown <nobody@nowhere.example>\r\nTo: sales@ourcompany.example\r\nSubject: From a stranger\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <stranger@nowhere.example>\r\n\r\nHello.\r\n"
)
"""The mail on which each test begins."""


@contextmanager
def pinned(
    browser: Browser,
    dist: Path,
    certificate: Certificate,
    *,
    first: int,
    count: int,
    called: str,
    officejs: Path | None = None,
) -> Iterator[Desk]:
    """The pane. The mails are numbered from ``first`` on; their subjects begin with ``called``."""
    mails = [mail_of(number, subject=f"{called} {number}") for number in range(first, first + count)]
    with shift(browser, dist, certificate, Mailbox([STRANGER, *mails]), officejs=officejs) as at:
        at.signed_in(STRANGER)
        yield at


@contextmanager
def turn(pane: Desk) -> Iterator[Desk]:
    """Begin a test as if nothing had been before; afterwards nothing may have gone wrong."""
    settled(pane)  # a call that is on its way when the CRM is reset comes to nothing
    pane.crm.reset()
    pane.show(STRANGER)
    expect(card(pane)).to_contain_text("From a stranger")
    while (close := pane.pane.locator(".notices .close, .panel .close")).count():
        close.first.click()
    yield pane
    pane.outlook.clear_faults()
    pane.crm.faults.clear()
    wrong = list(pane.wrong)
    pane.wrong.clear()
    assert not wrong, "\n".join(wrong)


def card(at: Desk) -> Locator:
    """What the pane says about the mail that it shows."""
    return at.pane.locator(".card")


def choose(at: Desk, mail: Mail) -> None:
    """Open a mail and choose its sender."""
    at.show(mail)
    expect(card(at)).to_contain_text(mail.subject)
    at.suggestion(re.compile("^Mary Smith")).check()


def press_link(at: Desk) -> None:
    """Link to the sender."""
    at.pane.get_by_role("button", name=re.compile("^Link to Mary")).click()


def linked(at: Desk, *mails: Mail) -> None:
    """Exactly these mails are linked to Mary Smith, and whole."""
    mary = at.crm.find("Contacts", firstname="Mary", lastname="Smith").id
    for mail in mails:
        assert list(wrong_with(at.crm, mail, {mary})) == []
    assert len(at.crm.messages()) == len(mails)


def notice(at: Desk, text: str) -> Locator:
    """A notice, by a part of its text."""
    return at.pane.locator(".notices").get_by_text(text)
