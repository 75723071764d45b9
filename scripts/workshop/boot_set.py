"""The boot set: everything that the pane's start needs, under names that carry the content's hash.

``boot/`` in the built pane holds

- the scripts and the style sheet that ``index.html`` names, which is rewritten to name them there;
- for each language that is not English, the texts of those scripts and pages, and Python's catalogue;
- Pyodide's loader, its runtime and its wasm, slimmed;
- the picture of Python's memory with the application imported, and the modules that may be imported later;
- ``graph-<hash>/``: what is loaded when Microsoft Graph is asked, Microsoft's msal-browser among it;
- ``plain-<hash>/``: for the plain start the whole of Pyodide and the application's source, and PyScript.

A copy of any of them never goes stale, and an old page never gets a new version's file. What the start from the picture
needs ends in ``.js``, not ``.mjs``: there are servers that send the latter with a type that browsers refuse.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from workshop.snapshot.modules import LATER
from workshop.snapshot.picture import take
from workshop.snapshot.slim import NotAsKnown, classic, slimmed, woken
from workshop.snapshot.wasm import NotUnderstood
from workshop.translations import Translation

FOLDER = "boot"
PLAIN = "plain"
"""What the folder of the plain start is called before its hash. Browsers hardly ever fetch it."""
CHECK_WORKER = "check-worker.js"
"""What runs the self-check, by the Python of the plain start."""
GRAPH = "graph"
"""What the folder is called before its hash of which nothing is fetched before Microsoft Graph is asked."""
GRAPHS_OWN = ("graph.js", "graph.zip", "vendor/msal/msal-browser.js")
GRAPHS_MODULES = tuple(name.replace(".", "/") for name in LATER)
PLAIN_START = ("pyscript.js", "pyscript.json", CHECK_WORKER, "vendor")
"""What of the pane belongs to the plain start, to PyScript's arrival and to the self-check."""
PLACEHOLDERS = {
    "boot.js": "globalThis.bootSet",
    "check.js": "globalThis.checkWorker",
    "first.js": "globalThis.firstRequest",
    "language.js": "globalThis.languageFiles",
    "outdated.js": "window.outdatedSentences",
}
"""What the build's own values take the place of, by script."""
HASH_LENGTH = 16
PIECE = 1 << 18
"""Bytes that are hashed at a time: a piece, and the browser's copy of it, stay in the processor's cache."""
_COMMENT = re.compile(rb"^[ \t]*//.*\n", re.M)
"""A line of a script that is a comment and nothing else: it need not travel."""


class Unfit(Exception):
    """The pane's files can't be made into a boot set; the text says why."""


def install(
    dist: Path, translations: Mapping[str, Translation], told: Callable[[str], object] = lambda _: None
) -> None:
    """Make the boot set in a built pane, of which ``vendor/`` is filled. Raises Unfit, PictureFailed.

    ``translations``: what the pane speaks beside English, by language. ``told`` hears what takes long.
    """
    boot = dist / FOLDER
    boot.mkdir()
    files = _Files(boot)
    with tempfile.TemporaryDirectory(prefix="boot-set-") as folder:
        pyodide = Path(folder) / "pyodide"
        try:
            slimmed(dist / "vendor" / "pyodide", pyodide)
            loader = classic((pyodide / "pyodide.mjs").read_text("utf-8"))
            runtime = classic(
                woken((pyodide / "pyodide.asm.mjs").read_text("utf-8"), (pyodide / "pyodide.asm.wasm").read_bytes())
            )
        except (NotAsKnown, NotUnderstood) as error:
            raise Unfit(f"Pyodide can't be made smaller as before: {error}.") from error
        picture = take(pyodide, dist / "vendor" / "connector.zip", told)
        start = {
            "loader": files.add("pyodide.js", loader)["name"],
            "runtime": files.add("runtime.js", runtime)["name"],
            "wasm": files.add("python.wasm", picture.wasm),
        }
    graph = _graph(dist)
    plain = _plain(dist)
    boot_set = {
        **start,
        "memory": files.add("memory.bin", picture.memory),
        "late": files.add("late.zip", picture.late),
        "plain": {
            "runtime": f"{plain}/vendor/pyodide/pyodide.asm.mjs",
            "wasm": _sound(boot, f"{plain}/vendor/pyodide/pyodide.asm.wasm"),
            "library": _sound(boot, f"{plain}/vendor/pyodide/python_stdlib.zip"),
            "application": _sound(boot, f"{plain}/vendor/connector.zip"),
        },
        "graph": f"{graph}/graph.js",
        "pyscript": f"{plain}/pyscript.js",
        "packages": f"{plain}/vendor/pyodide/",
        "piece": PIECE,
        "lock": json.loads((boot / plain / "vendor" / "pyodide" / "pyodide-lock.json").read_text("utf-8")),
    }
    fill(dist / "boot.js", boot_set)
    fill(dist / "check.js", f"{plain}/{CHECK_WORKER}")
    _speak(dist, files, translations)
    _name_by_content(dist, files)
    _load_early(dist / "index.html", [str(start["loader"]), str(start["runtime"])])


def _plain(dist: Path) -> str:
    """Move the plain start's files into a folder of their own and return its name."""
    return _moved(dist, PLAIN, PLAIN_START)


