"""How to launch Chromium so that it treats a framed pane as a user's browser does.

Playwright's own start switches the partitioning of foreign frames' storage off and lets every
window open; a pane in Outlook has to live with both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FOREIGN_HOST = "outlook.office.com"
"""A name of the real Outlook, which office.js trusts; mapped to this machine it makes the pane a foreign frame."""

# The last --disable-features counts: Playwright's list, without the partitioning of storage.
_QUIET_FEATURES = (
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
)


def launch_options(flags: Iterable[str] = (), *, foreign_host: str = FOREIGN_HOST) -> dict[str, Any]:
    """Keyword arguments for Playwright's ``chromium.launch``: these flags, storage partitioned, popups blocked.

    ``foreign_host`` is a host name that leads to this machine's loopback in that browser.
    """
    return {
        "args": [
            *flags,
            f"--host-resolver-rules=MAP {foreign_host} 127.0.0.1",
            "--disable-features=" + ",".join(_QUIET_FEATURES),
        ],
        "ignore_default_args": ["--disable-popup-blocking"],
    }
