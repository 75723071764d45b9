"""The sentences for the mail itself as a file (`connector.linking.original`), as in `connector.app.sentences`."""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_

ORIGINALS: Mapping[str, tuple[str, str]] = {
    "original-kept": (
        N_(
            "This is the mail itself as a file, as Outlook puts it together again: it need not be what was sent, byte "
            "for byte. Its SHA-256 is {sha256}."
        ),
        N_("If it may have to prove something one day, keep this number elsewhere, too."),
    ),
    "original-kept:graph": (
        N_(
            "This is the mail itself as a file, as Microsoft's server puts it together again: it need not be what was "
            "sent, byte for byte. Its SHA-256 is {sha256}."
        ),
        N_("If it may have to prove something one day, keep this number elsewhere, too."),
    ),
    "original-before": (
        N_("This is the mail itself as a file. It was stored when the mail was linked before."),
        N_("Nothing has to be done."),
    ),
    "original-unoffered": (
        N_("Outlook on this device does not hand over the mail itself as a file, so that was not stored."),
        N_("To have it stored, link the mail once more in Outlook on the web."),
    ),
    "original-ungiven": (
        N_("Outlook did not hand over the mail itself as a file, so that was not stored."),
        N_("Try again. If it still can't be had, save the mail in Outlook, and add it in the CRM by hand."),
    ),
    "original-doubted": (
        N_("What came as the mail itself is another mail, or none. It was not stored."),
        N_("Select the mail again, then try again."),
    ),
    "original-unseen": (
        N_(
            "Your profile does not show Documents, so the mail itself was not stored as a file: "
            "it may be there already."
        ),
        N_("Ask your administrator for the right to see Documents, then try again."),
    ),
    "original-crowded": (
        N_("The mail has so many attachments ({count}) that it was not stored as a file beside them."),
        N_("Save it in Outlook, and add it to the record's Documents in the CRM by hand."),
    ),
}
