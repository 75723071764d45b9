"""The pane in WebKit, in which Outlook on the Mac and on iOS shows it, and in Firefox: the main journey, both starts.

Outlook's stand-in, pane and CRM are three sites, so that a browser gives the pane a foreign frame's storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pane.engines.seat import CRM, OTHER_OUTLOOK, STOCK_CRM, Seat, seat
from sandbox_crm.crm import SandboxCrm
from standin_outlook.items import attachments_of
from workshop.engines.programs import PACKAGES, expected, missing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MAIL = "attachments-same-name"
PERSON = "Giulia Rossi"
FETCHED = """
return performance.getEntriesByType("resource").filter(({ name }) => /boot.(python|memory|late)-/.test(name)).length
"""


@pytest.fixture(scope="module", params=PACKAGES)
def one_seat(request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """One browser for all tests of an engine. Without the engine they are left out, unless it has to be there."""
    name = request.param
    if missing(name) and name not in expected():
        pytest.skip(f"{' and '.join(missing(name))} missing (Debian: apt install {PACKAGES[name]})")
    with seat(name, dist, tmp_path_factory.mktemp(name)) as there:
        yield there


@pytest.fixture
def at(one_seat: Seat) -> Iterator[Seat]:
    """The seat; afterwards nothing has gone wrong at it."""
    yield one_seat
    assert not one_seat.complaints()
    assert not one_seat.asked_elsewhere()


def link(at: Seat, crm: SandboxCrm) -> None:
    """Link the open mail to its sender, who is suggested; the CRM then has the mail and each of its files."""
    at.session.find("label:has([id^=suggested-])", PERSON)
    at.session.until("!document.querySelector('[aria-busy=true]')")
    at.session.click("label:has([id^=suggested-])", PERSON)
    at.session.click("#link", f"Link to {PERSON}")
    at.session.find("h2", f"Linked to {PERSON}")
    [message] = crm.linked_messages(crm.find("Contacts", firstname="Giulia", lastname="Rossi").id)
    assert message["subject"] == at.mailbox.named(MAIL).subject
    given = attachments_of(at.mailbox.named(MAIL), at.mailbox.manners)
    assert len(given) == 3
    assert digests(crm.file(one.id) for one in crm.linked_documents(message.id)) == digests(
        one.content for one in given
    )


def digests(contents: Iterable[bytes]) -> list[str]:
    return sorted(sha256(content).hexdigest() for content in contents)


def stay_signed_in(at: Seat) -> None:
    """Open the pane and sign in for longer than Outlook is open."""
    at.open(MAIL)
    assert not {"boot:again", "boot:plain"} & {*at.marks()}
    at.session.click("#keep")
    at.sign_in(CRM + at.crm.path_prefix)


def test_from_the_picture_with_the_component(at: Seat) -> None:
    stay_signed_in(at)
    link(at, at.crm)
    assert at.session.marked("boot:pyscript", "boot:no-pyscript")[0] == "boot:pyscript"


@pytest.mark.deep("a second start of other engines")
def test_a_second_window_with_kept_copies_and_the_kept_sign_in(at: Seat) -> None:
    """The first stays open: the driver's WebKit is a private one, which forgets copies that nobody uses any more."""
    if not at.session.run(FETCHED):  # It runs alone.
        stay_signed_in(at)
        at.session.marked("boot:kept")
    assert at.session.run(FETCHED) == 3
    at.another_window()
    at.open(MAIL)
    at.session.find("label", PERSON)
    assert at.session.run(FETCHED) == 0


@pytest.mark.deep("plain starts")
def test_the_plain_start_with_a_stock_crm(at: Seat) -> None:
    at.open(MAIL, outlook=OTHER_OUTLOOK)
    assert "boot:plain" in at.marks()
    at.sign_in(STOCK_CRM + at.stock.path_prefix)
    link(at, at.stock)
