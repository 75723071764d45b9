"""Passing messages, which stay until they are closed or the next mail makes them pointless."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill
from connector.app.state import Notice, State
from connector.app.texts import say
from connector.app.views.box import message_box

PRESSING = ("warning", "error")


def notices(state: State) -> list[Element]:
    """Two regions that screen readers follow: one interrupts, the other waits for a pause."""
    pressing = [one for one in state.notices if one.tone in PRESSING]
    calm = [one for one in state.notices if one.tone not in PRESSING]
    return [
        h("div", [_notice(one) for one in pressing], key="alerts", cls="notices", role="alert"),
        h("div", [_notice(one) for one in calm], key="notices", cls="notices", role="status"),
    ]


def _notice(notice: Notice) -> Element:
    tone = notice.tone if notice.tone in ("info", "success", *PRESSING) else "info"
    close = h(
        "button",
        type_="button",
        cls="close",
        title=_("Close"),
        aria_label=fill(_("Close: {text}"), text=say(notice.problem).what),
        on={"click": e.NoticeClosed(notice.id)},
        key="close",
    )
    box = message_box(notice.problem, tone)
    return h(box.tag, *box.children, close, key=f"notice-{notice.id}", cls=f"box {tone}")
