// What waits for Office.js, and can't wait for Python.
(function () {
  "use strict";
  const connector = (globalThis.mailConnector = globalThis.mailConnector || {});
  if (!globalThis.Office) return;

  // A pinned pane is told of another mail only while it listens, and Office.js changes the open item only then: an item that was
  // selected before would stay unknown until the next one.
  function listen({ mailbox, requirements }) {
    try {
      if (!mailbox || !requirements.isSetSupported("Mailbox", "1.5")) return;
      mailbox.addHandlerAsync(Office.EventType.ItemChanged, () => connector.itemChanged());
    } catch (error) {
      // The pane still notices another mail when something is pressed.
      console.warn(`Outlook tells of no selection: ${error}`);
    }
  }

  // Python puts its own here: connector/browser/office.py.
  connector.itemChanged = () => connector.early?.forget();
  // office.js looks every 50 ms whether anybody waits for it. Python comes later, so it is asked for at once, here. What waits
  // for it beside this comes first.
  connector.office = Office.onReady();
  connector.office.then(() => setTimeout(() => listen(Office.context))).catch(() => undefined);
})();
