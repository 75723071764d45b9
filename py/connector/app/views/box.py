"""A box with a sentence: what happened, what to do next, and details in others' words."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import _, fill
from connector.app.texts import say
from connector.domain.linking import Problem


def message_box(
    problem: Problem, tone: str = "error", *more: Element | None, key: str = "", role: str | None = None
) -> Element:
    """A box in the colours of ``tone`` (``info``, ``success``, ``warning``, ``error``)."""
    return h(
        "div", h("div", sentence(problem), *more, key="text", cls="box-text"), key=key, cls=f"box {tone}", role=role
    )


def text_box(text: str, tone: str, *more: Element | None, key: str = "") -> Element:
    """A box with a plain text."""
    return h("div", h("div", h("p", text), *more, cls="box-text"), key=key, cls=f"box {tone}")


def sentence(problem: Problem) -> list[Element | None]:
    """The paragraphs for a problem."""
    said = say(problem)
    return [
        h("p", said.what, key="what", cls="what", dir="auto"),
        h("p", said.next, key="next", cls="next", dir="auto") if said.next else None,
        h(
            "details",
            h("summary", _("Details")),
            h("p", fill(_("Reported: “{words}”"), words=said.quoted), dir="auto"),
            key="details",
        )
        if said.quoted
        else None,
    ]
