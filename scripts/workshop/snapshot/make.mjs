// Makes the picture of Python's memory with the application imported: `node make.mjs job.json`.
//
// The job names files: {pyodide, lock, application, modules, also, known, out}. Into the folder `out` go `first.zip`
// (what the picture was made of), `late.zip` (modules that may be imported later), `memory.bin` (the memory),
// `fresh.bin` (the memory before Python runs), `state.json` (what of JavaScript the memory refers to) and `frozen.json`
// (where the memory of a fresh instance has something that the picture does not need); `known.zip` is for the next time,
// as the file `known`. Nothing of this machine and this moment may get in: clock,
// random numbers, time zone and language are fixed before Pyodide sees them.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const START = Date.UTC(2020, 0, 1);

function still() {
  let ticks = 0;
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const filled = (view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let place = 0; place < bytes.length; place++) bytes[place] = next() >>> 24;
    return view;
  };
  process.env.TZ = "UTC";
  Date.now = () => START + ++ticks;
  Object.defineProperty(performance, "now", { value: () => ++ticks });
  Math.random = () => next() / 2 ** 32;
  const crypto = createRequire(import.meta.url)("node:crypto");
  crypto.randomFillSync = filled;
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-US", userAgent: "" }, configurable: true });
}

// What was freed still holds what stood there. All holes are filled with zeros, the largest first, which cost nothing in
// the picture. One that makes the memory grow is none.
function scrub(module) {
  const top = () => module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2];
  const filled = [];
  for (let size = 1 << 16; size >= 8; size >>= 1) {
    for (const end = top(); ; ) {
      const place = module._malloc(size);
      filled.push(place);
      if (top() > end) break;
      module.HEAPU8.fill(0, place, place + size);
    }
  }
  filled.forEach((place) => module._free(place));
}

// The modules of the standard library that are part of Python's own file: first address and the one behind the last.
// They are imported by now, or are imported from an archive.
function frozen(python) {
  const views = python.runPython(`
import _imp
found = [_imp.find_frozen(name, withdata=True) for name in _imp._frozen_module_names()]
_imp._override_frozen_modules_for_tests(-1)
[one[0] for one in found if one and one[0]]
`);
  const places = [];
  for (const view of views) {
    const buffer = view.getBuffer("u8");
    const { byteOffset, byteLength } = buffer.data;
    buffer.release();
    places.push([byteOffset, byteOffset + byteLength]);
  }
  views.destroy();
  python.runPython("del _imp, found");
  return places;
}

const job = JSON.parse(await readFile(process.argv[2], "utf8"));
const folder = job.pyodide.endsWith("/") ? job.pyodide : job.pyodide + "/";
const lockFileContents = { ...JSON.parse(await readFile(job.lock, "utf8")), packages: {} };
const common = { indexURL: folder, lockFileContents, packageBaseUrl: "./", _sysExecutable: "./this.program" };
// The seed of the hashes becomes part of the memory: it may as well be a fixed one.
const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHONNODEBUGRANGES: "1" };

still();
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);

const compiler = await loadPyodide({ ...common, env });
compiler.FS.writeFile("/application.zip", await readFile(job.application));
compiler.FS.writeFile("/home/pyodide/modules.py", await readFile(job.modules));
const version = compiler.runPython("import sys; f'python{sys.version_info[0]}{sys.version_info[1]}'");
const { packed } = compiler.pyimport("modules");
const known = await readFile(job.known).catch(() => new Uint8Array());
const [first, late, names, remembered] = packed(`/lib/${version}.zip`, "/application.zip", job.also, new Uint8Array(known)).toJs();
await writeFile(join(job.out, "known.zip"), remembered);
await writeFile(join(job.out, "first.zip"), first);
await writeFile(join(job.out, "late.zip"), late);

// What exists in browsers only. The memory knows such things by their path, so an empty one will do.
for (const name of ["document", "window", "location", "Office", "mailConnector", "localStorage", "indexedDB"]) globalThis[name] ??= {};

const python = await loadPyodide({ ...common, env, stdLibURL: join(job.out, "first.zip"), _makeSnapshot: true });
python.globals.set("names", python.toPy(names));
python.runPython(`
import importlib
for name in names:
    importlib.import_module(name)
del names, name, importlib
`);
const places = frozen(python);
python.runPython(`
import gc, re, sys, zipimport
# The archive will be another one, and what was looked for and not found may be there.
zipimport._zip_directory_cache.clear()
sys.path_importer_cache.clear()
re.purge()
sys._clear_internal_caches()
gc.collect()
gc.freeze()
del gc, re, sys, zipimport
`);
scrub(python._module);
const without = (memory) => places.forEach(([start, end]) => memory.fill(0, start, end));
without(python._module.HEAPU8);
const picture = python.makeMemorySnapshot();
// Pyodide's own format: magic, length of the head, length of the state, 0, the build's id in 32 bytes, state, memory.
const head = new Uint32Array(picture.buffer, picture.byteOffset, 3);
await writeFile(join(job.out, "state.json"), picture.subarray(48, 48 + head[2]));
await writeFile(join(job.out, "memory.bin"), picture.subarray(head[1]));

// The memory of an instance that has not run yet: what of it is not in the wasm file was written by its constructors.
const fresh = await loadPyodide({
  ...common,
  env,
  stdLibURL: join(job.out, "late.zip"),
  createPyodideModule: async (settings) => {
    settings.noInitialRun = true;
    const { default: create } = await import(pathToFileURL(join(folder, "pyodide.asm.mjs")).href);
    throw { memory: (await create(settings)).HEAP8.slice() };
  },
}).catch((thrown) => thrown);
if (!fresh.memory) throw fresh;
without(fresh.memory);
await writeFile(join(job.out, "fresh.bin"), fresh.memory);
await writeFile(join(job.out, "frozen.json"), JSON.stringify(places));
