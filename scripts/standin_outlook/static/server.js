// The stand-in's own server: the mailbox as JSON, and what this Outlook's manners make of a call.

import { NOTHING, OfficeError, Silence } from "./answers.js";

// The page may be served below a path: its server's addresses are taken from there.
async function asked(url, options = {}) {
  const response = await fetch(`.${url}`, options);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const [outcome, code] = (response.headers.get("X-Outcome") ?? "").split(" ");
  if (outcome === "refused") throw new OfficeError(Number(code));
  if (outcome === "silent") throw new Silence();
  return outcome === "undefined" ? NOTHING : response;
}

async function json(url, options) {
  const response = await asked(url, options);
  return response === NOTHING ? NOTHING : response.json();
}

// An attachment as Outlook hands it out, null when there is none of this id.
export async function content(query) {
  const response = await asked(`/attachment?${query}`);
  const format = response.headers.get("X-Format");
  return format === null ? null : { content: await response.text(), format };
}

export const get = (url) => json(url);
export const put = (url, value) =>
  json(url, { method: "PUT", body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });
export const remove = (url) => json(url, { method: "DELETE" });
export const upload = (url, blob) => json(url, { method: "POST", body: blob });
