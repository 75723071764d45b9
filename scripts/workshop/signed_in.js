// DEVELOPMENT ONLY, put into the page by scripts/dev.py --signed-in, never by a build for others.
//
// Fills in the sign-in form, once each time the pane is opened, and presses the button.
(function () {
  "use strict";
  const { user, password } = document.currentScript.dataset;

  function fill() {
    const form = document.querySelector("#pane .sign-in form");
    const fields = form && [form.querySelector("#user"), form.querySelector("#password")];
    if (!fields?.every(Boolean)) return;
    watching.disconnect();
    for (const [place, value] of [user, password].entries()) {
      fields[place].value = value;
      fields[place].dispatchEvent(new Event("input", { bubbles: true }));
    }
    form.requestSubmit();
  }

  const watching = new MutationObserver(fill);
  watching.observe(document.documentElement, { childList: true, subtree: true });
  fill();
})();
