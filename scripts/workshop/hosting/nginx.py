"""nginx: a server block, which stands in nginx's own configuration."""

from __future__ import annotations

from workshop.hosting.site import Site, suffixes_by_type
from workshop.pane_headers import CACHED_FOREVER, FOREVER, MEDIA_TYPES, REVALIDATE


def settings(site: Site) -> str:
    """Return the file; paths of the certificate and of the folder are to be put in.

    Types carry their charset themselves: nginx adds none to what is sent compressed.
    """
    lines = [
        "# nginx: put this file into /etc/nginx/conf.d/, name the certificate, then: nginx -t && nginx -s reload",
        "map $uri $pane_cache {",
        f'    default "{REVALIDATE}";',
        *[f'    "~{folder}" "{FOREVER}";' for folder in CACHED_FOREVER],
        "}",
        "server {",
        '    # From nginx 1.25.1 on it asks for "http2 on;" in a line of its own, and takes this with a warning.',
        f"    listen {site.port} ssl http2;",
        f"    listen [::]:{site.port} ssl http2;  # without this line where the machine has no IPv6",
        f"    server_name {site.name};",
        f"    ssl_certificate     /etc/letsencrypt/live/{site.name}/fullchain.pem;",
        f"    ssl_certificate_key /etc/letsencrypt/live/{site.name}/privkey.pem;",
        f"    # The uploaded files lie in /srv/pane{site.path}",
        "    root /srv/pane;",
        "    index index.html;",
        "    # The compressed copies that the build has made. Brotli takes a quarter less; it is a module (Debian:",
        "    # apt install libnginx-mod-http-brotli-static), with which the next line works without its #.",
        "    # brotli_static on;",
        "    gzip_static on;",
        "    gzip_vary on;",
        *[f'    add_header {key} "{value}" always;' for key, value in site.headers.items()],
        "    add_header Cache-Control $pane_cache;  # not with errors: they pass",
        "    types {",
        *[f'        "{kind}" {" ".join(suffixes)};' for kind, suffixes in suffixes_by_type(MEDIA_TYPES).items()],
        "    }",
        "    default_type application/octet-stream;",
        "}",
    ]
    return "\n".join(lines) + "\n"
