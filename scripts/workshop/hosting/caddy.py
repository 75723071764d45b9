"""Caddy: a Caddyfile. Certificate, HTTP/2, HTTP/3 and IPv6 are Caddy's own matter."""

from __future__ import annotations

from workshop.hosting.site import Site, suffixes_by_type
from workshop.pane_headers import CACHED_FOREVER, FOREVER, MEDIA_TYPES, REVALIDATE


def settings(site: Site) -> str:
    """Return the file. ``route`` keeps the order of its lines: Caddy's own puts the special before the common."""
    lines = [
        "# Caddy: put this into /etc/caddy/Caddyfile, then: systemctl reload caddy",
        f"{site.name}{'' if site.port == 443 else f':{site.port}'} {{",
        f"\t# The uploaded files lie in /srv/pane{site.path}",
        "\troot * /srv/pane",
        "\troute {",
        "\t\theader {",
        *[f'\t\t\t{name} "{value}"' for name, value in site.headers.items()],
        f'\t\t\tCache-Control "{REVALIDATE}"',
        "\t\t}",
    ]
    for folder in CACHED_FOREVER:
        lines.append(f'\t\theader {site.path.rstrip("/")}{folder}* Cache-Control "{FOREVER}"')
    for number, (kind, suffixes) in enumerate(suffixes_by_type(MEDIA_TYPES).items()):
        lines += [
            f"\t\t@type{number} path {' '.join(f'*.{suffix}' for suffix in suffixes)}",
            f'\t\theader @type{number} Content-Type "{kind}"',
        ]
    lines += [
        "\t\theader {",
        "\t\t\tdefer",
        "\t\t\tVary Accept-Encoding",
        "\t\t}",
        "\t\tfile_server {",
        "\t\t\tprecompressed br gzip",
        "\t\t}",
        "\t}",
        "\thandle_errors {",
        f'\t\theader Cache-Control "{REVALIDATE}"',
        '\t\theader Content-Type "text/plain; charset=utf-8"',
        '\t\trespond "{err.status_code} {err.status_text}"',
        "\t}",
        "}",
    ]
    return "\n".join(lines) + "\n"
