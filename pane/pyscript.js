// PyScript, for the interpreter that runs already: pyscript.json names this file as the interpreter's.
//
// It comes after the start, and the pane works without it: PyScript needs IndexedDB, which frames of other sites may be
// denied. It makes functions for its workers by evaluating text, which the pane's policy forbids. The pane has no
// workers: without their hooks nothing is evaluated. PyScript reads the hooks after it has loaded its plugins, and the
// plugins of its second interpreter as well, unless that one is configured, too.

const at = (name) => new URL(name, import.meta.url).href;
const PROBE = "mail-connector-probe";
let interpreter;

// What PyScript calls. Its options are for an interpreter that has yet to start.
export async function loadPyodide() {
  return interpreter;
}

function storage() {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open(PROBE);
      asked.onerror = () => resolve(false);
      asked.onsuccess = () => {
        asked.result.close();
        indexedDB.deleteDatabase(PROBE);
        resolve(true);
      };
    } catch {
      resolve(false);
    }
  });
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  document.body.append(made);
  return made;
}

// Loads PyScript for a running interpreter. Resolves to true when it is there, to false when it can't be.
export async function adopt(running) {
  if (!(await storage())) return false;
  interpreter = running;
  const settings = await (await fetch(at("pyscript.json"))).json();
  // PyScript takes the addresses in a configuration from the page's place: give it a whole one.
  const config = JSON.stringify({ ...settings, interpreter: at(settings.interpreter) });
  element("mpy-config", { hidden: "" }).textContent = config;
  const script = element("script", { type: "py", config });
  const done = new Promise((resolve) => script.addEventListener("py:done", resolve, { once: true }));
  const { hooks } = await import("./vendor/pyscript/core.js");
  hooks.worker.onBeforeRunAsync.clear();
  await done;
  return true;
}
