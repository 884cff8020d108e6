/**
 * The exchange of docs/flow-contract.md as JSON: what is sent, and what may
 * come back. An answer is read strictly where it says what became of our
 * chunks, and leniently where it brings the chunks of others: what is wrong
 * with one of those is for the book's guard to judge, and it keeps them. People
 * can write to the list too: a row that names no chunk is nobody's, and stops
 * nothing.
 */
import { decodeBase64, encodeBase64 } from './base64.js';
import type { Page, Row } from './cursor.js';

/** The most chunks that go out in one request; together they stay below 1 MB. */
export const MOST_CHUNKS = 20;
/** The most rows to ask for; together they stay below 4 MB. */
export const MOST_ROWS = 80;
/** The most hashes to name whose bytes need not be sent. */
export const MOST_HAVE = 100;
/** The longest chunk that a row of a list holds, in bytes. */
export const MOST_BYTES = 36_000;

/** A chunk on its way out. Its hash is the operation's id: the same whenever it is sent. */
export interface Push {
  hash: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Ask {
  log: string;
  after: number;
  limit: number;
  /** Hashes of chunks whose bytes need not come back. */
  have: string[];
  push: Push[];
}

export interface PulledRow extends Row {
  /** Absent for a chunk that we said we have; empty where the list has lost them. */
  bytes?: Uint8Array<ArrayBuffer>;
}

export interface Answer extends Page<PulledRow> {
  /** Chunks that the flow will never take, with its reason. */
  rejected: Map<string, string>;
}

export function encodeAsk({ log, after, limit, have, push }: Ask): string {
  const chunks = push.map(({ hash, bytes }) => ({ hash, chunk: encodeBase64(bytes) }));
  return JSON.stringify({ v: 1, book: log, after, limit, have, push: chunks });
}

/** Undefined for what is no answer to this request: then nobody knows what was done. */
export function decodeAnswer(body: Record<string, unknown>, { after, push, have }: Ask): Answer | undefined {
  const { chunks, next, more } = body;
  const rejected = rejectedIn(body, push);
  if (rejected === undefined || !isList(chunks) || !isNumber(next) || typeof more !== 'boolean') return undefined;
  const rows: PulledRow[] = [];
  let last = after;
  for (const { seq, hash, chunk } of chunks) {
    if (!isNumber(seq) || seq <= last || seq > next) return undefined;
    last = seq;
    if (isHash(hash)) rows.push({ seq, hash, ...bytesOf(hash, chunk, have) });
  }
  // Without a step forward the same would be asked for again and again.
  if (next < after || (more && next === after)) return undefined;
  return { rows, next, more, rejected };
}

/** Undefined unless every pushed chunk is accounted for, by number or by name. */
function rejectedIn(body: Record<string, unknown>, push: Push[]): Map<string, string> | undefined {
  const { stored, rejected: list = [] } = body;
  if (!isList(list)) return undefined;
  const rejected = new Map<string, string>();
  for (const { hash, reason } of list) {
    if (typeof hash === 'string' && push.some((one) => one.hash === hash)) rejected.set(hash, String(reason ?? ''));
  }
  if (isNumber(stored)) return stored + rejected.size === push.length ? rejected : undefined;
  if (!isList(stored)) return undefined;
  const named = new Set(stored.map(({ hash }) => hash));
  return push.every(({ hash }) => named.has(hash) || rejected.has(hash)) ? rejected : undefined;
}

function bytesOf(hash: string, chunk: unknown, have: string[]): Pick<PulledRow, 'bytes'> {
  if (typeof chunk === 'string') return { bytes: decodeBase64(chunk) ?? new TextEncoder().encode(chunk) };
  const known = (chunk === null || chunk === undefined) && have.includes(hash);
  // Whoever misses that chunk must learn that it is gone: an empty chunk is refused by the guard, and shown.
  return known ? {} : { bytes: new Uint8Array() };
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isList(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
}
