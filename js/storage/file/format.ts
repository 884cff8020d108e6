/**
 * The bytes of `book.log`, format 1: encoding and decoding, no files. All
 * numbers are little-endian; a checksum is the first 8 bytes of a SHA-256.
 *
 *     header   magic 8 | version u32 | 0 u32 | mark 8 | checksum of these 24
 *     frame    length u32 | checksum of the payload | payload
 *     payload  mark 8 | length again u32 | kind u32 | epoch u64 | body
 *     body     kind 1, batch: records · kind 2, a writer takes over: end u64
 *     record   checksum of the rest | key bytes u32 | value bytes u32 | key | value
 *
 * The layout of the header holds for every later version. The mark is random
 * per file: after damage it tells where the next frame may begin, and bytes
 * that somebody stored cannot pass for a frame. A value length of 0xffffffff
 * is a delete. Each record has a checksum of its own so that one of them can
 * be read alone; opening checks one hash per frame. Nothing is ever cut off the
 * file, since another writer may be appending to it at that moment: who takes
 * over names in `end` where the last good frame ended, and what lies between
 * that and its own frame was never acknowledged.
 */
import { hash, randomBytes } from 'node:crypto';
import { ContactmeshError } from '../../errors.js';
import type { Batch } from '../port.js';
import { checkKey } from '../port.js';

export const MAGIC: Buffer = Buffer.from([0x89, 0x43, 0x4d, 0x42, 0x4f, 0x4f, 0x4b, 0x0a]);
export const VERSION = 1;
export const HEADER_BYTES = 32;
export const FRAME_HEAD = 12;
export const PROLOGUE = 24;
export const FRAME_OVERHEAD: number = FRAME_HEAD + PROLOGUE;
export const RECORD_HEAD = 16;
export const SUM_BYTES = 8;
export const MAX_FRAME_BYTES: number = 2 ** 30;
const DELETED = 0xffffffff;

export const KIND = { batch: 1, epoch: 2 } as const;

export function writeChecksum(bytes: Uint8Array, into: Buffer, at: number): void {
  into.write(checksum(bytes), at, SUM_BYTES, 'latin1');
}

export function checksumFits(bytes: Uint8Array, sum: Buffer): boolean {
  return checksum(bytes) === sum.toString('latin1');
}

/** As a string of 8 code units below 256: several times faster than a buffer per record. */
function checksum(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary').slice(0, SUM_BYTES);
}

export function newMark(): Buffer {
  return randomBytes(8);
}

export function encodeHeader(mark: Buffer, version: number = VERSION): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(version, 8);
  mark.copy(bytes, 16);
  writeChecksum(bytes.subarray(0, 24), bytes, 24);
  return bytes;
}

export interface Header {
  magic: boolean;
  /** Whether the header's own checksum fits; if not, the rest is a guess. */
  intact: boolean;
  version: number;
  mark: Buffer;
}

export function decodeHeader(bytes: Buffer): Header {
  return {
    magic: bytes.subarray(0, 8).equals(MAGIC),
    intact: checksumFits(bytes.subarray(0, 24), bytes.subarray(24, 32)),
    version: bytes.readUInt32LE(8),
    mark: Buffer.from(bytes.subarray(16, 24)),
  };
}

/** A frame with room for its head: the records of a batch, deletes first. */
export function encodeBatch(batch: Batch): Buffer {
  let size = FRAME_OVERHEAD;
  for (const key of batch.del) size += recordSize(key, 0);
  for (const [key, value] of batch.put) size += recordSize(key, value.length);
  if (size > MAX_FRAME_BYTES) {
    const message = `committing a batch of ${size} bytes: a book in a folder takes at most ${MAX_FRAME_BYTES} at once. Nothing of it is saved; commit it in parts, and leave out a photo that is larger.`;
    throw new ContactmeshError('storage-too-large', message, { details: { size, most: MAX_FRAME_BYTES } });
  }
  const frame = Buffer.from(new ArrayBuffer(size));
  let at = FRAME_OVERHEAD;
  for (const key of batch.del) at = writeRecord(frame, at, key, undefined);
  for (const [key, value] of batch.put) at = writeRecord(frame, at, key, value);
  return frame;
}

