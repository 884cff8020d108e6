/**
 * The bytes that drafts refer to, on their way into the store: cut into
 * portions, so that a file with many photos needs no commit of its whole size.
 * It looks into none of them.
 */

/** Bytes that drafts refer to by their SHA-256, such as photos. */
export type Blobs = Iterable<[sha256: string, bytes: Uint8Array]>;

/** A record for the store. */
export type BlobRecord = [key: string, bytes: Uint8Array];

/** Far below what any store takes at once. */
const PORTION_BYTES = 64 * 1024 * 1024;

/** Records of `PORTION_BYTES` at most, or of one blob that is larger. The last portion may be empty. */
export function portionsOf(blobs: Blobs): { before: BlobRecord[][]; last: BlobRecord[] } {
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
