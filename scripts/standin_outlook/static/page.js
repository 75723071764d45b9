// The page itself: folders, list, reading pane, the add-in's pane, and window.standin for tests.

import { CALLS, EVENTS, SHARED_CALLS } from "./calls.js";
import { Host } from "./host.js";
import { get } from "./server.js";

const find = (id) => document.getElementById(id);
let folder = "inbox";
let shown = null;

// A browser takes a minute to lay out a line of a million signs.
const LONGEST_LINE = 1000;
const cut = (text) => (text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text);

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = cut(text);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const written = ({ name, address } = {}) => (name && name !== address ? `${name} <${address}>` : address || name || "(no sender)");
const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const when = (date) => clock.format(new Date(date));
const visible = (host) => host.mails.filter((mail) => mail.folder === folder).sort((a, b) => b.date.localeCompare(a.date));

function line(host, mail, index) {
  const row = make("li", undefined, { role: "option", id: `mail-${index}` });
  const who = folder === "sent" ? (mail.to[0]?.name ?? "(no recipient)") : (mail.from?.name ?? "(no sender)");
  row.append(make("span", who, { class: "who" }), make("span", mail.subject || "(no subject)", { class: "what" }),
    make("span", `${when(mail.date)}${mail.attachments ? ` · ${mail.attachments} attached` : ""}`, { class: "when" }),
    make("span", mail.preview, { class: "preview" }));
  row.addEventListener("click", () => host.select(mail.id));
  return row;
}

// The rows are made anew only where the mails are others: this runs at every call of the pane.
let listed = {};
function drawList(host) {
  if (host.selected && host.selected !== shown) folder = host.summaryOf(host.selected).folder;
  shown = host.selected;
  if (listed.mails !== host.mails || listed.folder !== folder) {
    const mails = visible(host);
    listed = { mails: host.mails, folder, ids: mails.map((mail) => mail.id) };
    find("count").textContent = `${mails.length} mail${mails.length === 1 ? "" : "s"}`;
    find("mails").replaceChildren(...mails.map((mail, index) => line(host, mail, index)));
    for (const button of document.querySelectorAll(".folder")) {
      if (button.dataset.folder === folder) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
      button.querySelector("span").textContent = host.mails.filter((mail) => mail.folder === button.dataset.folder).length;
    }
  }
  if (listed.selected === host.selected) return;
  listed.selected = host.selected;
  const selected = listed.ids.indexOf(host.selected);
  for (const [index, row] of [...find("mails").children].entries()) row.setAttribute("aria-selected", String(index === selected));
  if (selected >= 0) find("mails").setAttribute("aria-activedescendant", `mail-${selected}`);
  else find("mails").removeAttribute("aria-activedescendant");
}

function drawFields(item, date) {
  const rows = [["From", [item.from]], ["To", item.to], ["Cc", item.cc], ["Bcc", item.bcc]]
    .filter(([, people]) => people?.length && people[0])
    .map(([label, people]) => [label, people.slice(0, 12).map(written).join("; ") + (people.length > 12 ? ` and ${people.length - 12} more` : "")]);
  rows.push(["Date", when(date)]);
  find("fields").replaceChildren(...rows.flatMap(([label, value]) => [make("dt", label), make("dd", value)]));
}

// The reading pane shows a mail's text only: nothing that a mail contains is ever run or fetched.
let drawn;
async function drawMail(host) {
  const itemId = host.selected;
  if (drawn === itemId) return;
  drawn = itemId;
  find("mail").hidden = true;
  find("empty").hidden = itemId !== null;
  if (!itemId) return;
  const [item, text] = await Promise.all([host.item(itemId), get(`/shown?${new URLSearchParams({ id: itemId })}`)]);
  if (host.selected !== itemId) return;
  find("subject").textContent = cut(item.subject || "(no subject)");
  drawFields(item, host.summaryOf(itemId).date);
  find("attachments").replaceChildren(...item.attachments.filter((each) => !each.isInline).map((each) =>
    make("li", `${each.name} · ${Math.ceil((each.size ?? 0) / 1024)} KB`, { title: each.name })));
  find("text").textContent = text;
  find("mail").hidden = false;
}

