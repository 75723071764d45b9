// Hands what the CRM's sign-in page brought over to the pane, which checks it. Nothing is kept here.
(function () {
  "use strict";
  const said = document.getElementById("said");
  const fragment = globalThis.brought;
  delete globalThis.brought;
  if (!fragment) return;
  const message = JSON.stringify({ mailConnector: "sign-in", fragment });
  let handed = false;
  const done = () => {
    handed = true;
    said.textContent = "Done. You can close this window and go back to Outlook.";
  };
  if (window.opener) {
    window.opener.postMessage(message, location.origin);
    done();
  } else {
    // A page on the way that cuts itself off from other windows (COOP) leaves nobody to tell.
    setTimeout(() => {
      if (handed) return;
      said.textContent = "This window has lost its tie to Outlook. Close it, and sign in by password in the pane.";
    }, 3000);
  }
  if (!globalThis.Office) return;
  Office.onReady().then(({ platform }) => {
    const ui = Office.context && Office.context.ui;
    // In a browser Office needs the opener, too; Outlook's own windows have none.
    const told = window.opener || (platform && platform !== "OfficeOnline");
    if (told && ui && ui.messageParent) {
      ui.messageParent(message, { targetOrigin: location.origin });
      done();
    }
  });
})();
