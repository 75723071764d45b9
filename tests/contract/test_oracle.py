"""The oracle contradicts what is not so: true receipts in which one statement was changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from connector.app.element import Element
from contract.office import sample
from contract.oracle import untrue
from contract.test_lying_outlook import linked
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from standin_outlook.manners import Manners
from unit.markup import html


@pytest.fixture(scope="module")
def crm() -> SandboxCrm:
    return SandboxCrm()


def _element(parsed: ElementTree.Element) -> Element:
    children: list[Element | str] = [parsed.text or ""]
    for child in parsed:
        children += [_element(child), child.tail or ""]
    return Element(parsed.tag, dict(parsed.attrib), tuple(one for one in children if one))


def changed(pane: Element, pattern: str, other: str) -> Element:
    """The pane with something else in one place."""
    written, count = re.subn(pattern, other, html(pane), count=1)
    assert count == 1, f"{pattern} is not in {html(pane)}"
    body = html5lib.parse(written, treebuilder="etree", namespaceHTMLElements=False).find("body")
    assert body is not None
    return _element(body)


CUT = {"body_limit": 60}
NO_WHOLE = {"whole": "absent"}
REFUSED, EMPTY = {"contents": "refused"} | NO_WHOLE, {"contents": "empty"} | NO_WHOLE
NO_HEAD = {"headers": "empty"} | NO_WHOLE
UNDATED = NO_HEAD | {"created": "missing"}
NO_BODY = {"html": "refused", "text": "refused"}
ALL, PART = ">Linked to Mary Smith</h2>", ">Linked to Mary Smith, but not everything is there</h2>"
OTHERWISE, NOTHING = "The CRM shows another subject than the mail's", "The CRM kept nothing of the subject"
CAME_EMPTY = "Outlook handed over this file without content: it is empty, or it is protected."


@pytest.mark.parametrize(
    ("name", "outlook", "quirks", "pattern", "other"),
    [
        ("plain-ascii", {}, {}, ALL, PART),
        ("plain-ascii", {}, CUT, PART, ALL),
        ("plain-ascii", {}, {}, 'class="unseen">linked', 'class="about">not linked'),
        ("plain-ascii", {}, {}, "with subject, sender", "with sender"),
        ("subject-400", {}, {}, "with sender", "with subject, sender"),
        ("emoji", {}, {}, OTHERWISE, NOTHING),
        ("plain-ascii", {}, {}, "([0-9]+) of [0-9]+ recipients?", r"9 of 9 recipients"),
        ("plain-ascii", NO_HEAD, {}, "sender, ([0-9]+ of [0-9]+ recipients?)", r"sender, \1, date"),
        ("plain-ascii", UNDATED, {}, "into a mailbox or was linked", "into the mailbox"),
        ("plain-ascii", {}, {}, ", date and text", " and date"),
        ("plain-ascii", {}, CUT, " and date", ", date and text"),
        ("plain-ascii", {}, CUT, "kept nothing of the mail's text", "kept the beginning"),
        ("plain-ascii", {}, {}, "date and text", "date and text; the mail has no text"),
        ("plain-ascii", {}, {}, "date and text", "date and good wishes"),
        ("smime-encrypted", {}, {}, "The mail is in the CRM without text: Outlook gave none", "Fine"),
        ("attachments-same-name", {}, {}, 'class="good"', 'class="bad"'),
        (
            "attachments-same-name",
            {"contents": "refused"} | NO_WHOLE,
            {},
            "could not hand over this file",
            "handed over no",
        ),
        (
            "attachments-same-name",
            {"contents": "empty"} | NO_WHOLE,
            {},
            CAME_EMPTY,
            "The file is empty: it has 0 bytes.",
        ),
        ("plain-ascii", NO_BODY, {}, "(Nothing of this mail was|This attempt) stored( nothing)?", "The mail is stored"),
        ("plain-ascii", NO_BODY, {}, "Outlook does not hand over the text of this mail", "Something went wrong"),
    ],
)
def test_what_is_not_so_is_contradicted(
    crm: SandboxCrm,
    name: str,
    outlook: dict[str, Any],
    quirks: dict[str, Any],
    pattern: str,
    other: str,
) -> None:
    pane, handed = linked(crm, sample(name), Manners().changed(outlook), replace(Quirks(), **quirks))
    assert untrue(pane, handed) == []
    assert untrue(changed(pane, pattern, other), handed) != []
