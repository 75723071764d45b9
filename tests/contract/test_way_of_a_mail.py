"""The way of a mail from the press of Link to the receipt: through few files, and the map names them.

Coroutines of the pane are counted, each where it is first entered, since what waits is what carries a link on; a stay
is a row of them in one file, and a return is a stay in a file that was left before. The user has chosen a record some
time ago. What follows the receipt, such as the mark in the mailbox, is no part of the way.

With the component one request does all that a link needs. A stock CRM is asked seven questions in seven steps, each of
which can be tried again alone: six returns to what stores there are the least, and the steps are files of their own.
"""

from __future__ import annotations

import inspect
import sys
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import connector
from connector.app import events as e
from connector.app.effects import App
from connector.linking.receipt import receipt_of
from contract.office import sample, seed_record
from contract.sitting import Sitting
from sandbox_crm.crm import SandboxCrm
from workshop.checkout import ROOT

PANE = Path(connector.__file__).parent
MOST = {"component": (17, 4), "stock": (43, 19)}
"""Stays and returns, by what the CRM has."""
ENDS = App.dispatch.__code__, receipt_of.__code__
RECEIPT = receipt_of.__code__.co_filename, receipt_of.__code__.co_firstlineno


@pytest.fixture(scope="module", params=sorted(MOST))
def way(request: pytest.FixtureRequest) -> str:
    """What the CRM has."""
    return str(request.param)


@pytest.fixture(scope="module")
def stays(way: str) -> list[str]:
    """The files of ``py/connector``, in the order in which a link stays in them."""
    entered: list[tuple[str, int]] = []

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        walks = code.co_flags & inspect.CO_COROUTINE or code in ENDS
        if event == "call" and walks and code.co_filename.startswith(str(PANE)):
            place = code.co_filename, code.co_firstlineno
            if place not in entered:
                entered.append(place)
            if code is App.dispatch.__code__ and RECEIPT in entered:
                sys.setprofile(None)

    crm = SandboxCrm()
    if way == "component":
        crm.install_component()
    with Sitting(crm) as at:
        at.sign_in()
        at.select(sample("related-inline-images"))
        at.choose(seed_record(crm, "Contacts", lastname="Smith"))
        sys.setprofile(note)
        try:
            at.begin(e.LinkAsked())
            at.settle()
        finally:
            sys.setprofile(None)
        assert at.view.receipt is not None
    crm.close()
    return [Path(file).relative_to(PANE).as_posix() for file, _ in groupby(file for file, _ in entered)]


def test_a_mail_goes_through_few_files_and_seldom_back(way: str, stays: list[str]) -> None:
    most_stays, most_returns = MOST[way]
    assert len(stays) <= most_stays, stays
    assert len(stays) - len(set(stays)) <= most_returns, stays


def test_the_map_names_each_of_them(stays: list[str]) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    journey = page.partition("## The journey of a mail")[2].partition("\n## Signing in")[0]
    assert [file for file in stays if f"`{file}`" not in journey] == []
