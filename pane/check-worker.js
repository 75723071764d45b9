// Python for the self-check (connector/browser/checkup.py), in a worker: there it may wait for an answer as Python does.
//
// The whole Pyodide of the plain start, beside which this file lies: the check is for when the other start does not work.
const at = (name) => new URL(name, import.meta.url).href;
globalThis.refused = [];

// Pyodide asks by this whether it runs in a worker of modules, which refuses to import it: no script comes of it.
const ASKED = "data:text/javascript,";
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (address) => (address === ASKED ? address : null) });

addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
  globalThis.refused.push(`${effectiveDirective}: ${blockedURI}`);
});

async function python() {
  const { loadPyodide } = await import("./vendor/pyodide/pyodide.mjs");
  const running = await loadPyodide({ indexURL: at("vendor/pyodide/") });
  const application = await fetch(at("vendor/connector.zip"));
  if (!application.ok) throw new Error(`connector.zip: ${application.status}`);
  running.unpackArchive(await application.arrayBuffer(), "zip");
  await running.loadPackage("micropip");
  return running;
}

addEventListener("message", async ({ data }) => {
  try {
    const running = await python();
    await running.pyimport("connector.browser.checkup").check(data, (told) => postMessage(told));
  } catch (error) {
    postMessage({ kind: "broken", reason: String(error.message || error).trim().split("\n").pop() });
  }
});
