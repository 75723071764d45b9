// office.js's cross-frame protocol, seen from Outlook's side.
//
// Every message is a JSON string. A request (_messageType 0) names an action and carries a correlation id;
// the answer (_messageType 1) repeats both. An event is an answer with _responseType 1 and the correlation
// id of the registration. Names and numbers are those of office.debug.js and outlook-web-16.01.debug.js.

export const ACTION = { invoke: 0, register: 1, unregister: 2 };
const REQUEST = 0, RESPONSE = 1, FOR_CALLING = 0, FOR_EVENTING = 1, SERIALIZER = 1;

export class Channel {
  // frame: the pane's iframe. paneOrigin: whom to trust and to write to. answer(request) gives the data of an
  // invocation or throws a ChannelError; SILENCE means that no answer will ever be sent.
  constructor(frame, paneOrigin, conversation, answer) {
    this.frame = frame;
    this.paneOrigin = paneOrigin;
    this.conversation = conversation;
    this.answer = answer;
    this.registrations = new Map();
    this.listener = (event) => this.receive(event);
    window.addEventListener("message", this.listener);
  }

  close() {
    window.removeEventListener("message", this.listener);
    this.registrations.clear();
  }

  receive(event) {
    if (event.source !== this.frame.contentWindow || event.origin !== this.paneOrigin || typeof event.data !== "string") return;
    let message;
    try { message = JSON.parse(event.data); } catch { return; }
    if (message?._messageType !== REQUEST || message._conversationId !== this.conversation) return;
    this.handle(message);
  }

  async handle(message) {
    try {
      const data = await this.answer({ action: message._actionName, type: message._actionType, data: message._data, message });
      if (data === SILENCE) return;
      if (message._actionType === ACTION.register) this.registrations.set(message._actionName, message._correlationId);
      if (message._actionType === ACTION.unregister) this.registrations.delete(message._actionName);
      this.send(message._actionName, message._correlationId, FOR_CALLING, data, 0);
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.send(message._actionName, message._correlationId, FOR_CALLING, null, error.code);
    }
  }

  // Tell the pane of an event. False when it did not register for it.
  fire(name, data) {
    if (!this.registrations.has(name)) return false;
    this.send(name, this.registrations.get(name), FOR_EVENTING, data, 0);
    return true;
  }

  // Ask something of the pane (focus, messages): Outlook's own requests run in a conversation beside the pane's.
  notify(parameters) {
    this.post({
      _messageType: REQUEST, _actionType: ACTION.invoke, _actionName: "Office_notifyAgave",
      _conversationId: `${this.conversation}_ntf`, _correlationId: 0, _data: parameters,
    });
  }

  send(action, correlation, kind, data, error) {
    this.post({
      _messageType: RESPONSE, _responseType: kind, _actionName: action, _conversationId: this.conversation,
      _correlationId: correlation, _errorCode: error, _data: data,
    });
  }

  post(message) {
    const envelope = { ...message, _origin: window.location.origin, _serializerVersion: SERIALIZER };
    this.frame.contentWindow?.postMessage(JSON.stringify(envelope), this.paneOrigin);
  }
}

export const SILENCE = Symbol("no answer, ever");

// An answer that office.js sees as a failure of the channel itself (InvokeResultCode, below zero).
export class ChannelError extends Error {
  constructor(code) {
    super(`channel error ${code}`);
    this.code = code;
  }
}
