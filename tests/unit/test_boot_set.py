"""The boot set: named by content, complete, the same every time; the sparse picture holds what the browser lacks."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import marshal
import re
import shutil
import struct
import subprocess
import traceback
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import precompression
from workshop.boot_set import Unfit, folder_digest, install
from workshop.build import build
from workshop.checkout import NODE_MODULES, ROOT
from workshop.nodejs import NodeFailed, done_by_node
from workshop.pane_headers import cache_control
from workshop.pane_packages import node
from workshop.snapshot import modules, picture, sparse
from workshop.snapshot import wasm as wasm_format
from workshop.snapshot.slim import NotAsKnown, classic, slim, slimmed, woken
from workshop.snapshot.wasm import NotUnderstood

WASM = (NODE_MODULES / "pyodide" / "pyodide.asm.wasm").read_bytes()


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build") / "dist")


def boot_set(dist: Path) -> dict[str, object]:
    [script] = dist.glob("boot/boot-*.js")
    [line] = re.findall(r"^ *const SET = (\{.*\});$", script.read_text("utf-8"), re.M)
    found: dict[str, object] = json.loads(line)
    return found


def test_names_carry_the_hash_of_the_content(dist: Path, tmp_path: Path) -> None:
    files = [file for file in (dist / "boot").iterdir() if file.is_file() and file.suffix not in (".br", ".gz")]
    assert len(files) > 8
    for file in files:
        assert hashlib.sha256(file.read_bytes()).hexdigest().startswith(file.stem.rpartition("-")[2]), file.name
    [plain] = dist.glob("boot/plain-*")
    shutil.copytree(plain, tmp_path / "plain", ignore=shutil.ignore_patterns("*.br", "*.gz"))
    assert folder_digest(tmp_path / "plain").startswith(plain.name.rpartition("-")[2])


def sum_of(content: bytes, piece: int) -> str:
    """What the page works out at each start."""
    hashes = b""
    while content:
        hashes += hashlib.sha256(content[:piece]).digest()
        content = content[piece:]
    return hashlib.sha256(hashes).hexdigest()


def test_the_boot_script_knows_every_file_and_its_hash(dist: Path) -> None:
    listed = boot_set(dist)
    for name in ("wasm", "memory", "late"):
        entry = listed[name]
        assert isinstance(entry, dict)
        content = (dist / "boot" / entry["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["size"]
        assert sum_of(content, int(str(listed["piece"]))) == entry["sum"]
    for name in ("loader", "runtime", "pyscript"):
        assert (dist / "boot" / str(listed[name])).is_file()
        assert str(listed[name]).endswith(".js"), "not every server knows other endings"
    plain = listed["plain"]
    assert isinstance(plain, dict)
    for name in ("wasm", "library", "application"):
        assert hashlib.sha256((dist / "boot" / plain[name]["name"]).read_bytes()).hexdigest() == plain[name]["sha256"]
    assert (dist / "boot" / plain["runtime"]).is_file()
    assert (dist / "boot" / str(listed["packages"])).is_dir()


def test_what_graph_needs_comes_when_it_is_needed(dist: Path) -> None:
    script = dist / "boot" / str(boot_set(dist)["graph"])
    files = {file.name for file in script.parent.iterdir() if file.suffix not in (".br", ".gz")}
    assert files == {"graph.js", "graph.zip", "msal-browser.js"}
    with zipfile.ZipFile(script.with_name("graph.zip")) as archive:
        own = set(archive.namelist())
    assert {"connector/graph/source.py", "connector/browser/graph.py", "connector/ports/graph.py"} <= own
    [late] = dist.glob("boot/late-*.zip")
    with zipfile.ZipFile(late) as archive:
        assert not {f"{name}c" for name in own} & set(archive.namelist())


def test_pages_name_scripts_and_styles_of_the_boot_set_only(dist: Path) -> None:
    for page in dist.glob("*.html"):
        named = re.findall(r'(?:src|href)="([^":]+\.(?:js|css))"', page.read_text("utf-8"))
        assert named or page.name != "index.html"
        assert all(name.startswith("boot/") and (dist / name).is_file() for name in named)
        assert all(cache_control(f"/{name}").endswith("immutable") for name in named)
        assert cache_control(f"/{page.name}") == "no-cache"
    assert not list(dist.glob("*.js"))
    assert not list(dist.glob("*.css"))


def filled(line: str) -> bool:
    """Whether the build has put something there."""
    return line.strip().startswith(("const SET", "const FILES"))


def test_scripts_travel_without_comments(dist: Path) -> None:
    scripts = list(dist.glob("boot/*.js"))
    for stem in ("boot", "early", "files", "language", "watch"):
        [script] = [one for one in scripts if one.name.startswith(f"{stem}-")]
        source = (ROOT / "pane" / f"{stem}.js").read_text("utf-8")
        code = [line for line in source.splitlines() if not line.strip().startswith("//")]
        served = script.read_text("utf-8").splitlines()
        assert [line for line in served if not filled(line)] == [line for line in code if not filled(line)]


def test_a_style_sheet_that_names_other_files_is_refused(dist: Path, tmp_path: Path) -> None:
    [vendor] = dist.glob("boot/plain-*/vendor")
    for name in ("pyodide-lock.json", *picture.INPUTS):
        (tmp_path / "vendor" / "pyodide").mkdir(parents=True, exist_ok=True)
        (tmp_path / "vendor" / "pyodide" / name).write_bytes((vendor / "pyodide" / name).read_bytes())
    (tmp_path / "vendor" / "connector.zip").write_bytes((vendor / "connector.zip").read_bytes())
    (tmp_path / "vendor" / "msal").mkdir()
    for name in ("graph.js", "vendor/msal/msal-browser.js"):
        (tmp_path / name).write_text("")
    for name in ("pyscript.js", "pyscript.json", "check-worker.js"):
        (tmp_path / name).write_text("", "utf-8")
    (tmp_path / "boot.js").write_text("const SET = globalThis.bootSet;\n", "utf-8")
    (tmp_path / "check.js").write_text("const WORKER = globalThis.checkWorker;\n", "utf-8")
    (tmp_path / "language.js").write_text("const FILES = globalThis.languageFiles;\n", "utf-8")
    (tmp_path / "outdated.js").write_text('var TEXTS = window.outdatedSentences; N_("Too old.");\n', "utf-8")
    stuck = '<p class="stuck" role="alert">Nothing comes.</p>'
    (tmp_path / "index.html").write_text(f'<link rel="stylesheet" href="pane.css">{stuck}', "utf-8")
    (tmp_path / "pane.css").write_text("a { background: url(icons/icon-32.png) }", "utf-8")
    with pytest.raises(Unfit, match=r"pane\.css names other files"):
        install(tmp_path, {})


@pytest.mark.slow
@pytest.mark.deep("the memory picture made once more")
def test_the_picture_is_the_same_every_time(dist: Path, tmp_path: Path) -> None:
    """Made once more it is what was built: elsewhere, with the whole of Pyodide, with compiled modules remembered.

    The build of a checkout without a cache, as CI's is, had none to remember, which must make no difference.
    """
    [vendor] = dist.glob("boot/plain-*/vendor")
    slimmed(vendor / "pyodide", tmp_path / "slim")
    known = picture.compiled(tmp_path / "slim")
    assert known.exists()
    out = tmp_path / "out"
    out.mkdir()
    picture.make([str(part) for part in node()], vendor / "pyodide", vendor / "connector.zip", out, known)
    made = {file.name: file.read_bytes() for file in out.iterdir()}
    assert str(tmp_path).encode() not in made["memory.bin"], "nothing of this machine may be in it"
    [memory], [late], [wasm] = (dist.glob(f"boot/{name}") for name in ("memory-*.bin", "late-*.zip", "python-*.wasm"))
    served = wasm.read_bytes()
    written = sparse.written(made["memory.bin"], made["state.json"], served, made["fresh.bin"])
    assert read(written, bytes(sparse.initial_memory(served, len(made["memory.bin"])))) == made["memory.bin"]
    assert memory.read_bytes() == written, "what was built is what the sources give"
    assert late.read_bytes() == made["late.zip"]


def read(picture: bytes, begin: bytes) -> bytes:
    """Put a sparse picture into a memory, as the boot script does."""
    size, state, count = struct.unpack_from("<III", picture, 4)
    memory = bytearray(begin.ljust(size, b"\0"))
    place = 16 + 8 * count + state
    for run in range(count):
        start, length = struct.unpack_from("<II", picture, 16 + 8 * run)
        memory[start : start + length] = picture[place : place + length]
        place += length
    assert place == len(picture)
    return bytes(memory)


def leb(value: int) -> bytes:
    out = b""
    while True:
        value, low = value >> 7, value & 0x7F
        if (value == 0 and not low & 0x40) or (value == -1 and low & 0x40):
            return out + bytes([low])
        out += bytes([low | 0x80])


def uleb(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + uleb(value >> 7)


def wasm_with(*segments: tuple[int, bytes]) -> bytes:
    """A WebAssembly file with nothing but active data segments."""
    body = uleb(len(segments))
    for address, data in segments:
        body += b"\0\x41" + leb(address) + b"\x0b" + uleb(len(data)) + data
    return b"\0asm\1\0\0\0" + b"\x0b" + uleb(len(body)) + body


SIZE = 64 * sparse.BLOCK
DATA = st.tuples(st.integers(0, SIZE - 300), st.binary(min_size=1, max_size=300))


@given(segments=st.lists(DATA, max_size=4), writes=st.lists(DATA, max_size=6), dirt=st.lists(DATA, max_size=2))
def test_what_is_left_out_is_what_the_browser_has(
    segments: list[tuple[int, bytes]], writes: list[tuple[int, bytes]], dirt: list[tuple[int, bytes]]
) -> None:
    wasm = wasm_with(*segments)
    begin = bytes(sparse.initial_memory(wasm, SIZE))
    fresh, memory = bytearray(begin), bytearray(begin)
    for address, data in dirt:
        fresh[address : address + len(data)] = data
    for address, data in writes:
        memory[address : address + len(data)] = data
    written = sparse.written(bytes(memory), b'{"a":1}', wasm, bytes(fresh))
    assert read(written, bytes(fresh)) == bytes(memory), "whatever the constructors wrote is covered"
    state = struct.unpack_from("<I", written, 8)[0]
    runs = struct.unpack_from("<I", written, 12)[0]
    assert json.loads(written[16 + 8 * runs : 16 + 8 * runs + state]) == {"a": 1}


@pytest.mark.parametrize(
    "wasm",
    [
        b"<html>",
        b"\0asm\1\0\0\0\x0b\x04\x01\x01\x01a",
        b"\0asm\1\0\0\0\x0b\x06\x01\x00\x23\x00\x0b\x00",
    ],
    ids=["no wasm", "a passive segment", "a computed address"],
)
def test_memory_that_is_filled_in_an_unknown_way_is_refused(wasm: bytes) -> None:
    with pytest.raises(NotUnderstood):
        sparse.initial_memory(wasm, SIZE)


def test_pyodides_memory_begins_as_its_file_says(dist: Path) -> None:
    memory = sparse.initial_memory(WASM, 31_457_280)
    assert b"Python" in memory
    assert len(memory) == 31_457_280


def test_modules_that_python_has_compiled_in_itself_do_not_travel_twice(dist: Path) -> None:
    [memory], [wasm] = dist.glob("boot/memory-*.bin"), dist.glob("boot/python-*.wasm")
    name = b"_run_module_code"
    assert name in WASM, "the module runpy, which nothing here imports"
    assert name not in wasm.read_bytes() + memory.read_bytes()


PARTS = st.tuples(st.integers(0, SIZE), st.integers(0, 400)).map(lambda part: (part[0], part[0] + part[1]))


@given(segments=st.lists(DATA, max_size=4), parts=st.lists(PARTS, max_size=4))
def test_nothing_but_what_is_not_needed_is_emptied(
    segments: list[tuple[int, bytes]], parts: list[tuple[int, int]]
) -> None:
    wasm = wasm_with(*segments)
    wanted = sparse.initial_memory(wasm, SIZE)
    for start, end in parts:
        wanted[start : min(end, SIZE)] = bytes(max(0, min(end, SIZE) - start))
    assert sparse.initial_memory(wasm_format.emptied(wasm, parts), SIZE) == wanted


@pytest.mark.parametrize(
    ("part", "places"),
    [
        (b"\0\x41\1\x0b\3\5\6\5", {5: 3, 6: 2}),
        (b"\1\0\1\5", None),
        (b"\0\x23\0\x0b\1\5", None),
    ],
    ids=["a function at two places", "a passive part", "a computed place"],
)
def test_functions_are_found_in_the_table(part: bytes, places: dict[int, int] | None) -> None:
    body = b"\1" + part
    wasm = b"\0asm\1\0\0\0" + bytes([wasm_format.ELEMENTS, len(body)]) + body
    if places is not None:
        assert wasm_format.table(wasm) == places
        return
    with pytest.raises(NotUnderstood):
        wasm_format.table(wasm)


def test_errors_name_the_lines_of_our_own_modules(tmp_path: Path) -> None:
    source = "def outer():\n    def inner():\n        return 1 / 0\n    return inner()\n"
    told = {}
    for path in ("connector/own.py", "standard.py"):
        with zipfile.ZipFile(tmp_path / "sources.zip", "w") as sources:
            sources.writestr(path, source)
        content = modules.Library(modules.Memory(b""), str(tmp_path / "sources.zip")).compiled(path)
        known: dict[str, Any] = {}
        exec(marshal.loads(content[16:]), known)  # noqa: S102, S302
        with pytest.raises(ZeroDivisionError) as caught:
            known["outer"]()
        told[path] = [(one.name, one.lineno) for one in traceback.extract_tb(caught.tb)[1:]]
    assert told["connector/own.py"] == [("outer", 4), ("inner", 3)]
    assert [name for name, _ in told["standard.py"]] == ["outer", "inner"]


def test_compiled_modules_know_the_fields_of_classes_but_no_types_of_functions(tmp_path: Path) -> None:
    source = "class A:\n    a: int = 1\n    def b(self, c: str, *d: int, e: int = 2, **f: int) -> str: return c * e\n"
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("own.py", source)
    content = modules.Library(modules.Memory(b""), str(tmp_path / "own.zip")).compiled("own.py")
    known: dict[str, Any] = {"__name__": "own"}
    exec(marshal.loads(content[16:]), known)  # noqa: S102, S302  # our own
    assert known["A"].__annotations__ == {"a": int}
    assert known["A"].b.__annotations__ == {}
    assert known["A"]().b("x") == "xx"


def test_compressed_copies_hold_the_same(dist: Path) -> None:
    copies = list(dist.rglob("*.gz"))
    assert len(copies) > 10
    for copy in copies:
        assert gzip.decompress(copy.read_bytes()) == copy.with_suffix("").read_bytes()
        assert copy.with_suffix(".br").is_file()
    [wasm] = dist.glob("boot/python-*.wasm")
    code = (
        f"process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync({str(wasm) + '.br'!r})))"
    )
    done = subprocess.run([*map(str, node()), "-e", code], capture_output=True, check=True)
    assert done.stdout == wasm.read_bytes()


def test_small_files_and_what_does_not_shrink_get_no_copy(tmp_path: Path) -> None:
    (tmp_path / "small.js").write_text("1;", "utf-8")
    (tmp_path / "noise.bin").write_bytes(hashlib.shake_256(b"noise").digest(5000))
    (tmp_path / "text.txt").write_bytes(b"text " * 500)
    precompression.precompress(tmp_path, precompression.QUICK)
    assert {file.name for file in tmp_path.iterdir()} == {
        "small.js",
        "noise.bin",
        "text.txt",
        "text.txt.br",
        "text.txt.gz",
    }


def test_each_copy_is_kept_as_soon_as_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops a build, or is stopped, finds what was finished at the next one."""
    kept, folder, told = tmp_path / "kept", tmp_path / "folder", list[str]()
    monkeypatch.setattr(precompression, "KEPT", kept)
    folder.mkdir()
    for number, size in enumerate((600_000, 600_000, 900_000)):
        (folder / f"{number}.bin").write_bytes(hashlib.shake_256(b"%d" % number).hexdigest(size // 2).encode())

    def stop(line: str) -> None:
        told.append(line)
        if "are compressed" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        precompression.precompress(folder, precompression.FAIR, told=stop)
    assert told[0] == "Compressing 2.1 MB …"
    assert len(told) == 2
    assert list(kept.glob("*.gz")), "the one that was told"
    assert all(one.with_suffix(".br").is_file() for one in kept.glob("*.gz"))
    assert list(kept.glob("making-*")) == []
    told.clear()
    precompression.precompress(folder, precompression.FAIR, told=told.append)
    assert not told or told[0] in (
        "Compressing 1.5 MB …",
        "Compressing 1.2 MB …",
        "Compressing 0.9 MB …",
        "Compressing 0.6 MB …",
    )
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        f"{number}.bin{suffix}" for number in range(3) for suffix in ("", ".br", ".gz")
    )
    told.clear()
    precompression.precompress(folder, precompression.FAIR, told=told.append)
    assert told == [], "there is nothing left to do"


def test_what_is_hardly_ever_fetched_is_compressed_less(
    tmp_path: Path, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precompression, "KEPT", tmp_path / "kept")
    [script] = dist.glob("boot/runtime-*.js")
    often, seldom = tmp_path / "folder" / "often" / "a.js", tmp_path / "folder" / "seldom" / "a.js"
    for file in (often, seldom):
        file.parent.mkdir(parents=True)
        shutil.copyfile(script, file)
    precompression.precompress(tmp_path / "folder", precompression.BEST, seldom="seldom/")
    sizes = [file.with_name("a.js.br").stat().st_size for file in (often, seldom)]
    assert sizes[0] < sizes[1] < sizes[0] * 1.25


@pytest.mark.parametrize(
    ("script", "said"),
    [("console.log('one'); console.error('two'); process.exit(3)", "one\ntwo"), ("process.exit(3)", "it ended with 3")],
    ids=["with words", "without"],
)
def test_of_node_all_is_heard_and_its_end_told(script: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "script.mjs").write_text(script, "utf-8")
    heard: list[str] = []
    with pytest.raises(NodeFailed, match=said):
        done_by_node([*map(str, node())], tmp_path / "script.mjs", {}, tmp_path, heard=heard.append)
    assert heard in (["one", "two"], [])


def test_late_modules_are_compiled_and_dateless(dist: Path) -> None:
    [late] = dist.glob("boot/late-*.zip")
    with zipfile.ZipFile(io.BytesIO(late.read_bytes())) as archive:
        names = archive.namelist()
        assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in archive.infolist())
    assert {"encodings/koi8_r.pyc", "html/__init__.pyc", "difflib.pyc"} <= set(names)
    assert not [name for name in names if name.startswith(("connector/", "unittest/", "pdb"))]
    assert names == sorted(names)


