// How a call of office.js can end, other than with a value.

// Outlook answers with one of its error codes.
export class OfficeError extends Error {
  constructor(code) {
    super(`Office error ${code}`);
    this.code = code;
  }
}

// Outlook never answers.
export class Silence extends Error {}

// Success without any value: office.js gives undefined.
export const NOTHING = Symbol("no value");

// An answer whose fields stand beside wasSuccessful instead of under data.
export class Whole {
  constructor(fields) { this.fields = fields; }
}
