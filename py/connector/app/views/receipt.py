"""The receipt: what the CRM has, as read back from it."""

from __future__ import annotations

from itertools import starmap

from connector.app import changes
from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text, size_text
from connector.app.language import N_, _, fill, ngettext, number, shown
from connector.app.state import LinkView, State, Undo
from connector.app.views.box import message_box, sentence
from connector.app.views.earlier import AGAIN, ELSEWHERE
from connector.app.views.foreign import foreign
from connector.app.views.leave import leave
from connector.errors import Problem
from connector.linking.note import LONGEST
from connector.linking.outcome import FINAL
from connector.linking.receipt import FINE, FileLine, Receipt, RecordLine
from connector.linking.statement import Finding, Part, Statement
from connector.ports import GRAPH, MESSAGE

PARTS = {
    Part.SUBJECT: N_("subject"),
    Part.SENDER: N_("sender"),
    Part.DATE: N_("date"),
    Part.TEXT: N_("text"),
}
ORIGINS = {
    MESSAGE: N_("{size}, taken from the whole mail"),
    GRAPH: N_("{size}, from Microsoft's server"),
}
"""Where a file came from that Outlook did not hand out as it is."""
NOTE_AGAIN = ("note-failed", "note-unsure")
"""What is told of a note that another try may bring."""
MOST_FILES = 12
"""Files in order that are listed at once: a hundred lines take longer to draw than all the rest."""


def receipt(state: State, view: LinkView, given: Receipt) -> Element:
    """The panel for the shown mail."""
    key = view.link.plan.mail.key
    again = h("button", _("Try again"), type_="button", key="again", on={"click": e.RetryAsked(key)})
    return h(
        "section",
        h(
            "h2",
            headline(given),
            key="title",
            id="receipt",
            cls="outcome good" if given.complete else "outcome mixed",
            tabindex="-1",
            autofocus=True,
        ),
        h("ul", [_record(state, line) for line in given.records], key="records", cls="receipt records"),
        _undo(view, key, going=changes.undoing(key) in state.changing),
        _elsewhere(state, given),
        h("h3", _stored(given), key="stored"),
        h("ul", _mail(given), *_filled(given), _original(given), *_files(given, view), key="files", cls="receipt"),
        h("h3", _("Please note"), key="remarks") if given.warnings else None,
        h(
            "div",
            [message_box(note, "warning", key=str(i)) for i, note in enumerate(given.warnings)],
            key="notes",
            cls="notes",
        )
        if given.warnings
        else None,
        h(
            "div",
            h(
                "button",
                _("Link to another record"),
                type_="button",
                key="another",
                on={"click": e.LinkClosed(key)},
            ),
            again if helps_again(given) else None,
            key="ways",
            cls="buttons",
        ),
        key="receipt",
        cls="panel",
        aria_labelledby="receipt",
    )


def _stored(given: Receipt) -> str:
    """The head of the list: how many of the attachments are there, before each is named."""
    if not given.files:
        return _("Stored in the CRM")
    there, count = sum(one.stored for one in given.files), len(given.files)
    text = ngettext(
        "Stored in the CRM: {there} of {count} attachment", "Stored in the CRM: {there} of {count} attachments", count
    )
    return fill(text, there=number(there))


def _undo(view: LinkView, key: str, *, going: bool) -> Element:
    """The way back, in a line that stays when there is none any more: nothing moves."""
    ask, toggle = e.UndoAsked(key), e.UndoToggled(key)
    if view.undo is Undo.ASKED:
        question = h("p", _("Remove the mail and its files from the CRM?"), key="question")
        remove = h("button", _("Remove"), type_="button", key="remove", on={"click": ask})
        keep = leave(_("Keep"), toggle, key="keep", first=True)
        return h("div", question, h("div", remove, keep, key="ways", cls="buttons"), key="undo", cls="undo")
    if going:
        return h("div", h("p", _("Taking back…"), key="going", cls="hint"), key="undo", cls="undo")
    button = None
    if view.undo in (Undo.FRESH, Undo.AGAIN):
        button = h("button", _("Undo"), type_="button", key="undo", on={"click": ask})
    elif view.undo is Undo.LATE:
        text = _("Remove from this record") if len(view.link.related) == 1 else _("Remove from these records")
        button = h("button", text, type_="button", key="late", cls="quiet", on={"click": toggle})
    return h("div", button, key="undo", cls="undo")


def _elsewhere(state: State, given: Receipt) -> Element | None:
    """What stands under the way back on a stock vtenext, which has one for ten seconds, and for an older mail none."""
    if not state.stock or not given.linked:
        return None
    said = (_(AGAIN), _(ELSEWHERE)) if not given.before else (_(ELSEWHERE),)
    return h("p", " ".join(said), key="elsewhere", cls="hint")


def headline(given: Receipt) -> str:
    """The outcome in a line."""
    names = names_text([record.name for record in given.linked], 2)
    if not given.linked:
        return _("Stored, but linked to no record")
    if given.complete:
        return fill(_("Linked to {names}"), names=names)
    return fill(_("Linked to {names}, but not everything is there"), names=names)


def helps_again(given: Receipt) -> bool:
    """Whether another try may bring what is missing."""
    files = any(not one.stored and (one.problem is None or one.problem.code not in FINAL) for one in given.files)
    records = any(line.problem is not None and line.problem.code == "not-related-yet" for line in given.records)
    notes = any(line.note_problem is not None and line.note_problem.code in NOTE_AGAIN for line in given.records)
    missing = files or given.lacks_original
    return missing or records or notes or any(one.finding is Finding.WITHHELD for one in given.mail)


