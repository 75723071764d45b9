"""Outlook for Windows, the Mac, iOS and Android: the program around the pane, for office.js of each (``bridge.js``).

The genuine scripts run unmodified. What Outlook on the web does, and all its manners, is `standin_outlook`'s matter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standin_outlook import wire
from standin_outlook.mail import Mail
from standin_outlook.mails import Mailbox

BRIDGE = (Path(__file__).parent / "bridge.js").read_text("utf-8")
LOCALE = "en-US"
INFO = {"ios": "Outlook$iOS$16.00", "mac": "Outlook$Mac$16.00"}
"""What office.js reads in the page's address where the program around it does not say it."""
SETS = {"windows": "1.8", "mac": "1.8", "ios": "1.5", "android": "1.5"}
"""Requirement sets: telephones have 1.5, in which no attachment can be read."""


def script(platform: str, mail: Mail, mailbox: Mailbox, *, nested: bool = False) -> str:
    """Return what has to run in the page before office.js. ``nested``: this Outlook signs add-ins in at Microsoft."""
    given: dict[str, Any] = {
        "platform": platform,
        "locale": LOCALE,
        "requirements": json.dumps({"Mailbox": SETS[platform], **({"NestedAppAuth": "1.1"} if nested else {})}),
        "item": wire.item(mail, mailbox),
        "body": {"text": mail.text, "html": mail.html},
        "headers": mail.headers,
        "files": {
            mail.attachment_id(place): {"content": one.wire_content(), "format": one.format.value}
            for place, one in enumerate(mail.attachments)
        },
    }
    return f"{BRIDGE}({json.dumps(given)})"


def query(platform: str) -> str:
    """Return what stands behind the pane's address."""
    return f"?_host_Info={INFO[platform]}${LOCALE}$$$0" if platform in INFO else ""
