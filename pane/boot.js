// Starts Python from a picture of its memory, with the application already imported, and starts the application.
//
// What Python can't do, because it does not run yet. Nothing here waits for what it does not need: the runtime's
// script, its wasm and the picture come at the same time as Outlook's office.js. The files' names carry their hashes,
// so versions never mix. What comes is checked against its hash before the application starts; copies are kept,
// unpacked, in the Cache API, and checked by a sum, which is quicker, before they are used. When all that fails, the
// pane starts plainly: start.js. PyScript comes last: pyscript.js.

// Replaced by scripts/boot_set.py: where the files are, with their hashes.
const SET = globalThis.bootSet;
const CACHE = "mail-connector";
const UPDATED = "The Mail Connector was updated in the meantime. Close the pane and open it again.";
const PATIENCE = 30_000; // Milliseconds.
const MAGIC = 0x3153434d; // "MCS1"

class Gone extends Error {}

const at = (name) => new URL(name, import.meta.url).href;
const mark = (name) => performance.mark(`boot:${name}`);

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be denied (a frame of another site, private windows): then there is none, and it takes longer.
const opened = Promise.resolve()
  .then(() => caches.open(CACHE))
  .catch(() => null);
const fetched = new Map();

// The sum of a file's words, of the bytes that are left and of its length: enough to notice that a kept copy is no
// longer what was kept, and several times as quick as its hash. Eight at a time: it runs before it is optimised.
function sum(bytes) {
  const words = new Uint32Array(bytes, 0, bytes.byteLength >> 2);
  const eights = words.length & ~7;
  let total = bytes.byteLength | 0;
  for (let at = 0; at < eights; at += 8) {
    const half = words[at] + words[at + 1] + words[at + 2] + words[at + 3];
    total = (total + half + words[at + 4] + words[at + 5] + words[at + 6] + words[at + 7]) | 0;
  }
  for (const word of words.subarray(eights)) total = (total + word) | 0;
  for (const byte of new Uint8Array(bytes, words.byteLength)) total = (total + byte) | 0;
  return total >>> 0;
}

// The bytes of a kept copy; nothing where there is none, or where it is spoilt.
async function kept(url, wanted) {
  const cache = await opened;
  try {
    const copy = await (await cache?.match(url))?.arrayBuffer();
    if (!copy || sum(copy) === wanted) return copy;
    mark("again");
    await cache.delete(url);
  } catch {
    // It will be fetched.
  }
  return undefined;
}

