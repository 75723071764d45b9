"""An Outlook that lies in any number of ways, and a CRM with any of its quirks.

Whatever they do, the mail is linked, or the pane names what stands in the way; and what the pane says is so
(`contract.oracle` looks, outside the product's code).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.element import Element
from connector.app.views import view
from connector.finding.records import Record
from contract.handed import Handed
from contract.lying_mails import Drawn, mails
from contract.lying_outlook import LyingOutlook
from contract.oracle import receipt_in, untrue
from contract.sitting import Sitting
from draws import drawing
from mails.samples import SAMPLES
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from standin_outlook.items import opens
from standin_outlook.mails import Mail
from standin_outlook.manners import Manners, choices
from standin_outlook.reading import read
from unit.markup import text

DRAWS, FEW = 2000, 240
"""Of the four kinds below together, and without ``--deep``."""
FREE: dict[str, tuple[Any, ...]] = {
    "recipients": (100,),
    "files": (("offer.pdf",), ("data.bin",)),
    "closed": (("encrypted", "protected", "signed"), ("report",)),
}
WAYS = {
    name: st.sampled_from(FREE.get(name) or [one for one in values if one != getattr(Manners(), name)])
    for name, values in choices().items()
}


@st.composite
def manners(draw: st.DrawFn) -> Manners:
    """An Outlook with some lies, mostly few: of many, each would hide what another does."""
    most = draw(st.sampled_from([0, 1, 1, 2, 2, 3, 3, 4, 6, 9]))
    lies = draw(st.lists(st.sampled_from(sorted(WAYS)), min_size=most, max_size=most, unique=True))
    return Manners().changed({name: draw(WAYS[name]) for name in lies})


quirks = st.builds(
    Quirks,
    three_byte_text=st.booleans(),
    subject_limit=st.sampled_from([50, 255]),
    title_limit=st.sampled_from([50, 255]),
    upload_max_filesize=st.sampled_from([1000, 64_000_000]),
    server_file_limit=st.sampled_from([1000, 67_108_864]),
    max_file_uploads=st.sampled_from([2, 20]),
    post_max_size=st.sampled_from([60_000, 134_217_728]),
    proxy_limit=st.sampled_from([None, None, 30_000]),
    body_limit=st.sampled_from([None, None, 300]),
    sanitize_html=st.booleans(),
    keep_empty_files=st.booleans(),
    cut_name_at_underscore=st.booleans(),
    cut_name_at_slash=st.booleans(),
    message_id_required=st.booleans(),
    backslash_escapes=st.booleans(),
    where_in_values=st.booleans(),
    one_way_relation=st.booleans(),
    check_target_on_relate=st.booleans(),
    noise_before=st.booleans(),
    noise_behind=st.booleans(),
)


@pytest.fixture(scope="module")
def crms() -> dict[bool, SandboxCrm]:
    """A CRM without the component, and one with it."""
    return {False: SandboxCrm(), True: SandboxCrm(component=Component())}


def linked(
    crm: SandboxCrm, mail: Mail, outlook: Manners, crm_quirks: Quirks, *, again: bool = False
) -> tuple[Element, Handed]:
    """Open the mail in that Outlook and link it as a user would; what the pane shows then.

    ``again``: who tries again where not all is there, and then links it once more in a pane that was opened anew.
    """
    crm.reset()
    crm.quirks = crm_quirks
    with Sitting(crm, mailbox=lambda files: LyingOutlook(files, outlook)) as at:
        at.sign_in()
        if outlook.bodies_after_selection != "given":
            at.select(SAMPLES[0])
        at.select(mail)
        record = Record(crm.find("Contacts", lastname="Smith").id, "Contacts", "Mary Smith")
        if opens(mail, outlook):
            at.link(record)
        if again and at.state.current is not None:
            if not (at.view.receipt and at.view.receipt.complete):
                at.retry()
            at.reopen()
            at.sign_in()
            at.link(record)
        return view(at.state), Handed(mail, outlook, at.mailbox.owner.address, crm, (record.id,))


def judge(crm: SandboxCrm, mail: Mail, outlook: Manners, crm_quirks: Quirks, *, again: bool) -> None:
    """Link the mail, and hold what the pane says against the CRM."""
    pane, handed = linked(crm, mail, outlook, crm_quirks, again=again)
    if not opens(mail, outlook):
        assert "No mail selected" in text(pane)
        return
    if again and not handed.tells and "this one was stored beside it" in text(pane):
        return
    found = untrue(pane, handed)
    assert not found, "\n".join([*found, str(outlook), str(crm_quirks)])
    if not stands_in_the_way(outlook) and crm_quirks.proxy_limit is None:
        assert receipt_in(pane) is not None, f"not linked: {text(pane)}\n{outlook}\n{crm_quirks}"


def stands_in_the_way(outlook: Manners) -> bool:
    """Whether this Outlook hands out no body at all, so that the user decides what to do."""
    refused = {outlook.html, outlook.text} & {"refused", "never"} != set()
    return refused or outlook.bodies_after_selection == "refused"


@pytest.mark.parametrize("whole", ["empty", "page", "json", "text"])
def test_what_is_no_mail_tells_nothing_of_it(crms: dict[bool, SandboxCrm], whole: str) -> None:
    """Outlook cuts the subject, has no head, and hands out something else in place of the whole message."""
    mail = read(b"From: mary@northwind.example\nTo: sales@ourcompany.example\nSubject: " + 150 * b"x " + b"\n\nHello\n")
    outlook = Manners(subject="cut", headers="empty").changed({"whole": whole})
    for crm in crms.values():
        judge(crm, mail, outlook, Quirks(), again=False)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("sample", [False, True])
def test_what_the_pane_says_is_so(
    crms: dict[bool, SandboxCrm], pytestconfig: pytest.Config, sample: bool, again: bool
) -> None:
    source = st.sampled_from(SAMPLES).map(Drawn) if sample else mails()

    @drawing(pytestconfig, "a lying Outlook on CPython", DRAWS, few=FEW, parts=4)
    @given(one=source, outlook=manners(), crm_quirks=quirks, component=st.booleans())
    def draw(one: Drawn, outlook: Manners, crm_quirks: Quirks, component: bool) -> None:
        if again:
            # What such cuts leave of a mail, which no vtenext makes, is not known again.
            crm_quirks = replace(crm_quirks, body_limit=None, subject_limit=255)
        judge(crms[component], one.mail, outlook, crm_quirks, again=again)

    draw()
