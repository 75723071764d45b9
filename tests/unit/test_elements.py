"""``pane/elements.js`` shows each tree as it is, whatever stood there before, and tells who was pressed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from connector.app.writing import ATTRIBUTES, EVENTS, TAGS
from workshop.checkout import ROOT
from workshop.nodejs import done_by_node
from workshop.pane_packages import node

Tree = Any
"""As `connector.app.writing` writes it."""
FORMS = ("div", "p", "span", "ul", "li", "button", "input", "option")
NAMES = ("class", "id", "hidden", "title", "aria-busy", "data-screen")


def drawn(draw: random.Random, numbers: list[int], depth: int = 3) -> Tree:
    """A tree; of elements next to each other no two have one key."""
    if draw.random() < 0.25 and depth < 3:
        return draw.choice(["", "Mary", "<b>", "ä"])
    tag = draw.choice(FORMS)
    names = draw.sample(NAMES, draw.randrange(3))
    if tag == "input":
        names += ["value", *draw.sample(["checked"], draw.randrange(2))]
    on: Any = 0
    if draw.random() < 0.3:
        numbers.append(len(numbers) + 1)
        on = [numbers[-1], *draw.sample(["click", "change"], draw.randrange(1, 3))]
    children = [drawn(draw, numbers, depth - 1) for _ in range(draw.randrange(5))] if depth and tag != "input" else []
    keys = draw.sample(["a", "b", "c", "d", "e", "f"], len(children))
    for child, key in zip(children, keys, strict=True):
        if not isinstance(child, str) and draw.random() < 0.6:
            child[1] = key
    attributes = {name: "" if name in ("hidden", "checked") else draw.choice(["x", "y", "zä"]) for name in names}
    return [tag, "", attributes, on, children]


def expected(tree: Tree) -> Any:
    """What a page holds that shows the tree."""
    return tree if isinstance(tree, str) else [tree[0], tree[2], [expected(child) for child in tree[4]]]


def heard(tree: Tree, kind: str, above: list[Any]) -> list[list[Any]]:
    """Who hears when everything is pressed, in the order of the page: the nearest one that listens."""
    if isinstance(tree, str):
        return []
    path = [*above, tree[3]]
    nearest = next((on for on in reversed(path) if on and kind in on[1:]), None)
    here = [[nearest[0], kind]] if nearest else []
    return here + [one for child in tree[4] for one in heard(child, kind, path)]


def shown(runs: list[list[Tree]], folder: Path) -> list[list[dict[str, Any]]]:
    """What the page holds after each tree, and what is heard when everything is pressed."""
    job = {
        "script": (ROOT / "pane" / "elements.js").read_text("utf-8"),
        "lists": [sorted(TAGS), sorted(ATTRIBUTES), list(EVENTS)],
        "runs": [[[tree, ["click", "change"]] for tree in trees] for trees in runs],
        "out": str(folder / "out.json"),
    }
    driver = Path(__file__).with_name("elements.mjs")
    done_by_node([str(part) for part in node()], driver, job, folder)
    found: list[list[dict[str, Any]]] = json.loads((folder / "out.json").read_text("utf-8"))
    return found


def test_what_is_shown_is_the_tree_whatever_stood_there_before(tmp_path: Path) -> None:
    draw = random.Random(13)
    runs = [[drawn(draw, []) for _ in range(6)] for _ in range(200)]
    for trees, pages in zip(runs, shown(runs, tmp_path), strict=True):
        for tree, page in zip(trees, pages, strict=True):
            assert page["page"] == expected(tree)
            assert page["said"] == heard(tree, "click", []) + heard(tree, "change", [])
