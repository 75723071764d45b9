"""Links of mails that are not shown: one line says how they stand, and unfolds to each of them.

Whatever happens to other mails, the one that is shown stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import LinkView, State
from connector.app.texts import say
from connector.app.views.box import sentence
from connector.app.views.failure import problem_of, standing, ways_out
from connector.app.views.receipt import file_problem, headline
from connector.errors import Problem
from connector.linking.receipt import Receipt

MOST_PROBLEMS = 20


def elsewhere(state: State) -> Element | None:
    """The list; while nobody is signed in, the shown mail's unfinished link is in it, too."""
    views, title = state.elsewhere, _("Other mails")
    if state.current is not None and not state.signed_in:
        views, title = (state.current, *views), _("What was begun")
    if not views:
        return None
    running = all(view.running for view in views)
    return h(
        "section",
        h("h2", title, key="title", id="others", cls="unseen"),
        h(
            "details",
            h("summary", h("span", _summary(state, views), cls="one-line", dir="auto"), key="summary"),
            h("ul", [_line(state, view, alone=len(views) == 1) for view in views], key="list", cls="others"),
            key="fold",
            cls="fold info" if running else "fold warning",
        ),
        key="elsewhere",
        aria_labelledby="others",
    )


def _summary(state: State, views: Sequence[LinkView]) -> str:
    """How all of them stand: of a single one its name, of several their numbers. What is cut matters least."""
    if len(views) == 1:
        return _what(state, views[0])
    running = sum(view.running for view in views)
    done = sum(view.receipt is not None for view in views)
    left = len(views) - running - done
    counts = [
        ngettext("{count} mail is not linked yet", "{count} mails are not linked yet", left) if left else "",
        ngettext("{count} receipt to look at", "{count} receipts to look at", done) if done else "",
        ngettext("Linking {count} other mail…", "Linking {count} other mails…", running) if running else "",
    ]
    return " · ".join(one for one in counts if one)


def _what(state: State, view: LinkView) -> str:
    subject = _subject(view)
    if view.receipt is not None:
        return fill(_("“{subject}”: {outcome}"), subject=subject, outcome=headline(view.receipt))
    if not state.signed_in:
        text = _("“{subject}” is not linked yet. It goes on when you have signed in.")
        if view.removing:
            text = _("“{subject}” is not taken back yet. It goes on when you have signed in.")
        return fill(text, subject=subject)
    if view.running:
        text = _("Taking back “{subject}”…") if view.removing else _("Still linking “{subject}”…")
        return fill(text, subject=subject)
    text = _("“{subject}” is not taken back yet.") if view.removing else _("“{subject}” is not linked yet.")
    return fill(text, subject=subject)


def _line(state: State, view: LinkView, *, alone: bool) -> Element:
    """One of them; what stands over it already, where it is ``alone``, is not said again."""
    tone, content = _content(view) if state.signed_in or view.receipt else _waiting(view)
    content = [None if alone else h("p", _what(state, view), key="what", cls="what", dir="auto"), *content]
    return h("li", h("div", content, cls="box-text"), key=view.link.plan.mail.key, cls=f"box {tone}")


def _content(view: LinkView) -> tuple[str, list[Element | None]]:
    """The tone, and what stands in the box."""
    if view.receipt is not None:
        return _finished(view, view.receipt)
    link = view.link
    if view.running:
        key = link.plan.mail.key
        cancel = h("button", _("Cancel"), type_="button", key="cancel", on={"click": e.CancelAsked(key)})
        removing = h("p", _("Removing what had been stored…"), key="removing", cls="next")
        return "info", [removing if view.removing else h("div", cancel, key="ways", cls="buttons")]
    return "warning", [
        h("div", sentence(problem_of(link)), key="why", cls="why"),
        h("p", " ".join(standing(link)), key="standing", cls="next", dir="auto"),
        ways_out(view),
    ]


def _waiting(view: LinkView) -> tuple[str, list[Element | None]]:
    return "info", [h("p", " ".join(standing(view.link)), key="standing", cls="next", dir="auto")]


def _finished(view: LinkView, receipt: Receipt) -> tuple[str, list[Element | None]]:
    problems = [line.problem for line in receipt.records if line.problem]
    problems += [file_problem(line) or Problem("file-not-stored") for line in receipt.files if file_problem(line)]
    problems += [*receipt.remarks, *receipt.warnings]
    key = view.link.plan.mail.key
    close = h("button", _("Close"), type_="button", key="close", on={"click": e.LinkClosed(key)})
    more = h(
        "details",
        h("summary", _("Details")),
        h("ul", [h("li", h("span", say(one).what, dir="auto")) for one in problems[:MOST_PROBLEMS]], cls="standing"),
        key="more",
    )
    return "success" if receipt.complete else "warning", [
        more if problems else None,
        h("div", close, key="ways", cls="buttons"),
    ]


def _subject(view: LinkView) -> str:
    return shown(view.link.plan.mail.subject, 80) or _("(no subject)")
