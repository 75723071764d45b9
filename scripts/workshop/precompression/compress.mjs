// Compresses files: `node compress.mjs job.json`, the job being {quality, files: [[from, to.br, to.gz], …]}.
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const { quality, files } = JSON.parse(await readFile(process.argv[2], "utf8"));
const level = quality > 9 ? 9 : 6;

for (const [from, brotli, zipped] of files) {
  const content = await readFile(from);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const [one, other] = await Promise.all([promisify(brotliCompress)(content, { params }), promisify(gzip)(content, { level })]);
  await writeFile(brotli, one);
  await writeFile(zipped, other);
}
