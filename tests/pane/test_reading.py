"""What the pane takes from Outlook under Microsoft's own office.js, when single properties are missing or false."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from certificate import Certificate
from pane.desk import Desk
from pane.fault_cases import wrong_with
from pane.pinned import STRANGER, choose, linked, notice, pinned, press_link, turn
from standin_outlook import wire
from standin_outlook.mails import Mail

pytestmark = pytest.mark.browser

COUNT = 20


@pytest.fixture(scope="module")
def pane(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    with pinned(browser, dist, certificate, first=8000, count=COUNT, called="Read") as at:
        yield at


@pytest.fixture
def at(pane: Desk) -> Iterator[Desk]:
    with turn(pane) as ready:
        yield ready


@pytest.fixture(scope="module")
def fresh(pane: Desk) -> Iterator[Mail]:
    """Mails that no test has had."""
    return iter(pane.mailbox.mails[1:])


def altered(at: Desk, mail: Mail, **fields: Any) -> None:
    at.outlook.alter(mail, fields)


def attachments(at: Desk, mail: Mail, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The attachments as Outlook lists them, one after the other changed."""
    listed = wire.item(mail, at.mailbox)["attachments"]
    return [one | change for one, change in zip(listed, [*changes, *[{}] * len(listed)], strict=False)]


@pytest.mark.parametrize("size", [0, 1, -1, 2**53, 10.5, None, "12"])
def test_whatever_size_is_declared_an_attachment_is_read(at: Desk, fresh: Iterator[Mail], size: object) -> None:
    mail = next(fresh)
    altered(at, mail, attachments=attachments(at, mail, *[{"size": size}] * len(mail.attachments)))
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)


@pytest.mark.parametrize("given", ["", None, 7])
def test_an_attachment_without_an_id_is_named_and_the_rest_is_stored(
    at: Desk, fresh: Iterator[Mail], given: object
) -> None:
    mail = next(fresh)
    altered(at, mail, attachments=attachments(at, mail, {"id": given}))
    choose(at, mail)
    press_link(at)
    outcome = at.pane.get_by_role("heading", name="Linked to Mary Smith, but not everything is there")
    expect(outcome).to_be_visible(timeout=20_000)
    bad = at.pane.locator(".receipt li.bad")
    expect(bad).to_have_count(1)
    expect(bad).to_contain_text(mail.attachments[0].name)
    expect(bad).to_contain_text("Outlook could not hand over this file")
    kinds = [kind for kind, _ in wrong_with(at.crm, mail, {at.crm.find("Contacts", lastname="Smith").id})]
    assert kinds == ["lost"], "one file, and nothing else"


def test_a_mail_without_an_item_id_is_shown_and_linked(at: Desk, fresh: Iterator[Mail]) -> None:
    mail = next(fresh)
    altered(at, mail, id="")
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, mail)


def test_two_mails_without_item_ids_are_two_mails(at: Desk, fresh: Iterator[Mail]) -> None:
    first, second = next(fresh), next(fresh)
    altered(at, first, id="")
    altered(at, second, id="")
    choose(at, first)
    at.outlook.fault("itemChanged", "never")
    at.show(second)
    press_link(at)
    expect(at.pane.get_by_text(f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)
    at.show(STRANGER)
    choose(at, second)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, second)
    choose(at, first)
    expect(at.pane.get_by_role("heading", name="Linked to Mary Smith")).to_have_count(0)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first, second)


def test_a_slow_answer_of_another_mail_without_an_item_id_is_noticed(at: Desk, fresh: Iterator[Mail]) -> None:
    first, second = next(fresh), next(fresh)
    altered(at, first, id="")
    altered(at, second, id="")
    at.outlook.fault("body", "slow", times=0)
    choose(at, first)
    press_link(at)
    at.outlook.wait_for_held()
    at.show(second)
    expect(at.pane.locator(".card")).to_contain_text(second.subject)
    at.outlook.clear_faults()
    expect(notice(at, f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)


@pytest.mark.parametrize("stamped", ["<0f3e@eur05.prod.outlook.example>", "upper case", ""])
def test_a_mail_whose_headers_have_another_message_id_is_linked(
    at: Desk, fresh: Iterator[Mail], stamped: str
) -> None:
    mail = next(fresh)
    shown = mail.internet_message_id.upper() if stamped == "upper case" else stamped
    altered(at, mail, internetMessageId=shown)
    choose(at, mail)
    press_link(at)
    at.expect_linked("Mary Smith")
    mary = at.crm.find("Contacts", firstname="Mary", lastname="Smith")
    assert len(at.crm.linked_messages(mary.id)) == 1
