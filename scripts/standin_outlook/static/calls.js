// The calls of Outlook's JavaScript API that this stand-in answers, by dispatch id.
//
// since: the Mailbox requirement set that brought the call; a host that claims an older set refuses it.
// empty: what "success with nothing in it" looks like. answer(host, parameters, itemId) gives the data, or
// throws an OfficeError with one of Outlook's codes.

import { OfficeError, Silence, Whole } from "./answers.js";
import { get, put } from "./server.js";

const TYPES = ["informationalMessage", "progressIndicator", "errorMessage", "insightMessage"];
const MAXIMUM_NOTIFICATIONS = 5;
const CODES = {
  invalidAttachment: 9003, duplicateKey: 9023, keyNotFound: 9024, tooManyNotifications: 9025,
  noItem: 9049, notSaved: 9019, invalidCategory: 9044, duplicateCategory: 9045,
};

const EMPTY_DRAFT = "<html><head></head><body><div><br></div></body></html>";

function query(itemId, more = {}) {
  if (!itemId) throw new OfficeError(CODES.noItem);
  return new URLSearchParams({ id: itemId, ...more });
}

function shown(notifications, { key, type, message, icon, persistent }) {
  const entry = { key, type: TYPES[type] ?? type, message };
  if (type === 0) Object.assign(entry, { icon, persistent });
  notifications.set(key, entry);
}

// Roaming settings: a host that refuses or never answers is one of its manners.
function saved(host, settings) {
  if (host.manners.roaming === "refused") throw new OfficeError(CODES.notSaved);
  if (host.manners.roaming === "never") throw new Silence();
  return host.saveSettings(settings);
}

export const CALLS = {
  2: { name: "identityToken", since: "1.0", empty: "", answer: () => { throw new OfficeError(9018); } },
  3: {
    name: "loadProperties", since: "1.1", empty: null,
    answer: async (_host, _parameters, itemId) => new Whole({ customProperties: await get(`/properties?${query(itemId)}`) }),
  },
  4: {
    name: "saveProperties", since: "1.1", empty: null,
    answer: async (_host, { customProperties }, itemId) => { await put(`/properties?${query(itemId)}`, customProperties); },
  },
  12: { name: "callbackToken", since: "1.0", empty: "", answer: () => { throw new OfficeError(9018); } },
  33: {
    name: "addNotification", since: "1.3", empty: null,
    answer: (host, parameters, itemId) => {
      const notifications = host.notificationsOf(itemId);
      if (notifications.has(parameters.key)) throw new OfficeError(CODES.duplicateKey);
      if (notifications.size >= MAXIMUM_NOTIFICATIONS) throw new OfficeError(CODES.tooManyNotifications);
      shown(notifications, parameters);
      host.changed();
    },
  },
  34: {
    name: "notifications", since: "1.3", empty: [],
    answer: (host, _parameters, itemId) => [...host.notificationsOf(itemId).values()],
  },
  35: {
    name: "replaceNotification", since: "1.3", empty: null,
    answer: (host, parameters, itemId) => {
      // One that is not there yet is added, as Microsoft's reference has it.
      const notifications = host.notificationsOf(itemId);
      if (!notifications.has(parameters.key) && notifications.size >= MAXIMUM_NOTIFICATIONS) {
        throw new OfficeError(CODES.tooManyNotifications);
      }
      shown(notifications, parameters);
      host.changed();
    },
  },
  36: {
    name: "removeNotification", since: "1.3", empty: null,
    answer: (host, { key }, itemId) => {
      if (!host.notificationsOf(itemId).delete(key)) throw new OfficeError(CODES.keyNotFound);
      host.changed();
    },
  },
  37: {
    name: "body", since: "1.3", empty: "",
    answer: (host, { coercionType }, itemId) => {
      if (host.pane?.drafting) return coercionType === 3 ? EMPTY_DRAFT : "";
      const turned = host.pane?.turned ? { turned: "yes" } : {};
      return host.told(`/body?${query(itemId, { as: coercionType === 3 ? "html" : "text", ...turned })}`);
    },
  },
  42: { name: "closeApp", since: "1.0", empty: null, answer: (host) => { host.closePane(); } },
  108: { name: "sharedProperties", since: "1.8", empty: null, answer: (host, _parameters, itemId) => host.told(`/shared?${query(itemId)}`) },
  150: {
    name: "attachment", since: "1.8", empty: { content: "", format: "base64" },
    answer: async (host, { id }, itemId) => {
      const found = await host.content(query(itemId, { attachment: id }));
      if (found === null) throw new OfficeError(CODES.invalidAttachment);
      return found;
    },
  },
  157: {
    name: "categories", since: "1.8", empty: [],
    answer: (host, _parameters, itemId) => host.knownCategories.filter(({ displayName }) => host.categoriesOf(itemId).has(displayName)),
  },
  158: {
    name: "addCategories", since: "1.8", empty: null,
    answer: (host, { categories }, itemId) => {
      const known = new Set(host.knownCategories.map(({ displayName }) => displayName));
      if (!categories.every((name) => known.has(name))) throw new OfficeError(CODES.invalidCategory);
      for (const name of categories) host.categoriesOf(itemId).add(name);
      host.changed();
    },
  },
  159: {
    name: "removeCategories", since: "1.8", empty: null,
    answer: (host, { categories }, itemId) => {
      for (const name of categories) host.categoriesOf(itemId).delete(name);
      host.changed();
    },
  },
  160: { name: "knownCategories", since: "1.8", empty: [], answer: (host) => host.knownCategories },
  161: {
    name: "addKnownCategories", since: "1.8", empty: null,
    answer: (host, { categoryDetails }) => {
      const known = new Set(host.knownCategories.map(({ displayName }) => displayName.toLowerCase()));
      if (categoryDetails.some(({ displayName }) => known.has(displayName.toLowerCase()))) throw new OfficeError(CODES.duplicateCategory);
      host.knownCategories.push(...categoryDetails);
    },
  },
  168: { name: "headers", since: "1.8", empty: "", answer: (host, _parameters, itemId) => host.told(`/headers?${query(itemId)}`) },
  196: {
    name: "selectedItems", since: "1.13", empty: [],
    answer: (host) => host.selected ? [{ itemId: host.selected, subject: host.summaryOf(host.selected).subject, itemType: "message", itemMode: "Read" }] : [],
  },
  204: { name: "file", since: "1.14", empty: "", answer: (_host, _parameters, itemId) => get(`/file?${query(itemId)}`) },
  403: { name: "windowOpen", since: "1.0", empty: null, answer: (host, { launchUrl }) => { host.openWindow(launchUrl); } },
  404: { name: "saveSettings", since: "1.0", empty: null, answer: (host, [settings]) => saved(host, settings) },
};

// Calls that all Office applications share ("executeMethod"); they answer with an Error number.
export const SHARED_CALLS = {
  97: { name: "closeContainer", answer: (host) => { host.closePane(); } },
  98: { name: "accessToken", answer: () => { throw new OfficeError(13000); } },
};

// Events, by the name under which the pane registers for them.
export const EVENTS = {
  olkItemSelectedChanged: { name: "itemChanged", since: "1.5" },
  officeThemeChanged: { name: "themeChanged", since: "1.14" },
};

// Whether a host of this requirement set ("1.5") has something that came with another ("1.14").
export function supports(claimed, since) {
  const [left, right] = [claimed, since].map((version) => version.split(".").map(Number));
  return left[0] > right[0] || (left[0] === right[0] && left[1] >= right[1]);
}
