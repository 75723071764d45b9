"""Tests that share a pane run in one process; else every process opens every module's pane, and nobody notices."""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="all tests run in one process")
@pytest.mark.xdist_group("together")
def test_pytest_xdist_sees_the_groups(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@together"), "pytest and pytest-xdist don't fit each other"
