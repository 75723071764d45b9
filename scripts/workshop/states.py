"""Draw the states of a link and of the sign-in from their tables: ``python scripts/states.py``.

The pictures are ``docs/linking-states.svg`` and ``docs/signin-states.svg``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from connector.linking.moves import CONTENT, COPY, COURSE, FILE
from connector.linking.steps import ORDER
from connector.machine import Machine, State
from connector.signin.moves import SIGN_IN
from workshop import commands
from workshop.checkout import ROOT

LETTER, LINE, BOX, LANE, GAP = 6.0, 17, 150, 11, 40
"""Pixels: a letter's width, a line's height, a box's width, from one line to the next beside it, between machines."""

STYLE = """
text { font: 11px sans-serif; fill: #222 }
.name { font-weight: bold; font-size: 12px; text-anchor: middle }
.machine { font-weight: bold; font-size: 14px }
.small { fill: #666; text-anchor: middle }
.right { text-anchor: end }
rect { fill: #eef4fb; stroke: #33587f }
.first { stroke-width: 2.5 }
path { fill: none; stroke: #555 }
.page { fill: #fff; stroke: none }
"""


def words(state: State) -> str:
    """Return a state's name as words."""
    name = state.__name__ if isinstance(state, type) else state.value.replace("-", " ")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def meaning(state: State) -> str:
    """Return the first sentence of what a class says of itself; empty for a value."""
    return (state.__doc__ or "").partition("\n")[0] if isinstance(state, type) else ""


@dataclass
class Edge:
    """A way beside the boxes, by their places from the top."""

    begin: int
    end: int
    label: str
    lane: int = 0

    @property
    def back(self) -> bool:
        """Whether it leads up; then it is drawn on the left."""
        return self.end < self.begin


