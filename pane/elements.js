// Shows a tree of elements, which Python hands over as data at each change, with as few changes of the page as it takes:
// connector/browser/dom.py. Python says which elements and attributes there are; nothing else gets into the page, and
// texts get there as texts only.
//
// A tree is a text, or [tag, key, attributes, handlers, children]; handlers are 0 or a number and the names of events.
(function () {
  "use strict";

  const connector = (globalThis.mailConnector = globalThis.mailConnector || {});
  const LIVE = ["value", "checked"]; // Attributes that stop showing once the user has touched the control.
  const isText = (tree) => typeof tree === "string";

  const SOON = 400; // Milliseconds in which nobody answers what has just been shown.
  const ticked = new WeakMap(); // When a checkbox was ticked by the pane.

  // What a control has to say.
  function value({ type, target, timeStamp }, node) {
    if (type !== "submit" && target.type === "checkbox") {
      // Whoever pressed it just then meant to tick it.
      if (timeStamp - ticked.get(target) < SOON) target.checked = true;
      return target.checked ? "yes" : "";
    }
    if (type !== "submit") return isText(target.value) ? target.value : "";
    const password = node.elements.namedItem("password");
    if (!password) return "";
    // Read once, and gone from the page.
    const typed = password.value;
    password.value = "";
    return typed;
  }

  connector.elements = (root, tags, attributes, events, heard, offer) => {
    const [allowedTags, allowed] = [new Set(tags), new Set(attributes)];
    const handlers = new WeakMap();
    let shown;

    function set(node, name, text) {
      if (!allowed.has(name) && !/^(aria|data)-/.test(name)) throw new Error(`no such attribute here: ${name}`);
      if (name === "src" && !text.startsWith("icons/")) throw new Error("pictures come from the pane's own files only");
      if (name === "value" && ["input", "textarea"].includes(node.localName)) {
        if (node.value !== text) node.value = text;
      } else if (name === "checked") {
        if (node.isConnected && !node.checked) ticked.set(node, performance.now());
        node.checked = true;
      } else if (name !== "autofocus" && !(name === "value" && node.localName === "select")) node.setAttribute(name, text);
    }

    function done(one) {
      const [tag, , given, on] = one.tree;
      if (on) handlers.set(one.node, on);
      else handlers.delete(one.node);
      if (tag === "select" && "value" in given && one.node.value !== given.value) one.node.value = given.value;
      return one;
    }

    function made(tree) {
      if (isText(tree)) return { tree, node: document.createTextNode(tree), inside: [] };
      const [tag, , given, , children] = tree;
      if (!allowedTags.has(tag)) throw new Error(`no such element here: ${tag}`);
      const node = document.createElement(tag);
      for (const [name, text] of Object.entries(given)) set(node, name, text);
      const inside = children.map(made);
      node.append(...inside.map((one) => one.node));
      // The attribute itself is refused in a frame of another origin.
      if ("autofocus" in given) setTimeout(() => node.focus());
      return done({ tree, node, inside });
    }

    // What is shown becomes this tree; the node stays the same where it can.
    function changed(one, tree) {
      const { tree: before, node } = one;
      if (isText(before) && isText(tree)) {
        if (before !== tree) node.data = one.tree = tree;
        return one;
      }
      if (isText(before) || isText(tree) || before[0] !== tree[0] || before[1] !== tree[1]) {
        const other = made(tree);
        node.replaceWith(other.node);
        return other;
      }
      for (const name of Object.keys(before[2])) {
        if (name in tree[2]) continue;
        if (name === "checked") node.checked = false;
        else node.removeAttribute(name);
      }
      for (const [name, text] of Object.entries(tree[2])) {
        if (LIVE.includes(name) || before[2][name] !== text) set(node, name, text);
      }
      if ("autofocus" in tree[2] && !("autofocus" in before[2])) offer(node);
      one.tree = tree;
      arrange(one, tree[4]);
      return done(one);
    }

    function arrange(one, children) {
      const keyed = new Map(one.inside.filter(({ tree }) => tree[1] && !isText(tree)).map((child) => [child.tree[1], child]));
      const loose = one.inside.filter(({ tree }) => isText(tree) || !tree[1]);
      one.inside = children.map((tree) => {
        const key = isText(tree) ? "" : tree[1];
        const known = key ? keyed.get(key) : loose.shift();
        if (key) keyed.delete(key);
        return known ? changed(known, tree) : made(tree);
      });
      for (const { node } of [...keyed.values(), ...loose]) node.remove();
      let place = one.node.firstChild;
      for (const { node } of one.inside) {
        if (node === place) place = place.nextSibling;
        else one.node.insertBefore(node, place);
      }
    }

    // What stands in the page, where it is just this tree.
    function adopted(tree, node) {
      if (isText(tree)) return node?.nodeType === Node.TEXT_NODE && node.data === tree && { tree, node, inside: [] };
      if (node?.localName !== tree[0]) return false;
      const one = { tree, node, inside: [] };
      let next = node.firstChild;
      for (const child of tree[4]) {
        // HTML has no empty texts.
        if (child === "") node.insertBefore(document.createTextNode(""), next);
        const there = adopted(child, child === "" ? (next ? next.previousSibling : node.lastChild) : next);
        if (!there) return false;
        one.inside.push(there);
        next = there.node.nextSibling;
      }
      return next ? false : done(one);
    }

    // The tree with another one in the place of that key's.
    function exchanged(tree, key, other) {
      if (isText(tree)) return tree;
      return tree[1] === key ? other : [...tree.slice(0, 4), tree[4].map((child) => exchanged(child, key, other))];
    }

    function hear(event) {
      if (!root.contains(event.target)) return;
      for (let node = event.target; node !== root; node = node.parentElement) {
        const on = handlers.get(node);
        if (!on?.includes(event.type)) continue;
        if (event.type === "submit") event.preventDefault();
        heard(on[0], event.type, value(event, node));
        return;
      }
    }

    for (const name of events) root.addEventListener(name, hear);
    return {
      show(written) {
        const tree = JSON.parse(written);
        if (shown) {
          shown = changed(shown, tree);
        } else {
          shown = made(tree);
          root.replaceChildren(shown.node);
        }
      },
      adopt(written, key, other) {
        const tree = JSON.parse(written);
        shown = adopted(other ? exchanged(tree, key, JSON.parse(other)) : tree, root.firstChild) || undefined;
        return Boolean(shown);
      },
    };
  };
})();
