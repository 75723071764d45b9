"""The sentences for what Microsoft 365 does not hand over, where Outlook does not either.

The same form as in `connector.app.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_

_ELSEWHERE = N_("Link the mail once more in Outlook on the web or on a computer: only the missing files are added.")

_SAID: Mapping[str, tuple[str, str]] = {
    "graph": (
        N_("Microsoft 365 did not hand over what Outlook does not hand over here."),
        N_("Try again. If it happens again, link the mail once more in Outlook on the web or on a computer."),
    ),
    "graph-no-bridge": (
        N_("This Outlook can't sign the Mail Connector in to Microsoft 365, which has the attachments."),
        N_("Update Outlook, then try again. Or link the mail once more in Outlook on the web or on a computer."),
    ),
    "graph-not-here": (
        N_("This mailbox is not in Microsoft 365, so its attachments can't be read on this device."),
        _ELSEWHERE,
    ),
    "graph-consent": (
        N_("Nobody has allowed the Mail Connector to read your mails in Microsoft 365 yet, so the files are missing."),
        N_("Try again, and agree to what Microsoft asks. If it does not let you, ask your administrator to agree."),
    ),
    "graph-admin-needed": (
        N_("Only an administrator can allow the Mail Connector to read attachments in Microsoft 365."),
        N_("Ask your administrator to agree for the organization, then try again."),
    ),
    "graph-not-allowed": (
        N_("The Mail Connector was not allowed to read your mails in Microsoft 365, so the files are missing."),
        N_("Try again, and agree to what Microsoft asks. Or link the mail once more in Outlook on a computer."),
    ),
    "graph-closed": (
        N_("Microsoft's window was closed before it had an answer, so the files are missing."),
        N_("Try again, and answer what Microsoft asks there."),
    ),
    "graph-popup-blocked": (
        N_("Microsoft's window could not be opened, so the files are missing."),
        N_("Allow Outlook to open windows, then try again."),
    ),
    "graph-conditions": (
        N_("Your organization's rules for sign-ins do not let the Mail Connector read attachments on this device."),
        N_("Try again, and do what Microsoft asks. If that does not help, tell your administrator the details below."),
    ),
    "graph-expired": (
        N_("Microsoft 365 wants you to sign in again, so the files are missing."),
        N_(
            "Try again, and sign in when Microsoft asks. If it does not ask, close Outlook, open it, and try once more."
        ),
    ),
    "graph-setup": (
        N_("Microsoft 365 does not know the Mail Connector as it is set up here, or not for your account."),
        N_("Tell your administrator the details below. Until then link such mails in Outlook on a computer."),
    ),
    "graph-denied": (
        N_("Microsoft 365 does not let you read this mail from here. It may lie in a shared mailbox."),
        N_("Link it once more in Outlook on the web or on a computer, or ask your administrator for the permission."),
    ),
    "graph-elsewhere": (
        N_(
            "This mail lies in another mailbox than the one that Microsoft 365 opens here: a shared one, or that of "
            "another account."
        ),
        _ELSEWHERE,
    ),
    "graph-mail-missing": (
        N_("Microsoft 365 does not find this mail: it was moved or deleted just now, or lies in another mailbox."),
        N_("Select the mail again, then try again. If that does not help, link it in Outlook on a computer."),
    ),
    "graph-file-missing": (
        N_("Microsoft 365 does not have this file where Outlook shows it, or has several that may be it."),
        N_("Select the mail again, then try again."),
    ),
    "graph-busy": (
        N_("Microsoft 365 is too busy to hand over this file now."),
        N_("Wait a few minutes, then try again."),
    ),
    "graph-unreachable": (
        N_("{host} gave no answer, or the connection broke off again and again."),
        N_("Check your connection, then try again. If it lasts, ask your administrator whether {host} is blocked."),
    ),
    "graph-silent": (
        N_("{host} stopped answering before all of it was there."),
        N_("Check your connection, then try again. If it lasts, ask your administrator whether {host} is blocked."),
    ),
    "graph-unreadable": (
        N_("What came back is not an answer of Microsoft 365. A proxy may be in between."),
        N_("Try again. If it happens again, ask your administrator whether graph.microsoft.com can be reached."),
    ),
}

GRAPH: Mapping[str, tuple[str, str]] = {**_SAID, **{f"file-{code}": said for code, said in _SAID.items()}}
"""By the code of an error, and by that of a file which it has cost."""
