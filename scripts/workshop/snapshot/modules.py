"""Runs in Pyodide, at build time: chooses the modules that the pane needs, and compiles them.

``scripts/workshop/snapshot/make.mjs`` runs this in a plain Pyodide, where the application is importable, and calls
`packed`. The marshal format and the byte code are those of Pyodide's own Python, hence here and not in the build.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import io
import json
import marshal
import sys
import types
import zipfile
from collections.abc import Callable, Iterable

EPOCH = (1980, 1, 1, 0, 0, 0)
FIRST = ("random",)
"""Modules in the snapshot beside the application and what it imports."""
APART = ("connector.checkup", "connector.app.checkwords", "connector.browser.checkup")
"""What of the application the pane itself never needs: the self-check, which starts a Python of its own."""
LATER = ("connector.graph", "connector.browser.graph", "connector.ports.graph")
"""What of the application comes in an archive of its own, when it is needed (`workshop.boot_set`)."""
LATE = ("encodings", "html", "unicodedata", "stringprep")
"""Packages and modules that can be imported later although no source says so."""
OPTIONAL = frozenset({"bz2", "compression.zstd", "lzma", "ssl"})
"""What others import only if it is there, and the pane does not need: its connections are the browser's."""
NEVER = frozenset(
    "_ast_unparse _py_abc _pydatetime _pyrepl argparse asyncio.windows_events bdb calendar cmd code "
    "concurrent.futures.interpreter "
    "concurrent.futures.process concurrent.interpreters ctypes doctest getopt http importlib.metadata multiprocessing "
    "optparse pdb pickle pickletools plistlib profile py_compile pydoc pydoc_data pyodide._nodesock_transport "
    "rlcompleter site statistics tarfile tracemalloc unittest urllib.request urllib.response webbrowser xml".split()
)
"""Standard modules that others import in functions which the pane never calls: command lines, debuggers, servers, and
what takes the place of C where there is none."""


class Memory:
    """What was worked out from sources before, in a zip archive: most of it is the standard library, which stays."""

    def __init__(self, archive: bytes) -> None:
        self._known: dict[str, bytes] = {}
        self._used: dict[str, bytes] = {}
        if archive:
            with zipfile.ZipFile(io.BytesIO(archive)) as known:
                self._known = {name: known.read(name) for name in known.namelist()}

    def recall(self, kind: str, path: str, source: bytes, work: Callable[[], bytes]) -> bytes:
        """Return what ``work`` makes of a source, from memory if it can be."""
        key = f"{kind}-{hashlib.sha256(path.encode() + bytes(1) + source).hexdigest()}"
        self._used[key] = self._known[key] if key in self._known else work()
        return self._used[key]

    def archive(self) -> bytes:
        """Return all that was asked for, for the next time."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for key, value in sorted(self._used.items()):
                archive.writestr(zipfile.ZipInfo(key, EPOCH), value)
        return out.getvalue()


class Library:
    """The sources that can be imported: the standard library's archive and the application's."""

    def __init__(self, memory: Memory, *archives: str) -> None:
        self._memory = memory
        self._archives = [zipfile.ZipFile(archive) for archive in archives]
        self._places = {name: archive for archive in self._archives for name in archive.namelist()}

    def path(self, module: str) -> str | None:
        """Return the name of a module's file in its archive; None for one without source (built in, or none at all)."""
        stem = module.replace(".", "/")
        return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in self._places), None)

    def source(self, path: str) -> bytes:
        """Return a file's content."""
        return self._places[path].read(path)

    def modules(self, package: str) -> list[str]:
        """Return the names of all modules below a package, and the package's own."""
        found = [
            path for path in self._places if path.startswith((f"{package}/", f"{package}.")) and path.endswith(".py")
        ]
        return sorted(path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in found)

    def imported_by(self, module: str) -> set[str]:
        """Return what a module's source imports, at its top or in functions, as far as there is source for it."""
        path = self.path(module)
        if path is None:
            return set()
        source = self.source(path)
        found = self._memory.recall(
            "imports", path, source, lambda: json.dumps(_imports(module, path, source)).encode()
        )
        return {name for name in json.loads(found) if self.path(name)}

    def compiled(self, path: str) -> bytes:
        """Return the content of a ``.pyc`` file: no docstrings, no assertions, no columns, no dates, no types.

        Nor lines of what is not ours: they are 60 kB of what travels.
        """
        source = self.source(path)
        return self._memory.recall("code", path, source, lambda: _compiled(path, source))


