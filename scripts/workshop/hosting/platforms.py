"""Platforms for static sites: Netlify and Cloudflare Pages (``_headers``), Azure Static Web Apps."""

from __future__ import annotations

import json

from workshop.hosting.site import Site
from workshop.pane_headers import CACHED_FOREVER, FOREVER, MEDIA_TYPES, REVALIDATE, cache_control


def netlify(site: Site) -> str:
    """Return a ``_headers`` file, as Netlify and Cloudflare Pages read it.

    Where two rules match these servers join the values, so that a header must be set by one rule only.
    """
    lines = ["/*", *[f"  {name}: {value}" for name, value in site.headers.items()]]
    for name in ("", *site.top_level):
        path = f"/{name}"
        lines += [f"{path}*" if name.endswith("/") else path, f"  Cache-Control: {cache_control(path)}"]
    return "\n".join(lines) + "\n"


def azure(site: Site) -> str:
    """Return a ``staticwebapp.config.json``. A header of a route takes the place of a global one."""
    content = {
        "globalHeaders": {**site.headers, "Cache-Control": REVALIDATE},
        "routes": [{"route": f"{folder}*", "headers": {"Cache-Control": FOREVER}} for folder in CACHED_FOREVER],
        "mimeTypes": dict(MEDIA_TYPES),
    }
    return json.dumps(content, indent=2) + "\n"
