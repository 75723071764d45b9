"""The card of the open mail: what it is, and what of it will be stored."""

from __future__ import annotations

from collections.abc import Sequence

from connector.app.element import Element, h
from connector.app.figures import date_text, names_text, size_text
from connector.app.language import N_, _, fill, ngettext, shown
from connector.app.state import State
from connector.app.views.box import text_box
from connector.app.views.foreign import foreign
from connector.linking.original import original_of
from connector.linking.states import FileState
from connector.mail.address import Address
from connector.mail.kinds import Kind, kind_of
from connector.mail.mail import CLOUD, Mail
from connector.ports import RawAttachment

MOST_FILES = 30
MOST_PEOPLE = 30


NO_FILES = N_("Outlook on this device does not hand over attachments: the mail will be stored without them.")
_KINDS = {
    Kind.MEETING: N_(
        "A meeting request, or an answer to one. It is linked as a mail; the CRM's calendar stays as it is."
    ),
    Kind.REPORT: N_("A report of a mail server. It is linked as a mail."),
    Kind.PROTECTED: N_(
        "An encrypted or protected mail. Outlook may keep its text and files back; the receipt says so."
    ),
    Kind.SIGNED: N_("A signed mail. Outlook may hand it over as one file, smime.p7m."),
}
_INSTEAD = {
    "draft": N_("This is a draft. Send it, then link it from the folder of sent mails."),
    "appointment": N_("This is an appointment. Only mails can be linked: select its invitation, if you have it."),
}


def no_mail(state: State) -> Element:
    """No mail is selected; perhaps something else."""
    select = _("Select a mail in Outlook. It appears here, and you can link it to records of the CRM.")
    return h(
        "section",
        h("h2", _("No mail selected")),
        h("p", _(_INSTEAD[state.instead]) if state.instead in _INSTEAD else select, cls="hint"),
        key="no-mail",
        cls="panel empty",
    )


def mail_card(state: State, mail: Mail) -> Element:
    """The mail in a line, with the rest of it folded; and what may not arrive, until a link of it has begun.

    The mail itself is open beside the pane: its subject is cut here, and whole when somebody points at it.
    """
    whole = state.current is None
    return h(
        "section",
        h(
            "details",
            h("summary", _title(mail), _goal(state, mail) if whole else None, key="summary"),
            h("p", _copied(state, mail), key="copied", cls="hint") if whole else None,
            *_what(mail),
            _people(mail) if whole else None,
            _files(mail) if whole else None,
            key="contents",
            cls="whole",
        ),
        _kind(mail) if whole else None,
        _warnings(state, mail) if whole else None,
        key="card",
        cls="card",
        aria_labelledby="mail",
    )


def _title(mail: Mail) -> Element:
    subject = mail.subject.strip()
    text = foreign(mail.subject) if subject else _("(no subject)")
    return h("h2", text, key="title", id="mail", cls="subject", title=shown(mail.subject) if subject else None)


def _kind(mail: Mail) -> Element | None:
    """What is to be known of an item that is no plain mail, or lies in another mailbox."""
    raw = mail.raw
    kind = kind_of(raw.item_class if raw else "", mail.attachments)
    shared = _("In a shared mailbox. What you link is stored in the CRM in your name.") if raw and raw.shared else ""
    text = " ".join(filter(None, (_(_KINDS[kind]) if kind in _KINDS else "", shared)))
    return h("p", text, key="kind", cls="hint") if text else None


def _goal(state: State, mail: Mail) -> Element | None:
    """How many Documents there will be, where the attachments can be read: the mail itself may be one, too."""
    count = len(mail.attachments)
    if not state.reads_files:
        return h("span", _attachments(count), key="goal", cls="figure") if count else None
    count += _keeps_original(state, mail)
    stored = ngettext("{count} file to Documents", "{count} files to Documents", count)
    return h("span", stored, key="goal", cls="figure") if count else None


def _keeps_original(state: State, mail: Mail) -> bool:
    return state.settings.keep_original and state.reads_files and original_of(mail).state is not FileState.GIVEN_UP


def _attachments(count: int) -> str:
    return ngettext("{count} attachment", "{count} attachments", count)


def _what(mail: Mail) -> tuple[Element, Element]:
    """From or to whom, and when."""
    return (
        h("p", *_people_line(mail), key="people", cls="people"),
        h("p", _date(mail), key="date", cls="date"),
    )


def _date(mail: Mail) -> str:
    """When it was written. An empty line until Outlook has said it: no date is shown that another one replaces."""
    if mail.date is not None:
        return date_text(mail.date)
    if mail.source is None:
        return "\u00a0"
    if mail.created is None:
        return _("Outlook does not give its date.")
    return fill(_("In this mailbox since {date}; when it was written is not sure."), date=date_text(mail.created))


