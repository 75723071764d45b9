// Has pane/files.js read attachments of an Outlook that answers as a job says: `node files.mjs job.json`. The job is
// {script, answers, out}. Written to `out`: what came of each answer, as {bytes} in base64, {url}, or {failed}.
import { readFileSync, writeFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
globalThis.document ??= { addEventListener() {} };
runInThisContext(job.script);
const { files } = globalThis.mailConnector;

const found = [];
for (const answer of job.answers) {
  const item = { getAttachmentContentAsync: (_id, back) => back(answer) };
  const { failed, url, key } = await files.read(item, "id", "application/pdf").promise;
  const blob = key && files.release(key);
  found.push(blob ? { bytes: Buffer.from(await blob.arrayBuffer()).toString("base64") } : { failed, url });
}
writeFileSync(job.out, JSON.stringify(found));
