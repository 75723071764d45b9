"""What the pane runs on, copied from the pinned packages: Pyodide, PyScript and the wheels.

Everything is served from the pane's own host; the lock files of npm and ``requirements-pane.txt``
pin it by hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

from checkout import NODE_MODULES
from pane_packages import find_wheel, pinned_wheels

OFFICE_JS = NODE_MODULES / "@microsoft" / "office-js" / "dist"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

LEFT_OUT_PLUGINS = ("codemirror", "donkey", "py-editor", "py-game", "py-terminal")
"""PyScript's plugins that are not vendored: the pane's config has to switch them off (``"!py-editor"``)."""
PYSCRIPT_CHUNKS = ("deprecations-manager", "error", "pyodide_graph", "toml")
"""Chunks that PyScript's core imports when it needs them, beside those that it always imports."""


class Missing(Exception):
    """A pinned package is not there; the text tells which, and how to get it."""


def vendor(folder: Path) -> None:
    """Fill ``folder`` with ``pyodide/`` (and the wheels in it) and ``pyscript/``. Raises Missing."""
    _pyodide(folder / "pyodide")
    _pyscript(folder / "pyscript")


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


def _pyodide(folder: Path) -> None:
    folder.mkdir(parents=True)
    source = NODE_MODULES / "pyodide"
    for name in PYODIDE:
        shutil.copyfile(_present(source / name), folder / name)
    lock = json.loads(_present(source / "pyodide-lock.json").read_text("utf-8"))
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


def _pyscript(folder: Path) -> None:
    folder.mkdir(parents=True)
    source = NODE_MODULES / "@pyscript" / "core" / "dist"
    wanted = ["core.js", "core.css"]
    copied: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in copied:
            continue
        copied.add(name)
        shutil.copyfile(_present(source / name), folder / name)
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
