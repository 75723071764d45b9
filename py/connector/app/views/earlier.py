"""That the mail stands in the CRM already, and where."""

from __future__ import annotations

from connector.app import changes
from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import crm_date_text, date_text
from connector.app.language import N_, _, fill, ngettext, shown
from connector.app.marking import doubted
from connector.app.state import Asking, State
from connector.app.views.box import text_box
from connector.app.views.foreign import foreign
from connector.app.views.leave import leave
from connector.app.views.unasked import try_again
from connector.finding.records import Record
from connector.mail.sameness import sent_otherwise
from connector.vtenext.crm import Copy

_ADDS = N_(
    "Its Message-ID and subject say so. Linking compares the rest, too: it adds only what is missing, or stores this "
    "mail beside that one if they differ."
)
_BESIDE = N_(
    "Its Message-ID and subject say so. Linking it now stores a copy of your own beside it, attachments included."
)
_EITHER = N_(
    "Its Message-ID and subject say so. Linking it now adds what is missing to your own copy, or stores one if you "
    "have none."
)
ELSEWHERE = N_("To remove the mail from a record, use that record's Messages list in the CRM.")
"""What a stock vtenext leaves to its own pages, said where somebody would look for a button."""
AGAIN = N_("If this mail was linked to other records before, the CRM may show it there again, even if that was undone.")
"""What nobody can ask a stock vtenext: its relations hang on Message-ID and subject, and outlive the mail."""
_ASKS = N_("Linking asks the CRM again before anything is stored.")
_GONE = N_("The CRM shows you no copy of it: it was removed there, or is linked to records that you may not see.")
_NOT_OWN = N_(
    "It is not among your own mails in the CRM: it was removed there, or somebody else linked it. Linking it now "
    "stores a copy of your own, attachments included."
)
MOST_RECORDS = 5
MOST_COPIES = 2


def stored_before(state: State) -> Element | None:
    """What is known of earlier copies: the component tells of everybody's, stock vtenext of the user's own."""
    earlier, own = state.earlier, state.stored_before
    if own is not None and state.mail is not None and sent_otherwise(state.mail.date, own.row):
        # Another mail of the same scanner.
        return None
    if earlier is not None and (earlier.records or earlier.copies):
        lines = [_by_whom(one) for one in earlier.copies[:MOST_COPIES]] or [_("This mail is in the CRM already.")]
        return _box(" ".join(lines), _records(state, earlier.records), _then(earlier.copies))
    if own is None and state.stored_unknown and state.suggesting is not Asking.FAILED:
        return _unknown()
    if own is None:
        return _marked(state) if state.filed is not None else None
    date = crm_date_text(own.created)
    then = (_ADDS, ELSEWHERE) if state.stock else (_ADDS,)
    if not date:
        return _box(_("You stored this mail in the CRM before."), None, *then)
    return _box(fill(_("You stored this mail in the CRM before ({date})."), date=date), None, *then)


def _marked(state: State) -> Element:
    """What the mark in the mailbox says while, or although, the CRM tells of no copy."""
    date = date_text(state.filed) if state.filed else ""
    said = fill(_("A mark in this mailbox says that this mail was linked on {date}."), date=date)
    return _box(said, None, (_NOT_OWN if state.stock else _GONE) if doubted(state) else _ASKS)


def _unknown() -> Element:
    """Not to say that could be taken for "it is not there"; where nothing could be asked, the suggestions say so."""
    text = _("Could not ask whether this mail is in the CRM already.")
    more = h("p", _("Linking asks again before anything is stored."), key="next", cls="next")
    return text_box(text, "warning", more, try_again(e.SuggestAgainAsked()), key="stored-before")


def _box(text: str, records: Element | None, *then: str) -> Element:
    lines = [h("p", _(one), key=f"next-{place}", cls="next") for place, one in enumerate(then)]
    return text_box(text, "info", records, *lines, key="stored-before")


def _then(copies: tuple[Copy, ...]) -> str:
    """What linking will do: it works on the user's own copy, and leaves those of others alone."""
    if any(one.own for one in copies):
        return _ADDS
    return _BESIDE if copies and all(one.own is False for one in copies) else _EITHER


def _by_whom(copy: Copy) -> str:
    by, date = copy.by, crm_date_text(copy.at)
    if not by.strip():
        return fill(_("This mail was stored on {date}."), date=date) if date else _("This mail is in the CRM already.")
    if not date:
        return fill(_("{user} stored this mail in the CRM."), user=shown(by, 80))
    return fill(_("{user} stored this mail on {date}."), user=shown(by, 80), date=date)


def removing(state: State) -> list[Record]:
    """Return the records from which the mail is being taken."""
    if state.mail is None or state.earlier is None:
        return []
    return [one for one in state.earlier.records if changes.removal(state.mail.key, one.id) in state.changing]


def _records(state: State, records: tuple[Record, ...]) -> Element | None:
    if not records:
        return None
    more = len(records) - MOST_RECORDS
    lines = [_record(state, record) for record in _mine_first(state, records)[:MOST_RECORDS]]
    if more > 0:
        lines.append(h("li", ngettext("and {count} more", "and {count} more", more), key="more", cls="about"))
    return h("div", h("p", _("It is linked to:")), h("ul", lines, cls="linked"), key="records", cls="linked-to")


def _mine_first(state: State, records: tuple[Record, ...]) -> list[Record]:
    return sorted(records, key=lambda one: not (state.earlier and state.earlier.copy_at(one.id)))


def _record(state: State, record: Record) -> Element:
    name = record.name or record.id
    mine = state.earlier is not None and bool(state.earlier.copy_at(record.id))
    going = record in removing(state)
    asked = mine and state.unlinking == record.id
    return h(
        "li",
        h(
            "div",
            foreign(name, "name", 100),
            " ",
            h("span", shown(state.label_of(record.module), 40), cls="about", dir="auto"),
            key="record",
        ),
        h(
            "div",
            h(
                "button",
                _("Open"),
                type_="button",
                cls="quiet",
                key="open",
                title=_("Open in CRM"),
                aria_label=fill(_("Open in CRM: {name}"), name=shown(name, 100)),
                on={"click": e.RecordOpened(record)},
            ),
            h(
                "button",
                _("Remove"),
                type_="button",
                cls="quiet",
                key="remove",
                title=_("Remove from this record"),
                aria_label=fill(_("Remove from this record: {name}"), name=shown(name, 100)),
                on={"click": e.UnlinkToggled(record.id)},
            )
            if mine and not asked and not going
            else None,
            key="ways",
            cls="ways",
        ),
        _question(record) if asked else None,
        h("p", _("Removing…"), key="going", cls="about") if going else None,
        key=record.id,
    )


def _question(record: Record) -> Element:
    remove = h("button", _("Remove"), type_="button", key="yes", on={"click": e.UnlinkAsked(record)})
    keep = leave(_("Keep"), e.UnlinkToggled(record.id), key="no", first=True)
    asks = h("p", _("Remove the mail from this record? Nothing else is touched."), key="asks")
    return h("div", asks, h("div", remove, keep, key="ways", cls="buttons"), key="question", cls="undo")
