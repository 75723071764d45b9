"""Items that are no plain mails: each is told for what it is, and linked as far as that goes."""

from __future__ import annotations

import pytest

from connector.app.views import view
from connector.mail.kinds import Kind, kind_of
from contract.both import pane, server
from contract.office import sample, seed_record
from contract.sitting import Sitting
from unit.markup import text

__all__ = ["pane", "server"]

SAID = {
    "calendar-invitation": "A meeting request, or an answer to one. It is linked as a mail",
    "smime-encrypted": "An encrypted or protected mail. Outlook may keep its text and files back",
    "rights-protected": "An encrypted or protected mail. Outlook may keep its text and files back",
    "smime-signed": "A signed mail. Outlook may hand it over as one file, smime.p7m.",
}


@pytest.mark.parametrize("name", SAID)
def test_each_kind_has_its_sentence_and_is_linked(pane: Sitting, name: str) -> None:
    pane.sign_in()
    pane.select(sample(name))
    assert SAID[name] in text(view(pane.state))
    pane.link(seed_record(pane.crm, "Contacts", firstname="Mary", lastname="Smith"))
    assert pane.view.receipt is not None


def test_a_plain_mail_has_none(pane: Sitting) -> None:
    pane.sign_in()
    pane.select(sample("plain-ascii"))
    assert not any(said in text(view(pane.state)) for said in SAID.values())


@pytest.mark.parametrize(
    ("instead", "said"), [("draft", "This is a draft."), ("appointment", "This is an appointment.")]
)
def test_what_is_no_mail_says_so(pane: Sitting, instead: str, said: str) -> None:
    pane.sign_in()
    pane.mailbox.opened_instead = instead
    pane.select(None)
    assert said in text(view(pane.state))
    pane.select(sample("plain-ascii"))
    assert said not in text(view(pane.state))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", Kind.PLAIN),
        ("IPM.Note", Kind.PLAIN),
        ("IPM.Note.Custom", Kind.PLAIN),
        ("IPM.Schedule.Meeting.Request", Kind.MEETING),
        ("IPM.Schedule.Meeting.Resp.Tent", Kind.MEETING),
        ("IPM.Schedule.Meeting.Canceled", Kind.MEETING),
        ("REPORT.IPM.Note.NDR", Kind.REPORT),
        ("REPORT.IPM.Schedule.Meeting.Request.DR", Kind.REPORT),
        ("IPM.Note.SMIME", Kind.PROTECTED),
        ("ipm.note.smime.multipartsigned", Kind.SIGNED),
    ],
)
def test_outlooks_classes(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind
