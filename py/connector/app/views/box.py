"""A box with a sentence: what happened, what to do next, and details in others' words."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import _, fill
from connector.app.texts import say
from connector.errors import Problem


def message_box(
    problem: Problem, tone: str = "error", *more: Element | None, key: str = "", role: str | None = None
) -> Element:
    """A box in the colours of ``tone`` (``info``, ``success``, ``warning``, ``error``)."""
    return h(
        "div", h("div", sentence(problem), *more, key="text", cls="box-text"), key=key, cls=f"box {tone}", role=role
    )


def text_box(text: str, tone: str, *more: Element | None, key: str = "", role: str | None = None) -> Element:
    """A box with a plain text; one that is read out of its own accord, by its ``role``, has it as its headline."""
    first = h("p", text, key="what", cls="what" if role else None)
    return h("div", h("div", first, *more, cls="box-text"), key=key, cls=f"box {tone}", role=role)


def sentence(problem: Problem, during: Problem | None = None) -> list[Element | None]:
    """The paragraphs for a problem, after what became of that which it has hindered."""
    said = say(problem)
    first = h("p", say(during).what, key="during", cls="what", dir="auto") if during else None
    return [
        first,
        h("p", said.what, key="what", cls="next" if during else "what", dir="auto"),
        h("p", said.next, key="next", cls="next", dir="auto") if said.next else None,
        quoted(said.quoted),
    ]


def quoted(words: str) -> Element | None:
    """The CRM's or Outlook's own words, folded; None where it said nothing."""
    if not words:
        return None
    text = fill(_("Reported: “{words}”"), words=words)
    return h("details", h("summary", _("Details")), h("p", text, dir="auto"), key="details")
