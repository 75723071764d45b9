// A pane that does nothing but call the genuine office.js, for the tests of the stand-in Outlook.
"use strict";

const seen = { items: [], themes: [], messages: [] };

function settled(result) {
  return result.status === "succeeded"
    ? { status: result.status, value: result.value }
    : { status: result.status, code: result.error.code, name: result.error.name, message: result.error.message };
}

// Call an asynchronous Office method and tell how it ended.
function call(target, method, ...values) {
  return new Promise((resolve) => target[method](...values, (result) => resolve(settled(result))));
}

function properties() {
  const item = Office.context.mailbox.item;
  if (!item) return null;
  const { itemId, itemType, itemClass, subject, normalizedSubject, internetMessageId, conversationId, from, sender, to, cc,
    attachments } = item;
  return { itemId, itemType, itemClass, subject, normalizedSubject, internetMessageId, conversationId, from, sender, to, cc,
    attachments, created: item.dateTimeCreated?.toISOString() };
}

async function digest(text, format) {
  const bytes = format === "base64" ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : new TextEncoder().encode(text);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const item = () => Office.context.mailbox.item;

window.probe = {
  seen, call, properties,
  body: (kind) => call(item().body, "getAsync", kind),
  whole: () => call(item(), "getAsFileAsync"),
  headers: () => call(item(), "getAllInternetHeadersAsync"),
  attachment: (id) => call(item(), "getAttachmentContentAsync", id),
  async attachmentDigest(id) {
    const { status, value } = await call(item(), "getAttachmentContentAsync", id);
    return { status, format: value.format, digest: await digest(value.content, value.format) };
  },
  // A call that may never be answered: `answer` is null until it is.
  begin(name, ...values) {
    window.probe.answer = null;
    window.probe[name](...values).then((answer) => { window.probe.answer = answer; });
  },
  notify: (method, ...values) => call(item().notificationMessages, method, ...values),
  setting(name) { return Office.context.roamingSettings.get(name) ?? null; },
  saveSetting(name, value) {
    Office.context.roamingSettings.set(name, value);
    return call(Office.context.roamingSettings, "saveAsync");
  },
  async customProperty(name, value) {
    const loaded = await new Promise((resolve) => item().loadCustomPropertiesAsync((result) => resolve(result.value)));
    if (value === undefined) return loaded.get(name) ?? null;
    loaded.set(name, value);
    return call(loaded, "saveAsync");
  },
  supports: (version) => Office.context.requirements.isSetSupported("Mailbox", version),
  context() {
    const { userProfile, diagnostics } = Office.context.mailbox;
    return { language: Office.context.displayLanguage, host: Office.context.host, platform: Office.context.platform,
      hostName: diagnostics.hostName, user: userProfile.emailAddress, name: userProfile.displayName, dialog: Office.context.isDialog };
  },
  on: (event) => call(Office.context.mailbox, "addHandlerAsync", event, (told) => {
    if (event === Office.EventType.ItemChanged) seen.items.push(Office.context.mailbox.item?.itemId ?? null);
    else seen.themes.push(told.officeTheme);
  }),
  dialog: (path, options) => new Promise((resolve) => {
    Office.context.ui.displayDialogAsync(new URL(path, location.href).href, options, (result) => {
      if (result.status !== "succeeded") { resolve(settled(result)); return; }
      window.probe.opened = result.value;
      result.value.addEventHandler(Office.EventType.DialogMessageReceived, (told) => seen.messages.push([told.message, told.origin]));
      result.value.addEventHandler(Office.EventType.DialogEventReceived, (told) => seen.messages.push([told.error]));
      resolve({ status: "succeeded" });
    });
  }),
  closeDialog: () => window.probe.opened.close(),
};

Office.onReady((info) => {
  window.probe.info = info;
  document.getElementById("state").textContent = "ready";
});
