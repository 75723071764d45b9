// Starts Python from a picture of its memory, with the application already imported, and starts the application.
//
// What Python can't do, because it does not run yet. Nothing here waits for what it does not need: the runtime's
// script, its wasm and the picture come at the same time as Outlook's office.js. The files' names carry their hashes,
// so versions never mix. What comes is checked against its hash (SHA-256) before anything of Python's runs. Copies are
// kept, unpacked, in the Cache API, and checked by the same hash before they are used, while the wasm is compiled. When
// all that fails, the pane starts plainly: the whole Pyodide, and the application's source. What went wrong is for
// watch.js to tell. PyScript comes last, when nobody waits for anything: pyscript.js.
(function () {
  "use strict";

  // Replaced by scripts/workshop/boot_set.py: where the files are, with their hashes.
  const SET = globalThis.bootSet;
  const KEPT = new Set([SET.wasm, SET.memory, SET.late]); // Those of which copies are kept.
  const CACHE = "mail-connector";
  const PATIENCE = 30_000; // Milliseconds, for what the page names.
  const HEAD_START = 100; // Milliseconds.
  const STORAGE_PATIENCE = 5_000;
  const MAGIC = 0x3153434d; // "MCS1"
  const SMALLEST = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0); // A WebAssembly module with nothing in it.
  const SCARCE = /out of memory|too little memory|alloc|enlarge/i;

  // files.js may have been there before, or come later: neither may take away what the other has put here.
  const connector = (globalThis.mailConnector = globalThis.mailConnector || {});
  const { src: here } = document.currentScript;
  const at = (name) => new URL(name, here).href;
  // A browser may keep that an import failed, so each further try is of another address.
  const failed = {};
  connector.imported = (url) =>
    import(failed[url] ? `${url}?${failed[url]}` : url).catch((error) => {
      failed[url] = (failed[url] || 0) + 1;
      throw error;
    });
  connector.graph = () => connector.imported(at(SET.graph)); // Fetched when something is asked of Microsoft Graph.
  const said = (promise) => (promise.catch(() => undefined), promise);

  function mark(name) {
    performance.mark(`boot:${name}`);
    connector.watch?.progress();
  }

  // Before work that takes long: whatever has come is taken, and the records that the CRM has answered are painted (first.js).
  async function rest() {
    await new Promise((resolve) => setTimeout(resolve));
    await connector.painted;
  }

  // Whether a file is what it should be: the SHA-256 of its pieces' SHA-256 is known. Browsers copy what they hash, and a piece's
  // copy stays in the processor's cache.
  async function sound(bytes, { sum }) {
    const sha256 = async (part) => new Uint8Array(await crypto.subtle.digest("SHA-256", part));
    const hashes = [];
    for (let place = 0; place < bytes.byteLength; place += SET.piece) {
      hashes.push(sha256(new Uint8Array(bytes, place, Math.min(SET.piece, bytes.byteLength - place))));
    }
    const all = (await Promise.all(hashes)).flatMap((hash) => [...hash]);
    return Array.from(await sha256(Uint8Array.from(all)), (byte) => byte.toString(16).padStart(2, "0")).join("") === sum;
  }

  // Storage may be denied (a frame of another site, private windows), or never answer: then there is none, and it takes
  // longer.
  function inTime(work) {
    const late = new Promise((resolve) => setTimeout(resolve, STORAGE_PATIENCE));
    return Promise.race([work.catch(() => undefined), late]);
  }

  const opened = inTime(Promise.resolve().then(() => caches.open(CACHE)));
  const fetched = new Map();
  // What could not be used, by address, until it can; with the hash that it has to have, where that is known.
  const doubtful = new Map();

  async function used(url, sha256, work) {
    try {
      const made = await work();
      doubtful.delete(url);
      return made;
    } catch (error) {
      doubtful.set(url, sha256);
      throw error;
    }
  }

  async function answered(url, cache) {
    const answer = await fetch(url, { cache });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer;
  }

  // The first bytes of a content, as they come: whoever waits learns that something comes.
  async function content({ body }, size) {
    const whole = new Uint8Array(size);
    const reader = body.getReader();
    let length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      connector.watch?.progress();
      whole.set(part.value.subarray(0, size - length), length);
      length = Math.min(size, length + part.value.length);
    }
    return whole.buffer;
  }

  const compileStreaming = async (answer) => WebAssembly.compileStreaming(answer);

  const compiling = (bytes) => said(WebAssembly.compile(bytes));

  // What is made of a kept copy, in an object; nothing where there is none, or where it is not, byte by byte, what it
  // should be. The compiler works elsewhere while the hash is made, and nothing is used before the hash is right.
  async function kept(url, entry, compiled) {
    const cache = await opened;
    const there = await cache?.match(url);
    if (!there) return undefined;
    await outlookFirst;
    // By way of a blob, of which the browser knows the size: it copies what it reads once, not twice.
    const copy = await (await there.blob()).arrayBuffer();
    const made = compiled ? compiling(copy) : copy;
    if (await sound(copy, entry)) return { made };
    mark("again");
    await cache.delete(url);
    return undefined;
  }

  // A file of the set: its bytes, or the module that is compiled of them as they come, when they are known to be right. A
  // kept copy is preferred; `cache` is for the network. A browser compiles what comes only with the right type; otherwise
  // it is compiled when it has come.
  async function file(entry, cache, compiled) {
    const { name, sha256, size } = entry;
    const url = at(name);
    const before = fetched.get(url)?.[0];
    if (before) return compiled ? compiling(before) : before;
    const copy = KEPT.has(entry) && (await inTime(kept(url, entry, compiled)));
    if (copy) return copy.made;
    const answer = await used(url, sha256, () => answered(url, cache));
    const bytes = said(content(compiled ? answer.clone() : answer, size));
    const made = said(compiled ? compileStreaming(answer).catch(async () => WebAssembly.compile(await bytes)) : bytes);
    await used(url, sha256, async () => {
      if (!(await sound(await bytes, entry))) throw new Error(`${url} is not what it should be`);
    });
    if (KEPT.has(entry)) fetched.set(url, [await bytes, answer.headers.get("content-type")]);
    return made;
  }

  // The same; asked for twice where it is not right.
  async function insisted(entry, compiled) {
    return file(entry, "default", compiled).catch(() => file(entry, "reload", compiled));
  }

  // What a script of Pyodide's exports. No browser asks twice for one that it could not use, unless it has another address.
  function script(name) {
    const url = at(name);
    return used(url, "", async () => {
      const again = doubtful.has(url);
      if (again) await fetch(url, { cache: "reload" });
      const address = again ? `${url}?again` : url;
      if (url.endsWith(".mjs")) return import(address);
      const element = document.createElement("script");
      element.src = address;
      await new Promise((resolve) => {
        element.onload = element.onerror = resolve;
        document.head.append(element);
      });
      if (!element.exported) throw new Error(`${url} could not be used`);
      return element.exported;
    });
  }

  // The text of config.json, which holds an object. The early form may have asked for it: watch.js.
  function configuration() {
    const url = new URL("config.json", document.baseURI).href;
    return used(url, "", async () => {
      const text = await (connector.config || (await answered(url, "no-cache")).text());
      if (Object.getPrototypeOf(JSON.parse(text)) !== Object.prototype) throw new Error("config.json holds no object");
      return text;
    });
  }

  // Keeps what was fetched and throws away what belongs to other versions.
  async function keep() {
    const cache = await opened;
    if (!cache) return;
    const current = new Set([...KEPT].map(({ name }) => at(name)));
    for (const request of await cache.keys()) if (!current.has(request.url)) await cache.delete(request);
    // A full disk: the next start fetches again.
    for (const [url, [bytes, type]] of fetched) await cache.put(url, new Response(bytes, { headers: { "content-type": type } }));
  }

  // Puts the picture into the memory of a fresh instance. The format is told in scripts/workshop/snapshot/sparse.py.
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

  // Pyodide's own loader does the work. It would fetch the wasm and the library itself, and wait for ever where the wasm
  // can't be used: it gets what is on its way already. All are promises, or may be; without a picture Python starts anew.
  async function python(runtime, wasm, library, picture) {
    const [{ loadPyodide }, { default: create }] = await Promise.all([script(SET.loader), runtime]);
    mark("scripts");
    let failed;
    const failure = said(new Promise((_, reject) => (failed = reject)));

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
      coming.catch(failed);
      const [module, bytes] = await Promise.race([Promise.all([create(settings), picture]), failure]);
      mark("instance");
      await rest();
      module.API.restoreSnapshot = () => restore(module, bytes);
      return module;
    }

    async function instance(imports) {
      const module = await wasm;
      mark("compiled");
      await rest();
      return [await WebAssembly.instantiate(module, imports), module];
    }

    // Between this call and that of createPyodideModule there is nothing to wait for: nobody else meets this fetch.
    const ownFetch = globalThis.fetch;
    const coming = Promise.resolve(library);
    const there = coming.catch(() => new Promise(() => {})); // Pyodide would only complain, and start without it.
    globalThis.fetch = async (url) => new Response(String(url).endsWith(".wasm") ? null : await there);
    try {
      return await loadPyodide({
        createPyodideModule,
        indexURL: at("./"),
        stdLibURL: at(SET.late.name),
        lockFileContents: SET.lock,
        packageBaseUrl: at(SET.packages),
        ...(picture && { _loadSnapshot: new Uint8Array(16) }),
      });
    } finally {
      globalThis.fetch = ownFetch;
    }
  }

  // Python from the picture. When what came was not as it should be, the second attempt fetches past the browser's cache.
  async function awake(cache = "default") {
    const [wasm, picture, library] = [SET.wasm, SET.memory, SET.late].map((one) => said(file(one, cache, one === SET.wasm)));
    try {
      const interpreter = await python(script(SET.runtime), wasm, library, picture);
      interpreter.pyimport("connector.browser.picture").wake();
      return interpreter;
    } catch (error) {
      // Each of them says what is wrong with it.
      await Promise.allSettled([wasm, picture, library]);
      if (cache === "reload" || !doubtful.size) throw error;
    }
    mark("again");
    return awake("reload");
  }

  // Python as it comes: the whole Pyodide, with the application's source.
  async function plainly() {
    const { runtime, wasm, library, application } = SET.plain;
    const running = said(script(runtime).catch(() => script(runtime)));
    const [code, modules, sources] = await Promise.all([insisted(wasm, true), insisted(library), insisted(application)]);
    const interpreter = await python(running, code, modules);
    interpreter.unpackArchive(sources, "zip");
    return interpreter;
  }

  // The page is there, and so are its scripts, office.js among them: this one may run after the page was read and before
  // they are. A script that never comes must not keep the pane from saying so, nor a style sheet the page from showing.
  const parsed = new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    for (const event of ["DOMContentLoaded", "load"]) addEventListener(event, resolve, { once: true });
    setTimeout(resolve, PATIENCE);
  });
  // Reading, hashing and compiling take the processor from Outlook's scripts, on which the CRM's answer waits: they come first,
  // where they take no longer than this.
  const outlookFirst = Promise.race([parsed.then(() => connector.office), new Promise((resolve) => setTimeout(resolve, HEAD_START))]).catch(() => undefined);
  const styles = document.querySelectorAll("[rel=stylesheet]");
  setTimeout(() => styles.forEach((link) => link.sheet || link.remove()), PATIENCE / 3);

  // Whether the policy lets WebAssembly be compiled. Asked after a failure only: WebKit has even the smallest module wait for
  // all that it compiles beside, which took a second where a pane had been opened just before.
  function permitted() {
    try {
      return Boolean(new WebAssembly.Module(SMALLEST));
    } catch {
      return false;
    }
  }

  async function interpreter() {
    // trusted.js lets Pyodide's scripts in.
    if (globalThis.trustedTypes && !trustedTypes.defaultPolicy) {
      doubtful.set(document.querySelector("[src*='/trusted-']").src, "");
      throw new Error("no policy for scripts");
    }
    if (!globalThis.WebAssembly) throw Object.assign(new Error("no WebAssembly"), { kind: "wasm" });
    try {
      return await awake();
    } catch (error) {
      // Where memory is scarce, a plain start would need more of it.
      if (SCARCE.test(error) && !doubtful.size) throw error;
      if (!permitted()) throw Object.assign(new Error("no WebAssembly by the policy"), { kind: "forbidden" });
      console.warn("The fast start is not possible here, so the pane starts plainly.", error);
      mark("plain");
      return plainly();
    }
  }

  // Nobody waits for anything in the pane, the first suggestions above all, and the browser has nothing else to do, or says
  // for a second that it has.
  function calm() {
    const pane = document.getElementById("pane");
    const idle = globalThis.requestIdleCallback || ((work) => setTimeout(work, 100));
    return new Promise((resolve) => {
      const look = () => {
        if (pane.querySelector("[aria-busy=true]")) return;
        observer.disconnect();
        idle(resolve, { timeout: 1000 });
      };
      const observer = new MutationObserver(look);
      observer.observe(pane, { attributeFilter: ["aria-busy"], childList: true, subtree: true });
      look();
    });
  }

  async function start() {
    mark("begin");
    connector.config = said(configuration());
    // What would be missing later is told at once.
    const [started] = await Promise.all([interpreter(), connector.config]);
    mark("python");
    await parsed;
    if (!globalThis.Office) connector.watch?.failed({ kind: "office", doubtful: [] });
    // Where a script of the page is missing, that is told by now.
    const over = connector.over;
    if (!over) {
      await rest();
      await started.pyimport("connector.main").start();
      mark("started");
      // To keep copies and to take PyScript in both hold everybody up.
      await calm();
    }
    await inTime(keep());
    fetched.clear();
    mark("kept");
    if (over) return;
    connector.watch?.remark([...doubtful]);
    try {
      const { adopt } = await import(at(SET.pyscript));
      mark((await adopt(started)) ? "pyscript" : "no-pyscript");
    } catch (error) {
      console.warn("PyScript could not be loaded; the pane works without it.", error);
      mark("no-pyscript");
    }
  }

  start().catch((error) => {
    console.warn(error);
    const kind = error.kind || (SCARCE.test(error) ? "memory" : "");
    // Python's last line says what it is.
    connector.failure = { kind, reason: String(error).trim().split("\n").pop(), doubtful: [...doubtful] };
    connector.watch?.failed(connector.failure);
  });
})();
