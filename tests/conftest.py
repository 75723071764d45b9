"""Settings that all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

UNSETTLED = frozenset(
    "test_walk test_faults test_interruptions test_fault_matrix test_guard test_bad_input test_secrets "
    "test_keyboard test_axe test_signin test_component_signin test_component_page test_component_session "
    "test_boot".split()
)
"""Modules that have passed by themselves, but not yet all in one undisturbed run; CI leaves them out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the modules that are not settled yet."""
    for item in items:
        folder = "pane" if "/tests/pane/" in item.path.as_posix() else ""
        if item.path.stem in UNSETTLED or (folder and item.path.stem == "test_hostile"):
            item.add_marker("unsettled")


# A slow machine is no error; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
