// Says what keeps the pane from starting, or that it is still under way. Runs before Python does, so it can't be Python.
//
// The sentences of a start that fails stand here. A file that could not be used is asked for once more, past the
// browser's cache: the answer says why, and puts right what the cache may have kept of a fault that is over. While
// something stands in the pane's place, nobody can type into it; what was typed stays, as the start may still come
// about. This file is written so that old browsers can read it.
(function () {
  "use strict";

  const SLOW = 10000; // Milliseconds from the page's beginning.
  const STALLED = 45000; // Milliseconds without anything that comes.
  const ONE_FILE = 20000; // Milliseconds for a file that is asked for once more.
  const WAITING = ["outlook", "stalled"]; // What does not end the start.
  const N_ = (text) => text; // Marks a text for the translators: language.js knows it in other languages.

  // What happened, and what to do next.
  const SENTENCES = {
    altered: [N_("The file {file} arrives cut or altered."), N_("Try again. If it stays so, tell your administrator: upload the whole folder again; a proxy or a virus scanner may also change what it lets through.")],
    busy: [N_("The Mail Connector's server is busy or down ({detail})."), N_("Wait a moment, then try again.")],
    config: [N_("The file {file} on the server can't be read: {detail}"), N_("Tell your administrator: correct the file, or build and upload again.")],
    lost: [N_("The file {file} did not arrive."), N_("Try again. If it happens again, tell your administrator.")],
    memory: [N_("This device has too little free memory to start the Mail Connector."), N_("Close other programs and browser tabs, then try again.")],
    missing: [N_("A file is missing on the server: {file}"), N_("Tell your administrator: upload the whole folder, hidden files included, and let the server hand out files of this kind. If that is being done just now, wait a minute and try again.")],
    office: [N_("Microsoft's office.js could not be loaded (appsforoffice.microsoft.com)."), N_("Check your connection, then try again. If that does not help, ask your administrator whether a firewall or a proxy blocks that address.")],
    offline: [N_("This device has no network connection."), N_("Connect it to the network, then try again.")],
    old: [N_("This browser is too old for the Mail Connector."), N_("Use an up-to-date Outlook, or Outlook on the web in an up-to-date browser.")],
    outlook: [N_("Outlook does not answer the Mail Connector."), N_("The start goes on as soon as it does. If nothing happens, select another mail and come back, or restart Outlook.")],
    page: [N_("A web page came in the place of the file {file}."), N_("Your network may want you to sign in: open {origin} in a browser, do what it asks, then try again. If that does not help, tell your administrator: a proxy or the server answers with a page where the file should be.")],
    forbidden: [N_("The server's security policy does not allow WebAssembly, which the Mail Connector needs."), N_("Tell your administrator: the server has to send the Content-Security-Policy that the build has written down, with 'wasm-unsafe-eval'.")],
    policy: [N_("The server's security policy does not allow the file {file} ({detail})."), N_("Tell your administrator: the server has to send the Content-Security-Policy that the build has written down.")],
    refused: [N_("The server does not hand out the file {file} ({detail})."), N_("Your network may want you to sign in: open {origin} in a browser, then try again. If that does not help, tell your administrator.")],
    stalled: [N_("Nothing has come from the Mail Connector's server for a while."), N_("The network may be very slow, or the server busy. The start goes on as soon as something comes; or try again.")],
    type: [N_("The server sends the file {file} with the wrong type ({detail}), and browsers refuse that."), N_("Tell your administrator: files that end in .js or .mjs have to be sent as text/javascript, and .css as text/css. The build has written down the settings.")],
    unexpected: [N_("Something unexpected went wrong."), N_("Try again. If it happens again, tell your administrator the details below.")],
    unreachable: [N_("The Mail Connector's server can't be reached ({host})."), N_("Check your connection (and your VPN, if that server needs one), then try again.")],
    updated: [N_("The Mail Connector was updated in the meantime."), N_("Load the new version.")],
    wasm: [N_("This browser does not offer WebAssembly, which the Mail Connector needs."), N_("Use an up-to-date Outlook, or Outlook on the web in an up-to-date browser. In Apple's Lockdown Mode, allow WebAssembly for this page.")],
  };

  const connector = (globalThis.mailConnector = globalThis.mailConnector || {});
  const [pane, instead, news] = ["pane", "instead", "news"].map((id) => document.getElementById(id));
  const began = (name) => performance.getEntriesByName(name).length > 0;
  const script = document.querySelector("script[async]");
  document.querySelector("#check a").href += location.search;
  const ended = () => taken || Boolean(connector.over);
  const refused = new Map();
  let taken = false;
  let silence;
  let stalled = false;
  let focused = null;

  function element(tag, kind, ...content) {
    const made = document.createElement(tag);
    made.className = kind;
    made.append(...content);
    return made;
  }

  // A text in the language of the page, with details in it.
  function say(text, details = {}) {
    const said = connector.language ? connector.language.text(text) : text;
    return said.replace(/{(\w+)}/g, (_, name) => (name in details ? details[name] : "…"));
  }

  function filled(text, [, url, detail]) {
    const { host, origin } = location;
    const file = url ? new URL(url, location).pathname.slice(new URL(".", location).pathname.length) : "";
    return say(text, { file, detail, host, origin });
  }

  // What became of what somebody has done already.
  function meanwhile(waits) {
    const { pressed: name, typed } = connector.early ? connector.early.left() : {};
    const said = [say("Nothing was stored.")];
    if (name) said.push(waits ? say("“{name}” was not carried out yet.", { name }) : say("“{name}” was not carried out.", { name }));
    if (typed) said.push(waits ? say("What you typed was not sent yet.") : say("What you typed was not sent."));
    return said.join(" ");
  }

  // Loads the page anew, where what was typed stands again; but never a password.
  function again(typed) {
    try {
      sessionStorage.setItem("mail-connector.typed", JSON.stringify(typed));
    } catch (error) {
      // It has to be typed once more.
    }
    location.reload();
  }

  function button(text, kind, work) {
    const made = element("button", kind, text);
    made.type = "button";
    made.addEventListener("click", work);
    return made;
  }

  // Takes the pane away, with what has been typed, and remembers where.
  function hide() {
    if (pane.contains(document.activeElement)) focused = document.activeElement;
    pane.hidden = true;
  }

  // The text of config.json: boot.js has asked for it, or does not any more where it comes later.
  function config() {
    if (!connector.config) {
      connector.config = fetch("config.json", { cache: "no-cache" }).then((answer) => answer.ok ? answer.text() : Promise.reject(new Error(`config.json: ${answer.status}`)));
    }
    return connector.config;
  }

  // Shows a fault: its kind, an address, a detail. `works` while the pane works all the same.
  function tell(fault, works) {
    const [what, next] = SENTENCES[fault[0]].map((text) => filled(text, fault));
    const lines = works ? [say("The Mail Connector works, but slower or plainer than it should."), what, next] : [what, next];
    const text = element("div", "box-text", ...lines.map((line, at) => element("p", at ? "next" : "what", line)));
    const waits = WAITING.includes(fault[0]);
    const box = element("div", works || waits ? "box warning" : "box error", text);
    news.textContent = "";
    if (works) {
      const close = button("", "close", () => box.remove());
      close.setAttribute("aria-label", say("Close"));
      box.append(close);
      instead.replaceChildren(box);
      return;
    }
    if (fault[0] === "unexpected") text.append(element("p", "hint", fault[2]));
    const title = element("h1", "", waits ? say("The Mail Connector has not started yet") : say("The Mail Connector can't start"));
    title.tabIndex = -1;
    const typed = connector.early ? connector.early.typed() : {};
    const load = button(fault[0] === "updated" ? say("Load the new version") : say("Try again"), "primary", () => again(typed));
    const panel = element("section", "panel", title, box, element("p", "", meanwhile(waits)), load);
    hide();
    const screen = element("main", "frame", panel);
    screen.dataset.screen = "fatal";
    instead.replaceChildren(screen);
    if (focused) title.focus();
    config().then((given) => {
      const { support } = JSON.parse(given);
      if (typeof support === "string" && support.trim()) panel.append(element("p", "hint", say("Help: {support}", { support })));
    }).catch(() => undefined);
  }

  // Whether the server has another version of this page by now.
  async function updated() {
    const page = await (await fetch(location.pathname, { cache: "no-store" })).text();
    return page.includes('id="pane"') && !page.includes(script.getAttribute("src"));
  }

  async function digest(bytes) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function unreadable(text) {
    try {
      const is = JSON.parse(text);
      return is && typeof is === "object" && !Array.isArray(is) ? "" : say("it holds no object { … }");
    } catch (error) {
      return error.message;
    }
  }

  // What is wrong with a file, as the server sends it now; nothing where nothing is. Names carry the beginnings of hashes.
  async function inspected(url, sha256) {
    const hash = sha256 || (/-([0-9a-f]{16})\.\w+$/.exec(url) || [])[1];
    let answer;
    try {
      answer = await fetch(url, { cache: "reload" });
    } catch (error) {
      if (navigator.onLine === false) return ["offline"];
      // A network that wants a sign-in first leads to another server, which does not answer to the pane.
      const { type } = await fetch(url, { cache: "no-store", redirect: "manual" }).catch(() => ({}));
      // The browser says a moment later that its policy was against it.
      for (let looks = 0; looks < 20 && !refused.has(url); looks++) await new Promise((resolve) => setTimeout(resolve, 50));
      if (refused.has(url)) return ["policy", url, refused.get(url)];
      return [type === "opaqueredirect" ? "page" : "unreachable", url];
    }
    const { status } = answer;
    const gone = async () => [(await updated()) ? "updated" : "missing", url];
    if (status === 404 || status === 410) return gone();
    if (status >= 500 && status !== 511 || [408, 425, 429].includes(status)) return ["busy", url, status];
    if (!answer.ok) return ["refused", url, status];
    const bytes = await answer.arrayBuffer().catch(() => null);
    if (!bytes) return ["lost", url]; // The connection broke off.
    const text = new TextDecoder().decode(bytes.slice(0, 9999)).trim();
    // Some servers send the page itself for whatever they do not have.
    if (text.startsWith("<")) return text.includes('id="pane"') ? gone() : ["page", url];
    if (hash && !(await digest(bytes)).startsWith(hash)) return ["altered", url];
    const kind = (answer.headers.get("content-type") || "none").split(";")[0];
    const [, ending] = /\.(\w+)$/.exec(url) || [];
    if (ending === "json" && unreadable(text)) return ["config", url, unreadable(text)];
    if (/^m?js$/.test(ending) && !/(java|ecma)script$/.test(kind)) return ["type", url, kind];
    if (ending === "css" && kind !== "text/css") return ["type", url, kind];
    return null;
  }

  // The first fault among files that could not be used: addresses and, where they are known, hashes.
  async function faultOf(doubtful) {
    for (const one of doubtful) {
      const late = new Promise((resolve) => setTimeout(resolve, ONE_FILE));
      const fault = await Promise.race([inspected(...one).catch(() => null), late]);
      if (fault) return fault;
    }
    return null;
  }

  // The start has come to its end: a kind where the reason is known, and what could not be used.
  async function failed({ kind, reason, doubtful }) {
    if (connector.over || pane.dataset.started) return;
    connector.over = true;
    clearTimeout(silence);
    hide();
    if (connector.language) await connector.language.ready();
    news.textContent = say("The Mail Connector could not start. Looking for the reason…");
    tell((await faultOf(doubtful)) || [kind || "unexpected", ...(doubtful[0] || [""]).slice(0, 1), reason]);
    pane.replaceChildren();
    pane.dataset.started = "no";
  }

  // Something has come.
  function progress() {
    clearTimeout(silence);
    if (stalled) show();
    // Python has its own times to wait.
    if (!ended() && !began("boot:python")) silence = setTimeout(stall, STALLED);
  }

  function stall() {
    tell(["stalled"]);
    stalled = true;
  }

  function slow() {
    if (ended() || pane.hidden) return;
    if (!began("boot:begin")) lost(script, "lost");
    else if (!news.textContent) news.textContent = began("boot:python") ? say("Still waiting for Outlook…") : say("Still starting…");
  }

  // A file that the page names could not be used. Of those that boot.js loads it finds out itself.
  function lost({ src, href, rel }, kind) {
    if (/\/boot\/(pyodide|runtime)-/.test(src)) return;
    if (rel === "stylesheet" || /\/(language|early|first|before-office|after-office)-/.test(src)) remark([[src || href]]);
    else if (src) failed(/\/hosted\/office/.test(src) ? { kind: "office", doubtful: [] } : { kind, doubtful: [[src]] });
  }

  // Something is wrong with files that the pane can do without.
  async function remark(doubtful) {
    const fault = await faultOf(doubtful);
    if (fault && !pane.hidden) tell(fault, true);
  }

  // The pane stands in its place again.
  function show() {
    stalled = false;
    pane.hidden = false;
    if (!instead.querySelector("main")) return;
    instead.replaceChildren();
    if (focused) focused.focus();
  }

  // Python takes over.
  function release() {
    taken = true;
    clearTimeout(silence);
    show();
  }

  addEventListener("error", ({ target, filename, message }) => {
    if (ended()) return;
    if (target !== window) lost(target, "lost");
    // A script of ours, not office.js, nor what a browser's extensions do.
    else if (/\/boot\/[\w-]+\.js$/.test(filename)) lost({ src: filename }, /SyntaxError/.test(message) ? "old" : "unexpected");
  }, true);
  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    refused.set(blockedURI, effectiveDirective);
    try {
      const said = [...refused].map(([uri, directive]) => `${directive}: ${uri}`);
      sessionStorage.setItem("mail-connector.refused", JSON.stringify(said.slice(0, 20)));
    } catch (error) {
      // The self-check will not know.
    }
  });
  addEventListener("load", () => {
    if (!began("boot:begin")) lost(script, "lost");
  });
  if (!getComputedStyle(pane).getPropertyValue("--whole")) lost(document.querySelector("[rel=stylesheet]"));
  setTimeout(slow, SLOW - performance.now());
  progress();

  connector.watch = { config, failed, progress, release, remark, tell, say, ended };
  if (connector.failure) failed(connector.failure);
  new PerformanceObserver(progress).observe({ type: "resource" });
})();
