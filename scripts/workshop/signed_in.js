// DEVELOPMENT ONLY, put into the page by scripts/dev.py --signed-in, never by a build for others.
//
// Fills in the sign-in form, once each time the pane is opened, and presses the button.
(function () {
  "use strict";
  const { user, password } = document.currentScript.dataset;

  // The CRM's address comes into the form later than the form into the page.
  function fill() {
    const form = document.querySelector("#pane .sign-in form");
    const fields = form && [form.querySelector("#user"), form.querySelector("#password")];
    if (!fields?.every(Boolean)) return;
    for (const [place, value] of [user, password].entries()) {
      if (fields[place].value === value) continue;
      fields[place].value = value;
      fields[place].dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!form.checkValidity()) return;
    clearInterval(watching);
    form.requestSubmit();
  }

  const watching = setInterval(fill, 100);
})();
