"""The sentences for what is no error of its own: what became of files and records, and notices.

The same form as in `connector.app.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_
from connector.app.originalwords import ORIGINALS

_BY_HAND = N_("Save it from the mail, and add it to the record's Documents in the CRM by hand.")
_RETRY_FILE = N_("Try again. If it still can't be read, save it from the mail and add it in the CRM by hand.")

REMARKS: Mapping[str, tuple[str, str]] = {
    # A new record
    "field-missing": (N_("“{label}” is needed."), N_("Fill it in.")),
    "field-too-long": (N_("“{label}” has {length} characters; the CRM takes {longest}."), N_("Shorten it.")),
    "field-no-mail": (N_("This is not a mail address."), N_("Write one, such as name@example.com.")),
    "field-unticked": (N_("“{label}” has to be ticked."), N_("The CRM creates no record without it.")),
    "field-no-date": (N_("This is not a date."), N_("Write year, month and day, such as 2026-12-31.")),
    "field-no-time": (N_("This is not a time."), N_("Write hours and minutes, such as 14:05.")),
    "field-no-moment": (N_("This is not a date with a time."), N_("Write both, such as 2026-12-31T14:05.")),
    "field-no-number": (
        N_("This is not a number that the CRM takes, or it can be read in two ways."),
        N_("Write it without signs between thousands, and at most {decimals} digits behind “{sign}”."),
    ),
    "field-no-whole-number": (N_("This is not a whole number."), N_("Write digits alone, such as 1234.")),
    "field-out-of-range": (N_("The CRM takes {least} to {most} here."), N_("Correct the number.")),
    "form-lacking": (
        N_("The CRM also asks for {label}, which can't be filled in here."),
        N_("Create the record on the CRM's own page, then search for it here."),
    ),
    "fields-wrong": (N_("Nothing was created."), N_("Correct what is marked, then try again.")),
    "record-signs": (
        N_("“{record}” was created, but the CRM may have kept question marks in place of {signs}."),
        N_("Look at the record in the CRM, and correct it there."),
    ),
    "address-added": (
        N_("The record “{record}” has the address {address} now."),
        N_("Mails from this address will be recognized."),
    ),
    "address-failed": (N_("{address} was not added to “{record}”."), ""),
    "address-unsure": (N_("It is not known whether {address} was added to “{record}”."), ""),
    "record-made": (
        N_("“{record}” was created in the CRM."),
        N_("To link “{subject}” to it, select that mail again and search for the record."),
    ),
    "mail-unlinked": (
        N_("“{subject}” was taken from “{record}”, with its files and any note of yours there."),
        N_("The mail itself stays among the CRM's messages."),
    ),
    "unlink-failed": (N_("“{subject}” is still linked to “{record}”."), ""),
    "unlink-unsure": (N_("It is not known whether “{subject}” was taken from “{record}”."), ""),
    "undo-broke-off": (N_("Undoing broke off: “{subject}” may still be linked to {records}."), ""),
    # The note beside a link
    "note-refused": (
        N_("The note was not stored: the CRM does not let you write comments there."),
        N_("The mail is linked. Ask your CRM administrator for the right to comment, or write it elsewhere."),
    ),
    "note-no-place": (
        N_("The note was not stored here: such records take no comments in this CRM."),
        N_("The mail is linked. Write it into a field of the record if it matters."),
    ),
    "note-failed": (
        N_("The note was not stored: the CRM failed to take it."),
        N_("The mail is linked. Try again: it is written once, whatever happens."),
    ),
    "note-unsure": (
        N_("It is not known whether the note was stored: the CRM failed."),
        N_("The mail is linked. Try again: it is written once, whatever happens."),
    ),
    "note-changed": (
        N_("The CRM has stored the note otherwise than it was written."),
        N_("Look at it in the CRM, and correct it there."),
    ),
    # Files
    "file-unreadable-here": (
        N_("Outlook on this device does not hand over attachments."),
        N_("Link the mail once more in Outlook on the web or on a computer: only the missing files are added."),
    ),
    "file-office-too-old": (
        N_("Outlook on this device does not hand over attachments."),
        N_("Link the mail once more in Outlook on the web or on a computer: only the missing files are added."),
    ),
    "file-office": (N_("Outlook did not hand over this file."), _RETRY_FILE),
    "file-office-timeout": (N_("Outlook did not hand over this file in time."), _RETRY_FILE),
    "file-not-tried": (
        N_("Outlook did not hand over the files before this one in time, so it was not asked for this one."),
        N_("Try again: the files that were not asked for come first. If Outlook still hangs, restart it."),
    ),
    "file-office-failed": (N_("Outlook could not hand over this file; it may be protected."), _RETRY_FILE),
    "file-message-doubted": (N_("Outlook could not hand over this file; it may be protected."), _RETRY_FILE),
    "file-source": (N_("Microsoft's server did not hand over this file."), _RETRY_FILE),
    "file-source-refused": (
        N_("Neither Outlook nor Microsoft's server hands over this file on this device."),
        N_("Link the mail once more in Outlook on the web or on a computer: only the missing files are added."),
    ),
    "file-press-needed": (
        N_("Microsoft asks for your consent before it hands over this file."),
        N_("Try again, and sign in or agree in the window that opens: only the missing files are added."),
    ),
    "file-source-busy": (
        N_("Microsoft's server was busy, or the connection to it broke off, before it handed over this file."),
        N_("Wait a moment, then try again: only the missing files are added."),
    ),
    "file-no-mail": (
        N_("No mail was open any more when this file was to be read."),
        N_("Select the mail again, then try again."),
    ),
    "file-mail-changed": (
        N_("Another mail was selected before this file was read."),
        N_("Select the mail again, then try again."),
    ),
    "file-came-empty": (
        N_("Outlook handed over this file without content: it is empty, or it is protected."),
        _RETRY_FILE,
    ),
    "file-empty": (
        N_("The file is empty: it has 0 bytes. The CRM keeps no file without content, so there is nothing to store."),
        N_("Nothing has to be done. If it should not be empty, ask the sender for it."),
    ),
    "file-kind-unsupported": (N_("Outlook does not hand over attachments of this kind."), _BY_HAND),
    "file-is-link": (
        N_("This is a link to a cloud file. The link was stored, not the file."),
        N_("Anyone who opens it needs access to the cloud file. To keep the file itself, add it in the CRM by hand."),
    ),
    "file-link-odd": (
        N_("This is a link to a cloud file whose address is too long for the CRM, or is none of a web page."),
        N_("It was not stored. Open it in the mail, and add the file to the record's Documents in the CRM by hand."),
    ),
    "file-over-server-limit": (
        N_("The CRM's web server did not take this file, most likely because of its size ({size}). It was not stored."),
        N_("Ask your administrator to raise the limit for uploads, then try again."),
    ),
    "file-part-stays": (
        N_("The CRM has this file, “{stored}”, in another size than the mail: it was cut off or changed on its way."),
        N_("Delete it in the CRM. Ask your administrator whether a limit for uploads or a virus scanner did that."),
    ),
    "file-refused": (
        N_("The CRM did not take this file: your profile may not create Documents, or the file is too large."),
        N_("Ask your administrator for the right to create Documents, or about the size limit; then try again."),
    ),
    "file-unverified": (
        N_("The file was sent, but your profile does not show Documents, so it can't be checked whether it arrived."),
        N_("Look at the mail in the CRM, or ask your administrator for the right to see Documents."),
    ),
    "file-not-stored": (N_("The file did not arrive in the CRM."), N_("Try again: only the missing file is sent.")),
    "file-title-cut": (
        N_("The CRM keeps only the first part of the name as the title: “{stored}”."),
        N_("Nothing has to be done: the file itself keeps its whole name."),
    ),
    "file-as-text": (
        N_("Most CRMs hand out a file with this ending as text, called “{stored}”. What is in it stays the same."),
        N_("Take “.txt” off the name of a file that you download from the CRM."),
    ),
    "file-renamed": (
        N_("The CRM stored it as “{stored}”, with the same size as in the mail."),
        N_("Rename the document in the CRM if the name matters."),
    ),
    "file-called": (
        N_("It was in the CRM already, as “{stored}”."),
        N_("Rename the document in the CRM if the name matters."),
    ),
    # The mail
    "pictures-too-large": (
        N_("Pictures inside the text are too large to be shown there in the CRM, which shows an empty place instead."),
        N_("Open them from the record's Documents: the list above shows which were stored."),
    ),
    "pictures-unplaced": (
        N_(
            "It is not known which picture belongs where in the text, so the CRM shows empty places there instead of "
            "wrong pictures."
        ),
        N_("Open them from the record's Documents: the list above shows which were stored."),
    ),
    "picture-left-out": (
        N_("A picture that was written into the text itself is too large for the CRM and was left out."),
        N_("Keep the mail in Outlook if the picture matters, or save it and add it to the record's Documents."),
    ),
    "address-left-out": (
        N_("An address in the text, of a link for instance, is too long for the CRM and was left out."),
        N_("Keep the mail in Outlook if the link matters."),
    ),
    "files-unlisted": (
        N_("Files of the mail that Outlook does not list: {count}. They are not in the CRM."),
        N_("Outlook may block them. Save the whole mail, and add it to the record's Documents in the CRM by hand."),
    ),
    "files-unsure": (
        N_("Outlook lists no files of this mail, but the mail is made like one with files."),
        N_("Look at it in Outlook. If it has any, save them, and add them to the record's Documents by hand."),
    ),
    "files-not-compared": (
        N_(
            "Files that were in the CRM already: {count}. They were compared by name, and by size where Outlook handed "
            "them over, but not by what is in them."
        ),
        N_("If it matters, open them in the CRM."),
    ),
    "other-mail": (
        N_("The CRM has another mail with the same Message-ID: “{subject}”, {stored}. This one was stored beside it."),
        N_("Nothing has to be done: some scanners and programs give all their mails the same one."),
    ),
    "other-mail-alike": (
        N_(
            "The CRM has a mail like this one: “{subject}”, {stored}. They differ, or nothing shows that they are the "
            "same mail: this one was stored beside it."
        ),
        N_("Nothing has to be done. If the two are one mail, delete one of them in the CRM."),
    ),
    # Records
    "not-related-yet": (N_("The mail is not linked to this record yet."), N_("Try again.")),
    "documents-not-related": (
        N_(
            "Some attachments could not be put into the Documents list of the record ({modules}). "
            "They are attached to the mail in the CRM."
        ),
        N_("Open them from the mail. An administrator can add the Documents relation or the permission."),
    ),
    "relation-stays": (
        N_("“{subject}” had been in the CRM before and stays linked to {records}: vtenext offers no way to undo that."),
        N_("Remove the link in the record's Messages list in the CRM, if it should go."),
    ),
    # Notices
    "session-kept-failed": (
        N_("This Outlook gives the pane no storage, so you can't stay signed in on this device."),
        N_("You are signed in until the pane is closed."),
    ),
    "lately-kept": (
        N_(
            "Outlook did not remove what your mailbox keeps for the pane: the CRM's address, your user name and "
            "the numbers of records that you chose lately."
        ),
        N_("Sign in and out again to have it removed."),
    ),
    "access-key-not-kept": (
        N_("You are signed in until the pane is closed: this CRM has no Mail Connector component."),
        N_(
            "To stay signed in, the pane would have to keep your access key on this device. That key never ends, so it "
            "is not kept unless your organization allows it."
        ),
    ),
    "key-refused": (
        N_(
            "The CRM does not accept your sign-in any more. Your access key may have been renewed, or your user locked."
        ),
        N_("Sign in again; what was begun goes on then."),
    ),
    "signed-out-elsewhere": (N_("You were signed out in another window."), N_("Sign in again to go on.")),
    "lock-warning": (
        N_("vtenext locks a user at the fifth failed sign-in. Left: {left}."),
        N_("If you are not sure, reset the password in the CRM or ask your administrator before you go on."),
    ),
    "choice-dropped": (
        N_("Another mail is selected. The records chosen for “{subject}” were dropped; nothing was linked."),
        N_("Choose the records for this mail, or go back to the other one."),
    ),
    "link-abandoned": (
        N_("Another mail is selected. Linking “{subject}” was given up; nothing of it was stored."),
        N_("To link it, select that mail again."),
    ),
    "link-cancelled": (
        N_("Linking “{subject}” was cancelled. Nothing of it was stored."),
        N_("You can link it again at any time."),
    ),
    "document-stays": (
        N_("The CRM holds “{stored}” twice in Documents; the second one could not be removed."),
        N_("Delete one of them in the CRM's module Documents, or ask your administrator to."),
    ),
    "copy-stays": (
        N_("The CRM holds another copy of this mail, which it does not let you remove."),
        N_("Delete the copy in the CRM's module Messages, or ask your administrator to."),
    ),
    "link-cancelled-unsure": (
        N_("Linking “{subject}” was cancelled. The CRM shows nothing of it."),
        N_("If the CRM was still storing it, the mail may appear there later; linking it again then uses that copy."),
    ),
    "link-finished-elsewhere": (
        N_("“{subject}” is linked to {records}."),
        "",
    ),
    "taken-back": (
        N_("What had been stored of “{subject}” was removed from the CRM again."),
        N_("You can link it again at any time."),
    ),
    **ORIGINALS,
}
