"""The rows of the CRM's first answer as Python draws them, for ``pane/first.js``, which shows them before Python can.

The pane's own view draws the rows of sample records; what is a record's own has marks in its place. The sentences stand
there in English, with the place holders that they have in the catalogues.
"""

from __future__ import annotations

import functools
import gettext
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workshop.checkout import connector_importable

if TYPE_CHECKING:
    from connector.app.element import Element
    from connector.app.state import State
    from connector.finding.suggestion import Reason

LIST = "suggested"


class _Heard(gettext.NullTranslations):
    """English, which notes the texts that are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def gettext(self, message: str) -> str:
        self.texts.append(message)
        return message


def mould() -> dict[str, Any]:
    """Return what ``pane/first.js`` needs to show a plain answer.

    ``list`` is the tree of a list without rows (`connector.app.writing`), ``rows`` are those of a row without and with
    a line of details; the marks in them are {id}, {name}, {sign}, {about} and {detail}. ``about`` is the text of
    module and reason, ``reasons`` those of the reasons, best first: [the reason's name, the text about somebody or
    something, and that about nothing]. ``signs`` are the modules' signs, ``others`` modules of which the pane does not
    take the CRM's label, ``most`` how many rows are shown at once.
    """
    with connector_importable():
        from connector.app.views.icon import SIGNS
        from connector.app.views.row import AT_ONCE
        from connector.finding.records import WITHOUT_MESSAGES
        from connector.finding.suggestion import Reason

        whole, empty = _list(detail="{detail}"), _list(detail="")
        first = whole[4][0]
        rows = [_marked(one[4][0][4][0]) for one in (empty, whole)]
        # Of a guess from the text nothing is known before the text is read.
        reasons = [[one.name.lower(), *_texts(one)] for one in Reason if one is not Reason.TEXT]
        return {
            "list": [*whole[:4], [[*first[:4], []]]],
            "rows": rows,
            "about": _about(),
            "reasons": reasons,
            "signs": dict(SIGNS),
            "others": sorted(WITHOUT_MESSAGES),
            "most": AT_ONCE,
        }


@functools.cache
def texts() -> frozenset[str]:
    """Return the texts that ``pane/language.js`` has to know for them."""
    made = mould()
    return frozenset([made["about"], *(text for _name, *texts in made["reasons"] for text in texts)])


def _state() -> State:
    from connector.app.state import State
    from connector.finding.records import Module

    return State(modules=(Module("Sample", "{label}", "{label}"),))


def _drawn(detail: str) -> Element:
    from connector.app.views.row import Row, rows
    from connector.finding.records import Record

    return rows(_state(), LIST, [Row(Record("{id}", "Sample", "{name}"), "{reason}", detail)])


def _list(detail: str) -> Any:
    from connector.app.writing import written

    return json.loads(written(_drawn(detail)).text)


def _heard(work: Callable[[], object]) -> list[str]:
    """Return the texts that the work asks for."""
    from connector.app import language

    heard = _Heard()
    language.use(heard)
    try:
        work()
    finally:
        language.use(gettext.NullTranslations())
    return heard.texts


def _about() -> str:
    """The text of module and reason."""
    [text] = (one for one in _heard(lambda: _drawn("")) if "{" in one)
    return text


def _texts(reason: Reason) -> list[str]:
    from connector.app.views.suggestions import reason_text
    from connector.finding.records import Record
    from connector.finding.suggestion import Suggestion

    def text(about: str) -> str:
        given = Suggestion(Record("1x1", "Sample", "Sample"), reason, about)
        [one] = _heard(lambda: reason_text(given, sent=False))
        return one

    return [text("{about}"), text("")]


def _marked(row: Any) -> Any:
    """Put marks in the place of the module's sign and of what stands beside it, and leave the handlers out."""
    text = json.dumps(row)
    for sample, mark in (("sign-record", "sign-{sign}"), ("{label} \\u00b7 {reason}", "{about}")):
        if text.count(sample) != 1:
            raise ValueError(f"A row does not hold “{sample}” once: {text}")
        text = text.replace(sample, mark)
    return _without_handlers(json.loads(text))


def _without_handlers(tree: Any) -> Any:
    if isinstance(tree, str):
        return tree
    tag, key, attributes, _handlers, children = tree
    return [tag, key, attributes, 0, [_without_handlers(child) for child in children]]
