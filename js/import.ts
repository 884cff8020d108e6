/**
 * The sentence of an import: the bytes that drafts refer to in portions, so that
 * a file with many photos needs no commit of its whole size, then the drafts,
 * some hundred in one commit. It looks into none of them.
 */
import type { Handle } from './engine.js';
import type { Blobs, Imported, ImportOptions } from './types.js';

/** A record for the store. */
export type BlobRecord = [key: string, bytes: Uint8Array];

/** Does something to the engine and stores the result together with the blobs, in the order of the calls. */
export type Store = <T>(doing: string, work: (engine: Handle) => T, blobs: BlobRecord[]) => Promise<T>;

/** How many drafts are imported in one commit. */
const STEP = 500;
/** Far below what any store takes at once. */
const PORTION_BYTES = 64 * 1024 * 1024;

export async function importDrafts(
  drafts: unknown[],
  options: ImportOptions & { run: string },
  clock: () => number,
  store: Store,
): Promise<Imported> {
  const { run, onProgress } = options;
  const total: Imported = { created: [], updated: [], unchanged: [], deleted: [], proposals: [] };
  if (drafts.length === 0) return total;
  const { before, last } = portionsOf(options.blobs ?? []);
  for (const portion of before) await store('storing photos', () => {}, portion);
  for (let next = 0; next < drafts.length; next += STEP) {
    const end = Math.min(next + STEP, drafts.length);
    const step = JSON.stringify(drafts.slice(next, end));
    const work = (engine: Handle): Imported => JSON.parse(engine.import(step, run, clock()));
    const done = await store(`importing entries ${next + 1} to ${end}`, work, next === 0 ? last : []);
    total.created.push(...done.created);
    total.updated.push(...done.updated);
    total.unchanged.push(...done.unchanged);
    total.deleted.push(...done.deleted);
    total.proposals.push(...done.proposals);
    onProgress?.(end, drafts.length);
  }
  return total;
}

/** Records of `PORTION_BYTES` at most, or of one blob that is larger. The last portion may be empty. */
function portionsOf(blobs: Blobs): { before: BlobRecord[][]; last: BlobRecord[] } {
  const before: BlobRecord[][] = [];
  let last: BlobRecord[] = [];
  let size = 0;
  for (const [hash, bytes] of blobs) {
    if (last.length > 0 && size + bytes.length > PORTION_BYTES) {
      before.push(last);
      last = [];
      size = 0;
    }
    last.push([`blob/${hash}`, bytes]);
    size += bytes.length;
  }
  return { before, last };
}
