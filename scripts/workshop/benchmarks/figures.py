"""Figures: samples, what they may be at most, and how they are shown and written down."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Samples of one quantity. ``unit`` is "ms", "×" (a ratio within one round), "MB", "%" or ""; ``limit`` as well."""

    name: str
    samples: Sequence[float]
    unit: str = "ms"
    limit: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    def as_json(self) -> dict[str, Any]:
        """Everything that there is to know, the samples too."""
        summary = {"median": self.median, "min": min(self.samples), "max": max(self.samples)}
        return {**vars(self), **summary, "samples": list(self.samples), "reached": self.reached}

    @property
    def reached(self) -> bool | None:
        """Whether the median keeps the limit; None when there is none."""
        return None if self.limit is None else self.median <= self.limit


@dataclass
class Report:
    """All figures of a run, and the circumstances."""

    circumstances: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what is written to the JSON file."""
        return {"circumstances": self.circumstances, "figures": [figure.as_json() for figure in self.figures]}

    def table(self) -> str:
        """Return the table that is printed."""
        head = ("figure", "median", "min", "max", "at most", "", "n")
        rows = [head, *(_row(figure) for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = [
            "  ".join(
                _aligned(cell, width, column) for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        lines.insert(1, "-" * len(lines[0]))
        notes = [f"{figure.name}: {figure.note}" for figure in self.figures if figure.note]
        return "\n".join(line.rstrip() for line in [*lines, *notes])


def ratio(name: str, above: Sequence[float], below: Sequence[float], limit: float | None, note: str = "") -> Figure:
    """Return the figure of the ratios, round by round, of two quantities that were measured in turns."""
    return Figure(name, [one / other for one, other in zip(above, below, strict=True)], "×", limit, note)


def _row(figure: Figure) -> tuple[str, ...]:
    limit = "" if figure.limit is None else _number(figure.limit, figure.unit)
    verdict = {None: "", True: "ok", False: "OVER"}[figure.reached]
    values = (_number(value, figure.unit) for value in (figure.median, min(figure.samples), max(figure.samples)))
    return (figure.name, *values, limit, verdict, str(len(figure.samples)))


def _number(value: float, unit: str) -> str:
    digits = {"ms": 0, "×": 2, "MB": 2, "%": 1}.get(unit, 0)
    return f"{value:.{digits}f}" + (f" {unit}" if unit else "")


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column in (0, 5) else cell.rjust(width)
