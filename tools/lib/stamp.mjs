// Skipping a step whose inputs did not change: a file that holds the hash of the inputs it was last
// done for. Contents are compared, never times. A step that fails leaves no stamp, so it is done again.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The hash of named inputs: `[name, bytes or text]` each, framed so that none runs into the next. */
export function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const [name, content] of inputs) {
    const bytes = Buffer.from(content);
    hash.update(`${Buffer.byteLength(name)}:${name}:${bytes.length}:`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

/** Whether the step was done for exactly these inputs. */
export function isFresh(stampFile, hash) {
  try {
    return readFileSync(stampFile, 'utf8').trim() === hash;
  } catch {
    return false;
  }
}

/** Does the step unless it is fresh; returns whether it was done. */
export async function whenStale(stampFile, hash, step) {
  if (isFresh(stampFile, hash)) return false;
  rmSync(stampFile, { force: true });
  await step();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${hash}\n`);
  return true;
}
