"""Pyodide's runtime without what only other packages' native modules would ask for.

Pyodide's wasm exports every function of Python's C interface, 8,560 names, and its runtime copies each into two
objects at every start, so that native modules may be loaded later. The pane loads none. What neither the runtime's and
the loader's own code nor the wasm's imports name is not exported here, and not copied. The plain start has the whole
Pyodide.

The factory is put in parentheses, too: browsers then compile it along with the file and keep what they compiled, where
they would otherwise compile that one function of most of a megabyte anew at every start.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from workshop.snapshot import wasm as binary

_COPIED = re.compile(r'([\w$]+)=(?:Module\["\1"\]=)?wasmExports\["([\w$]+)"\](?:\.value>>>0)?;')
_DECLARED = re.compile(r"var ((?:[\w$]+,){20,}[\w$]+);")
_NAMED = (binary.FUNCTION, binary.GLOBAL)
_WORD = re.compile(r"[\w$]+")
_FACTORY = "async function _createPyodideModule("
_END = "export default _createPyodideModule;"
_EXPORTS = re.compile(r"export(?: default ([\w$]+)|\{([\w$ ,]+)\});")
_KNOWN = "API._pyodide._importhook.sys.modules.get"
_SOURCES = {
    'let[r,n]=API.rawRun("import _pyodide_core");': 'let r=0,n="";',
    'API._pyodide._base.eval_code("{}")': f'{_KNOWN}("builtins").dict()',
    'API.runPythonInternal("import importlib; importlib")': f'{_KNOWN}("importlib")',
    'API.runPythonInternal("import __main__; __main__.__dict__")': f'{_KNOWN}("__main__").__dict__',
    'API.runPythonInternal("import builtins; builtins.__dict__")': f'{_KNOWN}("builtins").__dict__',
}
"""What Pyodide has Python compile at its start, and how the same is had of a picture, which has the modules."""
_WRAPPED = "idle||setWasmTableEntry(ret,/^\\d+$/.test(func.name)?func:convertJsFunctionToWasm(func,sig));"
_COSTLY = {
    "new Int32Array(new WebAssembly.Memory({shared:!0,initial:1,maximum:1}).buffer)": "null",
    "try{setWasmTableEntry(ret,func)}catch(err){if(!(err instanceof TypeError)){throw err}"
    "var wrapped=convertJsFunctionToWasm(func,sig);setWasmTableEntry(ret,wrapped)}": _WRAPPED,
    "function pyodide_js_init(){": "var pyodide_js_init=(function(){",
    "})()}var StackSwitching=": "})()});var StackSwitching=",
    "var addFunction=(func,sig)=>{": "var addFunction=(func,sig,idle)=>{",
    "entry.value=addFunction(value,value.sig)": (
        'entry.value=addFunction(value,value.sig,symName.startsWith("emscripten_gl"))'
    ),
}
"""What the runtime does at its start at a cost, and what does the same.

A function of a tenth of the file would be compiled anew at each start: in parentheses it is compiled with the file.

Memory that could be shared, to sleep where a page must not sleep: Chromium looks up who asked for it, and reads the
whole runtime anew for that. And some 260 functions that are first taken for wasm's: each throws an error. Functions of
wasm have a number for a name (WebAssembly JavaScript interface, "Exported Functions"). But for five they are WebGL's,
which the pane never draws with: they keep their numbers, which the picture knows, and no module is made for each.
"""
_EXPORTED = "var origExports=wasmExports;"
_KNOWN_PLACES = (
    "functionsInTableMap=new WeakMap;"
    "for(var[known,slot]of Object.entries(%s))functionsInTableMap.set(origExports[known],slot);"
)
"""Where the functions stand in the table that may be asked for by what the file exports. The runtime would look through
all 8,700 places, and have the browser make an object for each."""


class NotAsKnown(ValueError):
    """Pyodide's runtime is written in another way than this module knows."""


@dataclass(frozen=True)
class Slim:
    """What takes the place of ``pyodide.asm.wasm`` and ``pyodide.asm.mjs``."""

    wasm: bytes
    runtime: str


