"""The composition root: what PyScript runs.

from connector.main import start
await start()
"""

from __future__ import annotations

from connector.browser.start import start

__all__ = ["start"]