async function answered(url, options) {
  const answer = await fetch(url, options);
  if (answer.status === 404 || answer.status === 410) throw new Gone(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

// A file of the set, to be used at once: its bytes, or what `make` makes of the answer as it comes, or `remake` of kept
// bytes. The check of what is fetched follows, and the application must not start before `checked` is true. A kept copy
// is preferred; `cache` is for the network.
async function file({ name, sha256, sum: wanted }, cache, make, remake) {
  const url = at(name);
  const copy = await kept(url, wanted);
  if (copy) {
    const used = Promise.resolve(remake ? remake(copy) : copy);
    used.catch(() => undefined);
    return { used, checked: true };
  }
  const answer = await answered(url, { cache });
  const whole = make ? answer.clone() : answer;
  const made = make?.(answer);
  const bytes = Promise.resolve(made).catch(() => undefined).then(() => whole.arrayBuffer());
  const checked = bytes.then(async (content) => {
    const good = (await digest(content)) === sha256;
    if (good) fetched.set(url, [content, answer.headers.get("content-type")]);
    return good;
  });
  const used = made ?? bytes;
  for (const promise of [checked, used]) promise.catch(() => undefined);
  return { used, checked };
}

// Keeps what was fetched and throws away what belongs to other versions.
async function keep() {
  const cache = await opened;
  if (!cache) return;
  try {
    const current = new Set([SET.wasm, SET.memory, SET.late].map(({ name }) => at(name)));
    for (const request of await cache.keys()) if (!current.has(request.url)) await cache.delete(request);
    for (const [url, [bytes, type]] of fetched) await cache.put(url, new Response(bytes, { headers: { "content-type": type } }));
  } catch {
    // A full disk: the next start fetches again.
  }
  fetched.clear();
}

// Puts the picture into the memory of a fresh instance. The format is told in scripts/snapshot/sparse.py.
function restore(module, picture) {
  const [magic, size, stateLength, runs] = new Uint32Array(picture, 0, 4);
  if (magic !== MAGIC) throw new Error("the picture of the memory has another format");
  if (module.HEAPU8.length < size && !module.growMemory(size)) throw new Error("too little memory");
  const table = new Uint32Array(picture, 16, 2 * runs);
  let place = 16 + 8 * runs;
  const state = JSON.parse(new TextDecoder().decode(new Uint8Array(picture, place, stateLength)));
  place += stateLength;
  for (let run = 0; run < table.length; run += 2) {
    module.HEAPU8.set(new Uint8Array(picture, place, table[run + 1]), table[run]);
    place += table[run + 1];
  }
  return state;
}

// Pyodide has the functions of JavaScript that C may call by address wrapped in a wasm module each, some 260, and most
// are the same: a module that has been made serves again.
function sharing(work) {
  const Module = WebAssembly.Module;
  const made = new Map();
  const construct = (target, [bytes]) => {
    const key = String(bytes);
    if (!made.has(key)) made.set(key, new target(bytes));
    return made.get(key);
  };
  WebAssembly.Module = new Proxy(Module, { construct });
  try {
    return work();
  } finally {
    WebAssembly.Module = Module;
  }
}

// Pyodide's own loader does the work. It would fetch the wasm and the library itself: it gets what is on its way already.
async function python(files) {
  const [wasm, memory, late] = files;
  const [{ loadPyodide }, { default: create }] = await Promise.all([import(at(SET.loader)), import(at(SET.runtime))]);
  mark("scripts");
  let failed;
  const failure = new Promise((_, reject) => (failed = reject));
  failure.catch(() => undefined);

  async function createPyodideModule(settings) {
    globalThis.fetch = ownFetch;
    settings.instantiateWasm = (imports, receive) => {
      // What Pyodide itself takes where a browser has no wasm module for it.
      const marker = Symbol("error");
      imports.env.Jsv_GetError_import = () => marker;
      imports.env.JsvError_Check = (value) => value === marker;
      instance(imports).then((made) => sharing(() => receive(...made))).catch(failed);
      return {};
    };
    const picture = memory.then(({ used }) => used);
    const [module, bytes] = await Promise.race([Promise.all([create(settings), picture]), failure]);
    mark("instance");
    module.API.restoreSnapshot = () => restore(module, bytes);
    return module;
  }

  async function instance(imports) {
    const module = await (await wasm).used;
    mark("compiled");
    return [await WebAssembly.instantiate(module, imports), module];
  }

  // Between this call and that of createPyodideModule there is nothing to wait for: nobody else meets this fetch.
  const ownFetch = globalThis.fetch;
  globalThis.fetch = async (url) => new Response(String(url).endsWith(".wasm") ? null : await (await late).used);
  try {
    return await loadPyodide({
      createPyodideModule,
      indexURL: at("./"),
      stdLibURL: at(SET.late.name),
      lockFileContents: SET.lock,
      packageBaseUrl: at(SET.packages),
      _loadSnapshot: new Uint8Array(16),
    });
  } finally {
    globalThis.fetch = ownFetch;
  }
}

// Python from the picture. When what came was not as it should be, the second attempt fetches past the browser's cache.
async function awake(cache = "default") {
  const files = [
    file(SET.wasm, cache, (answer) => WebAssembly.compileStreaming(answer), (bytes) => WebAssembly.compile(bytes)),
    file(SET.memory, cache),
    file(SET.late, cache),
  ];
  const all = Promise.all(files.map(async (one) => (await one).checked));
  all.catch(() => undefined);
  try {
    const interpreter = await python(files);
    interpreter.pyimport("connector.browser.picture").wake();
    mark("python");
    if ((await all).every(Boolean)) return interpreter;
  } catch (error) {
    const outcomes = await Promise.allSettled(files.map(async (one) => (await one).checked));
    const gone = outcomes.find(({ reason }) => reason instanceof Gone);
    if (gone) throw gone.reason;
    if (cache === "reload" || outcomes.every(({ value }) => value === true)) throw error;
  }
  if (cache === "reload") throw new Error("the files are not what they should be");
  mark("again");
  return awake("reload");
}

// The page is there, and so are its scripts, office.js among them: this one may run after the page was read and before
// they are. A script that never comes must not keep the pane from saying so.
const parsed = new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  for (const event of ["DOMContentLoaded", "load"]) addEventListener(event, resolve, { once: true });
  setTimeout(resolve, PATIENCE);
});

function tell(sentence) {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.className = "fatal";
  text.textContent = sentence;
  const pane = document.getElementById("pane");
  pane.removeAttribute("aria-busy");
  pane.dataset.started = "no";
  pane.replaceChildren(text);
}

async function plainly(reason) {
  console.warn("The fast start is not possible here, so the pane starts plainly.", reason);
  mark("plain");
  await answered(at(SET.plain), { method: "HEAD" });
  const { plain } = await import(at(SET.plain));
  const interpreter = await plain();
  mark("python");
  return interpreter;
}

async function start() {
  mark("begin");
  // files.js may have been there before, or come later: neither may take away what the other has put here.
  globalThis.mailConnector = globalThis.mailConnector || {};
  globalThis.mailConnector.config = fetch("config.json", { cache: "no-cache" });
  globalThis.mailConnector.config.catch(() => undefined);
  const interpreter = await awake().catch((error) => {
    if (error instanceof Gone) throw error;
    return plainly(error);
  });
  await parsed;
  await interpreter.pyimport("connector.main").start();
  mark("started");
  await new Promise((resolve) => setTimeout(resolve, 0));
  await keep();
  mark("kept");
  const { adopt } = await import(at(SET.pyscript));
  mark((await adopt(interpreter)) ? "pyscript" : "no-pyscript");
}

start().catch(async (error) => {
  if (!(error instanceof Gone)) throw error;
  await parsed;
  tell(UPDATED);
});
