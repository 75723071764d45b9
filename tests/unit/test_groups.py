"""Tests that share a pane run in one process; else every process opens every module's pane, and nobody notices."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("together")
def test_pytest_xdist_sees_the_groups(request: pytest.FixtureRequest) -> None:
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("without --dist loadgroup there are no groups")
    assert request.node.nodeid.endswith("@together"), "pytest and pytest-xdist don't fit each other"
