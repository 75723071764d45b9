"""IIS: a ``web.config``, which it reads in the served folder.

It asks for no module that IIS does not bring: so IIS itself compresses, and the build's copies lie idle. What it
compresses is decided for the whole server; the comment has the command that adds WebAssembly.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from workshop.hosting.site import Site
from workshop.pane_headers import CACHED_FOREVER, FOREVER, MEDIA_TYPES

YEAR = "365.00:00:00"
_COMMANDS = (
    "%windir%\\system32\\inetsrv\\appcmd set config /section:httpCompression "
    "/+staticTypes.[mimeType='{kind}',enabled='true'] /commit:apphost"
)


def settings(site: Site) -> str:
    """Return the file."""
    _, _, beyond = FOREVER.partition("immutable")
    assert not beyond  # noqa: S101  # max-age is said in IIS's own way, the rest follows it
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!-- IIS: this file belongs into the pane's folder. To have WebAssembly and Python's files compressed, once:",
        *[f"     {_COMMANDS.format(kind=kind)}" for kind in ("application/wasm", "application/octet-stream")],
        "-->",
        "<configuration>",
        "  <system.webServer>",
        '    <directoryBrowse enabled="false" />',
        "    <defaultDocument>",
        "      <files>",
        "        <clear />",
        '        <add value="index.html" />',
        "      </files>",
        "    </defaultDocument>",
        '    <urlCompression doStaticCompression="true" />',
        "    <httpProtocol>",
        "      <customHeaders>",
        '        <remove name="X-Powered-By" />',
    ]
    for name, value in site.headers.items():
        lines += [f'        <remove name="{name}" />', f'        <add name="{name}" value={quoteattr(value)} />']
    lines += ["      </customHeaders>", "    </httpProtocol>", "    <staticContent>"]
    lines += ['      <clientCache cacheControlMode="DisableCache" />']
    for suffix, kind in {**MEDIA_TYPES, ".br": "application/octet-stream", ".gz": "application/gzip"}.items():
        lines += [
            f'      <remove fileExtension="{suffix}" />',
            f'      <mimeMap fileExtension="{suffix}" mimeType="{kind}" />',
        ]
    lines += ["    </staticContent>", "  </system.webServer>"]
    for folder in CACHED_FOREVER:
        lines += [
            f'  <location path="{folder.strip("/")}">',
            "    <system.webServer>",
            "      <staticContent>",
            f'        <clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="{YEAR}" '
            'cacheControlCustom="public, immutable" />',
            "      </staticContent>",
            "    </system.webServer>",
            "  </location>",
        ]
    return "\n".join([*lines, "</configuration>"]) + "\n"
