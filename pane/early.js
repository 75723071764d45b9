// Shows a screen that takes input before Python is there: the sign-in form or, where a sign-in is kept, the search.
//
// The screen is the one that Python would show (a test compares them). Python takes it over, with what was typed by
// then: connector/browser/shell.py. What was pressed meanwhile is pressed again then; until then it is shown that it
// was heard. Where the start has failed by now, or nobody would tell (watch.js), there is no form. The records of the CRM's
// first answer stand there as soon as they have come: first.js.
(function () {
  "use strict";

  const EVENTS = ["click", "input", "change", "submit"]; // Those of connector/app/writing.py.
  const CONFIG_LASTS = 300; // Milliseconds that the form waits for config.json, which may fix the CRM.
  const PLAIN = /^https?:\/\/[\w.:/-]{1,200}$/;
  const connector = globalThis.mailConnector || {};
  const pane = document.getElementById("pane");
  const news = document.getElementById("news");
  if (!connector.watch) return;
  const { config, say, ended } = connector.watch;
  const { ready = async () => {}, translate = () => {} } = connector.language || {};
  const returning = Boolean(kept("session") || kept("sitting", "sessionStorage"));
  let pressed = () => {};
  let label = "";
  let only = "";
  let handed = false;
  let rows = null; // Those that stand there: their tree and node, and what waited there.
  const ticked = new Set();
  let dropped = ""; // The subject of the mail for which they were.

  // What connector/browser/storage.py keeps. Outlook's key for this mailbox, before each name, is not known yet.
  function kept(name, where = "localStorage") {
    try {
      const storage = globalThis[where];
      const key = Object.keys(storage).find((one) => one.endsWith(`mail-connector.${name}`));
      return key ? storage.getItem(key) : "";
    } catch {
      return "";
    }
  }

  // The CRM's address where nobody has to type one: the manifest's, or the only one that config.json allows
  // (connector/app/settings.py).
  async function onlyCrm() {
    const own = new URLSearchParams(location.search).get("crm") || "";
    const { crm_urls: urls, free_url: free } = JSON.parse(await config());
    const allowed = free === false && Array.isArray(urls) ? urls : undefined;
    if (own && (!allowed || allowed.includes(own))) return own;
    return allowed?.length === 1 ? String(allowed[0]) : "";
  }

  function element(tag, attributes, ...inside) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...inside);
    return node;
  }

  // What was typed before the page was loaded anew: watch.js.
  function typedBefore() {
    try {
      const typed = JSON.parse(sessionStorage.getItem("mail-connector.typed"));
      sessionStorage.removeItem("mail-connector.typed");
      return typed || {};
    } catch {
      return {};
    }
  }

  function calm() {
    pane.querySelector("button[aria-busy]")?.removeAttribute("aria-busy");
  }

  // The record of a row.
  function named(box) {
    return box.labels[0].querySelector(".name").textContent;
  }

  function follows(name) {
    return say("Starting… “{name}” follows as soon as the Mail Connector is ready.", { name });
  }

  // Remembers what to do, and shows that it was heard.
  function remember(name, control, work) {
    calm();
    control?.setAttribute("aria-busy", "true");
    label = name;
    pressed = work;
    news.textContent = follows(name);
  }

  // Until Python takes over, nobody else hears: to an app that has not started, nothing is shown.
  function hold(event) {
    const { target } = event;
    event.stopPropagation();
    if (event.type === "submit") {
      event.preventDefault();
      const button = target.querySelector("button");
      remember(button?.textContent || say("Search"), button, () => target.isConnected && target.requestSubmit());
    } else if (event.type === "click" && target.type === "button") {
      remember(target.textContent, target, () => target.isConnected && target.click());
    } else if (event.type === "change" && target.closest(".rows")) {
      ticked[target.checked ? "add" : "delete"](target);
      news.textContent = target.checked ? follows(named(target)) : "";
    } else if (target.id === "search-text") {
      news.textContent = say("Starting… The search follows as soon as the Mail Connector is ready.");
    }
  }

  // What was typed here, by the controls' ids; not what the browser had kept.
  function typed() {
    const fields = [...pane.querySelectorAll("#url, #user, #search-text")];
    const changed = fields.filter((one) => one.value !== one.defaultValue);
    const values = Object.fromEntries(changed.map((one) => [one.id, one.value]));
    const keep = pane.querySelector("#keep");
    return keep && keep.checked !== keep.defaultChecked ? { ...values, keep: keep.checked ? "yes" : "no" } : values;
  }

  // What would be lost if the start failed now.
  function left() {
    return { pressed: label || [...ticked].map(named)[0] || "", typed: Boolean(Object.keys(typed()).length || pane.querySelector("#password")?.value) };
  }

  function release() {
    for (const kind of EVENTS) pane.removeEventListener(kind, hold, true);
    calm();
    news.textContent = "";
    for (const box of ticked) {
      box.checked = false;
      if (box.isConnected) box.click();
    }
    pressed();
  }

  function grown(tree) {
    return typeof tree === "string" ? tree : element(tree[0], tree[2], ...tree[4].map(grown));
  }

  // Puts records where rows wait for them, as long as this screen is the early one.
  function put() {
    const waiting = pane.querySelector(".rows[aria-busy]");
    if (handed || !waiting || !connector.rows) return;
    const { tree } = connector.rows;
    rows = { tree, node: grown(tree), waiting };
    waiting.replaceWith(rows.node);
  }

  // Takes them away, and what was ticked, where another mail is open.
  function forget() {
    if (connector.rows && Office.context.mailbox.item?.internetMessageId === connector.rows.id) return;
    if (ticked.size) {
      news.textContent = "";
      dropped = connector.rows.subject;
    }
    connector.rows = null;
    ticked.clear();
    if (handed || !rows) return;
    rows.node.replaceWith(rows.waiting);
    rows = null;
  }

  // Puts the focus where the work begins.
  function begin() {
    [...pane.querySelectorAll("input:not([type=checkbox])")].find((one) => !one.value)?.focus();
  }

  function fill() {
    const before = typedBefore();
    for (const name of ["url", "user", "search-text"]) {
      const field = pane.querySelector(`#${name}`);
      if (field && name !== "search-text") field.defaultValue = kept(name === "url" ? "crm-url" : name);
      if (field && before[name]) field.value = before[name];
    }
    const keep = pane.querySelector("#keep");
    if (!keep) return;
    keep.defaultChecked = kept("keep") === "yes";
    if (before.keep) keep.checked = before.keep === "yes";
    begin();
  }

  // Names that CRM in the place of the field for an address.
  function fix(crm) {
    const field = pane.querySelector("#url");
    if (!PLAIN.test(crm) || !field || handed) return;
    only = crm;
    const here = field === document.activeElement;
    const named = [element("span", { class: "label" }, "CRM"), element("span", { dir: "auto" }, crm)];
    field.parentElement.replaceWith(element("p", { class: "field fixed" }, ...named));
    if (here) begin();
  }

  // Leaves what stands there to Python: says which CRM it names, and which rows there are.
  function hand() {
    handed = true;
    return { only, rows: rows ? JSON.stringify(rows.tree) : "" };
  }

  function show() {
    if (ended()) return;
    pane.replaceChildren(document.getElementById(returning ? "returning-early" : "sign-in-early").content);
    translate(pane);
    pane.removeAttribute("aria-busy");
    for (const kind of EVENTS) pane.addEventListener(kind, hold, true);
    fill();
    known.then(fix);
    connector.early = { returning, hand, typed, left, release, put, forget, dropped: () => dropped };
    put();
    requestAnimationFrame(() => setTimeout(() => performance.mark("takes-input")));
  }

  // Not in English first: the texts are there soon, or never. Nor with a field that goes away, where that is known soon.
  const known = returning ? Promise.resolve("") : onlyCrm().catch(() => "");
  const late = new Promise((resolve) => setTimeout(resolve, CONFIG_LASTS));
  Promise.all([Promise.race([known, late]), ready()]).then(show);
})();
