// Starts the demo: a worker with the mailbox and the sandbox CRM, and a service worker that leads the page's and the
// pane's requests to it. Then the stand-in Outlook begins as it does anywhere.

const place = new URL("../", import.meta.url);
const say = (text) => { document.getElementById("empty").textContent = text; };

async function controlled() {
  const registration = await navigator.serviceWorker.register(new URL("sw.js", place), { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller) return;
  const taken = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  // After a reload that goes around it, the service worker takes the page only when it is asked to.
  registration.active.postMessage("claim");
  await taken;
}

function served() {
  const worker = new Worker(new URL("demo/worker.js", place), { type: "module" });
  const ready = new Promise((done, failed) => {
    worker.addEventListener("message", ({ data }) => (data === "ready" ? done() : failed(new Error(data))), { once: true });
    worker.addEventListener("error", (event) => failed(new Error(event.message ?? "the worker can't be loaded")));
  });
  // A request comes with the port on which its answer is awaited.
  navigator.serviceWorker.addEventListener("message", async ({ data, ports }) => {
    await ready.catch(() => undefined);
    worker.postMessage(data, [ports[0]]);
  });
  worker.postMessage(place.href);
  return ready;
}

async function begin() {
  if (!navigator.serviceWorker) throw new Error("this browser keeps service workers from this page, as in some private windows");
  say("Starting the sandbox CRM… It runs in this browser, and takes some seconds the first time.");
  const ready = served();
  await controlled();
  await ready;
  say("Select an item to read. Nothing is selected.");
  await import("../static/page.js");
  const first = window.standin.mails().find((mail) => mail.source === document.documentElement.dataset.first);
  if (!first) return;
  await window.standin.select(first.id);
  window.standin.pin(true);
  await window.standin.openPane();
}

begin().catch((error) => say(`The demo can't start: ${error.message}. Another browser may do, such as Chrome, Edge or Firefox.`));
