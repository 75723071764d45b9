"""Each sentence of a receipt, and when it is so.

A test of a sentence returns what is so instead, and nothing where the sentence is true.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from contract.handed import SECOND, Handed, bytes_in, images, legible, letters, plain, recipients_in, words
from sandbox_crm.store.inspection import Entry
from standin_outlook.mail import Format

Found = re.Match[str]
OfMail = Callable[[Handed, Entry, Found], str]
OfFile = Callable[[Handed, int, Found], str]
FURTHEST = timedelta(hours=14)

PROPERTIES = {
    "subject": "subject",
    "sender": "sender",
    "recipients": "recipients",
    "date": r"date|when the mail was written",
    "text": r"text\b",
}


def judged(sentence: str, known: Sequence[tuple[str, Callable[..., str]]], handed: Handed, of: Any) -> Iterator[str]:
    """What is wrong with a sentence; also where nobody knows it."""
    meanings = [(found, so) for pattern, so in known if (found := re.match(pattern, sentence))]
    if not meanings:
        yield f"“{sentence}”: nobody knows this sentence"
    for found, so in meanings:
        if wrong := so(handed, of, found):
            yield f"“{sentence}”: {wrong}"


def has_none(name: str, handed: Handed) -> bool:
    """Whether the mail has no such property, so that nothing has to be said of it."""
    mail = handed.mail
    if name == "subject":
        return not plain(mail.subject)
    if name == "sender":
        return mail.from_ is None or not (mail.from_.address or mail.from_.name)
    return name == "recipients" and not handed.people


# The mail's properties ----------------------------------------------------------------------------


def _subject(handed: Handed, stored: Entry, _: Found) -> str:
    kept, written = plain(stored["subject"]), plain(handed.mail.subject)
    if re.search(r"(?i)script.*/script", written):
        # The CRM writes brackets and quotes of such a text as entities, and its pages show what those mean.
        kept, written = html.unescape(kept), html.unescape(written)
    return "" if kept == written else f"it is {stored['subject']!r}"


def _subject_cut(handed: Handed, stored: Entry, found: Found) -> str:
    kept = plain(stored["subject"])
    cut = plain(handed.mail.subject).startswith(kept) and kept != plain(handed.mail.subject)
    return "" if cut and found[1] in (kept, f"{kept}…") else f"it is {stored['subject']!r}"


def _subject_changed(handed: Handed, stored: Entry, found: Found) -> str:
    kept, written = plain(stored["subject"]), plain(handed.mail.subject)
    return "" if not written.startswith(kept) and found[1] == kept else f"it is {stored['subject']!r}"


def _subject_unsure(handed: Handed, stored: Entry, found: Found) -> str:
    if handed.has_head:
        return "its head tells it"
    kept = plain(stored["subject"])
    return "" if plain(handed.mail.subject).startswith(kept) and len(kept) == int(found[1]) else f"it is {kept!r}"


def _subject_doubted(handed: Handed, stored: Entry, found: Found) -> str:
    shown = plain(handed.item.subject)
    return "" if plain(stored["subject"]) == shown != found[1] else f"it is {stored['subject']!r}"


def _subject_ungiven(handed: Handed, stored: Entry, _: Found) -> str:
    return "Outlook gave it" if handed.has_head or plain(handed.item.subject) or stored["subject"] else ""


def _subject_missing(handed: Handed, stored: Entry, _: Found) -> str:
    return "" if plain(handed.mail.subject) and not plain(stored["subject"]) else f"it is {stored['subject']!r}"


def _written_by(handed: Handed) -> str:
    return handed.mail.from_.address.casefold() if handed.mail.from_ else ""


def _sender(handed: Handed, stored: Entry, _: Found) -> str:
    return "" if stored["mfrom"].casefold() == _written_by(handed) != "" else f"it is {stored['mfrom']!r}"


def _sender_missing(handed: Handed, stored: Entry, _: Found) -> str:
    return "" if _written_by(handed) and not stored["mfrom"] + stored["mfrom_n"] else f"it is {stored['mfrom']!r}"


def _sender_unsure(handed: Handed, stored: Entry, found: Found) -> str:
    told = [one.address for one in (handed.item.author, handed.item.sender) if one]
    if _written_by(handed) and (handed.has_head or any("@" in one for one in told)):
        return "Outlook told it"
    return "" if "@" not in stored["mfrom"] and found[1] == plain(stored["mfrom_n"]) else f"it is {stored['mfrom']!r}"


def _sender_renamed(handed: Handed, stored: Entry, found: Found) -> str:
    name = plain(stored["mfrom_n"])
    other = handed.mail.from_ is None or name != plain(handed.mail.from_.name)
    return _sender(handed, stored, found) or ("" if other and found[1] == name else f"it is {name!r}")


def _sender_named(handed: Handed, stored: Entry, found: Found) -> str:
    told = [one.address for one in (handed.item.author, handed.item.sender) if one]
    if _written_by(handed) and (handed.has_head or any("@" in one for one in told)):
        return "Outlook told it"
    names = [one.name for one in (handed.item.author, handed.item.sender) if one]
    return "" if found[1] == stored["mfrom"] and found[1] in names else f"it is {stored['mfrom']!r}"


def _none_told(of: str) -> OfMail:
    def so(handed: Handed, stored: Entry, _: Found) -> str:
        people = (handed.item.author, handed.item.sender) if of == "mfrom" else (*handed.item.to, *handed.item.cc)
        if handed.has_head or any(one and (one.name or "@" in one.address) for one in people):
            return "Outlook told it"
        return f"it is {stored[of]!r}" if stored[of] else ""

    return so


def _recipients(handed: Handed, stored: Entry, found: Found) -> str:
    there = recipients_in(stored)
    held = len(handed.people & there)
    right = int(found[1]) == int(found[2]) == len(handed.people) == held == len(there)
    return "" if right else f"the mail has {len(handed.people)}, the CRM {held} of them, and {len(there) - held} others"


def _recipients_missing(handed: Handed, stored: Entry, found: Found) -> str:
    held = len(handed.people & recipients_in(stored))
    return "" if int(found[1]) <= held and int(found[1]) < int(found[2]) <= len(handed.people) else f"it has {held}"


def _recipients_named(handed: Handed, stored: Entry, found: Found) -> str:
    named, count = int(found[1]), int(found[2])
    known = len(handed.people & recipients_in(stored))
    if count - named > known:
        return f"the CRM has the addresses of {known}"
    told = [one for one in (*handed.item.to, *handed.item.cc) if "@" not in one.address]
    return "" if len(told) >= named else f"Outlook gave no address for {len(told)}"


def _recipients_unsure(handed: Handed, stored: Entry, found: Found) -> str:
    held = len(handed.people & (recipients_in(stored)))
    return "" if int(found[1]) <= held else f"it has {held} of {len(handed.people)}"


def _date(handed: Handed, stored: Entry, _: Found) -> str:
    shown = handed.shown(stored)
    if handed.date is None:
        return "the mail has none"
    return "" if abs(shown - handed.date) <= SECOND else f"the mail has {handed.date}, the CRM {shown}"


def _names_it(stored: Entry, text: str) -> bool:
    """Whether the text is the date of the record, as people write it."""
    return f"{datetime.fromisoformat(stored['mdate']):%a %-d %b %Y, %H:%M}" == text


def _date_unsure(handed: Handed, stored: Entry, found: Found) -> str:
    if handed.date is None or not handed.has_head:
        return "nobody told the mail's date"
    off = abs(handed.shown(stored) - handed.date)
    return "" if _names_it(stored, found[1]) and off <= FURTHEST + SECOND else f"it is {stored['mdate']}, off by {off}"


def _date_changed(handed: Handed, stored: Entry, found: Found) -> str:
    return "" if _names_it(stored, found[1]) and _date(handed, stored, found) else f"it is {stored['mdate']}"


def _date_of_arrival(handed: Handed, stored: Entry, found: Found) -> str:
    if handed.has_head and handed.date is not None:
        return f"Outlook told it: {handed.date}"
    created, shown = handed.item.created, handed.shown(stored)
    right = created is not None and abs(shown - created) <= SECOND and _names_it(stored, found[1])
    return "" if right else f"it came at {created}, the CRM shows {stored['mdate']}"


def _date_of_link(handed: Handed, stored: Entry, found: Found) -> str:
    if handed.has_head and handed.date is not None:
        return f"Outlook told it: {handed.date}"
    shown, created = handed.shown(stored), handed.item.created
    near = created is None or abs(shown - created) <= FURTHEST + SECOND
    return "" if near and _names_it(stored, found[1]) else f"it came at {created}, the CRM shows {stored['mdate']}"


def _text(handed: Handed, stored: Entry, _: Found) -> str:
    # Where Outlook tells the text alone, it runs the words of a form together.
    there = letters(stored["description"])
    lost = [one for one in words(handed.told_text) - words(stored["description"]) if one not in there]
    if not legible(stored["description"]):
        return "the CRM has none"
    return f"it lacks {sorted(lost)[:5]}" if lost else ""


def _text_missing(handed: Handed, stored: Entry, _: Found) -> str:
    return "" if legible(handed.told_text) and not legible(stored["description"]) else "the CRM has some"


def _text_cut(handed: Handed, stored: Entry, found: Found) -> str:
    whole = letters(stored["description"]) == letters(handed.told_text)
    count, among = (int(figure.replace(",", "")) for figure in found.groups())
    return "" if count < among and legible(stored["description"]) and not whole else "it is there"


def _text_changed(handed: Handed, stored: Entry, _: Found) -> str:
    there, sent = words(stored["description"]), words(handed.told_text)
    return "" if sent != there or not handed.told_text.isascii() else "it is the same"


def _text_unpictured(handed: Handed, stored: Entry, found: Found) -> str:
    there = [source for _, source in images(stored["description"]) if bytes_in(source) is not None]
    return "" if len(there) <= int(found[1]) < int(found[2]) else f"it has {len(there)}"


def _text_none(handed: Handed, _: Entry, __: Found) -> str:
    return "it has one" if legible(handed.told_text) or handed.sealed else ""


def _text_ungiven(handed: Handed, stored: Entry, _: Found) -> str:
    if any(map(legible, handed.bodies)):
        return "Outlook gave one"
    return "the CRM has one" if legible(stored["description"]) else ""


def _text_withheld(handed: Handed, stored: Entry, found: Found) -> str:
    return _text_ungiven(handed, stored, found) or ("" if legible(handed.told_text) else "the mail has none")


def _by_name(handed: Handed, stored: Entry, _: Found) -> str:
    if handed.outlook.content_ids:
        return "their content ids tell where they stand"
    return "" if any(bytes_in(source) for _, source in images(stored["description"])) else "it shows none"


UNCERTAIN = "It is not certain when the mail was written. "
CLAIMS: tuple[tuple[str, str, OfMail], ...] = (
    ("subject", "subject", _subject),
    ("sender", "sender", _sender),
    (r"(\d+) of (\d+) recipients?", "recipients", _recipients),
    ("date", "date", _date),
    ("text", "text", _text),
    ("the mail has no text", "text", _text_none),
    ("pictures most likely in their places", "pictures", _by_name),
)
ABOUT: tuple[tuple[str, OfMail], ...] = (
    ("The CRM kept nothing of the subject", _subject_missing),
    (r"The CRM has the (\d+) characters of the subject that Outlook gave", _subject_unsure),
    ("The CRM keeps only the first part of the subject: “(.*)”", _subject_cut),
    ("The CRM shows another subject than the mail's: “(.*)”", _subject_changed),
    ("The CRM kept no sender", _sender_missing),
    ("The CRM has the sender's address, but another name than the mail: “(.*)”", _sender_renamed),
    ("Outlook gave no mail address for the sender. The CRM has the name only: “(.*)”", _sender_unsure),
    ("Outlook gave no mail address for the sender. The CRM has the one that stands as the name: “(.*)”", _sender_named),
    ("The CRM has the subject that Outlook shows. In the mail's head it is “(.*)”", _subject_doubted),
    ("Outlook gave no subject, and the CRM has none", _subject_ungiven),
    ("Outlook gave no sender, and the CRM has none", _none_told("mfrom")),
    ("Outlook gave no recipients, and the CRM has none", _none_told("mto")),
    (r"The CRM has (\d+) of the (\d+) recipients\.", _recipients_missing),
    (r"Outlook gave no mail address for (\d+) of the (\d+) recipients", _recipients_named),
    (r"The CRM has the (\d+) recipients that Outlook gave\. The mail may have more", _recipients_unsure),
    ("The CRM shows (.*) as the mail's date; this may be some hours off", _date_unsure),
    ("The CRM shows another date than the mail's: (.*)\\.", _date_changed),
    (f"{UNCERTAIN}The CRM shows when it came into the mailbox: (.*)\\.", _date_of_arrival),
    (f"{UNCERTAIN}The CRM shows when it came into a mailbox or was linked: (.*)\\.", _date_of_link),
    ("The CRM kept nothing of the mail's text", _text_missing),
    (r"The CRM kept only the beginning of the text: ([\d,]+) of ([\d,]+) characters", _text_cut),
    (r"The CRM has the text, with only (\d+) of the (\d+) pictures in it", _text_unpictured),
    ("The CRM shows another text than the mail's", _text_changed),
    ("The mail is in the CRM without text: Outlook gave none", _text_ungiven),
    ("The mail has a text, but Outlook did not hand it over", _text_withheld),
)


# Files --------------------------------------------------------------------------------------------


def _answers(*ways: str) -> OfFile:
    def so(handed: Handed, index: int, _: Found) -> str:
        return "" if handed.answer(index) in ways else f"Outlook's answer is: {handed.answer(index)}"

    return so


def _not_asked(handed: Handed, index: int, _: Found) -> str:
    late = sum(handed.answer(one) == "never" for one in range(index))
    return "" if late else "Outlook answered for all before it"


def _is_empty(handed: Handed, index: int, _: Found) -> str:
    return "" if not handed.attachments[index].content else "it is not empty"


def _is_absent(handed: Handed, index: int, _: Found) -> str:
    content = handed.attachments[index].content
    return "it is there" if any(handed.crm.file(one.id) == content for one in handed.documents()) else ""


def _is_link(handed: Handed, index: int, _: Found) -> str:
    return "" if handed.attachments[index].format is Format.URL else "it is a file"


def _is_odd_link(handed: Handed, index: int, _: Found) -> str:
    address = handed.attachments[index].content.decode()
    return "it can be kept" if address.startswith("https://") and len(address) <= 255 else ""


def _is_titled(handed: Handed, index: int, found: Found) -> str:
    return "" if handed.holds(handed.attachments[index], found[1]) else "there is no such Document"


def _is_cut(handed: Handed, index: int, found: Found) -> str:
    name = handed.attachments[index].name
    if name.startswith(found[1]) and name != found[1]:
        return _is_titled(handed, index, found)
    return f"that is no beginning of {name!r}"


def _is_handed_out_as_text(handed: Handed, index: int, found: Found) -> str:
    content, name = handed.attachments[index].content, found[1].replace(" ", "_")
    called = [one["filename"] for one in handed.documents() if handed.crm.file(one.id) == content]
    return "" if any(one.endswith(name) for one in called) else f"it is called {called}"


FILES: tuple[tuple[str, OfFile], ...] = (
    ("Outlook did not hand over this file in time", _answers("never")),
    ("Outlook did not hand over the files before this one in time", _not_asked),
    ("Outlook could not hand over this file", _answers("refused")),
    ("Outlook handed over this file without content", _answers("empty")),
    ("The file is empty: it has 0 bytes", _is_empty),
    ("The file did not arrive in the CRM", _is_absent),
    ("The CRM's web server did not take this file, most likely because of its size", _is_absent),
    ("The CRM did not take this file", _is_absent),
    ("This is a link to a cloud file whose address is too long for the CRM, or is none of a web page", _is_odd_link),
    ("This is a link to a cloud file. The link was stored, not the file", _is_link),
    ("The CRM keeps only the first part of the name as the title: “(.*)”", _is_cut),
    ("Most CRMs hand out a file with this ending as text, called “(.*)”", _is_handed_out_as_text),
    ("It was in the CRM already, as “(.*)”", _is_titled),
    ("The CRM stored it as “(.*)”, with the same size as in the mail", _is_titled),
)


# Notes --------------------------------------------------------------------------------------------


def _unplaced(handed: Handed, _: None, __: Found) -> str:
    stored = [bytes_in(source) for one in handed.crm.messages() for _, source in images(one["description"])]
    return "" if None in stored or not stored else "each picture is in the text"


def _fileless(handed: Handed, _: None, __: Found) -> str:
    return "it lists some" if handed.item.files else "the whole message tells" if handed.whole else ""


def _addressed(handed: Handed, _: None, __: Found) -> str:
    return "" if re.search(r"""=\s*["']?[^"'>]{900000}""", handed.mail.html) else "none is"


def _uncompared(handed: Handed, _: None, found: Found) -> str:
    there = len(handed.documents())
    return "" if 0 < int(found[1]) <= there else f"the CRM has {there}"


NOTES: tuple[tuple[str, Callable[[Handed, None, Found], str]], ...] = (
    ("It is not known which picture belongs where in the text", _unplaced),
    ("Pictures inside the text are too large to be shown there", _unplaced),
    ("A picture that was written into the text itself is too large", _unplaced),
    ("Outlook lists no files of this mail, but the mail is made like one with files", _fileless),
    ("An address in the text, of a link for instance, is too long", _addressed),
    (r"Files that were in the CRM already: (\d+)\. They were compared by name", _uncompared),
)


# Why nothing was stored ---------------------------------------------------------------------------


def _bodies(*ways: str) -> Callable[[Handed, None, Found], str]:
    def so(handed: Handed, _: None, __: Found) -> str:
        later = handed.outlook.bodies_after_selection
        return "" if {handed.outlook.html, handed.outlook.text, later} & set(ways) else "Outlook handed it over"

    return so


def _proxy(handed: Handed, _: None, __: Found) -> str:
    # Of a proxy that refuses what is too large for it, a browser learns no more.
    return "" if handed.crm.quirks.proxy_limit is not None else "nothing broke it"


FAILURES: tuple[tuple[str, Callable[[Handed, None, Found], str]], ...] = (
    ("Outlook does not hand over the text of this mail, whichever way it is asked", _bodies("refused", "never")),
    ("Outlook did not answer in time when asked for", _bodies("never")),
    ("The connection to .* broke off", _proxy),
)
