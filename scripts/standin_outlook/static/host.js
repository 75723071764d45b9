// The state of the stand-in Outlook: what is selected, pinned, chosen; and what the pane did.

import { Faults } from "./faults.js";
import { Pane } from "./pane.js";
import { content, get, put, remove, upload } from "./server.js";
import { eventData, THEMES } from "./themes.js";

const MAXIMUM_LOG = 2000;

export class Host {
  constructor(configuration, place) {
    this.configuration = configuration;
    this.place = place;
    this.mails = [];
    this.settings = {};
    this.items = new Map();
    this.contents = new Map();
    this.pane = null;
    this.observers = new Set();
    this.log = [];
    this.faults = new Faults(() => this.changed());
    this.begin();
  }

  begin() {
    this.selected = null;
    this.pinned = false;
    this.theme = "light";
    this.locale = "en-US";
    this.requirementSet = this.configuration.mailboxSet;
    this.telemetry = false;
    this.lateAnswers = "delivered";
    this.order = Promise.resolve();
    this.forget();
  }

  // As if no add-in had ever put anything on a mail, opened a window or asked for anything.
  forget() {
    this.windows = [];
    this.notifications = new Map();
    this.categories = new Map();
    this.knownCategories = [{ displayName: "Red category", color: "Preset0" }];
    this.log.length = 0;
    this.changed();
  }

  // As after a fresh start; what the server keeps is asked for anew.
  async reset() {
    this.closePane();
    this.faults.clear();
    this.items.clear();
    this.contents.clear();
    this.begin();
    await remove("/manners");
    const { settings, mails, manners } = await get("/configuration");
    Object.assign(this, { settings, mails, manners });
    this.changed();
  }

  static async start(place) {
    const { settings, mails, manners, ...configuration } = await get("/configuration");
    return Object.assign(new Host(configuration, place), { settings, mails, manners });
  }

  changed() {
    for (const observer of this.observers) observer(this);
  }

  note(entry) {
    this.log.push({ at: Math.round(performance.now()), ...entry });
    if (this.log.length > MAXIMUM_LOG) this.log.shift();
    // No call waits for this page to be drawn, and a hundred of them are drawn once.
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      this.changed();
    });
  }

  async reload() {
    this.items.clear();
    this.mails = await get("/mails");
    this.changed();
  }

  // Change this Outlook's manners (manners.py tells of them), or with null take all changes back. Calls follow at
  // once, a mail's properties from its next selection on. One change after the other: the answer to the last is how it is.
  behave(changes) {
    const before = this.behaving || Promise.resolve();
    return (this.behaving = before.catch(() => undefined).then(async () => {
      this.manners = await (changes === null ? remove("/manners") : put("/manners", changes));
      this.contents.clear();
      await this.reload();
    }));
  }

  summaryOf(itemId) {
    return this.mails.find((mail) => mail.id === itemId);
  }

  // Another mail than this one, for answers that belong to the wrong mail.
  another(itemId) {
    return this.mails.find((mail) => mail.id !== itemId)?.id ?? itemId;
  }

  // The initial data of a mail, asked for once; with null, that of Outlook while nothing is selected.
  item(itemId) {
    if (!itemId) return Promise.resolve(this.configuration.itemless);
    if (!this.items.has(itemId)) this.items.set(itemId, get(`/item?${new URLSearchParams({ id: itemId })}`));
    return this.items.get(itemId);
  }

  // Hand out a mail with these fields of its initial data instead, or as the server has it when there are none: what
  // an Outlook says that no mail file can make the server say. Holds from the next selection of the mail on.
  async alter(itemId, fields) {
    this.items.delete(itemId);
    if (fields === null) return;
    const item = await this.item(itemId);
    this.items.set(itemId, Promise.resolve({ ...item, ...fields }));
  }

  // The content of an attachment. What was fetched ahead is at hand at once, as in an Outlook that has it cached.
  content(query) {
    return this.contents.get(String(query)) ?? content(query);
  }

  // What the server tells of a mail, in the same way.
  told(url) {
    return this.contents.get(url) ?? get(url);
  }

  async prefetch(itemId) {
    const { attachments } = await this.item(itemId);
    const queries = attachments.map(({ id }) => new URLSearchParams({ id: itemId, attachment: id }));
    for (const query of queries) this.contents.set(String(query), content(query));
    const told = [`/body?${new URLSearchParams({ id: itemId, as: "html" })}`, `/headers?${new URLSearchParams({ id: itemId })}`];
    for (const url of told) this.contents.set(url, get(url));
    await Promise.all(this.contents.values());
  }

  async receive(file) {
    const added = await upload(`/mails?${new URLSearchParams({ name: file.name ?? "dropped.eml" })}`, file);
    await this.reload();
    return added;
  }

  // Select a mail, or nothing. A pinned pane is told; another is closed, as Outlook does.
  select(itemId) {
    if (itemId !== null && !this.summaryOf(itemId)) throw new RangeError("no such mail");
    if (itemId === this.selected) return this.order;
    this.selected = itemId;
    this.changed();
    this.order = this.order.then(async () => {
      if (this.pane && this.pinned) await this.pane.changeItem(this.opens(itemId) ? itemId : null);
      else this.closePane();
    });
    return this.order;
  }

  // Whether Outlook opens an add-in on this mail, or on no mail.
  opens(itemId) {
    return this.summaryOf(itemId)?.opens ?? true;
  }

  // Begin a reply in the reading pane, or with false throw it away; a pane that is not pinned closes.
  async reply(begun) {
    if (this.pane && this.pinned) await this.pane.reply(begun);
    else this.closePane();
  }

  // Open the pane on the selected mail; the promise is kept when the frame has loaded.
  async openPane() {
    if (!this.opens(this.selected)) throw new RangeError("no add-in opens on this mail");
    this.closePane();
    this.pane = new Pane(this, this.place);
    this.changed();
    await this.pane.loaded;
  }

  closePane() {
    this.pane?.close();
    this.pane = null;
    this.changed();
  }

  pin(pinned) {
    this.pinned = Boolean(pinned);
    this.changed();
  }

  setTheme(theme) {
    if (!THEMES[theme]) throw new RangeError("light or dark");
    this.theme = theme;
    this.pane?.changeTheme(eventData(theme));
    this.changed();
  }

  // A new display language holds from the next opening of the pane on, as in Outlook.
  setLocale(locale) {
    this.locale = locale;
    this.changed();
  }

  setRequirementSet(version) {
    this.requirementSet = version;
    this.changed();
  }

  async saveSettings(settings) {
    this.settings = await put("/settings", settings);
  }

  notificationsOf(itemId) {
    if (!this.notifications.has(itemId)) this.notifications.set(itemId, new Map());
    return this.notifications.get(itemId);
  }

  // The categories of a mail, by name. What the mailbox does not know is given to none.
  categoriesOf(itemId) {
    if (!this.categories.has(itemId)) this.categories.set(itemId, new Set());
    return this.categories.get(itemId);
  }

  openWindow(url) {
    this.windows.push(String(url));
    if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener");
  }

  // The keyboard leaves the pane: forward to the page's start, backward to what stands before the pane.
  leavePane(backward) {
    document.getElementById(backward ? "close-pane" : "mails").focus();
  }
}
