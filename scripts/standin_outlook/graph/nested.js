// Plays the part of Outlook that signs add-ins in at Microsoft (nested app authentication), to the genuine msal-browser.
// As in today's office.js, the bridge is made when somebody asks for it. `askedOfMicrosoft` is the test's,
// and leads to entra.py.
(function () {
  "use strict";
  const listeners = new Set();
  async function answered(text) {
    const answer = await globalThis.askedOfMicrosoft(text);
    for (const listener of listeners) listener({ data: answer });
  }
  globalThis.__initializeNestedAppAuth = async () => {
    globalThis.nestedAppAuthBridge = {
      addEventListener: (_name, listener) => listeners.add(listener),
      removeEventListener: (_name, listener) => listeners.delete(listener),
      postMessage: (text) => void answered(text),
    };
  };
})();
