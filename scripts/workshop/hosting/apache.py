"""Apache: an ``.htaccess``, which it reads in the served folder."""

from __future__ import annotations

from workshop.hosting.site import Site, bare, suffixes_by_type
from workshop.pane_headers import CACHED_FOREVER, FOREVER, MEDIA_TYPES, REVALIDATE

ENCODINGS = {"br": "br", "gz": "gzip"}
"""Encodings by suffix, the smallest result first."""
_ACCEPTED = r"\b{name}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))"


def settings(site: Site) -> str:
    """Return the file. It needs ``AllowOverride All``, and mod_headers, mod_mime and mod_rewrite."""
    lines = [
        "# Apache: this file belongs into the pane's folder. The folder needs AllowOverride All; run once, as root:"
    ]
    lines += ["# a2enmod headers rewrite http2 ssl"]
    lines += ["Options -Indexes +SymLinksIfOwnerMatch", "DirectoryIndex index.html", "AddDefaultCharset utf-8"]
    lines += ["", "# Headers"]
    lines += [f'Header always set {name} "{value}"' for name, value in site.headers.items()]
    lines += [f'Header always set Cache-Control "{REVALIDATE}"']
    for folder in CACHED_FOREVER:
        found = "%{REQUEST_STATUS} =~ /^(2|304)/"
        lines += [f'Header always set Cache-Control "{FOREVER}" "expr=%{{REQUEST_URI}} =~ m#{folder}# && {found}"']
    lines += ["", "# Types, of the files and of their compressed copies"]
    packed = "|".join(ENCODINGS)
    for kind, suffixes in suffixes_by_type(MEDIA_TYPES).items():
        lines += [
            f'<FilesMatch "\\.({"|".join(suffixes)})(\\.({packed}))?$">',
            f'  ForceType "{kind}"',
            "</FilesMatch>",
        ]
    lines += ["", *_compressed()]
    return "\n".join(lines) + "\n"


def _compressed() -> list[str]:
    """Send what the build has compressed to whom takes it; without mod_rewrite compress at each request."""
    lines = ["# The compressed copies that the build has made", "<IfModule mod_rewrite.c>", "  RewriteEngine On"]
    lines += ["  RewriteRule ^$ %{REQUEST_URI}index.html"]
    for suffix, name in ENCODINGS.items():
        lines += [
            f'  RewriteCond %{{HTTP:Accept-Encoding}} "{_ACCEPTED.format(name=name)}"',
            f"  RewriteCond %{{REQUEST_FILENAME}}.{suffix} -s",
            f"  RewriteRule ^ %{{REQUEST_URI}}.{suffix} [E=no-gzip:1,E=no-brotli:1,L]",
        ]
    lines += ["</IfModule>", "RemoveLanguage .br"]
    lines += [f"AddEncoding {name} .{suffix}" for suffix, name in ENCODINGS.items()]
    lines += ["Header merge Vary Accept-Encoding"]
    packable = sorted({bare(kind) for kind in MEDIA_TYPES.values() if kind.startswith("text/")} | {"application/wasm"})
    lines += ["<IfModule !mod_rewrite.c>", "  <IfModule mod_filter.c>"]
    lines += [f"    AddOutputFilterByType DEFLATE {' '.join(packable)}", "  </IfModule>", "</IfModule>"]
    return lines
