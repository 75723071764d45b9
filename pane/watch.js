// Says so when the pane can't start: a file that is missing, a network that is gone, a browser that is too old.
// Runs before Python does, so it can't be Python.
(function () {
  "use strict";
  const SECONDS = 45;
  const TEXT =
    "The Mail Connector could not start. Nothing was stored. Close and open the pane again; " +
    "if that does not help, tell your administrator: ";

  function tell(reason) {
    const pane = document.getElementById("pane");
    if (pane.dataset.started) return;
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.className = "fatal";
    text.textContent = TEXT + reason;
    pane.removeAttribute("aria-busy");
    pane.replaceChildren(text);
  }

  if (!globalThis.WebAssembly) tell("this browser does not offer WebAssembly.");
  addEventListener("DOMContentLoaded", () => {
    if (!globalThis.Office) tell("Microsoft's office.js could not be loaded (appsforoffice.microsoft.com).");
  });
  addEventListener("error", (event) => {
    if (event.target !== window) tell(`a file could not be loaded (${event.target.src || event.target.href || "?"}).`);
    else tell(event.message);
  }, true);
  addEventListener("unhandledrejection", (event) => tell(String((event.reason && event.reason.message) || event.reason)));
  setTimeout(() => tell(`no start after ${SECONDS} seconds.`), SECONDS * 1000);
})();
