// The stand-in's own server: the mailbox as JSON.

async function asked(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

// An attachment as Outlook hands it out, null when there is none of this id.
export async function content(query) {
  const response = await fetch(`/attachment?${query}`);
  if (!response.ok) throw new Error(`attachment: ${response.status}`);
  const format = response.headers.get("X-Format");
  return format === null ? null : { content: await response.text(), format };
}

export const get = (url) => asked(url, {});
export const put = (url, value) =>
  asked(url, { method: "PUT", body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });
export const upload = (url, blob) => asked(url, { method: "POST", body: blob });
