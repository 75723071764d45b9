"""What the pane runs on, copied from the pinned packages: Pyodide, PyScript and the wheels.

Everything is served from the pane's own host; the lock files of npm and ``requirements-pane.txt``
pin it by hash. npm looks at its hashes only when it unpacks: so each file that is copied is pinned, too, in
``vendored.txt``. After an update of a package:

    python scripts/vendoring.py --pin
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from workshop import commands
from workshop.checkout import NODE_MODULES, ROOT
from workshop.pane_packages import find_wheel, pinned_wheels

OFFICE_JS = NODE_MODULES / "@microsoft" / "office-js" / "dist"
MSAL = "@azure/msal-browser/lib/msal-browser.min.js"
"""Microsoft's library for tokens, in one file."""
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

LEFT_OUT_PLUGINS = ("codemirror", "donkey", "py-editor", "py-game", "py-terminal")
"""PyScript's plugins that are not vendored: the pane's config has to switch them off (``"!py-editor"``)."""
PYSCRIPT_CHUNKS = ("deprecations-manager", "error", "pyodide_graph", "toml")
"""Chunks that PyScript's core imports when it needs them, beside those that it always imports."""


PINS = ROOT / "scripts" / "vendored.txt"


class Missing(Exception):
    """A pinned package is not there, or not as it was pinned; the text says which, and how to get it."""


class Vendoring:
    """Copies files of the npm packages. ``pins`` is the SHA-256 of each by its path; with None it is noted."""

    def __init__(self, pins: dict[str, str] | None) -> None:
        self._pins = pins
        self.seen: dict[str, str] = {}

    def content(self, name: str) -> bytes:
        """Return a file by its path in ``node_modules``. Raises Missing where it is not as pinned."""
        content = _present(NODE_MODULES / name).read_bytes()
        self.seen[name] = hashlib.sha256(content).hexdigest()
        if self._pins is not None and self._pins.get(name) != self.seen[name]:
            raise Missing(
                f"pane/node_modules/{name} is not the file that this project pins: somebody has changed it. Remove the "
                "folder pane/node_modules and run: python scripts/environment.py"
            )
        return content

    def copy(self, name: str, target: Path) -> None:
        """Copy a file. Raises Missing."""
        target.write_bytes(self.content(name))

    def all(self, folder: Path) -> None:
        """Fill ``folder`` with ``pyodide/`` (and the wheels in it), ``pyscript/`` and ``msal/``. Raises Missing."""
        _pyodide(self, folder / "pyodide")
        _pyscript(self, folder / "pyscript")
        (folder / "msal").mkdir()
        self.copy(MSAL, folder / "msal" / "msal-browser.js")


def vendor(folder: Path) -> None:
    """Fill ``folder`` with ``pyodide/`` (and the wheels in it), ``pyscript/`` and ``msal/``. Raises Missing."""
    Vendoring(pins()).all(folder)


@cache
def pins() -> dict[str, str]:
    """Return the SHA-256 of each file that is copied, by its path in ``node_modules``."""
    return {name: digest for digest, name in map(str.split, PINS.read_text("utf-8").splitlines())}


def version_of(package: str) -> str:
    """Return the installed version of an npm package."""
    manifest = json.loads(_present(NODE_MODULES / package / "package.json").read_text("utf-8"))
    return str(manifest["version"])


def wheels() -> dict[str, Path]:
    """Return the pane's wheels by package name, their hashes checked. Raises Missing."""
    found = {}
    for name, (version, digest) in pinned_wheels().items():
        wheel = find_wheel(name, version, digest)
        if wheel is None:
            raise Missing(f"The wheel of {name} {version} is not fetched. Run: python scripts/environment.py")
        found[name] = wheel
    return found