function recordSize(key: string, valueBytes: number): number {
  checkKey(key);
  return RECORD_HEAD + Buffer.byteLength(key) + valueBytes;
}

function writeRecord(frame: Buffer, at: number, key: string, value: Uint8Array | undefined): number {
  const keyBytes = frame.write(key, at + RECORD_HEAD, 'utf8');
  const valueAt = at + RECORD_HEAD + keyBytes;
  frame.writeUInt32LE(keyBytes, at + 8);
  frame.writeUInt32LE(value ? value.length : DELETED, at + 12);
  if (value) frame.set(value, valueAt);
  const end = valueAt + (value ? value.length : 0);
  writeChecksum(frame.subarray(at + SUM_BYTES, end), frame, at);
  return end;
}

/** Writes the head of a frame whose body is in place, and returns the frame. */
export function finishFrame(frame: Buffer, mark: Buffer, kind: number, epoch: number): Buffer {
  const length = frame.length - FRAME_HEAD;
  mark.copy(frame, FRAME_HEAD);
  frame.writeUInt32LE(length, FRAME_HEAD + 8);
  frame.writeUInt32LE(kind, FRAME_HEAD + 12);
  frame.writeBigUInt64LE(BigInt(epoch), FRAME_HEAD + 16);
  frame.writeUInt32LE(length, 0);
  writeChecksum(frame.subarray(FRAME_HEAD), frame, 4);
  return frame;
}

/** `end` is where, to the writer's knowledge, the last good frame ends. */
export function epochFrame(mark: Buffer, epoch: number, end: number): Buffer {
  const frame = Buffer.alloc(FRAME_OVERHEAD + 8);
  frame.writeBigUInt64LE(BigInt(end), FRAME_OVERHEAD);
  return finishFrame(frame, mark, KIND.epoch, epoch);
}

/** The end that a good frame names, if it is one that takes over. */
export function takenOverFrom(frame: Buffer): number | undefined {
  if (frame.length !== FRAME_OVERHEAD + 8 || decodeFrameHead(frame).kind !== KIND.epoch) return undefined;
  return Number(frame.readBigUInt64LE(FRAME_OVERHEAD));
}

export interface FrameHead {
  mark: Buffer;
  kind: number;
  epoch: number;
  /** The two copies of the payload's length; they differ only by damage. */
  lengths: [number, number];
}

/** `bytes` holds at least FRAME_OVERHEAD bytes. */
export function decodeFrameHead(bytes: Buffer): FrameHead {
  return {
    mark: bytes.subarray(FRAME_HEAD, FRAME_HEAD + 8),
    kind: bytes.readUInt32LE(FRAME_HEAD + 12),
    epoch: Number(bytes.readBigUInt64LE(FRAME_HEAD + 16)),
    lengths: [bytes.readUInt32LE(0), bytes.readUInt32LE(FRAME_HEAD + 8)],
  };
}

export interface RecordHead {
  keyBytes: number;
  valueBytes: number;
  deleted: boolean;
  /** The length of the whole record. */
  size: number;
}

/** Reads a record's head at `at`; undefined if it would not end by `end`. */
export function decodeRecordHead(bytes: Buffer, at: number, end: number): RecordHead | undefined {
  if (at + RECORD_HEAD > end) return undefined;
  const keyBytes = bytes.readUInt32LE(at + 8);
  const field = bytes.readUInt32LE(at + 12);
  const deleted = field === DELETED;
  const valueBytes = deleted ? 0 : field;
  const size = RECORD_HEAD + keyBytes + valueBytes;
  return at + size > end ? undefined : { keyBytes, valueBytes, deleted, size };
}

export function recordKey(bytes: Buffer, at: number, head: RecordHead): string {
  return bytes.toString('utf8', at + RECORD_HEAD, at + RECORD_HEAD + head.keyBytes);
}

/** Whether the `size` bytes at `at` are the record that was written. */
export function recordFits(bytes: Buffer, at: number, size: number): boolean {
  return checksumFits(bytes.subarray(at + SUM_BYTES, at + size), bytes.subarray(at, at + SUM_BYTES));
}
