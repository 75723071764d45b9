"""The settings of the servers that people host static files with, all made of `workshop.pane_headers`.

for name, setting in SETTINGS.items(): (folder / setting.file).write_text(setting.text(site))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workshop.hosting import apache, caddy, iis, nginx, platforms
from workshop.hosting.site import Site

__all__ = ["SETTINGS", "Setting", "Site"]


@dataclass(frozen=True)
class Setting:
    """What a server is told, and where: the name of the file, and whether the server reads it in the served folder."""

    file: str
    text: Callable[[Site], str]
    inside: bool


SETTINGS: Mapping[str, Setting] = {
    "apache": Setting(".htaccess", apache.settings, inside=True),
    "azure": Setting("staticwebapp.config.json", platforms.azure, inside=True),
    "caddy": Setting("Caddyfile", caddy.settings, inside=False),
    "iis": Setting("web.config", iis.settings, inside=True),
    "netlify": Setting("_headers", platforms.netlify, inside=True),
    "nginx": Setting("nginx.conf", nginx.settings, inside=False),
}
"""By the names that ``build.py --server`` takes. Cloudflare Pages reads what Netlify reads."""
