// The pane's own page in the sign-in window: it goes on to the CRM's sign-in page, which leads back here.
//
// Where to, only the pane says, to a page that it has opened itself and that asks under the name which it was given: an
// address alone leads nowhere. Runs before anything else, so that what the CRM brought leaves the address at once.
// handover.js does the rest, where Office is needed for it.
(function () {
  "use strict";
  const fragment = location.hash;
  const { opener } = window;
  const { replaceState } = history;
  replaceState.call(history, null, "", location.pathname + location.search);
  const [, visit] = /^#visit=([A-Za-z0-9_-]{20,100})$/.exec(fragment) || [];
  const message = visit ? { mailConnector: "ready", visit } : { mailConnector: "sign-in", fragment };
  const said = fragment ? JSON.stringify(message) : "";
  let gone = false;

  // Nothing but a CRM's sign-in page of this connector that leads back here.
  function fitting(address) {
    const target = new URL(address);
    const own = ["localhost", "127.0.0.1"].includes(target.hostname) && target.protocol === "http:";
    const page = target.searchParams;
    const fits = page.get("module") === "MailConnector" && page.get("action") === "Authorize";
    const back = page.get("redirect_uri") === location.origin + location.pathname;
    return (target.protocol === "https:" || own) && /\/index\.php$/.test(target.pathname) && fits && back;
  }

  // Takes what the pane says, which knows the name of this visit. office.js wraps it on its way.
  function hear(text) {
    try {
      const heard = JSON.parse(text);
      const { mailConnector, visit: name, url } = heard.messageContent ? JSON.parse(heard.messageContent) : heard;
      if (gone || !visit || mailConnector !== "go" || name !== visit || !fitting(url)) return;
      gone = true;
      location.replace(url);
    } catch {
      // Not the pane's.
    }
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (opener && source === opener && origin === location.origin) hear(data);
  });
  globalThis.signIn = { said, asks: Boolean(visit), hear };
  if (visit && opener) opener.postMessage(said, location.origin);
})();
