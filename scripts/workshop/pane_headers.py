"""The HTTP headers that the pane is served with: the one place where they are decided.

The development server sends them, the browser tests run under them, and the build writes them
down for the servers that people host static files with (`workshop.hosting`), and for the self-check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

OFFICE_JS_HOST = "https://appsforoffice.microsoft.com"
OFFICE_JS_PATH = "/lib/1/hosted/"
"""The folder of Microsoft's host in which office.js and all that it loads lie."""

GRAPH_HOST = "https://graph.microsoft.com"
"""What else a pane calls that may ask Microsoft Graph. Tokens come by way of Outlook, not from another host."""

THIS_MACHINE = ("http://localhost:*", "http://127.0.0.1:*")
ANY_CRM = ("https:",)

OUTLOOK_HOSTS = (
    "https://outlook.office.com",
    "https://outlook.office365.com",
    "https://outlook.live.com",
    "https://*.cloud.microsoft",
)
"""Where Outlook on the web and the new Outlook show add-ins in a frame. Desktop and mobile clients use no frame."""

MEDIA_TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mo": "application/octet-stream",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""Media types by suffix. Browsers refuse modules and streaming WebAssembly of any other type."""

REVALIDATE = "no-cache"
FOREVER = "public, max-age=31536000, immutable"
CACHED_FOREVER: tuple[str, ...] = ("/boot/",)
"""Folders (``/name/``) whose files, or their folders, have a hash of the content in the name: never stale.

That holds for the files, not for an answer that says that one is missing or the server is busy.
"""


def crm_sources(config: Mapping[str, object], *, development: bool = False) -> tuple[str, ...]:
    """Return the ``connect-src`` sources for the CRMs that a ``config.json`` lets the pane call, and for Graph.

    Only the origins of ``crm_urls`` where no other address may be typed; any https host where one may, since nobody
    knows it before. Plain http is for a CRM on this machine, in ``development`` or where ``crm_urls`` names one.
    """
    urls = config.get("crm_urls")
    origins = dict.fromkeys(_origin(one) for one in urls if isinstance(one, str)) if isinstance(urls, list) else {}
    if config.get("free_url") is False and origins:
        return (*origins, *((GRAPH_HOST,) if config.get("entra_client_id") else ()))
    plain = [one for one in origins if one.startswith("http:")]
    return (*ANY_CRM, *(THIS_MACHINE if development else plain))


def _origin(address: str) -> str:
    parts = urlsplit(address if "://" in address else f"https://{address}")
    return f"{parts.scheme}://{parts.netloc}"


def content_security_policy(frame_ancestors: Iterable[str] = (), crms: Iterable[str] = ANY_CRM) -> str:
    """Return the policy of the pane.

    ``frame_ancestors`` are hosts beside Microsoft's that may frame it, ``crms`` the sources that it may call
    (`crm_sources`). Scripts come from the pane's own host and from the folder of office.js, and become part of the page
    only by the default policy for trusted types in ``trusted.js``, in browsers that have such.
    """
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", OFFICE_JS_HOST + OFFICE_JS_PATH],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *crms],
        "frame-src": ["'none'"],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
        "frame-ancestors": [*OUTLOOK_HOSTS, *frame_ancestors],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def common_headers(frame_ancestors: Iterable[str] = (), crms: Iterable[str] = ANY_CRM) -> dict[str, str]:
    """Return the headers that every answer carries, whatever is asked for.

    The files are public and Outlook fetches icons and the page itself from other origins, hence
    the open resource policy. Strict-Transport-Security is not here: it speaks for a whole host name.
    Outlook adds something new to the page's address each time; No-Vary-Search (RFC draft, Chromium since 2025)
    tells the browser that the page is the same, so that it only asks whether its copy is still good.
    """
    refused = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment")
    return {
        "Content-Security-Policy": content_security_policy(frame_ancestors, crms),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in (*refused, "usb")),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "No-Vary-Search": "params",
    }


def cache_control(path: str) -> str:
    """Return the Cache-Control value for a path such as ``/index.html``."""
    return FOREVER if path.startswith(CACHED_FOREVER) else REVALIDATE


def headers_for(path: str, frame_ancestors: Iterable[str] = (), crms: Iterable[str] = ANY_CRM) -> dict[str, str]:
    """Return all headers but type and length for a path such as ``/index.html``."""
    return {**common_headers(frame_ancestors, crms), "Cache-Control": cache_control(path)}


def media_type(path: str) -> str:
    """Return the Content-Type for a path, by its suffix."""
    name = path.rsplit("/", 1)[-1]
    return MEDIA_TYPES.get(name[name.rfind(".") :].lower() if "." in name else "", "application/octet-stream")


def frame_ancestor(address: str) -> str:
    """Return the origin of an Outlook address. Raises ValueError when it is no https address."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or any(sign in address for sign in " ;,'\""):
        raise ValueError(f"{address!r} is not an https:// address of an Outlook server.")
    return f"https://{parts.netloc}"
