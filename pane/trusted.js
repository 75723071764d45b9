// Nobody makes markup or script of a text in this page (trusted types, in browsers that have them). Scripts come from the
// pane's own folder and from that of office.js. The few notices that office.js would write as HTML show as plain text, and
// its handlers written as text do nothing, as without this; to refuse them would break it half-way.
(function () {
  "use strict";
  if (!globalThis.trustedTypes) return;
  const folders = [new URL("./", document.baseURI).href, "https://appsforoffice.microsoft.com/lib/1/hosted/"];
  trustedTypes.createPolicy("default", {
    createHTML: (text) => text.replaceAll("<", "&lt;"),
    createScript: () => "",
    createScriptURL: (address) => {
      const { href } = new URL(address, document.baseURI);
      return folders.some((folder) => href.startsWith(folder)) ? address : null;
    },
  });
})();
