"""What is wrong with the pane's host: what it serves, and how.

The build writes down what is right in ``contents.json``: files with types and hashes, headers, times to keep.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.checkup import remedy
from connector.checkup.finding import Finding, failed, ok, unclear
from connector.checkup.seen import Answer

CONTENTS, MANIFEST, PAGE = "contents.json", "manifest.xml", "index.html"
OUTLOOK = "https://outlook.office.com"
_FRAME_ANCESTORS = re.compile(r"(?:^|;)\s*frame-ancestors\s+([^;]*)")
_ADDRESSES = re.compile(r'DefaultValue="(https?://[^"]+)"')
_COMPRESSED = ("br", "gzip", "zstd", "deflate")
_LEAST = 1000
"""Bytes from which on it matters whether a file is compressed."""
_PACKABLE = ("text/", "application/json", "application/wasm")


@dataclass(frozen=True)
class Contents:
    """What the build wrote down of the pane that should be there."""

    version: str
    host: str
    headers: Mapping[str, str]
    meta_policy: bool
    cache: Mapping[str, str]
    files: Mapping[str, Mapping[str, str]]

    def kept(self, name: str) -> str:
        """Return the Cache-Control that a file should come with."""
        return max((len(start), value) for start, value in self.cache.items() if name.startswith(start))[1]


def contents_from(answer: Answer) -> Contents | None:
    """Read ``contents.json``; None where this is none."""
    try:
        given: Any = json.loads(answer.text) if answer.status == 200 else None
        return Contents(
            version=str(given["version"]),
            host=str(given["host"]),
            headers={str(name): str(value) for name, value in given["headers"].items()},
            meta_policy=given["meta_policy"] is True,
            cache={str(start): str(value) for start, value in given["cache"].items()},
            files={str(name): {str(k): str(v) for k, v in one.items()} for name, one in given["files"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def looked_at(contents: Contents) -> list[str]:
    """Return the files that are fetched: all but those of the plain start, of which each type is there once."""
    chosen = [name for name in contents.files if "/plain-" not in name]
    types = {name.rpartition(".")[2] for name in chosen}
    rest = {name.rpartition(".")[2]: name for name in contents.files if name.rpartition(".")[2] not in types}
    return sorted([*chosen, *rest.values()])


def judged(contents: Contents, answers: Mapping[str, Answer]) -> Iterator[Finding]:
    """Compare what came with what should be there. ``answers`` by name; what is not in it brought nothing."""
    kind = remedy.server(next((one.header("Server") for one in answers.values()), ""))
    good = {name: one for name, one in answers.items() if one.status == 200}
    yield _whole(contents, good)
    yield _types(contents, good, kind)
    yield _headers(contents, good, kind)
    yield frame(good.get(PAGE), contents, kind)
    yield _compression(contents, good, kind)


def _whole(contents: Contents, good: Mapping[str, Answer]) -> Finding:
    missing = [name for name in looked_at(contents) if name not in good]
    if missing:
        return failed("files", "files-missing", files=_some(missing))
    altered = [
        name
        for name, one in good.items()
        if (right := contents.files[name].get("sha256")) and hashlib.sha256(one.body).hexdigest() != right
    ]
    if altered:
        return failed("files", "files-altered", files=_some(altered))
    return ok("files", "files-right", count=str(len(good)), version=contents.version)


def _types(contents: Contents, good: Mapping[str, Answer], kind: str) -> Finding:
    wrong: dict[str, tuple[str, str, str]] = {}
    for name, one in good.items():
        right, sent = contents.files[name]["type"], one.header("Content-Type")
        if sent.partition(";")[0].strip().lower() != right.partition(";")[0] and _matters(right):
            wrong.setdefault("." + name.rpartition(".")[2], (name, sent or "–", right))
    if not wrong:
        return ok("types", "types-right")
    name, sent, right = next(iter(wrong.values()))
    lines = remedy.for_server(
        kind, lambda one: "\n".join(remedy.media_type(one, suffix, values[2]) for suffix, values in wrong.items())
    )
    return failed("types", "types-wrong", lines, file=name, sent=sent, right=right)


def _matters(kind: str) -> bool:
    """Whether a browser refuses a file, or shows it otherwise, that comes with another type."""
    return not kind.startswith("application/") or kind == "application/wasm"


def _headers(contents: Contents, good: Mapping[str, Answer], kind: str) -> Finding:
    page = good.get(PAGE)
    if page is None:
        return unclear("headers", "no-page")
    wanted = {**contents.headers, "Cache-Control": contents.kept(PAGE)}
    wrong = {name: value for name, value in wanted.items() if page.all(name) != [value]}
    if not wrong:
        return ok("headers", "headers-right")
    if contents.meta_policy:
        return unclear("headers", "headers-not-sent", names=", ".join(wrong))
    lines = remedy.for_server(
        kind, lambda one: "\n".join(remedy.header(one, name, value) for name, value in wrong.items())
    )
    twice = [name for name in wrong if len(page.all(name)) > 1]
    if twice:
        return failed("headers", "headers-twice", lines, names=", ".join(twice))
    return failed("headers", "headers-wrong", lines, names=", ".join(wrong))


def frame(page: Answer | None, contents: Contents, kind: str) -> Finding:
    """Whether Outlook on the web may show the page in a frame."""
    if page is None:
        return unclear("frame", "no-page")
    right = contents.headers.get("Content-Security-Policy", "")
    refusing = page.header("X-Frame-Options")
    policies = [_ancestors(one) for one in page.all("Content-Security-Policy")]
    given = [one for one in policies if one is not None]
    if any(OUTLOOK not in one.split() for one in given):
        lines = remedy.for_server(kind, lambda one: remedy.header(one, "Content-Security-Policy", right))
        return failed("frame", "frame-blocked", lines, header=f"Content-Security-Policy: frame-ancestors {given[0]}")
    if refusing:
        # Browsers pass it over where a frame-ancestors stands; old ones, and what looks at pages on the way, do not.
        lines = remedy.for_server(kind, lambda one: remedy.without(one, "X-Frame-Options"))
        return failed("frame", "frame-blocked", lines, header=f"X-Frame-Options: {refusing}")
    return ok("frame", "frame-right") if given else unclear("frame", "frame-open")


def _ancestors(policy: str) -> str | None:
    found = _FRAME_ANCESTORS.search(policy)
    return found[1].strip() if found else None


def _compression(contents: Contents, good: Mapping[str, Answer], kind: str) -> Finding:
    plain = [
        name
        for name, one in good.items()
        if contents.files[name]["type"].startswith(_PACKABLE)
        and len(one.body) >= _LEAST
        and one.header("Content-Encoding") not in _COMPRESSED
    ]
    large = [name for name in plain if name.endswith((".js", ".wasm", ".html"))]
    if not large:
        return ok("compression", "compressed")
    return failed("compression", "not-compressed", remedy.for_server(kind, remedy.compression), files=_some(large))


def manifest(text: str | None, pane: str) -> Finding:
    """Whether the manifest that lies beside the pane names the pane's own address."""
    if text is None:
        return failed("manifest", "manifest-missing")
    named = _ADDRESSES.findall(text)
    other = [one for one in named if not one.startswith(f"{pane}/")]
    if other or not named:
        snippet = f"python scripts/build.py --host {pane}"
        return failed("manifest", "manifest-elsewhere", snippet, address=other[0] if other else "–", pane=pane)
    return ok("manifest", "manifest-right", count=str(len(named)))


def _some(names: list[str]) -> str:
    return ", ".join(sorted(names)[:3]) + (f" (+{len(names) - 3})" if len(names) > 3 else "")