@given(st.integers(0, 2**32 - 1))
def test_numbers_are_read_as_they_are_written(value: int) -> None:
    written = wasm_format.number(value)
    assert wasm_format.unsigned(b"\xff" + written, 1) == (value, 1 + len(written))


def test_the_exports_are_all_that_changes_in_the_wasm() -> None:
    exports = wasm_format.exports(WASM)
    assert wasm_format.exporting(WASM, exports) == WASM
    few = wasm_format.exporting(WASM, exports[:3])
    assert wasm_format.exports(few) == exports[:3]
    contents = [
        [(part.number, wasm[part.start : part.end]) for part in wasm_format.sections(wasm)] for wasm in (WASM, few)
    ]
    assert [(number, len(body)) for number, body in contents[0] if number != wasm_format.EXPORTS] == [
        (number, len(body)) for number, body in contents[1] if number != wasm_format.EXPORTS
    ]
    assert all(pair in contents[0] for pair in contents[1] if pair[0] != wasm_format.EXPORTS)


def test_the_slim_runtime_has_every_function_that_its_code_names(dist: Path) -> None:
    [runtime], [wasm] = dist.glob("boot/runtime-*.js"), dist.glob("boot/python-*.wasm")
    text = runtime.read_text("utf-8")
    left = {export.name for export in wasm_format.exports(wasm.read_bytes())}
    all_names = {export.name for export in wasm_format.exports(WASM)}
    asked = set(re.findall(r'wasmExports\["([\w$]+)"\]', text)) & all_names
    assert asked - left <= set(re.findall(r'wasmExports\["([\w$]+)"\]=makeWrapper', text)), "a wrapper is made in vain"
    code = re.sub(r"\b[\w$]+=Module.*?;", "", text)
    called = {name.removeprefix("_") for name in re.findall(r"(?<![\w$.])_\w+(?=\()", code)} & all_names
    assert len(called) > 50
    assert called <= left
    assert len(left) < len(all_names) / 20
    assert len(text) < 0.7 * len((NODE_MODULES / "pyodide" / "pyodide.asm.mjs").read_text("utf-8"))


