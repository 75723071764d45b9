"""What stands in PHP, in the sandbox and in the pane has one value (``contract/values.json``); PHP looks by itself."""

from __future__ import annotations

import datetime
import importlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from connector.signin.kept import KEEP, LAST_URL, LAST_USER
from workshop.checkout import ROOT

ROWS = json.loads((ROOT / "contract" / "values.json").read_text("utf-8"))


def plain(value: object) -> object:
    """Return a constant as JSON would have it; times are seconds."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime.timedelta):
        return int(value.total_seconds())
    return dict(value) if isinstance(value, Mapping) else value


def found(package: str, place: str) -> object:
    """Return what stands there."""
    module, _, name = place.rpartition(".")
    return plain(getattr(importlib.import_module(f"{package}.{module}"), name))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["about"])
def test_a_value_is_that_of_the_contract(row: dict[str, Any]) -> None:
    if "sandbox" in row:
        assert found("sandbox_crm", row["sandbox"]) == row["value"]
    for place in row.get("pane", ()):
        assert found("connector", place) == row["value"], place


def test_each_value_stands_in_more_than_one_place() -> None:
    assert [row["about"] for row in ROWS if "sandbox" not in row and "pane" not in row] == []


def test_the_first_screen_reads_what_the_pane_keeps() -> None:
    early = (ROOT / "pane" / "early.js").read_text("utf-8")
    storage = (ROOT / "py" / "connector" / "browser" / "storage.py").read_text("utf-8")
    assert all(f'"{name}"' in early for name in (LAST_URL, LAST_USER, KEEP))
    assert "mail-connector." in early
    assert "mail-connector." in storage
