// One opening of the add-in's pane: its frame, the handshake, and the dispatch of its calls.

import { NOTHING, OfficeError, Silence, Whole } from "./answers.js";
import { ACTION, Channel, ChannelError, SILENCE } from "./channel.js";
import { CALLS, EVENTS, SHARED_CALLS, supports } from "./calls.js";
import { THEMES } from "./themes.js";

const OUTLOOK_WEB = 64, HANDLING_REQUEST = -2, NOT_SUPPORTED = 5000, ITEM_CHANGED = 9030, VERSION = 1;
const MESSAGE_COMPOSE = 4, UPDATE_TARGET = 21, TAB_EXITS = [13, 14, 15, 17, 18];

export class Pane {
  constructor(host, place) {
    this.host = host;
    this.itemId = host.selected;
    // Whether a selection was made since it was opened.
    this.turned = false;
    // Whether the pane was handed the draft of a reply to the mail.
    this.drafting = false;
    // How many calls are being answered; one that never is does not count.
    this.answering = 0;
    this.instance = crypto.randomUUID();
    this.conversation = crypto.randomUUID();
    const origin = new URL(host.configuration.paneUrl).origin;
    this.frame = document.createElement("iframe");
    this.frame.title = host.configuration.title;
    this.frame.name = this.windowName();
    this.frame.setAttribute("sandbox",
      "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads");
    this.frame.allow = "clipboard-read; clipboard-write";
    this.frame.src = this.address();
    this.ready = new Promise((resolve) => { this.becameReady = resolve; });
    this.channel = new Channel(this.frame, origin, this.conversation, (request) => this.answer(request));
    this.loaded = new Promise((resolve) => this.frame.addEventListener("load", resolve, { once: true }));
    place.replaceChildren(this.frame);
  }

  hostInfo() {
    return `Outlook$Web$16.01$${this.host.locale}$${this.instance}$$${this.host.telemetry ? "" : "disableLogging"}$0`;
  }

  windowName() {
    return JSON.stringify({
      baseFrameName: `addin-${this.instance}`, hostInfo: this.hostInfo(), serializerVersion: "1", flights: "[]",
      xdmInfo: `${this.conversation}|${this.instance}|${window.location.origin}`,
    });
  }

  address() {
    const url = new URL(this.host.configuration.paneUrl);
    url.search += `${url.search ? "&" : "?"}_host_Info=${this.hostInfo()}`;
    return url.href;
  }

  close() {
    this.channel.close();
    this.frame.remove();
  }

  context() {
    const { configuration, locale, requirementSet, settings } = this.host;
    return {
      _id: this.instance, _appName: OUTLOOK_WEB, _appVersion: "16.0", _appUILocale: locale, _dataLocale: locale,
      _docUrl: window.location.origin, _clientMode: 0, _settings: settings, _reason: 1, _osfControlType: 0, _eToken: "",
      _correlationId: this.instance, _appInstanceId: this.instance, _appMinorVersion: 1,
      _requirementMatrix: JSON.stringify({ Mailbox: requirementSet, NestedAppAuth: "1.1" }), _hostFullVersion: configuration.itemless.hostVersion,
      _clientWindowHeight: window.innerHeight, _clientWindowWidth: window.innerWidth, _addinName: configuration.title,
      _appDomains: [new URL(configuration.paneUrl).origin], _initialDisplayMode: 2,
      // For addon.js only: today's office.js knows these, the npm package's does not.
      _standin: {
        theme: THEMES[this.host.theme], partitionKey: window.location.origin,
        roaming: this.host.manners.roaming !== "missing",
        wholeMail: this.host.manners.whole !== "absent" && supports(requirementSet, CALLS[204].since),
      },
    };
  }

  async answer(message) {
    this.answering += 1;
    try {
      return await this.answered(message);
    } finally {
      this.answering -= 1;
    }
  }

