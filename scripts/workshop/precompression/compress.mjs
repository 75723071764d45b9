// Compresses files: `node compress.mjs job.json`, the job being {making, kept, files: [[from, key, quality], …]}.
//
// As many at the same time as there are processors. What is made comes into the folder `kept` when it is whole, the
// `.gz` last; then the key is printed.
import { readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const { making, kept, files } = JSON.parse(await readFile(process.argv[2], "utf8"));

async function compress(from, key, quality) {
  const content = await readFile(from);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const keep = async (name, bytes) => {
    await writeFile(join(making, name), bytes);
    await rename(join(making, name), join(kept, name));
  };
  await keep(`${key}.br`, await promisify(brotliCompress)(content, { params }));
  await keep(`${key}.gz`, await promisify(gzip)(content, { level: quality > 9 ? 9 : 6 }));
  console.log(key);
}

async function work() {
  for (let file = files.shift(); file; file = files.shift()) await compress(...file);
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
