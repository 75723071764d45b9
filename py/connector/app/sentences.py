"""The sentences for errors: for each code of `connector.errors` what happened, and what to do next.

``{host}`` and the like are details; `connector.app.texts` fills them and knows what stands for a
missing one. A key ``code:reason`` is for one reason of that code. `connector.app.refusals` has the
sentences for errors of signing in, `connector.app.remarks` those for everything that is no error,
`connector.app.findings` those of a receipt, `connector.app.graphwords` those about Microsoft 365.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.findings import FINDINGS
from connector.app.graphwords import GRAPH
from connector.app.language import N_
from connector.app.refusals import REFUSALS
from connector.app.remarks import REMARKS

_BROKE_OFF = N_("The connection to {host} broke off.")
_LOG = N_("Try again. If it happens again, ask your administrator to look into the error log of the CRM's web server.")

ERRORS: Mapping[str, tuple[str, str]] = {
    "unexpected": (
        N_("Something unexpected went wrong in the pane."),
        N_("Close and open the pane, then try again. If it happens again, tell your administrator the details below."),
    ),
    # The CRM's address
    "crm-address": (
        N_("“{given}” can't be used as the address of the CRM."),
        N_("Enter the address as it stands in the browser when you open vtenext, for example crm.example.com."),
    ),
    "crm-address-invalid": (
        N_("“{given}” is not the address of a web server."),
        N_("Enter the address as it stands in the browser when you open vtenext, for example crm.example.com."),
    ),
    "crm-address-insecure": (
        N_("“{given}” would send your password and your mails unencrypted."),
        N_("Use the address with https://. If the CRM has none, ask your administrator for a certificate."),
    ),
    # Outlook
    "office": (
        N_("Outlook did not hand over what was asked for."),
        N_("Open the mail again and try once more."),
    ),
    "no-mail": (
        N_("No mail is open any more, so there was nothing to read."),
        N_("Select the mail in Outlook and try again."),
    ),
    "mail-changed": (
        N_("Another mail was selected before “{subject}” was stored. Nothing of it was stored."),
        N_("To link it, select that mail again and choose its records."),
    ),
    "office-timeout": (
        N_("Outlook did not answer in time when asked for {what}."),
        N_("Try again. If it keeps happening, select another mail and come back, or restart Outlook."),
    ),
    "office-failed": (
        N_("Outlook could not hand over {what}."),
        N_("Wait until the mail is completely loaded, then try again. A protected mail can't be read by add-ins."),
    ),
    "message-doubted": (
        N_("What came as the mail itself is another mail, or none. It was not stored."),
        N_("Select the mail again, then try again."),
    ),
    "body-unreadable": (
        N_("Outlook does not hand over the text of this mail, whichever way it is asked."),
        N_("Close this pane and open it again on the mail, then link it. Most often that is enough."),
    ),
    "office-too-old": (
        N_("This Outlook does not offer what the Mail Connector needs ({what})."),
        N_("Open the pane in Outlook, in a newer version of it, or in Outlook on the web."),
    ),
    "source": (
        N_("Microsoft's server did not hand over the mail's content."),
        N_("Try again. If it happens again, link the mail in Outlook on the web or on a computer."),
    ),
    "source-refused": (
        N_("Microsoft's server does not hand over the content of this mail."),
        N_("Link the mail in Outlook on the web or on a computer."),
    ),
    "press-needed": (
        N_("Microsoft asks for your consent before it hands over the mail's content."),
        N_("Try again, and sign in or agree in the window that opens."),
    ),
    "source-busy": (
        N_("Microsoft's server is busy, or the connection to it broke off."),
        N_("Wait a moment, then try again."),
    ),
    "office-missing": (
        N_("Microsoft's office.js could not be loaded (appsforoffice.microsoft.com). Nothing was stored."),
        N_(
            "Check your connection, then close and open the pane. If that does not help, ask your administrator "
            "whether a firewall or a proxy blocks that address."
        ),
    ),
    # No answer from the CRM
    "crm-reach": (
        N_("{host} gave no answer that could be read."),
        N_("Check your connection, then try again."),
    ),
    "offline": (
        N_("This device has no network connection."),
        N_("Connect it to the network (and to your VPN, if the CRM needs one), then try again."),
    ),
    "crm-unreachable": (
        N_("Nothing answers at {host}."),
        N_(
            "Check the name. Connect your VPN if the CRM is only reachable inside your company. Open the address in "
            "a browser: a certificate warning there stops the pane, too. In Outlook on the web, an internal CRM "
            "also needs the browser's permission “Local network access” for Outlook's page."
        ),
    ),
    "crm-hidden": (
        N_("A server answers at {host}, but the browser may not show its answer to the pane."),
        N_(
            "Most often the path is wrong: copy the whole address from the CRM's own page, for example "
            "{host}/crm. If it is right, the CRM may be busy or down for maintenance: try again later. Otherwise ask "
            "your administrator: a proxy in front of the CRM may answer without the CORS headers that vtenext sends."
        ),
    ),
    "crm-away": (
        N_("A server answers at {host}, but the CRM does not at the moment."),
        N_(
            "It may be busy, restarting or down for maintenance. Wait a moment and try again. If it lasts, ask your "
            "administrator."
        ),
    ),
    "crm-redirects": (
        N_("{host} leads on to another address. The pane did not follow, so nothing went there."),
        N_(
            "Open the CRM in a browser, and sign in at the address that it shows then. If it is the same, tell "
            "your administrator."
        ),
    ),
    "crm-redirects:followed": (
        N_("{host} led on to another server, and the browser sent the mail there before the pane could refuse."),
        N_("Tell your administrator which mail it was, and that the CRM's server leads elsewhere."),
    ),
    "crm-interrupted": (_BROKE_OFF, N_("Wait a moment and try again.")),
    "crm-interrupted:upload": (
        _BROKE_OFF,
        N_("Wait a moment and try again. If it always stops at the same file, a proxy may limit the size of uploads."),
    ),
    "crm-timeout": (
        N_("{host} did not answer in time."),
        N_("The CRM may be busy. Wait a moment and try again."),
    ),
    "upload-stalled": (
        N_("The upload to {host} stopped making progress."),
        N_("Check your connection, then try again."),
    ),
    # The CRM refuses
    "crm-refused": (
        N_("The CRM refused the request."),
        N_("Try again. If it is refused again, tell your administrator the details below."),
    ),
    "permission-denied": (
        N_("Your CRM profile does not allow this."),
        N_("Ask your CRM administrator for the permission, or choose another record."),
    ),
    "record-refused": (
        N_("The CRM does not show {record} to you: it was deleted, or you have no right to see it."),
        N_("Choose another record, or ask its owner or your administrator."),
    ),
    "form-incomplete": (
        N_("The CRM also asks for {label}, which can't be filled in here. Nothing was created."),
        N_("Create the record on the CRM's own page, then search for it here."),
    ),
    "field-refused": (
        N_("The CRM does not take this."),
        N_("Change it, or leave it empty where that is allowed."),
    ),
    "no-empty-field": (
        N_("The record has no empty field for a mail address any more."),
        N_("Open it in the CRM, and add the address there."),
    ),
    "relation-missing": (
        N_("Records of {module} have no list of mails in this CRM, so nothing can be linked to them."),
        N_("Choose a related record, such as the contact or company. An administrator can add the Messages relation."),
    ),
    "operation-missing": (
        N_("This CRM does not offer the operation {operation}: it is too old, or the operation is switched off."),
        N_("Ask your administrator. The Mail Connector needs vtenext 24.08.02 or newer."),
    ),
    "crm-unavailable": (
        N_("The CRM at {host} answers, but its database or service is not available."),
        N_("Wait a while and try again. If it lasts, tell your administrator."),
    ),
    "request-too-large": (
        N_("The CRM's web server refused the request because of its size."),
        N_("Ask your administrator to raise the limit for uploads, then try again."),
    ),
    "crm-fault": (
        N_("The CRM reported an internal error."),
        N_("Try again. If it happens again, tell your administrator the time and the details below."),
    ),
    "answer-unreadable": (
        N_("What came back is not an answer of vtenext."),
        N_("Check the CRM's address. If it is right, try again later or ask your administrator."),
    ),
    "answer-unreadable:wrong-path": (
        N_("There is a server, but no vtenext at this path (HTTP {status})."),
        N_("Copy the whole address from the CRM's own page, for example crm.example.com/crm."),
    ),
    "answer-unreadable:web-page": (
        N_("The server answered with a web page instead of data."),
        N_("A maintenance page, a proxy or a network sign-in may be in between. Open the CRM in a browser to see it."),
    ),
    "answer-unreadable:empty": (N_("The CRM's answer was empty."), _LOG),
    "answer-unreadable:cut-off": (N_("The CRM's answer broke off in the middle."), _LOG),
    # The link can't be made
    "link": (
        N_("The mail can't be linked like this."),
        N_("Choose other records and try again."),
    ),
    "nothing-linkable": (
        N_("None of the chosen records can take a mail ({modules}). Nothing was left in the CRM."),
        N_("Choose a related record, for example the contact or company."),
    ),
    "take-back-failed": (
        N_("What was stored of “{subject}” could not be removed from the CRM."),
        N_("Try again, or delete it in the CRM's module Messages."),
    ),
    "take-back-failed:related_elsewhere": (
        N_("“{subject}” could not be removed from the CRM: somebody else has linked it there, too."),
        N_("If it should go for everybody, remove it in the record's Messages list in the CRM."),
    ),
    "messages-denied": (
        N_("Your CRM profile does not allow storing mails. Nothing was stored."),
        N_("Ask your CRM administrator for the right to create records in the module Messages."),
    ),
    "mail-too-large": (
        N_("The mail's text with the pictures in it, {size}, is too large for the CRM's server. Nothing was stored."),
        N_(
            "Ask your administrator to raise the server's limit: PHP's post_max_size, and that of a proxy in front of "
            "it. Then try again."
        ),
    ),
    "other-session": (
        N_("A link that {user} began is not finished yet."),
        N_("Sign in as {user} to finish it or take it back. Then you can change the user."),
    ),
}


UNEXPECTED = ERRORS["unexpected"]


def sentence_of(code: str, details: Mapping[str, str]) -> tuple[str, str] | None:
    """What happened and what to do next, untranslated and with placeholders; None for a code without a sentence."""
    for table in (ERRORS, REFUSALS, REMARKS, FINDINGS, GRAPH):
        for key in (f"{code}:{details.get('why') or details.get('reason', '')}", code):
            if key in table:
                return table[key]
    return None
