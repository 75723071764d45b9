// The language of what stands in the page before Python is there, and of what the page's own scripts say.
//
// Outlook names its language in the pane's address, long before it can be asked. The page's texts are English; those of
// another language come in a file of their own, and Python's catalogue with them, so that Python need not wait for it. If
// Outlook names another language when it is asked, what stands in the page changes once more. Without this file, or
// without what it fetches, everything is English.
(function () {
  "use strict";

  // Replaced by scripts/workshop/boot_set.py: {"it": {"texts": "a file's name", "catalogue": "a file's name"}, …}
  const FILES = globalThis.languageFiles || {};
  const PATIENCE = 1500; // Milliseconds that a screen waits for its texts.
  const SPOKEN = ["aria-label", "title", "placeholder"];
  const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ps|sd|ug|ur|yi)([-_]|$)/i;
  const HOST = /host_?info(?:=|":")\w+[$|]\w+[$|][\d.]+[$|]([\w-]+)/i;

  const connector = (globalThis.mailConnector = globalThis.mailConnector || {});
  const root = document.documentElement;
  const folder = document.currentScript.src;
  const places = []; // What stands in the page: [node, attribute or "", English text].
  let name = "en";
  let texts = {};
  let here = Promise.resolve();
  let catalogue = Promise.resolve(null);
  let over = false;

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      return text;
    }
  }

  // Outlook's language by the pane's address, where it stands; else the browser's.
  function told() {
    const [, language] = HOST.exec(decoded(`${location.search} ${location.hash} ${window.name}`)) || [];
    return language || navigator.language || "en";
  }

  function known(language) {
    const [main] = language.toLowerCase().split(/[-_]/);
    return FILES[main] ? main : "en";
  }

  function within(milliseconds, work) {
    return Promise.race([work, new Promise((resolve) => setTimeout(resolve, milliseconds, null))]);
  }

  async function fetched(kind) {
    const answer = await fetch(new URL(FILES[name][kind], folder));
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return answer;
  }

  function text(english) {
    return texts[english] || english;
  }

  function put([node, attribute, english]) {
    if (attribute) node.setAttribute(attribute, text(english));
    else node.data = text(english);
  }

  function place(...one) {
    places.push(one);
    put(one);
  }

  // Puts whatever people read below a node into the language, and keeps it there.
  function translate(below) {
    const walker = document.createTreeWalker(below, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.data.trim()) place(node, "", node.data);
      } else {
        for (const attribute of SPOKEN) if (node.hasAttribute(attribute)) place(node, attribute, node.getAttribute(attribute));
      }
    }
  }

  function show(found) {
    if (over) return;
    texts = found;
    root.lang = Object.keys(found).length ? name : "en";
    places.forEach(put);
  }

  // Takes a language from now on. Its direction holds for the page; English texts in it stay what they are.
  function speak(language) {
    const wanted = known(language);
    root.dir = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
    if (wanted === name) return;
    name = wanted;
    if (name === "en") {
      here = Promise.resolve(show({}));
      catalogue = Promise.resolve(null);
      return;
    }
    here = fetched("texts").then((answer) => answer.json()).then((found) => wanted === name && show(found)).catch(console.warn);
    catalogue = fetched("catalogue").then((answer) => answer.arrayBuffer()).catch((error) => (console.warn(error), null));
  }

  // What Python asks for when Outlook has named its language (nothing where it can't): the catalogue, or null for English.
  // From then on Python changes what stands in the page, and nobody else.
  async function use(language) {
    if (language) speak(language);
    const [content] = await Promise.all([within(5000, catalogue), within(PATIENCE, here)]);
    over = true;
    root.lang = content ? name : "en";
    return content;
  }

  // What stands there in each language was for a page that got no script.
  for (const stuck of document.querySelectorAll(".stuck[lang]")) stuck.remove();
  speak(told());
  translate(root);
  connector.language = { ready: () => within(PATIENCE, here), text, translate, use };
})();
