// Runs pane/first.js for each of many cases: `node first_request.mjs job.json`. The job is {script, cases, out}; written to
// `out` is for each case [what was sent, the tree of the rows that were shown or null]. A case with `answer` is answered
// so, with `texts` in another language, and `later` of the mail has changed by then.
import { readFileSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { webcrypto } from "node:crypto";

const { script, cases, out } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { subtle } = webcrypto;

async function sealed(plain) {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = webcrypto.getRandomValues(new Uint8Array(12));
  return { key, iv, sealed: await subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(plain)) };
}

function database(record, partition) {
  const table = { get: (name) => told(name === `${partition}session` ? record : undefined) };
  let open = true;
  const transaction = () => {
    if (!open) throw new Error("InvalidStateError: the connection is closed");
    return { objectStore: () => table };
  };
  return { transaction, close: () => (open = false) };
}

function told(result) {
  const asked = { result };
  setTimeout(() => asked.onsuccess());
  return asked;
}

async function done({ item, own, config, kept, preferences, partition, lately, answer, texts, later }) {
  const found = [];
  const record = kept && (await sealed(JSON.stringify(kept)));
  const page = createContext({
    AbortController,
    TextDecoder,
    TextEncoder,
    URLSearchParams,
    btoa,
    Office: {
      context: {
        mailbox: { item, userProfile: { emailAddress: own } },
        partitionKey: partition,
        roamingSettings: { get: (name) => (name === "lately" ? lately : undefined) },
      },
    },
    crypto: { subtle },
    fetch: async (url, { signal, ...options }) => {
      found.push([url, options]);
      Object.assign(item, later);
      return answer === undefined ? undefined : { type: "cors", status: 200, text: async () => answer };
    },
    indexedDB: { open: () => told(database(record, partition)) },
    location: { search: "" },
    localStorage: Object.defineProperty({ ...preferences }, "getItem", { value: (name) => preferences[name] ?? null }),
    mailConnector: {
      office: Promise.resolve(),
      config: Promise.resolve(config),
      language: texts && { text: (english) => texts[english] || english },
    },
    requestAnimationFrame: (work) => work(),
    setTimeout: (work, ms) => void (ms || work()),
  });
  runInContext(script, page);
  const { mailConnector } = page;
  await mailConnector.asking;
  if (answer !== undefined && found.length) {
    await mailConnector.asked.answer;
    await mailConnector.painted;
  }
  return [found, mailConnector.rows?.tree ?? null];
}

const all = [];
for (const one of cases) all.push(await done(one));
writeFileSync(out, JSON.stringify(all));
