"""Mails that are written down as they arrive, in the text files beside, with the people who are right."""

from __future__ import annotations

import json
from pathlib import Path

from people.situations import FORM, GUESS, MACHINE, MARY, Situation, one

FOLDER = Path(__file__).parent


def _read(name: str) -> tuple[Situation, ...]:
    blocks = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n=== ")[1:]
    return tuple(_mail(block) for block in blocks)


def _mail(block: str) -> Situation:
    name, _, mail = block.partition("\n")
    people = []
    while mail.startswith("> "):
        line, _, mail = mail.partition("\n")
        people.append(line.removeprefix("> "))
    head, _, text = mail.partition("\n\n")
    return one(name, head, *people, text=text.rstrip("\n"))


LABELLED = tuple(
    one(
        f"label-{at}", FORM, MACHINE, GUESS,
        text=f"Hello\n{label.replace('@@', MARY)}\nPhone: 1\nsee info@else.example",
    )
    for at, label in enumerate(json.loads((FOLDER / "labels.json").read_text(encoding="utf-8")))
)  # fmt: skip
"""What stands before the address of whoever filled in a form, and somebody else in the text."""
SENDERS, NOTICES, RETURNED, WHOLE = map(_read, ("senders", "notices", "returned", "whole"))
