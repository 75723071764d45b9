"""A link that stopped: why, what stands in the CRM now, and the ways out."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, ngettext
from connector.app.state import LinkView
from connector.app.views.box import message_box
from connector.errors import Problem
from connector.linking.link import Link
from connector.linking.looking import unshown


def failure(view: LinkView) -> Element:
    """The panel for the shown mail."""
    return h(
        "section",
        h(
            "h2",
            _title(view),
            key="title",
            id="failed",
            tabindex="-1",
            autofocus=True,
        ),
        message_box(problem_of(view.link), "error", key="problem", role="alert"),
        h("h3", _("In the CRM now"), key="now"),
        h("ul", [h("li", line) for line in standing(view.link)], key="standing", cls="standing"),
        ways_out(view),
        key="failure",
        cls="panel",
        aria_labelledby="failed",
    )


def _title(view: LinkView) -> str:
    """Say to what the mail was to be linked, or that it was to be taken back."""
    link = view.link
    if view.removing:
        return _("Not taken back yet")
    names = names_text([record.name for record in link.targets or link.plan.records], 2)
    if not names:
        return _("Not finished") if link.written else _("Not linked")
    return fill(_("Not finished: linking to {names}") if link.written else _("Not linked to {names}"), names=names)


def ways_out(view: LinkView) -> Element:
    """Go on, or leave nothing behind; first what the user has wanted last."""
    key = view.link.plan.mail.key
    leaves = view.removing or unshown(view.link)
    first, second = (None, "primary") if leaves else ("primary", None)
    if view.link.written:
        leave = h("button", _("Take back"), type_="button", key="back", cls=second, on={"click": e.CancelAsked(key)})
    else:
        text = _("Choose another record") if unshown(view.link) else _("Close")
        leave = h("button", text, type_="button", key="close", cls=second, on={"click": e.LinkClosed(key)})
    again = h(
        "button",
        _("Link all the same") if view.removing else _("Try again"),
        type_="button",
        key="again",
        cls=first,
        on={"click": e.RetryAsked(key)},
    )
    explained = _("Taking back removes from the CRM what this link has stored, and nothing else.")
    return h(
        "div",
        h("div", *((leave, again) if leaves else (again, leave)), key="both", cls="buttons"),
        h("p", explained, key="explained", cls="hint") if view.link.written else None,
        key="ways",
    )


def problem_of(link: Link) -> Problem:
    """Why it stopped."""
    error = link.failure.error if link.failure else None
    return Problem(error.code, error.details) if error else Problem("unexpected")


def standing(link: Link) -> list[str]:
    """What the CRM has of this mail, as far as it is known: a sentence each."""
    if link.undoing:
        return [_("Taking back broke off: some of it may still be there. What is there is looked up first.")]
    if link.uncertain:
        return [_("It is not known whether the mail arrived. Trying again looks first, and stores nothing twice.")]
    if link.stored is None:
        # A copy of an earlier time may stand there as long as nobody has looked.
        return [_("Nothing of this mail was stored.") if link.searched else _("This attempt stored nothing.")]
    done = [record.name for record in link.plan.records if record.id in link.related]
    left = [record.name for record in link.targets if record.id not in link.related]
    lines = [_("The mail is stored.") if link.stored.ours else _("The mail had been stored there before.")]
    if link.files:
        there = len(link.documents)
        lines.append(
            fill(
                ngettext(
                    "{there} of {count} attachment is there.",
                    "{there} of {count} attachments are there.",
                    len(link.files),
                ),
                there=str(there),
            )
            if link.read_back
            else _("Which attachments arrived is not known yet.")
        )
    if done:
        lines.append(fill(_("It is linked to {names}."), names=names_text(done)))
    if link.note.written:
        lines.append(_("The note is stored."))
    elif link.note.text and done:
        lines.append(_("The note is not stored yet, as far as the CRM has answered."))
    if left:
        # A mail of an earlier time may have been linked then.
        said = (
            _("It is not linked yet to {names}.")
            if link.stored.ours
            else _("Whether it is linked to {names} is not known yet.")
        )
        lines.append(fill(said, names=names_text(left)))
    return lines