def _pyodide(files: Vendoring, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in PYODIDE:
        files.copy(f"pyodide/{name}", folder / name)
    lock = json.loads(files.content("pyodide/pyodide-lock.json"))
    packages = {}
    for name, wheel in wheels().items():
        shutil.copyfile(wheel, folder / wheel.name)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        # Pyodide's own build of the same version has another hash: the entry has to name the file that is served.
        packages[name] = {**lock["packages"][name], "file_name": wheel.name, "sha256": digest}
        if packages[name]["version"] not in wheel.name:
            raise Missing(f"{wheel.name} is not the version that Pyodide {version_of('pyodide')} was made with.")
    lock["packages"] = packages
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def _pyscript(files: Vendoring, folder: Path) -> None:
    folder.mkdir(parents=True)
    wanted = ["core.js", "core.css"]
    copied: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in copied:
            continue
        copied.add(name)
        files.copy(f"@pyscript/core/dist/{name}", folder / name)
        text = (folder / name).read_text("utf-8")
        wanted += re.findall(r"(?:from|\bimport)\s*[\"']\./([^\"']+)[\"']", text)
        later = re.findall(r"\bimport\([\"']\./([^\"']+)[\"']\)", text)
        wanted += [chunk for chunk in later if chunk[: -len("-xxxxxxxx.js")] in PYSCRIPT_CHUNKS]


def licences() -> str:
    """Return the text of the licences of everything that the build copies from others."""
    parts = [
        "This pane contains the work of others, under these licences.",
        f"Pyodide {version_of('pyodide')}, https://pyodide.org: Mozilla Public License 2.0 (text below, at micropip).\n"
        "Unmodified; its source is at https://github.com/pyodide/pyodide. It contains CPython (PSF License 2,\n"
        "https://docs.python.org/3/license.html), Emscripten's runtime and musl (MIT), zlib, bzip2, libffi (MIT),\n"
        "and the libraries of CPython's own standard library, under the licences listed on CPython's page.",
        f"PyScript {version_of('@pyscript/core')}, https://pyscript.net: Apache License 2.0\n\n"
        + _present(NODE_MODULES / "@pyscript" / "core" / "LICENSE").read_text("utf-8"),
    ]
    parts.append(
        f"MSAL for browsers {version_of('@azure/msal-browser')}, which contains @azure/msal-common: MIT License\n\n"
        + _present(NODE_MODULES / "@azure" / "msal-browser" / "LICENSE").read_text("utf-8")
    )
    for package in sorted(_bundled_in_pyscript()):
        texts = [file.read_text("utf-8").strip() for file in sorted((NODE_MODULES / package).glob("LICENSE*"))]
        manifest = json.loads((NODE_MODULES / package / "package.json").read_text("utf-8"))
        title = f"{package} {manifest['version']} (bundled in PyScript): {manifest.get('license', 'see below')}"
        parts.append("\n\n".join([title, *texts]))
    for name, wheel in wheels().items():
        with zipfile.ZipFile(wheel) as archive:
            texts = [archive.read(entry).decode() for entry in sorted(archive.namelist()) if _is_licence(entry)]
        parts.append(f"{name}\n\n" + "\n".join(texts))
    rule = "\n\n" + "=" * 78 + "\n\n"
    return rule.join(part.strip().replace("\r\n", "\n") for part in parts) + "\n"


def _bundled_in_pyscript() -> set[str]:
    found: set[str] = set()
    wanted = ["@pyscript/core"]
    while wanted:
        manifest = json.loads(_present(NODE_MODULES / wanted.pop() / "package.json").read_text("utf-8"))
        fresh = set(manifest.get("dependencies", {})) - found
        found |= fresh
        wanted += sorted(fresh)
    return {name for name in found if (NODE_MODULES / name).is_dir()}


def _is_licence(entry: str) -> bool:
    return ".dist-info/" in entry and "license" in entry.rsplit("/", 1)[-1].lower()


def _present(file: Path) -> Path:
    if not file.is_file():
        raise Missing(f"{file} is missing: an npm package is not installed. Run: python scripts/environment.py")
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Pin the files that the build copies from the npm packages.")
    parser.add_argument("--pin", action="store_true", required=True, help="write scripts/vendored.txt anew")
    parser.parse_args(arguments)
    files = Vendoring(None)
    with tempfile.TemporaryDirectory(prefix="vendoring-") as folder:
        try:
            files.all(Path(folder))
        except Missing as error:
            print(error, file=sys.stderr)
            return 1
    lines = [f"{digest} {name}\n" for name, digest in sorted(files.seen.items())]
    PINS.write_text("".join(lines), "utf-8", newline="\n")
    print(f"{PINS.name}: {len(lines)} files")
    return 0