  async answered({ action, type, data }) {
    if (type === ACTION.register || type === ACTION.unregister) return this.registration(action);
    switch (action) {
      case "ContextActivationManager_getAppContextAsync":
        return this.handshake();
      case "ContextActivationManager_notifyHost":
        return this.notified(data);
      case "ContextActivationManager_openWindowInHost":
        this.host.openWindow(data?.strUrl);
        return null;
      case "GetInitialData":
        return this.initialData();
      case "ExecuteMethod":
        return this.execute(data);
      case "executeMethod":
        return this.executeShared(data);
      default:
        this.host.note({ call: action, outcome: "unknown" });
        throw new ChannelError(HANDLING_REQUEST);
    }
  }

  registration(name) {
    const event = EVENTS[name];
    this.host.note({ call: `register ${event?.name ?? name}` });
    if (event && !supports(this.host.requirementSet, event.since)) return { Error: NOT_SUPPORTED, Version: VERSION };
    return { Error: 0, Version: VERSION };
  }

  async handshake() {
    const fault = this.host.faults.take({ call: "context" });
    this.host.note({ call: "context", fault: fault?.kind });
    if (fault?.kind === "never") return SILENCE;
    if (fault?.kind === "slow") await this.host.faults.delay(fault);
    if (fault?.kind === "broken" || fault?.kind === "error") throw new ChannelError(fault.code ?? HANDLING_REQUEST);
    return this.context();
  }

  notified([, action] = []) {
    if (TAB_EXITS.includes(action)) this.host.leavePane(action === 14 || action === 18);
    if (action === UPDATE_TARGET) this.host.note({ call: "handshake done" });
    return null;
  }

  async initialData() {
    const itemId = this.itemId;
    const fault = this.host.faults.take({ call: "initialData", dispatchId: 1 });
    this.host.note({ call: "initialData", itemId, fault: fault?.kind });
    if (fault?.kind === "never") return SILENCE;
    if (fault?.kind === "slow") await this.host.faults.delay(fault);
    if (fault?.kind === "broken" || fault?.kind === "error") throw new ChannelError(HANDLING_REQUEST);
    if (fault?.kind === "empty") return null;
    const data = await this.host.item(fault?.kind === "wrongMail" ? this.host.another(itemId) : itemId);
    this.becameReady();
    return data;
  }

  // A pinned pane learns of the selection by this event; it carries new initial data, or "" for no item.
  async changeItem(itemId) {
    this.turned = true;
    this.drafting = false;
    const fault = this.host.faults.take({ call: "itemChanged", dispatchId: 46 });
    const event = "olkItemSelectedChanged";
    this.host.note({ call: "itemChanged", itemId, fault: fault?.kind });
    if (fault?.kind === "slow") await this.host.faults.delay(fault);
    if (!this.channel.registrations.has(event)) return;
    this.itemId = itemId;
    if (fault?.kind === "never") return;
    if (fault?.kind === "empty") { this.channel.fire(event, ""); return; }
    const told = fault?.kind === "wrongMail" ? this.host.another(itemId) : itemId;
    this.channel.fire(event, told ? await this.host.item(told) : "");
  }

  // A reply is begun in the reading pane: Outlook hands a pinned pane the draft, an item that is being written. With
  // false the draft is thrown away, and the mail is handed again.
  async reply(begun) {
    this.turned = true;
    this.drafting = begun;
    const { conversationId, ...user } = await this.host.item(this.itemId);
    this.host.note({ call: "itemChanged", itemId: begun ? null : this.itemId });
    this.channel.fire("olkItemSelectedChanged", begun ? { ...draft(user), conversationId } : await this.host.item(this.itemId));
  }

  changeTheme(data) {
    const fault = this.host.faults.take({ call: "themeChanged" });
    if (fault?.kind !== "never") this.channel.fire("officeThemeChanged", data);
  }