def _record(state: State, line: RecordLine) -> Element:
    record = line.record
    name = record.name or record.id
    hidden = line.problem is not None and line.problem.code == "record-refused"
    return h(
        "li",
        h(
            "div",
            foreign(name, "name", 120, whole=True),
            h("span", shown(state.label_of(record.module), 60), cls="about", dir="auto"),
            h("span", _("not linked") if line.problem else _("linked"), cls="about" if line.problem else "unseen"),
            key="record",
            cls="line-text",
        ),
        h(
            "button",
            _("Open"),
            type_="button",
            cls="quiet",
            title=_("Open in CRM"),
            aria_label=fill(_("Open in CRM: {name}"), name=shown(name, 120)),
            on={"click": e.RecordOpened(record)},
            key="open",
        )
        if not hidden
        else None,
        h("div", sentence(line.problem), key="why", cls="why") if line.problem else None,
        h("div", h("span", _("Note:")), " ", foreign(line.note, longest=LONGEST), key="note", cls="why about")
        if line.note
        else None,
        h("div", sentence(line.note_problem), key="note-why", cls="why") if line.note_problem else None,
        key=f"linked-{record.id}",
        cls="bad" if line.problem else "remark" if line.note_problem else "good",
    )


def _mail(given: Receipt) -> Element:
    """The mail itself: with what of it the CRM was seen to hold, and what is to be said of the rest."""
    parts = [text for one in given.mail if one.finding is Finding.SAME and (text := _part(one))]
    held = fill(_("with {parts}"), parts=names_text(parts, len(parts))) if parts else ""
    if any(one.part is Part.TEXT and one.finding is Finding.NONE for one in given.mail):
        held = fill(_("{held}; the mail has no text"), held=held) if held else _("the mail has no text")
    if given.before:
        held = fill(_("was in the CRM already, {held}"), held=held) if held else _("was in the CRM already")
    if given.by_name:
        named = fill(_("{held}; pictures most likely in their places"), held=held)
        held = named if held else _("pictures most likely in their places")
    lacking = any(one.lacking for one in given.mail)
    return h(
        "li",
        h("div", h("span", _("The mail"), cls="name"), h("span", held, cls="about"), key="mail", cls="line-text"),
        *(h("div", sentence(one), key=one.code, cls="why") for one in given.remarks),
        key="mail",
        cls="bad" if lacking else "remark" if given.remarks else "good",
    )


def _filled(given: Receipt) -> list[Element]:
    """A line for each thing that a mail of an earlier time lacked."""
    texts = {
        Part.TEXT: (_("The mail's text"), _("was missing in the CRM, and was added")),
        Part.DATE: (_("The mail's date"), _("was that of its arrival in the CRM, and was corrected")),
    }
    return [
        h(
            "li",
            h("div", h("span", name, cls="name"), h("span", what, cls="about"), cls="line-text"),
            key=f"filled-{part.value}",
            cls="good",
        )
        for part, (name, what) in texts.items()
        if part in given.filled
    ]


def _part(statement: Statement) -> str:
    """What of the mail was compared, in words."""
    if statement.part is Part.RECIPIENTS:
        count = int(statement.details.get("count") or 0)
        return ngettext("{count} of {count} recipient", "{count} of {count} recipients", count)
    return _(PARTS[statement.part])


def _files(given: Receipt, view: LinkView) -> list[Element]:
    numbered = list(enumerate(given.files))
    # What is not in order is never folded away.
    wrong = [one for one in numbered if one[1].problem or not one[1].stored]
    right = [one for one in numbered if one[1].stored and not one[1].problem]
    more = len(right) - MOST_FILES
    if more <= 0:
        return list(starmap(_numbered, numbered))
    shown_more = ngettext("Show {count} more file", "Show {count} more files", more)
    text = _("Show fewer files") if view.unfolded else shown_more
    toggle = e.FilesToggled(view.link.plan.mail.key)
    # The same button, now before what it shows: the reader goes on from there.
    button = h("li", h("button", text, type_="button", cls="quiet", on={"click": toggle}), key="more", cls="more")
    rest = right[MOST_FILES:] if view.unfolded else []
    return [*starmap(_numbered, wrong + right[:MOST_FILES]), button, *starmap(_numbered, rest)]


def _original(given: Receipt) -> Element | None:
    return _file(given.original, "original") if given.original is not None else None


def _numbered(index: int, line: FileLine) -> Element:
    return _file(line, f"file-{index}")


def file_problem(line: FileLine) -> Problem | None:
    """What is to be said of a file, if anything."""
    missing = None if line.stored else Problem("file-not-stored")
    # "Only the link was stored" would be said too early of a link that was not.
    return missing if line.problem is None or (missing and line.problem.code == "file-is-link") else line.problem


def _file(line: FileLine, key: str) -> Element:
    name = line.stored_name if line.stored and line.stored_name else line.name
    if not line.stored:
        about = _("not stored")
    elif line.link:
        about = _("link to a cloud file")
    else:
        about = fill(_(ORIGINS[line.origin]), size=size_text(line.size)) if line.origin else size_text(line.size)
    problem = file_problem(line)
    return h(
        "li",
        h(
            "div",
            foreign(name, "name", 200, whole=True) if name.strip() else h("span", _("(no name)"), cls="name"),
            h("span", about, cls="about"),
            key="file",
            cls="line-text",
        ),
        h("div", sentence(problem), key="why", cls="why") if problem else None,
        key=key,
        cls="bad" if not line.stored else "remark" if problem and problem.code not in FINE else "good",
    )
