// office.js sets these to null and makes alert throw; keep them for what uses the history of this page.
(function () {
  "use strict";
  const { pushState, replaceState } = history;
  addEventListener("DOMContentLoaded", () => {
    history.pushState = pushState;
    history.replaceState = replaceState;
  });
})();
