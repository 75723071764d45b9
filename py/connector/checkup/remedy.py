"""What to put into a server's settings, by the name that the server gives itself.

header("nginx", "X-Content-Type-Options", "nosniff")  ->  add_header X-Content-Type-Options "nosniff" always;
"""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import quoteattr

SERVERS = ("nginx", "apache", "caddy", "iis")
_NAMES = {"nginx": "nginx", "openresty": "nginx", "apache": "apache", "caddy": "caddy", "microsoft-iis": "iis"}
_TITLES = {"nginx": "nginx", "apache": "Apache", "caddy": "Caddy", "iis": "IIS"}
CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
)
"""What a stock vtenext answers, and what the pane needs."""


def server(name: str) -> str:
    """Return which server calls itself so (``Apache/2.4.62 (Debian)``); empty where it is none that is known here."""
    return next((kind for start, kind in _NAMES.items() if name.lower().startswith(start)), "")


def for_server(kind: str, line: Callable[[str], str], among: tuple[str, ...] = SERVERS) -> str:
    """Return the lines for this server, or those for each where it is not known."""
    if kind in among:
        return line(kind)
    return "\n".join(f"# {_TITLES[one]}\n{line(one)}" for one in among)


def header(kind: str, name: str, value: str) -> str:
    """Return the line with which a server sends a header."""
    return {
        "nginx": f'add_header {name} "{value}" always;',
        "apache": f'Header always set {name} "{value}"',
        "caddy": f'header {name} "{value}"',
        "iis": f"<add name={quoteattr(name)} value={quoteattr(value)} />",
    }[kind]


def without(kind: str, name: str) -> str:
    """Return the line with which a server leaves a header away that something behind it sends."""
    return {
        "nginx": f"proxy_hide_header {name};",
        "apache": f"Header always unset {name}\nHeader unset {name}",
        "caddy": f"header -{name}",
        "iis": f'<remove name="{name}" />',
    }[kind]


def media_type(kind: str, suffix: str, value: str) -> str:
    """Return the line with which a server sends files of a suffix (``.wasm``) with this type."""
    bare = value.partition(";")[0]
    return {
        "nginx": f"location ~ \\{suffix}$ {{ types {{ }} default_type {bare}; }}",
        "apache": f"AddType {bare} {suffix}",
        "caddy": f'@{suffix[1:]} path *{suffix}\nheader @{suffix[1:]} Content-Type "{value}"',
        "iis": f'<mimeMap fileExtension="{suffix}" mimeType="{bare}" />',
    }[kind]


def compression(kind: str) -> str:
    """Return the lines with which a server sends the compressed copies that the build has made."""
    return {
        "nginx": "gzip_static on;\ngzip_vary on;",
        "apache": "# the lines of dist-admin/.htaccess; they need: a2enmod rewrite headers",
        "caddy": "file_server {\n\tprecompressed br gzip\n}",
        "iis": '<urlCompression doStaticCompression="true" />',
    }[kind]


def cors(kind: str) -> str:
    """Return the lines with which the CRM's server sends each CORS header once, whatever stands behind it.

    Apache and Caddy, too, would add theirs to what vtenext sends: Caddy replaces only what it sets at the end.
    """
    if kind == "caddy":
        return "\n".join(["header {", *[f'\t{name} "{value}"' for name, value in CORS], "\tdefer", "}"])
    hiding = {"nginx": "proxy_hide_header {};", "apache": "Header onsuccess unset {}"}.get(kind, "")
    first = [hiding.format(name) for name, _ in CORS] if hiding else []
    return "\n".join([*first, *[header(kind, name, value) for name, value in CORS]])


def cors_once(kind: str) -> str:
    """Return what to take out of the CRM's server: vtenext sends these headers itself."""
    taken = "\n".join("# " + header(kind, name, "…") for name, _ in CORS)
    return f"# take these lines out, whatever they name:\n{taken}"


def authorization(kind: str) -> str:
    """Return the lines with which the Authorization header gets through to PHP."""
    return {
        "nginx": "fastcgi_param HTTP_AUTHORIZATION $http_authorization;\n# or, before another server:\n"
        "proxy_set_header Authorization $http_authorization;",
        "apache": 'CGIPassAuth On\n# before Apache 2.4.13:\nSetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1',
        "caddy": "php_fastcgi unix//run/php/php-fpm.sock {\n\tenv HTTP_AUTHORIZATION {header.Authorization}\n}",
        "iis": '<add name="HTTP_AUTHORIZATION" value="{HTTP_AUTHORIZATION}" />',
    }[kind]


def body_size(kind: str) -> str:
    """Return the lines with which a server and PHP take large mails."""
    own = {
        "nginx": "client_max_body_size 128m;",
        "apache": "LimitRequestBody 134217728",
        "caddy": "request_body {\n\tmax_size 128MB\n}",
        "iis": '<requestLimits maxAllowedContentLength="134217728" />',
    }[kind]
    return f"{own}\n; php.ini\npost_max_size = 128M\nupload_max_filesize = 64M"