function drawPane(host) {
  const open = host.pane !== null;
  find("pane").hidden = !open;
  find("open-pane").setAttribute("aria-pressed", String(open));
  find("open-pane").disabled = !open && !host.opens(host.selected);
  find("pin").setAttribute("aria-pressed", String(host.pinned));
  const bar = host.selected ? [...host.notificationsOf(host.selected).values()] : [];
  find("infobar").replaceChildren(...bar.map((entry) => make("p", entry.message, { "data-key": entry.key, "data-type": entry.type })));
}

function drawFaults(host) {
  if (find("faults").hidden) return;
  drawManners(host);
  find("fault-list").replaceChildren(...host.faults.list().map((fault) =>
    make("li", `${fault.call}${fault.id ? ` (${fault.id})` : ""}: ${fault.kind} ${fault.code ?? fault.ms ?? ""} × ${fault.times || "always"}`)));
  find("log").replaceChildren(...host.log.slice(-60).reverse().map((entry) =>
    make("li", `${entry.at} ms ${entry.call} ${entry.names?.[1] ?? ""} ${entry.fault ? `→ ${entry.fault}` : ""}`)));
}

function draw(host) {
  document.documentElement.dataset.theme = host.theme;
  find("theme").setAttribute("aria-pressed", String(host.theme === "dark"));
  find("locale").value = host.locale;
  find("set").value = host.requirementSet;
  drawList(host);
  drawMail(host);
  drawPane(host);
  drawFaults(host);
}

function steer(host) {
  find("theme").addEventListener("click", () => host.setTheme(host.theme === "dark" ? "light" : "dark"));
  find("locale").addEventListener("change", (event) => { host.setLocale(event.target.value); if (host.pane) host.openPane(); });
  find("set").addEventListener("change", (event) => { host.setRequirementSet(event.target.value); if (host.pane) host.openPane(); });
  find("nothing").addEventListener("click", () => host.select(null));
  find("reply").addEventListener("click", () => host.reply(!host.pane?.drafting));
  find("open-pane").addEventListener("click", () => (host.pane ? host.closePane() : host.openPane()));
  find("close-pane").addEventListener("click", () => { host.closePane(); find("open-pane").focus(); });
  find("pin").addEventListener("click", () => host.pin(!host.pinned));
  for (const button of document.querySelectorAll(".folder")) {
    button.addEventListener("click", () => { folder = button.dataset.folder; draw(host); });
  }
  find("mails").addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const mails = visible(host);
    const current = mails.findIndex((mail) => mail.id === host.selected);
    const next = Math.min(mails.length - 1, Math.max(0, current + steps[event.key]));
    if (mails[next]) host.select(mails[next].id);
    find(`mail-${next}`)?.scrollIntoView({ block: "nearest" });
  });
}

function steerFaults(host) {
  const names = ["*", "context", "initialData", ...Object.values(EVENTS).map(({ name }) => name),
    ...Object.values(CALLS).map(({ name }) => name), ...Object.values(SHARED_CALLS).map(({ name }) => name)];
  find("fault-call").replaceChildren(...names.map((name) => make("option", name === "*" ? "any call" : name, { value: name })));
  find("fault-call").value = "attachment";
  find("faults-toggle").addEventListener("click", () => {
    const hidden = !find("faults").hidden;
    find("faults").hidden = hidden;
    find("faults-toggle").setAttribute("aria-expanded", String(!hidden));
    drawFaults(host);
  });
  find("fault-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const kind = find("fault-kind").value;
    const fault = { call: find("fault-call").value, kind, times: Number(find("fault-times").value) };
    if (find("fault-id").value) fault.id = find("fault-id").value;
    if (kind === "error") fault.code = Number(find("fault-code").value);
    if (kind === "slow") fault.ms = Number(find("fault-ms").value);
    host.faults.add(fault);
  });
  find("fault-clear").addEventListener("click", () => host.faults.clear());
}