def _imports(module: str, path: str, source: bytes) -> list[str]:
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package.split(".")[: package.count(".") + 2 - node.level], *filter(None, [base])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return sorted(found)


def _compiled(path: str, source: bytes) -> bytes:
    code = compile(_bare(source, path), path, "exec", dont_inherit=True, optimize=2)
    if not path.startswith("connector/"):
        code = _without_lines(code)
    # Flags 1: the source's hash stands there and nobody looks at it. There is no source.
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
    # Marshal marks what is referred to more than once, which depends on what else lives: make it anew from itself.
    return head + marshal.dumps(marshal.loads(marshal.dumps(code)))  # noqa: S302  # our own


def _without_lines(code: types.CodeType) -> types.CodeType:
    """Return code that does not know its lines, nor do the functions in it: errors name files and functions.

    The table of lines says "none" for eight instructions a byte, for all of them: `traceback` reads on until it finds
    the one it looks for (CPython, ``Objects/locations.md``).
    """
    consts = tuple(_without_lines(one) if isinstance(one, types.CodeType) else one for one in code.co_consts)
    eights, rest = divmod(len(code.co_code) // 2, 8)
    last = bytes([0xF8 | rest - 1]) if rest else b""
    return code.replace(co_consts=consts, co_linetable=b"\xff" * eights + last)


def _bare(source: bytes, path: str) -> ast.Module:
    """Return a module without what its functions say of the types of what they take and return.

    Nothing in the pane asks for that. What classes say stays: data classes are made of it.
    """
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return tree


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _left_out(module: str) -> bool:
    return not (NEVER | OPTIONAL).isdisjoint(_parents(module))


def late_modules(library: Library, present: Iterable[str], also: Iterable[str]) -> list[str]:
    """Return what the modules that are present may import later, in functions, and what is in ``also``."""
    present = set(present)
    found: set[str] = set()
    wanted = [*also, *(name for module in present for name in library.imported_by(module))]
    wanted += [name for package in LATE for name in library.modules(package)]
    while wanted:
        for name in _parents(wanted.pop()):
            if name not in present and name not in found and not _left_out(name):
                found.add(name)
                wanted += library.imported_by(name)
    return sorted(found)


def archive_of(library: Library, modules: Iterable[str]) -> bytes:
    """Return a zip archive, stored, of compiled modules."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in filter(None, map(library.path, sorted(modules))):
            archive.writestr(zipfile.ZipInfo(path + "c", EPOCH), library.compiled(path))
    return out.getvalue()


def packed(standard: str, application: str, also: Iterable[str], known: bytes) -> tuple[bytes, bytes, list[str], bytes]:
    """Choose and compile.

    ``standard`` and ``application``: the archives of sources. ``also``: modules that others import later. ``known``:
    the fourth result of another time, or nothing. Returns two archives (what the snapshot is made of; what may be
    imported later), the names of the modules that the snapshot imports, and what to remember.
    """
    memory = Memory(bytes(known))
    library = Library(memory, standard, application)
    wanted = [*(one for one in library.modules("connector") if not one.startswith((*APART, *LATER))), *FIRST]
    sys.path.append(application)
    for module in wanted:
        importlib.import_module(module)
    first = {name for name in sys.modules if library.path(name) and OPTIONAL.isdisjoint(_parents(name))}
    late = [name for name in late_modules(library, first, also) if not name.startswith(LATER)]
    return archive_of(library, first), archive_of(library, late), wanted, memory.archive()
