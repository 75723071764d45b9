// Has pane/elements.js show trees in a page of nothing but nodes: `node elements.mjs job.json`. The job is {script, lists,
// runs, out}; a run is a list of trees, shown one after the other, and of the events that each of their elements meets then.
// Written to `out`: what the page holds after each tree, and who was heard.
import { readFileSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

class Text {
  nodeType = 3;
  parentNode = null;
  constructor(data) {
    this.data = data;
  }
  get nextSibling() {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }
  get parentElement() {
    return this.parentNode;
  }
  remove() {
    if (this.parentNode) this.parentNode.childNodes.splice(this.parentNode.childNodes.indexOf(this), 1);
    this.parentNode = null;
  }
  replaceWith(other) {
    this.parentNode.insertBefore(other, this);
    this.remove();
  }
}

class Element extends Text {
  nodeType = 1;
  childNodes = [];
  attributes = {};
  heard = {};
  constructor(localName) {
    super("");
    this.localName = localName;
    if (["input", "select", "textarea"].includes(localName)) this.value = "";
  }
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  insertBefore(node, place) {
    node.remove();
    const at = place ? this.childNodes.indexOf(place) : this.childNodes.length;
    if (at < 0) throw new Error("it is no child");
    this.childNodes.splice(at, 0, node);
    node.parentNode = this;
  }
  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }
  replaceChildren(...nodes) {
    for (const node of [...this.childNodes]) node.remove();
    this.append(...nodes);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  contains(node) {
    for (let one = node; one; one = one.parentNode) if (one === this) return true;
    return false;
  }
  addEventListener(kind, work) {
    this.heard[kind] = work;
  }
}

const told = (node) =>
  node.nodeType === 3
    ? node.data
    : [node.localName, { ...node.attributes, ...(node.checked && { checked: "" }), ...(node.value && { value: node.value }) },
        node.childNodes.map(told)];

const { script, lists, runs, out } = JSON.parse(readFileSync(process.argv[2], "utf8"));

function shown(trees) {
  const root = new Element("div");
  const document = { createElement: (name) => new Element(name), createTextNode: (text) => new Text(text) };
  const page = createContext({ document, setTimeout: () => undefined });
  runInContext(script, page);
  const said = [];
  const elements = page.mailConnector.elements(root, ...lists, (...given) => said.push(given));
  const all = (node) => [node, ...(node.childNodes ?? []).flatMap(all)];
  return trees.map(([tree, presses]) => {
    elements.show(JSON.stringify(tree));
    said.length = 0;
    for (const type of presses) for (const target of all(root).slice(1)) {
      if (target.nodeType === 1) root.heard[type]({ type, target, preventDefault: () => undefined });
    }
    return { page: told(root.firstChild), said: said.map(([number, kind]) => [number, kind]) };
  });
}

writeFileSync(out, JSON.stringify(runs.map(shown)));
