"""The same application, imported by PyScript's plain way."""

from js import performance

import connector.main  # noqa: F401

performance.mark("boot:python")
