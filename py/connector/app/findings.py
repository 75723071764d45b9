"""The sentences of a receipt for what the CRM changed or lacks of the mail (`connector.linking.statement`).

A key is the property and the finding. The same form as in `connector.app.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_

_KEEP = N_("Keep the mail in Outlook.")
_LOOK = N_("Open the mail in the CRM to see it.")
_NOTHING = N_("Nothing has to be done.")

FINDINGS: Mapping[str, tuple[str, str]] = {
    "subject-missing": (N_("The CRM kept nothing of the subject."), _KEEP),
    "subject-cut": (
        N_("The CRM keeps only the first part of the subject: “{stored}”."),
        N_("Nothing has to be done. You can add the rest in the record."),
    ),
    "subject-changed": (
        N_("The CRM shows another subject than the mail's: “{stored}”."),
        N_("Nothing has to be done: most often the CRM's database can't hold every character."),
    ),
    "subject-unsure": (
        N_("The CRM has the {count} characters of the subject that Outlook gave. It may be longer in the mail."),
        _NOTHING,
    ),
    "subject-doubted": (
        N_("The CRM has the subject that Outlook shows. In the mail's head it is “{subject}”."),
        N_("Nothing has to be done: most often somebody has changed it in Outlook."),
    ),
    "subject-ungiven": (
        N_("Outlook gave no subject, and the CRM has none."),
        N_("Add it in the CRM if the mail has one."),
    ),
    "subject-uncompared": (N_("The CRM does not show the subject, so it was not compared."), _LOOK),
    "sender-missing": (N_("The CRM kept no sender."), _KEEP),
    "sender-changed": (
        N_("The CRM shows another address of the sender: “{stored}”."),
        N_("Keep the mail in Outlook if that address matters."),
    ),
    "sender-changed:name": (
        N_("The CRM has the sender's address, but another name than the mail: “{stored}”."),
        _NOTHING,
    ),
    "sender-unsure": (
        N_("Outlook gave no mail address for the sender. The CRM has the name only: “{stored}”."),
        N_("Add the address in the CRM if it matters."),
    ),
    "sender-named": (
        N_("Outlook gave no mail address for the sender. The CRM has the one that stands as the name: “{stored}”."),
        N_("Check the address: senders write what they like as their name."),
    ),
    "sender-ungiven": (
        N_("Outlook gave no sender, and the CRM has none."),
        N_("Add the sender in the CRM if it matters."),
    ),
    "sender-uncompared": (N_("The CRM does not show the sender, so it was not compared."), _LOOK),
    "recipients-missing": (
        N_("The CRM has {count} of the {all} recipients."),
        N_("Keep the mail in Outlook if every address matters."),
    ),
    "recipients-named": (
        N_("Outlook gave no mail address for {count} of the {all} recipients. The CRM has their names only."),
        N_("Add the addresses in the CRM if they matter."),
    ),
    "recipients-unsure": (
        N_("The CRM has the {count} recipients that Outlook gave. The mail may have more."),
        N_("Keep the mail in Outlook if every address matters."),
    ),
    "recipients-ungiven": (
        N_("Outlook gave no recipients, and the CRM has none."),
        N_("Add them in the CRM if they matter."),
    ),
    "recipients-uncompared": (N_("The CRM does not show the recipients, so they were not compared."), _LOOK),
    "date-missing": (
        N_("The CRM kept no date: its database can't hold that of the mail."),
        N_("Keep the mail in Outlook if the date matters."),
    ),
    "date-unsure": (
        N_("The CRM shows {stored} as the mail's date; this may be some hours off."),
        N_("Correct the date in the CRM if it matters."),
    ),
    "date-arrival": (
        N_("It is not certain when the mail was written. The CRM shows when it came into the mailbox: {stored}."),
        N_("If another Outlook knows the date, linking the mail there once more corrects it in the CRM."),
    ),
    "date-undated": (
        N_(
            "It is not certain when the mail was written. "
            "The CRM shows when it came into a mailbox or was linked: {stored}."
        ),
        N_("If another Outlook knows the date, linking the mail there once more corrects it in the CRM."),
    ),
    "date-changed": (
        N_("The CRM shows another date than the mail's: {stored}."),
        N_("Correct the date in the CRM if it matters."),
    ),
    "date-uncompared": (
        N_("The date in the CRM, {stored}, was not compared with the mail's: one of the two is not known."),
        N_("Correct the date in the CRM if it matters."),
    ),
    "text-missing": (N_("The CRM kept nothing of the mail's text."), _KEEP),
    "text-cut": (
        N_("The CRM kept only the beginning of the text: {count} of {all} characters."),
        N_("Keep the mail in Outlook if the rest matters."),
    ),
    "text-changed": (
        N_("The CRM shows another text than the mail's."),
        N_("Compare the two. Keep the mail in Outlook if the difference matters."),
    ),
    "text-unpictured": (
        N_("The CRM has the text, with only {count} of the {all} pictures in it."),
        N_("Keep the mail in Outlook if they matter. Those that are files are in the list below."),
    ),
    "text-ungiven": (
        N_("The mail is in the CRM without text: Outlook gave none."),
        N_("If it has a text, link it once more later: then the text is added."),
    ),
    "text-withheld": (
        N_("The mail has a text, but Outlook did not hand it over: the mail is in the CRM without it."),
        N_("Link it once more later, or in another Outlook: then the text is added."),
    ),
    "text-uncompared": (
        N_("The text in the CRM was not compared with the mail's: one of the two is not known."),
        _LOOK,
    ),
}