  async execute({ ApiParams: parameters, MethodData: method }) {
    const call = CALLS[method?.DispatchId];
    const name = call?.name ?? `dispatch ${method?.DispatchId}`;
    // What was selected when the call came: on the web a late answer still carries that mail's data.
    const itemId = this.itemId;
    const names = await this.namesOf(parameters, itemId);
    const fault = this.host.faults.take({ call: name, dispatchId: method?.DispatchId, names });
    this.host.note({ call: name, dispatchId: method?.DispatchId, itemId, names, fault: fault?.kind });
    if (fault?.kind === "never") return SILENCE;
    if (fault?.kind === "slow") await this.host.faults.delay(fault);
    if (fault?.kind === "broken") throw new ChannelError(fault.code ?? HANDLING_REQUEST);
    if (fault?.kind === "error") return failure(fault.code ?? 9020);
    if (fault?.kind === "empty") return success("value" in fault ? fault.value : call?.empty);
    if (!call || !supports(this.host.requirementSet, call.since)) return { wasSuccessful: false };
    if (this.host.lateAnswers === "refused" && this.itemId !== itemId) return failure(ITEM_CHANGED);
    try {
      const asked = fault?.kind === "wrongMail" ? this.host.another(itemId) : itemId;
      return success(await call.answer(this.host, await this.translated(parameters, itemId, asked), asked));
    } catch (error) {
      if (error instanceof OfficeError) return failure(error.code);
      if (error instanceof Silence) return SILENCE;
      throw error;
    }
  }

  async executeShared({ DdaMethod: method, ...parameters }) {
    const call = SHARED_CALLS[method?.DispatchId];
    const name = call?.name ?? `shared ${method?.DispatchId}`;
    const fault = this.host.faults.take({ call: name, dispatchId: method?.DispatchId });
    this.host.note({ call: name, dispatchId: method?.DispatchId, fault: fault?.kind });
    if (fault?.kind === "never") return SILENCE;
    if (fault?.kind === "slow") await this.host.faults.delay(fault);
    if (fault?.kind === "broken") throw new ChannelError(fault.code ?? HANDLING_REQUEST);
    if (fault?.kind === "error") return { Version: VERSION, Error: fault.code ?? NOT_SUPPORTED };
    try {
      if (!call) throw new OfficeError(NOT_SUPPORTED);
      await call.answer(this.host, parameters);
      return { Version: VERSION, Error: 0 };
    } catch (error) {
      if (error instanceof OfficeError) return { Version: VERSION, Error: error.code };
      throw error;
    }
  }

  // An attachment's id and name, by which a fault may single it out.
  async namesOf(parameters, itemId) {
    if (!parameters?.id || !itemId) return [];
    const found = (await this.host.item(itemId)).attachments?.find((attachment) => attachment.id === parameters.id);
    return [parameters.id, ...(found ? [found.name] : [])];
  }

  // For "another mail's data": the same place in the other mail's list of attachments.
  async translated(parameters, itemId, asked) {
    if (asked === itemId || !parameters?.id) return parameters;
    const [mine, other] = await Promise.all([this.host.item(itemId), this.host.item(asked)]);
    const index = mine.attachments.findIndex((attachment) => attachment.id === parameters.id);
    return { ...parameters, id: (other.attachments[index] ?? other.attachments[0])?.id };
  }
}

// Initial data of a draft: no properties, only what belongs to the user.
function draft(data) {
  const kept = ["permissionLevel", "userDisplayName", "userEmailAddress", "userProfileType", "userTimeZone", "hostVersion",
    "owaView", "ewsUrl", "restUrl", "isRestIdSupported", "timeZoneOffsets"];
  return { ...Object.fromEntries(kept.map((name) => [name, data[name]])), itemType: MESSAGE_COMPOSE };
}

function success(data) {
  if (data === NOTHING) return { wasSuccessful: true, error: false, errorCode: 0 };
  if (data instanceof Whole) return { wasSuccessful: true, ...data.fields };
  return { wasSuccessful: true, error: false, errorCode: 0, data: data ?? null };
}

function failure(code) {
  return { wasSuccessful: false, error: true, errorCode: code };
}