def slim(wasm: bytes, runtime: str, loader: str) -> Slim:
    """Leave out the functions that nothing here asks for; ``loader`` is ``pyodide.mjs``.

    Raises NotAsKnown, `snapshot.wasm.NotUnderstood`.
    """
    words = frozenset(_WORD.findall(_DECLARED.sub("", _COPIED.sub("", runtime)) + loader))
    words |= {name for _, name in binary.imports(wasm)}
    exports = binary.exports(wasm)
    # C's names stand in the runtime with an underscore before them.
    kept = [one for one in exports if one.kind not in _NAMED or not words.isdisjoint({one.name, f"_{one.name}"})]
    dropped = {one.name for one in exports} - {one.name for one in kept}
    gone: set[str] = set()

    def copied(match: re.Match[str]) -> str:
        if match[2] not in dropped:
            return match[0]
        gone.add(match[1])
        return ""

    def declared(match: re.Match[str]) -> str:
        left = [name for name in match[1].split(",") if name not in gone]
        return f"var {','.join(left)};" if left else ""

    shorter = _DECLARED.sub(declared, _COPIED.sub(copied, runtime))
    if len(gone) < len(kept) or not words.isdisjoint(gone):
        raise NotAsKnown("the runtime copies the wasm's functions in another way")
    return Slim(binary.exporting(wasm, kept), _at_once(shorter))


def slimmed(pyodide: Path, out: Path) -> None:
    """Copy a folder of Pyodide, slimmed, to ``out``, which must not be there. Raises as `slim`."""
    shutil.copytree(pyodide, out)
    wasm, runtime = out / "pyodide.asm.wasm", out / "pyodide.asm.mjs"
    loader = (out / "pyodide.mjs").read_text("utf-8")
    made = slim(wasm.read_bytes(), runtime.read_text("utf-8"), loader)
    wasm.write_bytes(made.wasm)
    runtime.write_text(made.runtime, "utf-8", newline="\n")


def woken(runtime: str, wasm: bytes) -> str:
    """Return the runtime for a start from the picture, where nothing of Python's is compiled from source.

    The parser and the compiler are hundreds of functions that the browser would compile first. What else costs time
    for nothing is left out. ``wasm``: the file that the runtime starts.

    Raises NotAsKnown, `snapshot.wasm.NotUnderstood`.
    """
    places = binary.table(wasm)
    exported = {
        one.name: places[one.number]
        for one in binary.exports(wasm)
        if one.kind == binary.FUNCTION and one.number in places
    }
    known = _KNOWN_PLACES % json.dumps(exported, separators=(",", ":"))
    for source, better in (_SOURCES | _COSTLY | {_EXPORTED: _EXPORTED + known}).items():
        if runtime.count(source) != 1:
            raise NotAsKnown("the runtime starts Python in another way")
        runtime = runtime.replace(source, better)
    return runtime


def classic(module: str) -> bytes:
    """Return a module as a script that is none. What it exports is left at the script's element, as ``exported``.

    Browsers keep more of what they have compiled of such a script: functions that were compiled when they were first
    called. Raises NotAsKnown.
    """
    found = [*_EXPORTS.finditer(module)]
    if len(found) != 1:
        raise NotAsKnown("a script exports in another way")
    default, named = found[0].groups()
    pairs = [one.split(" as ") for one in named.split(",")] if named else [[default, "default"]]
    exported = ",".join(f"{theirs}:{ours}" for ours, theirs in pairs)
    body = module[: found[0].start()] + f"document.currentScript.exported={{{exported}}};"
    # Where it came from is asked for only where Pyodide would fetch something itself.
    body = body.replace("import.meta.url", "document.baseURI")
    return f"(()=>{{{body}}})();\n".encode()


def _at_once(runtime: str) -> str:
    if runtime.count(_FACTORY) != 1 or runtime.count(_END) != 1:
        raise NotAsKnown("the runtime's factory has another name")
    head, _, rest = runtime.partition(_FACTORY)
    body, _, tail = rest.partition(_END)
    return f"{head}const _createPyodideModule=(async function({body.rstrip().rstrip(';')});{_END}{tail}"
