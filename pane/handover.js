// Says to the pane what the sign-in window has to say, which the pane checks: where am I to go, or what the CRM brought.
// Nothing is kept here.
(function () {
  "use strict";
  const status = document.getElementById("said");
  const { translate } = globalThis.mailConnector?.language || {};
  const N_ = (text) => text; // Marks a text for the translators.
  const { said, asks, hear } = globalThis.signIn;

  // In the page's language, be it that its texts come after this.
  function tell(english) {
    status.textContent = english;
    translate?.(status);
  }

  delete globalThis.signIn;
  if (!said) {
    tell(N_("This page is a part of signing in, which begins in Outlook. You can close it."));
    return;
  }
  let handed = false;
  const done = () => {
    handed = true;
    tell(N_("Done. You can close this window and go back to Outlook."));
  };
  if (window.opener && !asks) {
    window.opener.postMessage(said, location.origin);
    done();
  }
  // A page on the way that cuts itself off from other windows (COOP) leaves nobody who hears this, or says where to go.
  setTimeout(() => {
    if (handed) return;
    tell(N_("This window has lost its tie to Outlook. Close it, and sign in by password in the pane."));
  }, 3000);
  if (!globalThis.Office) return;

  Office.onReady().then(({ platform }) => {
    const ui = Office.context && Office.context.ui;
    // In a browser Office needs the opener, too; Outlook's own windows have none.
    const tied = window.opener || (platform && platform !== "OfficeOnline");
    if (!tied || !ui || !ui.messageParent) return;
    const say = () => ui.messageParent(said, { targetOrigin: location.origin });
    if (!asks) {
      say();
      done();
    } else if (ui.addHandlerAsync) {
      // Not every host says whose message it is; the visit's name shows it.
      ui.addHandlerAsync(Office.EventType.DialogParentMessageReceived, ({ message }) => hear(message), say);
    }
  });
})();
