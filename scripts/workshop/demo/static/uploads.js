// DEMO ONLY: the service worker puts this into the pane's page.
//
// The pane sends uploads from an empty frame whose policy lets it call one server only. No service worker hears such a
// frame, so here they go from the pane's page itself, whose requests it does hear.
(function () {
  "use strict";
  const make = document.createElement.bind(document);
  document.createElement = (name, ...more) => {
    const made = make(name, ...more);
    if (name === "iframe") Object.defineProperty(made, "contentWindow", { value: globalThis });
    return made;
  };
})();
