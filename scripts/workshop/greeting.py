"""What ``scripts/dev.py`` says when all is there: where to look, what can be tried, and who can sign in."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox_crm.store.users import SEED_USERS

_TRIED = {
    "no-licence": "It has the Mail Connector component, and no licence: nobody gets in.",
    "expired-licence": "Its licence has expired: nobody gets in.",
    "stock": "It is a stock vtenext, without the Mail Connector component.",
}
"""What is to be tried, by the sandbox's kind."""


def summary(
    outlook: str,
    pane: str,
    crm: str,
    *,
    mails: int,
    own: bool,
    sandbox: str,
    user: str,
    crms: Sequence[str],
    graph: bool = False,
) -> str:
    """Return it, some lines, of the addresses of all three.

    ``graph``: what has the attachments is Microsoft Graph. ``own``: the CRM is no sandbox; ``sandbox``: else what is
    tried with it. ``user`` is signed in by itself, and ``crms`` are the only ones that the pane knows, where it was
    built elsewhere.
    """
    lines = [
        "",
        "Mail Connector for vtenext",
        "",
        f"  Stand-in Outlook  {outlook}",
        f"                    {mails} mail{'' if mails == 1 else 's'}; drop more .eml files onto the page",
        f"  Pane              {pane}",
    ]
    if graph:
        lines[-1:-1] = ["                    It hands out no attachments: the pane asks a stand-in of Microsoft Graph."]
    lines.append(f"  {'vtenext    ' if own else 'Sandbox CRM'}       {crm}")
    if sandbox:
        lines += [f"                    {_TRIED[sandbox]}"]
    if crms and crm not in crms:
        lines += ["", f"That pane knows only {', '.join(crms)}: it can't sign in to the CRM above."]
    if own:
        return "\n".join([*lines, "", "Sign in with your own user of that CRM.", ""])
    how = f"it signs {user} in by itself. The users are" if user else "sign in as"
    lines += ["", f"Choose a mail, open the pane by the button above it, {how}", ""]
    rows = [("User", "Password", ""), *((one.name, one.password, one.about) for one in SEED_USERS)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines += [f"  {name:<{widths[0]}}  {password:<{widths[1]}}  {about}".rstrip() for name, password, about in rows]
    lines += ["", f"sara is also asked for a code, which is shown at {crm}/sandbox/phone"]
    return "\n".join([*lines, ""])
