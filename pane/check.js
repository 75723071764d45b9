// The self-check's page. Python looks at everything in a worker of its own (check-worker.js), which is started here and not
// before; this shows what it finds, and says what only a page can see: Outlook, storage, the policy.
(function () {
  "use strict";

  // Replaced by scripts/workshop/boot_set.py: where the worker is.
  const WORKER = globalThis.checkWorker;
  const OFFICE = 5000; // Milliseconds that Outlook may take.
  const SETS = ["DialogApi 1.1", "DialogApi 1.2", "IdentityAPI 1.3", "NestedAppAuth 1.1", "OpenBrowserWindowApi 1.1"];
  const connector = globalThis.mailConnector || {};
  const [form, field, status, list, end, report, copy, back] = ["form", "#crm", "#said", "#findings", "#end", "#report", "#copy", "#back"].map(
    (name) => document.querySelector(name),
  );
  const button = form.querySelector("button");
  const folder = document.currentScript.src;
  const refused = before();
  let worker;

  function say(text, details = {}) {
    const said = connector.language ? connector.language.text(text) : text;
    return said.replace(/{(\w+)}/g, (_, name) => (name in details ? details[name] : "…"));
  }

  // What the policy has refused to the pane itself: watch.js.
  function before() {
    try {
      return JSON.parse(sessionStorage.getItem("mail-connector.refused")) || [];
    } catch {
      return [];
    }
  }

  // The address that the pane's own address or this device knows; config.json's otherwise.
  async function known() {
    const named = new URLSearchParams(location.search).get("crm");
    if (named) return named;
    try {
      const key = Object.keys(localStorage).find((one) => one.endsWith("mail-connector.crm-url"));
      if (key) return localStorage.getItem(key);
    } catch {
      // No storage.
    }
    const { crm_urls: urls } = await (await fetch("config.json", { cache: "no-cache" })).json();
    return Array.isArray(urls) && typeof urls[0] === "string" ? urls[0] : "";
  }

  async function tried(work) {
    try {
      return (await work()) !== false;
    } catch {
      return false;
    }
  }

  async function storage() {
    const name = "mail-connector.check";
    return {
      localStorage: await tried(() => (localStorage.setItem(name, "1"), localStorage.removeItem(name))),
      indexedDB: await tried(() => new Promise((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onerror = reject;
        asked.onsuccess = () => {
          asked.result.close();
          indexedDB.deleteDatabase(name);
          resolve(true);
        };
      })),
      "Cache API": await tried(async () => (await caches.open(name), caches.delete(name))),
    };
  }

  // The newest set Mailbox that this Outlook has, and the others that matter to the pane.
  async function outlook() {
    const office = globalThis.Office;
    if (!office) return ["", []];
    const late = new Promise((resolve) => setTimeout(resolve, OFFICE, {}));
    const { host } = await Promise.race([office.onReady(), late]);
    const has = (set) => office.context?.requirements?.isSetSupported(...set.split(" ")) === true;
    if (host !== "Outlook") return ["", []];
    const newest = Array.from({ length: 30 }, (_, minor) => `1.${30 - minor}`).find((one) => has(`Mailbox ${one}`));
    return [newest || "1.0", SETS.filter(has)];
  }

  function element(tag, kind, text) {
    const made = document.createElement(tag);
    made.className = kind;
    made.textContent = text;
    return made;
  }

  function show({ code, name, title, verdict, seen, advice, snippet }) {
    const item = element("li", code, "");
    item.dataset.check = name;
    item.append(element("strong", "", `${title}: ${verdict}`), element("p", "", seen));
    if (advice) item.append(element("p", "next", advice));
    if (snippet) item.append(element("pre", "", snippet));
    list.append(item);
  }

  function over(text) {
    status.textContent = text;
    button.disabled = false;
    list.removeAttribute("aria-busy");
    worker?.terminate();
  }

  function broken(reason) {
    over(say("The self-check can't run here ({reason}). On a terminal, scripts/doctor.py says more.", { reason }));
  }

  function hear({ data }) {
    if (data.kind === "finding") show(data);
    if (data.kind === "broken") broken(data.reason);
    if (data.kind !== "end") return;
    over(data.summary);
    report.value = data.report;
    end.hidden = false;
  }

  async function check() {
    list.replaceChildren();
    end.hidden = true;
    button.disabled = true;
    list.setAttribute("aria-busy", "true");
    status.textContent = say("Checking…");
    const [[mailbox, others], kept, texts] = await Promise.all([outlook(), storage(), connector.language?.use("")]);
    worker = new Worker(new URL(WORKER, folder).href, { type: "module" });
    worker.onmessage = hear;
    worker.onerror = ({ message }) => broken(message || WORKER);
    const around = { mailbox, others, storage: kept, refused };
    worker.postMessage({ pane: location.href, crm: field.value, around, catalogue: texts });
  }

  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    refused.push(`${effectiveDirective}: ${blockedURI}`);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check().catch(({ message }) => broken(message));
  });
  copy.addEventListener("click", () => {
    report.select();
    const copied = document.execCommand("copy");
    status.textContent = copied ? say("Copied.") : say("Press Ctrl+C (on the Mac ⌘+C) to copy.");
  });
  back.href += location.search;
  known().then((address) => {
    if (!field.value) field.value = address;
  }).catch(() => undefined).then(check).catch(({ message }) => broken(message));
})();
