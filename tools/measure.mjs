// Weighs files: `node tools/measure.mjs FILE…` prints a JSON list of { raw, gzip, brotli } in bytes,
// each compressed as hard as its format can. It judges nothing; `cargo xtask size` does.

import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const weights = process.argv.slice(2).map((file) => {
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
});
process.stdout.write(`${JSON.stringify(weights)}\n`);
