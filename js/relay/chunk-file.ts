/**
 * The bytes of a chunk's file in a shared folder: a magic with the version, the
 * SHA-256 of the chunk, the chunk. No files are touched here, and what is in a
 * chunk is nobody's business.
 */
import { createHash } from 'node:crypto';

const MAGIC = Buffer.from([0x89, 0x43, 0x4d, 0x43, 0x48, 0x55, 0x4e, 0x01]);
const HASH_BYTES = 32;
export const HEAD_BYTES: number = MAGIC.length + HASH_BYTES;

export function chunkName(number: number): string {
  return `chunk-${String(number).padStart(12, '0')}`;
}

/** The number in a chunk's name; undefined for any other name. */
export function chunkNumber(name: string): number | undefined {
  const match = /^chunk-(\d{12})$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

export function encodeChunk(chunk: Uint8Array): Buffer {
  return Buffer.concat([MAGIC, sha256(chunk), chunk]);
}

/** The chunk, or undefined if the file is not what was written. */
export function decodeChunk(file: Buffer): Uint8Array | undefined {
  if (decodeHash(file) === undefined) return undefined;
  const chunk = file.subarray(HEAD_BYTES);
  if (!sha256(chunk).equals(file.subarray(MAGIC.length, HEAD_BYTES))) return undefined;
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** The hash that a file's head names; undefined if it is no chunk's file. */
export function decodeHash(head: Buffer): string | undefined {
  return head.length >= HEAD_BYTES && head.subarray(0, MAGIC.length).equals(MAGIC) ? hashOf(head) : undefined;
}

/** The hash named in the head of an encoded chunk. */
export function hashOf(file: Buffer): string {
  return file.toString('hex', MAGIC.length, HEAD_BYTES);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
