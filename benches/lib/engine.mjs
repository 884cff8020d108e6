// The engine alone, from the shipped module: no shim, no store. What it wants written is kept in a map.

import { readFileSync } from 'node:fs';
import { packageUrl } from './package.mjs';

const { createGlue } = await import(packageUrl('wasm/engine.js'));

/** Opens an engine over records; `memory()` is what its instance holds, in bytes. */
export function openEngine(records = []) {
  const module = new WebAssembly.Module(readFileSync(packageUrl('wasm/engine.wasm')));
  const glue = createGlue();
  const exports = glue.initSync({ module });
  const opening = new glue.Opening();
  for (const [key, bytes] of records) opening.add(key, bytes);
  return { engine: opening.open(), memory: () => exports.memory.buffer.byteLength };
}

/** Does to a map what a store would do with a batch. */
export function store(map, batch) {
  for (const key of batch.del) map.delete(key);
  for (const [key, bytes] of batch.put) map.set(key, bytes);
}