def _graph(dist: Path) -> str:
    """Move what Graph needs into a folder of its own, with Python's modules for it, and return its name."""
    modules = dist / "graph.zip"
    with (
        zipfile.ZipFile(dist / "vendor" / "connector.zip") as application,
        zipfile.ZipFile(modules, "w", zipfile.ZIP_STORED) as archive,
    ):
        for entry in application.infolist():
            if entry.filename.startswith(GRAPHS_MODULES):
                archive.writestr(entry, application.read(entry))
    name = _moved(dist, GRAPH, GRAPHS_OWN)
    (dist / "vendor" / "msal").rmdir()
    return name


def _moved(dist: Path, folder: str, names: Iterable[str]) -> str:
    """Move files and folders into one of the boot set, which gets their hash into its name; return that name."""
    moved = dist / FOLDER / folder
    moved.mkdir()
    for name in names:
        (dist / name).rename(moved / Path(name).name)
    named = f"{folder}-{folder_digest(moved)[:HASH_LENGTH]}"
    moved.rename(moved.with_name(named))
    return named


def folder_digest(folder: Path) -> str:
    """Return a hash over names and contents of all files in a folder."""
    lines = [
        f"{file.relative_to(folder).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n"
        for file in folder.rglob("*")
        if file.is_file()
    ]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _sound(boot: Path, name: str) -> dict[str, str | int]:
    """Return a file's name, and what its content has to be."""
    return {"name": name, **marks_of((boot / name).read_bytes())}


def marks_of(content: bytes) -> dict[str, str | int]:
    """Return what a content is known by: size, SHA-256, and ``sum``, the SHA-256 of its pieces' SHA-256.

    The page checks the last at each start.
    """
    pieces = [content[place : place + PIECE] for place in range(0, len(content), PIECE)]
    of_pieces = b"".join(hashlib.sha256(piece).digest() for piece in pieces)
    whole = hashlib.sha256(content).hexdigest()
    return {"size": len(content), "sha256": whole, "sum": hashlib.sha256(of_pieces).hexdigest()}


class _Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, content: bytes) -> dict[str, str | int]:
        """Write a file under a name that carries its hash; return that name and what the content is known by."""
        marks = marks_of(content)
        stem, _, suffix = name.rpartition(".")
        named = f"{stem}-{str(marks['sha256'])[:HASH_LENGTH]}.{suffix}"
        (self._folder / named).write_bytes(content)
        return {"name": named, **marks}


def fill(script: Path, value: object) -> None:
    """Write the build's value into a script of a built pane. Raises Unfit."""
    placeholder = PLACEHOLDERS[script.name]
    text = script.read_text("utf-8")
    if text.count(placeholder) != 1:
        raise Unfit(f"pane/{script.name} has to name {placeholder} once: the build's values take its place.")
    text = text.replace(placeholder, json.dumps(value, sort_keys=True, ensure_ascii=False))
    script.write_text(text, "utf-8", newline="\n")


def _speak(dist: Path, files: _Files, translations: Mapping[str, Translation]) -> None:
    """Add the languages, and tell the scripts; the sentence of a page that got no script stands there in each."""
    named = {
        language: {
            "texts": files.add(f"texts-{language}.json", one.texts)["name"],
            "catalogue": files.add(f"catalogue-{language}.mo", one.catalogue)["name"],
        }
        for language, one in sorted(translations.items())
    }
    fill(dist / "language.js", named)
    outdated = _sentence((dist / "outdated.js").read_text("utf-8"), r'N_\("([^"]+)"\)')
    fill(dist / "outdated.js", {language: one.text(outdated) for language, one in translations.items()})
    page = dist / "index.html"
    text = page.read_text("utf-8")
    stuck = _sentence(text, r'<p class="stuck" role="alert">([^<]+)</p>')
    others = "".join(
        f'<p class="stuck" role="alert" lang="{language}">{html.escape(said, quote=False)}</p>'
        for language, one in sorted(translations.items())
        if (said := one.text(html.unescape(stuck)))
    )
    page.write_text(text.replace(f"{stuck}</p>", f"{stuck}</p>{others}"), "utf-8", newline="\n")


def _sentence(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise Unfit(f"A script or page of the pane lacks its sentence: {pattern}")
    return found[1]


def _load_early(page: Path, scripts: list[str]) -> None:
    """Have the browser fetch what the boot script imports along with the boot script itself."""
    text = page.read_text("utf-8")
    links = "".join(f'<link rel="preload" href="{FOLDER}/{name}" as="script">\n    ' for name in scripts)
    page.write_text(text.replace('<link rel="icon"', f'{links}<link rel="icon"', 1), "utf-8", newline="\n")


def _name_by_content(dist: Path, files: _Files) -> None:
    """Move the scripts and style sheets of the pages into the boot set, and name them there."""
    moved: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        attribute, name = match.groups()
        if name not in moved:
            content = (dist / name).read_bytes()
            if name.endswith(".js"):
                content = _COMMENT.sub(b"", content)
            elif re.search(rb"url\((?!['\"]?data:)|@import", content):
                raise Unfit(f"pane/{name} names other files; they would not be found from the boot set's folder.")
            moved[name] = str(files.add(name, content)["name"])
        return f'{attribute}="{FOLDER}/{moved[name]}"'

    for page in sorted(dist.glob("*.html")):
        text = re.sub(r'(src|href)="([\w.-]+\.(?:js|css))"', renamed, page.read_text("utf-8"))
        page.write_text(text, "utf-8", newline="\n")
    for name in moved:
        (dist / name).unlink()
