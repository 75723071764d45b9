// The pane's own page in the sign-in window: it goes on to the CRM's sign-in page, which leads back here.
// Runs before anything else, so that what the CRM brought leaves the address at once.
(function () {
  "use strict";
  const fragment = location.hash;
  const { replaceState } = history;
  replaceState.call(history, null, "", location.pathname + location.search);
  if (!fragment.startsWith("#go=")) {
    globalThis.brought = fragment;
    return;
  }
  // Nothing but a CRM's sign-in page of this connector is ever opened from here.
  let target;
  try {
    target = new URL(decodeURIComponent(fragment.slice(4)));
  } catch {
    return;
  }
  const own = ["localhost", "127.0.0.1"].includes(target.hostname);
  const page = target.searchParams;
  const fits = page.get("module") === "MailConnector" && page.get("action") === "Authorize";
  const back = page.get("redirect_uri") === location.origin + location.pathname;
  if ((target.protocol === "https:" || own) && /\/index\.php$/.test(target.pathname) && fits && back) {
    location.replace(target.href);
  }
})();
