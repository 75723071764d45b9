"""The pictures of the README: a mail with what the pane suggests for it, and the receipt after linking it.

They are committed, and made anew by ``python scripts/pictures.py`` when the pane looks different.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workshop import commands, environment
from workshop.checkout import ROOT

OUT = ROOT / "docs" / "pictures"
MAIL, USER, PERSON = "related-inline-images", "agent", "Mary Smith"
WIDTH, HEIGHT = 1180, 720


def take(out: Path) -> list[Path]:
    """Take the pictures in an installed browser; returns their files. Raises `environment.Failed`."""
    from playwright.sync_api import expect, sync_playwright

    from sandbox_crm.store.users import SEED_USERS
    from standin_outlook.driver import Outlook
    from standin_outlook.mails import Mailbox, load
    from workshop import browser
    from workshop.development import SAMPLE_MAILS, Choices, placed

    mailbox = Mailbox(load(SAMPLE_MAILS))
    password = next(user.password for user in SEED_USERS if user.name == USER)
    found = browser.find()
    out.mkdir(parents=True, exist_ok=True)
    files = [out / "suggestions.png", out / "receipt.png"]
    with (
        placed(Choices(port=8543, browser=False), mailbox) as place,
        sync_playwright() as playwright,
    ):
        opened = playwright.chromium.launch(executable_path=found.path, args=[*found.headless_flags])
        page = opened.new_page(
            ignore_https_errors=True, viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
        )
        outlook = Outlook(page, place.outlook).open()
        outlook.select(mailbox.named(MAIL))
        pane = outlook.open_pane()
        pane.get_by_label("User name").fill(USER)
        pane.get_by_label("Password").fill(password)
        pane.get_by_role("button", name="Sign in", exact=True).click()
        suggested = pane.get_by_role("region", name="Suggested records")
        suggested.get_by_role("checkbox", name=re.compile(f"^{PERSON}")).check(timeout=0)
        page.screenshot(path=files[0])
        pane.get_by_role("button", name=re.compile("^Link to")).click()
        expect(pane.get_by_role("heading", name=f"Linked to {PERSON}")).to_be_visible(timeout=0)
        page.screenshot(path=files[1])
        opened.close()
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    commands.Options(description="Take the pictures of the README.").parse_args(arguments)
    environment.ensure(whole=True)
    for file in take(OUT):
        print(file.relative_to(ROOT))
    return 0
