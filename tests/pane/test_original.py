"""The mail itself as a file, from Microsoft's own office.js to the CRM: its bytes never pass through Python."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pane.desk import configured
from pane.fault_cases import mail_of
from pane.pinned import STRANGER, choose, press_link
from pane.shift import shift
from standin_outlook.mails import Mailbox
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser


def test_it_stands_in_the_crm_with_the_bytes_that_outlook_gave(
    browser: Browser, dist: Path, certificate: Certificate, officejs: Path, tmp_path: Path
) -> None:
    keeping = configured(dist, tmp_path / "dist", keep_original=True)
    mail = mail_of(8800, subject="Evidence")
    with shift(browser, keeping, certificate, Mailbox([STRANGER, mail]), officejs=officejs) as at:
        at.signed_in(STRANGER)
        choose(at, mail)
        press_link(at)
        at.expect_linked("Mary Smith")
        expect(at.pane.get_by_text(hashlib.sha256(mail.raw).hexdigest())).to_be_visible()
        stored = [one for one in at.crm.documents() if one["notes_title"] == "Evidence.eml"]
        assert [at.crm.file(one.id) for one in stored] == [mail.raw]
