// Leads what the demo asks for to its worker, and serves the pane with the headers that its server should send.

const PLACE = new URL("./", self.location.href);
const WITHOUT_BODY = [101, 204, 205, 304];
// The headers that the pane's own server would send.
const ABOUT = fetch(new URL("demo/demo.json", PLACE)).then((response) => response.json());

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => { if (event.data === "claim") event.waitUntil(self.clients.claim()); });

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== PLACE.origin || !url.pathname.startsWith(PLACE.pathname)) return;
  const path = url.pathname.slice(PLACE.pathname.length);
  if (/^pane\//.test(path)) event.respondWith(withHeaders(event.request));
  else if (!/^($|index\.html$|sw\.js$|static\/|demo\/|[^/]+\.txt$)/.test(path)) event.respondWith(asked(event.request, url));
});

// The pane, under its own policy: also where the demo's host sends no headers.
async function withHeaders(request) {
  const response = await fetch(request);
  if (response.status === 0 || WITHOUT_BODY.includes(response.status)) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries((await ABOUT).headers)) headers.set(name, value);
  const body = request.mode === "navigate" ? withUploads(await response.text()) : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

// The pane's page with the demo's way for uploads, before all other scripts (uploads.js says why).
function withUploads(page) {
  return page.replace("<script", `<script src="${new URL("demo/uploads.js", PLACE)}" defer></script>\n    <script`);
}

// The demo's page that somebody used last; its worker answers.
async function opened() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.find(({ url }) => [PLACE.pathname, `${PLACE.pathname}index.html`].includes(new URL(url).pathname));
}

async function asked(request, url) {
  const host = await opened();
  if (!host) return new Response("The demo's page is closed, and its CRM with it. Open the demo again.", { status: 503 });
  const body = await request.arrayBuffer();
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  const headers = [...request.headers, ["sec-fetch-mode", request.mode]];
  const message = { method: request.method, path: url.pathname + url.search, headers, body };
  host.postMessage(message, [port2, body]);
  const answer = await answered;
  return new Response(WITHOUT_BODY.includes(answer.status) ? null : answer.body, answer);
}
