"""Passing messages: those that matter stay until they are closed, the others leave (`app.passing`)."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill
from connector.app.noticing import waiting
from connector.app.passing import LIST
from connector.app.state import PASSING, Notice, State
from connector.app.texts import Sentence, say
from connector.app.views.box import quoted, sentence

PRESSING = ("warning", "error")
MOST_PRESSING = 3
"""So many are shown at once, the newest; the others come back as these are closed."""


def notices(state: State) -> list[Element]:
    """Two regions that screen readers follow: one interrupts, the other waits for a pause."""
    pressing = [one for one in state.notices if one.tone not in PASSING][-MOST_PRESSING:]
    passing, _more = waiting(state)
    return [
        h("div", [_notice(one) for one in pressing], key="alerts", cls="notices", role="alert"),
        h(
            "div",
            _notice(passing) if passing else None,
            key="notices",
            cls="notices passing",
            role="status",
            data_list=LIST,
        ),
    ]


def _notice(notice: Notice) -> Element:
    tone = notice.tone if notice.tone in (*PASSING, *PRESSING) else "info"
    said = say(notice.during or notice.problem)
    close = h(
        "button",
        type_="button",
        cls="close",
        title=_("Close"),
        aria_label=fill(_("Close: {text}"), text=said.what),
        on={"click": e.NoticeClosed(notice.id)},
        key="close",
    )
    text = sentence(notice.problem, notice.during) if tone in PRESSING else _short(said)
    return h("div", h("div", text, key="text", cls="box-text"), close, key=f"notice-{notice.id}", cls=f"box {tone}")


def _short(said: Sentence) -> list[Element | None]:
    """What happened: it asks for nothing, and is soon gone."""
    return [h("p", said.what, key="what", dir="auto"), quoted(said.quoted)]
