// Runs pane/first.js for each of many cases: `node first_request.mjs job.json`. The job is {script, cases, out}; what was
// sent for each case is written to `out`, a list of lists.
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
  return { transaction: () => ({ objectStore: () => table }), close: () => undefined };
}

function told(result) {
  const asked = { result };
  setTimeout(() => asked.onsuccess());
  return asked;
}

async function sent({ item, own, config, kept, preferences, partition, lately }) {
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
    fetch: async (url, { signal, ...options }) => void found.push([url, options]),
    indexedDB: { open: () => told(database(record, partition)) },
    location: { search: "" },
    localStorage: Object.defineProperty({ ...preferences }, "getItem", { value: (name) => preferences[name] ?? null }),
    mailConnector: { office: Promise.resolve(), config: Promise.resolve(config) },
    setTimeout: () => undefined,
  });
  runInContext(script, page);
  await page.mailConnector.asking;
  return found;
}

const all = [];
for (const one of cases) all.push(await sent(one));
writeFileSync(out, JSON.stringify(all));