class Drawing:
    """One machine, its states below one another; ``svg`` is drawn with its top left corner at 0, 0."""

    def __init__(self, machine: Machine[Any]) -> None:
        self._machine = machine
        self._states = machine.states
        self._place = {state: index for index, state in enumerate(self._states)}
        rows = [(self._place[begin], event.value, self._place[end]) for begin, event, end in machine.rows]
        places = range(len(self._states))
        self._down = [[label for begin, label, end in rows if begin == at == end - 1] for at in places]
        self._stays = [[label for begin, label, end in rows if begin == at == end] for at in places]
        self._edges = [Edge(begin, end, label) for begin, label, end in rows if end < begin or end > begin + 1]
        for back in (True, False):
            beside = [edge for edge in self._edges if edge.back is back]
            for lane, edge in enumerate(sorted(beside, key=lambda edge: (abs(edge.end - edge.begin), edge.begin))):
                edge.lane = lane
        self._left, self._right = self._room(back=True), self._room(back=False)
        self._tops, self._heights = self._stacked()
        self.width = self._left + BOX + max(self._right, BOX // 2 + 40)
        self.height = self._tops[-1] + self._heights[-1] + GAP

    def _room(self, *, back: bool) -> int:
        """How much the ways on one side take."""
        beside = [edge for edge in self._edges if edge.back is back]
        return self._reach(back=back) + LANE * len(beside) + 10 if beside else 0

    def _reach(self, *, back: bool) -> int:
        """How far from the boxes the first lane is: behind the longest label."""
        return int(max(len(edge.label) for edge in self._edges if edge.back is back) * LETTER) + 12

    def _ports(self, at: int, *, back: bool) -> list[tuple[Edge, bool]]:
        """The ways that begin (True) or end at a box on one side, from the top: those that lead up first."""
        beside = [edge for edge in self._edges if edge.back is back]
        return sorted(
            [(edge, True) for edge in beside if edge.begin == at]
            + [(edge, False) for edge in beside if edge.end == at],
            key=lambda one: (one[0].begin + one[0].end - 2 * at, -one[0].lane if one[1] else one[0].lane),
        )

    def _stacked(self) -> tuple[list[int], list[int]]:
        tops, heights, top = [], [], 40
        for at in range(len(self._states)):
            ports = max(len(self._ports(at, back=True)), len(self._ports(at, back=False)))
            heights.append(max(30 + LINE * len(self._stays[at]), LINE * ports + 12))
            tops.append(top)
            top += heights[-1] + 26 + LINE * max(len(self._down[at]), 1)
        return tops, heights

    def _port(self, at: int, edge: Edge, *, begins: bool) -> int:
        ports = self._ports(at, back=edge.back)
        top = self._tops[at] + (self._heights[at] - LINE * len(ports)) // 2
        return top + LINE * ports.index((edge, begins)) + LINE - 4

    def svg(self) -> Iterator[str]:
        """Yield the elements."""
        yield f'<text class="machine" x="0" y="18">{escape(self._machine.name)}</text>'
        for edge in self._edges:
            yield from self._beside(edge)
        middle = self._left + BOX // 2
        for at, state in enumerate(self._states):
            top, height = self._tops[at], self._heights[at]
            first = ' class="first"' if state is self._machine.first else ""
            title = f"<title>{escape(meaning(state))}</title>" if meaning(state) else ""
            yield f'<rect{first} x="{self._left}" y="{top}" width="{BOX}" height="{height}" rx="6">{title}</rect>'
            name = top + (height - LINE * len(self._stays[at])) // 2 + 4
            yield f'<text class="name" x="{middle}" y="{name}">{escape(words(state))}</text>'
            for line, label in enumerate(self._stays[at], 1):
                yield f'<text class="small" x="{middle}" y="{name + LINE * line}">↻ {escape(label)}</text>'
            if self._down[at]:
                bottom = top + height
                yield f'<path d="M{middle} {bottom}V{self._tops[at + 1]}" marker-end="url(#arrow)"/>'
                for line, label in enumerate(self._down[at]):
                    yield f'<text x="{middle + 6}" y="{bottom + 21 + LINE * line}">{escape(label)}</text>'

    def _beside(self, edge: Edge) -> Iterator[str]:
        begin = self._port(edge.begin, edge, begins=True)
        end = self._port(edge.end, edge, begins=False)
        side = self._left if edge.back else self._left + BOX
        away = (self._reach(back=edge.back) + LANE * edge.lane) * (-1 if edge.back else 1)
        yield f'<path d="M{side} {begin}H{side + away}V{end}H{side}" marker-end="url(#arrow)"/>'
        turn, at = (' class="right"', side - 5) if edge.back else ("", side + 5)
        yield f'<text{turn} x="{at}" y="{begin - 3}">{escape(edge.label)}</text>'


def steps() -> Iterator[str]:
    """Yield the order of the steps as lines of text."""
    yield '<text class="machine" x="0" y="18">The next step: the first that fits</text>'
    for line, rule in enumerate(ORDER):
        at = 44 + LINE * line
        yield f'<text class="right" x="16" y="{at}">{line + 1}</text>'
        yield f'<text x="26" y="{at}">{escape(rule.step.value.replace("-", " "))}</text>'
        yield f'<text x="110" y="{at}">{escape(rule.words)}</text>'


def linking() -> str:
    """Return the picture of a link's states."""
    course, content, copy, file = (Drawing(machine) for machine in (COURSE, CONTENT, COPY, FILE))
    first = max(course.width, content.width)
    second = first + GAP + copy.width + GAP
    width = second + max(file.width, 330) + 2 * GAP
    height = max(course.height + content.height, copy.height, file.height + 44 + LINE * len(ORDER)) + GAP
    places = ((course, 0, 0), (content, 0, course.height), (copy, first + GAP, 0), (file, second, 0))
    parts = [_placed(drawing.svg(), x, y) for drawing, x, y in places]
    return _page("The states of a link", width, height, [*parts, _placed(steps(), second, file.height)])


def signin() -> str:
    """Return the picture of the sign-in's states."""
    drawing = Drawing(SIGN_IN)
    width, height = drawing.width + 2 * GAP, drawing.height + GAP
    return _page("The states of the sign-in", width, height, [_placed(drawing.svg(), 0, 0)])


def _placed(elements: Iterable[str], x: int, y: int) -> str:
    return "\n".join([f'<g transform="translate({x + GAP} {y + GAP})">', *elements, "</g>"])


def _page(title: str, width: int, height: int, parts: Iterable[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{title}</title>",
        "<!-- Drawn by scripts/states.py -->",
        f"<style>{STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#555"/></marker></defs>',
        f'<rect class="page" width="{width}" height="{height}"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


PICTURES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "linking-states.svg": linking,
    ROOT / "docs" / "signin-states.svg": signin,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    commands.Options(description="Draw the states of a link and of the sign-in.").parse_args(arguments)
    for path, drawn in PICTURES.items():
        path.write_text(drawn(), "utf-8")
    return 0