// A control for each manner; the answers to calls follow at once, a mail's properties when it is selected again.
function steerManners(host) {
  const { choices } = host.configuration;
  const rows = Object.entries(choices).map(([name, values]) => {
    const field = make("span", undefined, { class: "field" });
    const several = Array.isArray(host.manners[name]);
    const control = make(values.length ? "select" : "input", undefined, { id: `manner-${name}` });
    for (const value of values) control.append(make("option", String(value), { value: JSON.stringify(value) }));
    control.multiple = several && values.length > 0;
    control.addEventListener("change", () => {
      if (control.multiple) host.behave({ [name]: [...control.selectedOptions].map((option) => JSON.parse(option.value)) });
      else if (values.length) host.behave({ [name]: JSON.parse(control.value) });
      else host.behave({ [name]: several ? control.value.split(",").filter(Boolean) : Number(control.value) });
    });
    field.append(make("label", name.replaceAll("_", " "), { for: control.id }), control);
    return field;
  });
  find("manners").replaceChildren(...rows);
  find("manners-usual").addEventListener("click", () => host.behave(null));
}

function drawManners(host) {
  for (const [name, values] of Object.entries(host.configuration.choices)) {
    const control = find(`manner-${name}`);
    if (control === document.activeElement) continue; // it is being typed in
    const value = host.manners[name];
    if (control.multiple) for (const option of control.options) option.selected = value.includes(JSON.parse(option.value));
    else control.value = values.length ? JSON.stringify(value) : String(value);
  }
}

function steerFiles(host) {
  const take = async (files) => {
    let last;
    for (const file of files) last = await host.receive(file);
    if (last) { folder = last.folder; await host.select(last.id); }
  };
  find("pick").addEventListener("change", (event) => take([...event.target.files]));
  window.addEventListener("dragover", (event) => { event.preventDefault(); find("drop").hidden = false; });
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) find("drop").hidden = true; });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    find("drop").hidden = true;
    take([...event.dataTransfer.files]);
  });
}

function steerWidth() {
  const divider = find("divider");
  const set = (width) => {
    const clamped = Math.round(Math.min(900, Math.max(280, width)));
    document.documentElement.style.setProperty("--pane-width", `${clamped}px`);
    divider.setAttribute("aria-valuenow", String(clamped));
  };
  const width = () => Number(divider.getAttribute("aria-valuenow"));
  divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
  divider.addEventListener("pointermove", (event) => {
    if (divider.hasPointerCapture(event.pointerId)) set(window.innerWidth - event.clientX);
  });
  divider.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") set(width() + 20);
    if (event.key === "ArrowRight") set(width() - 20);
  });
  return set;
}

// What tests drive. Promises are kept when the message to the pane was posted.
function driver(host, setPaneWidth) {
  return {
    mails: () => host.mails,
    selected: () => host.selected,
    select: (itemId) => host.select(itemId),
    manners: () => host.manners,
    behave: (changes) => host.behave(changes),
    alter: (itemId, fields) => host.alter(itemId, JSON.parse(fields)),
    reply: (begun) => host.reply(begun),
    openPane: () => host.openPane(),
    closePane: () => host.closePane(),
    paneReady: () => host.pane?.ready,
    answering: () => host.pane?.answering ?? 0,
    isPaneOpen: () => host.pane !== null,
    pin: (pinned) => host.pin(pinned),
    setTheme: (theme) => host.setTheme(theme),
    setLocale: (locale) => host.setLocale(locale),
    setRequirementSet: (version) => host.setRequirementSet(version),
    setLateAnswers: (how) => { host.lateAnswers = how; },
    setTelemetry: (allowed) => { host.telemetry = allowed; },
    setPaneWidth,
    faults: host.faults,
    log: host.log,
    notifications: () => (host.selected ? [...host.notificationsOf(host.selected).values()] : []),
    categories: () => (host.selected ? [...host.categoriesOf(host.selected)] : []),
    roaming: () => host.settings,
    windows: () => host.windows,
    prefetch: (itemId) => host.prefetch(itemId),
    reload: () => host.reload(),
    forget: () => host.forget(),
    reset: () => host.reset(),
  };
}

const host = await Host.start(find("frame-place"));
find("user").textContent = host.configuration.user.address;
find("open-pane").textContent = host.configuration.title;
find("pane-title").textContent = host.configuration.title;
steer(host);
steerFaults(host);
steerManners(host);
steerFiles(host);
host.observers.add(draw);
draw(host);
window.standin = driver(host, steerWidth());
document.documentElement.dataset.ready = "true";