def _people_line(mail: Mail) -> list[Element | str]:
    people = (*mail.to, *mail.cc) if mail.sent else (mail.author,)
    before, _mark, after = (_("To {people}") if mail.sent else _("From {people}")).partition("{people}")
    if not any(one.name or one.mail for one in people):
        return [_("No recipient") if mail.sent else _("No sender")]
    first, more = people[0], len(people) - 1
    line: list[Element | str] = [before, foreign(first.name or first.mail, "name", 100)]
    if first.name and first.mail and not more:
        line += [" ", foreign(f"<{first.mail}>", "address", 120)]
    if more:
        line += [" ", ngettext("and {count} more", "and {count} more", more)]
    return [*line, after]


def _people(mail: Mail) -> Element | None:
    """Everybody in the mail's head: they are copied, too."""
    people = [*_labelled(_("From"), (mail.author,)), *_labelled(_("To"), mail.to), *_labelled(_("Cc"), mail.cc)]
    everybody = len(mail.to) + len(mail.cc)
    if not everybody:
        return None
    return h(
        "details",
        h("summary", _count_of_people(mail, everybody)),
        h("dl", people, cls="people-list"),
        key="everybody",
    )


def _count_of_people(mail: Mail, listed: int) -> str:
    # Before Outlook was asked nobody knows, and mostly all are listed.
    if mail.addressed is None and mail.source is not None:
        return ngettext("{count} recipient, or more", "{count} recipients, or more", listed)
    return ngettext("{count} recipient", "{count} recipients", listed)


def _labelled(label: str, people: Sequence[Address]) -> list[Element]:
    lines = [
        h("dd", foreign(one.name or one.mail), foreign(f"<{one.mail}>", "address") if one.name and one.mail else None)
        for one in people[:MOST_PEOPLE]
        if one.name or one.mail
    ]
    more = len(people) - MOST_PEOPLE
    if more > 0:
        lines.append(h("dd", ngettext("and {count} more", "and {count} more", more)))
    return [h("dt", label), *lines] if lines else []


def _files(mail: Mail) -> Element | None:
    files = mail.attachments
    if not files:
        return None
    count = _attachments(len(files))
    size = mail.declared_size
    text = fill(_("{count}, {size}"), count=count, size=size_text(size)) if size > 0 else count
    more = len(files) - MOST_FILES
    return h(
        "details",
        h("summary", text),
        h(
            "ul",
            [_file(one) for one in files[:MOST_FILES]],
            h("li", ngettext("and {count} more", "and {count} more", more)) if more > 0 else None,
            cls="files",
        ),
        key="files",
    )


def _file(attachment: RawAttachment) -> Element:
    if attachment.kind == CLOUD:
        about = _("link to a cloud file")
    elif attachment.inline:
        about = fill(_("{size}, in the text"), size=size_text(attachment.size))
    else:
        about = size_text(attachment.size)
    name = foreign(attachment.name, "name", 200) if attachment.name.strip() else h("span", _("(no name)"), cls="name")
    return h("li", name, " ", h("span", about, cls="about"))


def _warnings(state: State, mail: Mail) -> Element | None:
    """What can be known beforehand not to arrive, or may not."""
    if not mail.attachments:
        return None
    if not state.reads_files:
        more = h(
            "p",
            _("To store them, too, link the mail in Outlook on the web or on a computer; later is early enough."),
            key="next",
            cls="next",
        )
        return text_box(_(NO_FILES), "warning", more, key="unreadable")
    limit = state.file_limit
    large = [one for one in mail.attachments if 0 < limit < one.size and one.kind != CLOUD]
    if not large:
        return None
    text = fill(
        ngettext(
            "{names} may be too large for the CRM, whose limit is {limit}.",
            "{names} may be too large for the CRM, whose limit is {limit}.",
            len(large),
        ),
        names=names_text([shown(one.name, 80) for one in large]),
        limit=size_text(limit),
    )
    more = h("p", _("Link it all the same: the receipt shows what arrived."), key="next", cls="next")
    return text_box(text, "warning", more, key="too-large")


def _copied(state: State, mail: Mail) -> str:
    if _keeps_original(state, mail):
        return _(
            "Copies the whole mail and its recipients. The mail itself, as a file, and all attachments become "
            "Documents. Anyone who may see the record can see them."
        )
    if mail.attachments and state.reads_files:
        return _(
            "Copies the whole mail and its recipients. All attachments become Documents. Anyone who may see the record "
            "can see them."
        )
    return _("Copies the whole mail and its recipients; anyone who may see the record can see them.")
