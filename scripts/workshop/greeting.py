"""What ``scripts/dev.py`` says when all is there: where to look, what can be tried, and who can sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_crm.store.users import SEED_USERS

if TYPE_CHECKING:
    from standin_outlook.mails import Mailbox
    from workshop.deployed import Deployed
    from workshop.development import Choices, Place

_TRIED = {
    "no-licence": "It has the Mail Connector component, and no licence: nobody gets in.",
    "expired-licence": "Its licence has expired: nobody gets in.",
    "stock": "It is a stock vtenext, without the Mail Connector component.",
}
"""What is to be tried, by the sandbox's kind."""


def summary(place: Place, mailbox: Mailbox, choices: Choices, deployed: Deployed | None) -> str:
    """Return it, some lines."""
    count, sandbox = len(mailbox.mails), choices.crm is None
    lines = [
        "",
        "Mail Connector for vtenext",
        "",
        f"  Stand-in Outlook  {place.outlook}",
        f"                    {count} mail{'' if count == 1 else 's'}; drop more .eml files onto the page",
        f"  Pane              {place.pane}",
    ]
    lines.append(f"  {'Sandbox CRM' if sandbox else 'vtenext    '}       {place.crm}")
    if deployed and deployed.crms and place.crm not in deployed.crms:
        lines += ["", f"That pane knows only {', '.join(deployed.crms)}: it can't sign in to the CRM above."]
    if not sandbox:
        return "\n".join([*lines, "", "Sign in with your own user of that CRM.", ""])
    if choices.sandbox:
        lines += [f"                    {_TRIED[choices.sandbox]}"]
    how = f"it signs {choices.signed_in} in by itself. The users are" if choices.signed_in else "sign in as"
    lines += ["", f"Choose a mail, open the pane by the button above it, {how}", ""]
    rows = [("User", "Password", ""), *((user.name, user.password, user.about) for user in SEED_USERS)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines += [f"  {name:<{widths[0]}}  {password:<{widths[1]}}  {about}".rstrip() for name, password, about in rows]
    lines += ["", f"sara is also asked for a code, which is shown at {place.crm}/sandbox/phone"]
    return "\n".join([*lines, ""])
