// Shows the sign-in form before Python is there, where no sign-in is kept: whoever has to type may begin at once.
//
// The form is the one that Python would show (a test compares them). Python takes it over, with what was typed by then:
// connector/browser/shell.py. What was pressed meanwhile is pressed again then.
(function () {
  "use strict";

  const EVENTS = ["click", "input", "change", "submit"]; // Those of connector/browser/dom.py.
  const pane = document.getElementById("pane");
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

  // Until Python takes over, nobody else hears: to an app that has not started, no form is shown.
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
    const changed = [...pane.querySelectorAll("#url, #user")].filter((one) => one.value !== one.defaultValue);
    const values = Object.fromEntries(changed.map((one) => [one.id, one.value]));
    const keep = pane.querySelector("#keep");
    return keep && keep.checked !== keep.defaultChecked ? { ...values, keep: keep.checked ? "yes" : "no" } : values;
  }

  function release() {
    for (const kind of EVENTS) pane.removeEventListener(kind, hold, true);
    pressed();
  }

  if (kept("session")) return;
  pane.replaceChildren(document.getElementById("sign-in-early").content);
  pane.removeAttribute("aria-busy");
  pane.querySelector("#url").defaultValue = kept("crm-url");
  pane.querySelector("#user").defaultValue = kept("user");
  pane.querySelector("#keep").defaultChecked = kept("keep") === "yes";
  for (const kind of EVENTS) pane.addEventListener(kind, hold, true);
  [...pane.querySelectorAll("input:not([type=checkbox])")].find((one) => !one.value)?.focus();
  globalThis.mailConnector = Object.assign(globalThis.mailConnector || {}, { early: { typed, release } });
  requestAnimationFrame(() => setTimeout(() => performance.mark("takes-input")));
})();
