// Scripted misbehaviour of Outlook, call by call.
//
// A fault is {call, kind, id?, code?, ms?, times?, value?}. "call" is a name from calls.js, "itemChanged",
// "themeChanged", "context", a dispatch id, or "*". "id" limits it to an attachment, by id or name. "times"
// says for how many calls it holds (0: always). Kinds: never, empty, error (code), slow (ms, or until
// release() when ms is left out), wrongMail, broken (a failure of the channel itself).

export class Faults {
  constructor(changed = () => {}) {
    this.waiting = [];
    this.held = [];
    this.changed = changed;
    this.next = 1;
  }

  add(fault) {
    const kinds = ["never", "empty", "error", "slow", "wrongMail", "broken"];
    if (!fault?.call || !kinds.includes(fault.kind)) throw new TypeError(`a fault needs a call and one of ${kinds}`);
    const entry = { times: 1, ...fault, number: this.next++ };
    this.waiting.push(entry);
    this.changed();
    return entry.number;
  }

  list() {
    return this.waiting.map((fault) => ({ ...fault }));
  }

  clear() {
    this.waiting = [];
    this.release();
    this.changed();
  }

  // Let every held slow call go on.
  release() {
    for (const resume of this.held.splice(0)) resume();
    this.changed();
  }

  // The fault that this call meets, if any; it is used up by that.
  take({ call, dispatchId, names = [] }) {
    const index = this.waiting.findIndex((fault) =>
      (fault.call === call || String(fault.call) === String(dispatchId) || fault.call === "*") &&
      (!fault.id || names.includes(fault.id)));
    if (index < 0) return null;
    const fault = this.waiting[index];
    if (fault.times > 0 && --fault.times === 0) this.waiting.splice(index, 1);
    this.changed();
    return fault;
  }

  // Wait as a slow fault wants it.
  delay(fault) {
    if (fault.ms !== undefined) return new Promise((resolve) => setTimeout(resolve, fault.ms));
    return new Promise((resolve) => { this.held.push(resolve); this.changed(); });
  }
}