@pytest.mark.parametrize("stem", ["pyodide", "runtime"])
def test_pyodides_scripts_are_no_modules(stem: str, dist: Path) -> None:
    [script] = dist.glob(f"boot/{stem}-*.js")
    text = script.read_text("utf-8")
    assert not re.search(r"import\.meta|[;}]export[ {]", text)
    assert text.count("document.currentScript.exported={") == 1


def test_what_a_module_exports_is_left_at_the_scripts_element() -> None:
    assert classic("var a=1;export{a as one,b as two};") == (
        b"(()=>{var a=1;document.currentScript.exported={one:a,two:b};})();\n"
    )
    assert classic("export default made;") == b"(()=>{document.currentScript.exported={default:made};})();\n"
    for text in ("var a=1;", "export{a as b};export default c;", "export const a=1;"):
        with pytest.raises(NotAsKnown):
            classic(text)


def test_a_start_from_the_picture_compiles_no_source_of_pythons(dist: Path) -> None:
    [script] = dist.glob("boot/runtime-*.js")
    [begin] = re.findall(r"API\.finalizeBootstrap=function(.*?)var StackSwitching", script.read_text("utf-8"), re.S)
    assert not re.search(r"rawRun|runPythonInternal\(|eval_code", begin)
    assert "shared:!0" not in script.read_text("utf-8"), "nothing asks for memory that could be shared"
    with pytest.raises(NotAsKnown):
        woken("API.finalizeBootstrap=function(){}", WASM)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("async function _createPyodideModule(", "async function another("),
        ('Module["_', 'module["_'),
        ("wasmExports[", "exported["),
    ],
    ids=["another factory", "another object", "another name"],
)
def test_a_runtime_that_is_written_in_another_way_is_refused(was: str, becomes: str) -> None:
    folder = NODE_MODULES / "pyodide"
    runtime = (folder / "pyodide.asm.mjs").read_text("utf-8").replace(was, becomes)
    with pytest.raises(NotAsKnown):
        slim(WASM, runtime, (folder / "pyodide.mjs").read_text("utf-8"))
