// Shows a screen that takes input before Python is there: the sign-in form or, where a sign-in is kept, the search.
//
// The screen is the one that Python would show (a test compares them). Python takes it over, with what was typed by
// then: connector/browser/shell.py. What was pressed meanwhile is pressed again then.
(function () {
  "use strict";

  const EVENTS = ["click", "input", "change", "submit"]; // Those of connector/browser/dom.py.
  const pane = document.getElementById("pane");
  const returning = Boolean(kept("session"));
  let pressed = () => {};

  // What connector/browser/storage.py keeps. Outlook's key for this mailbox, before each name, is not known yet.
  function kept(name) {
    try {
      const key = Object.keys(localStorage).find((one) => one.endsWith(`mail-connector.${name}`));
      return key ? localStorage.getItem(key) : "";
    } catch {
      return "";
    }
  }

  // Until Python takes over, nobody else hears: to an app that has not started, nothing is shown.
  function hold(event) {
    const { target } = event;
    event.stopPropagation();
    if (event.type === "submit") {
      event.preventDefault();
      pressed = () => target.isConnected && target.requestSubmit();
    } else if (event.type === "click" && target.type === "button") {
      pressed = () => target.isConnected && target.click();
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

  function release() {
    for (const kind of EVENTS) pane.removeEventListener(kind, hold, true);
    pressed();
  }

  function fill() {
    pane.querySelector("#url").defaultValue = kept("crm-url");
    pane.querySelector("#user").defaultValue = kept("user");
    pane.querySelector("#keep").defaultChecked = kept("keep") === "yes";
    [...pane.querySelectorAll("input:not([type=checkbox])")].find((one) => !one.value)?.focus();
  }

  pane.replaceChildren(document.getElementById(returning ? "returning-early" : "sign-in-early").content);
  pane.removeAttribute("aria-busy");
  for (const kind of EVENTS) pane.addEventListener(kind, hold, true);
  if (!returning) fill();
  globalThis.mailConnector = Object.assign(globalThis.mailConnector || {}, { early: { returning, typed, release } });
  requestAnimationFrame(() => setTimeout(() => performance.mark("takes-input")));
})();
