"""Links of mails that are not shown: they go on, and say how they stand in a line each."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, shown
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
    views = state.elsewhere
    if state.current is not None and not state.signed_in:
        views = (state.current, *views)
    if not views:
        return None
    return h(
        "section",
        h("h2", _("Other mails"), key="title", id="others", cls="unseen"),
        h("ul", [_line(state, view) for view in views], key="list", cls="others"),
        key="elsewhere",
        aria_labelledby="others",
    )


def _line(state: State, view: LinkView) -> Element:
    tone, content = _content(view) if state.signed_in or view.receipt else _waiting(view)
    return h("li", h("div", content, cls="box-text"), key=view.link.plan.mail.key, cls=f"box {tone}")


def _content(view: LinkView) -> tuple[str, list[Element | None]]:
    """The tone, and what stands in the box."""
    if view.receipt is not None:
        return _finished(view, view.receipt)
    link = view.link
    if view.running:
        text = _("Taking back “{subject}”…") if view.removing else _("Still linking “{subject}”…")
        key = link.plan.mail.key
        cancel = h("button", _("Cancel"), type_="button", key="cancel", on={"click": e.CancelAsked(key)})
        return "info", [
            h("p", fill(text, subject=_subject(view)), key="what", dir="auto"),
            None if view.removing else h("div", cancel, key="ways", cls="buttons"),
        ]
    text = fill(_("“{subject}” is not linked yet."), subject=_subject(view))
    return "warning", [
        h("p", text, key="what", cls="what", dir="auto"),
        h("div", sentence(problem_of(link)), key="why", cls="why"),
        h("p", " ".join(standing(link)), key="standing", cls="next", dir="auto"),
        ways_out(view),
    ]


def _waiting(view: LinkView) -> tuple[str, list[Element | None]]:
    text = fill(_("“{subject}” is not linked yet. It goes on when you have signed in."), subject=_subject(view))
    return "info", [
        h("p", text, key="what", dir="auto"),
        h("p", " ".join(standing(view.link)), key="standing", cls="next", dir="auto"),
    ]


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
    text = fill(_("“{subject}”: {outcome}"), subject=_subject(view), outcome=headline(receipt))
    return "success" if receipt.complete else "warning", [
        h("p", text, key="what", cls="what", dir="auto"),
        more if problems else None,
        h("div", close, key="ways", cls="buttons"),
    ]


def _subject(view: LinkView) -> str:
    return shown(view.link.plan.mail.subject, 80) or _("(no subject)")
