/**
 * The cursor of a log that a flow keeps: which log, the number up to which its
 * list was read, and the last rows. A list may show a row only after one with a
 * higher number, so every exchange looks back a little; the rows it knows there
 * come without bytes. If one of them is gone, the list was restored from a
 * backup, or is another one. Callers treat a cursor as opaque. Pure.
 */
import { ContactmeshError } from '../../errors.js';

/** A row of the log: its number and its hash. */
export interface Row {
  seq: number;
  hash: string;
}

export interface FlowCursor {
  /** Which log: the fingerprint of the flow's place and the log's name. */
  log: string;
  /** The list was read up to this number. */
  seq: number;
  /** The rows among the last numbers, ascending. */
  tail: Row[];
}

/** What was read after a number: rows in order of their numbers, up to number `next`. */
export interface Page<R extends Row> {
  rows: R[];
  next: number;
  more: boolean;
}

/** How far numbers may be out of order. */
export const LOOK_BACK = 20;
const FORM = /^flow1\.([\w-]{8,64})\.(\d{1,15})\.((?:\d{1,15}-[0-9a-f]{64}(?:,(?!$)|$))*)$/;

/** Throws `relay-foreign` for what is no cursor of this log. */
export function readCursor(text: string | null, log: string): FlowCursor {
  if (text === null) return { log, seq: 0, tail: [] };
  const match = FORM.exec(text);
  if (!match) throw foreign('the cursor is none of a flow');
  if (match[1] !== log) throw foreign('the cursor belongs to another log');
  const tail = (match[3] ?? '').split(',').filter(Boolean).map(rowOf);
  return { log, seq: Number(match[2]), tail };
}

export function writeCursor({ log, seq, tail }: FlowCursor): string {
  return `flow1.${log}.${seq}.${tail.map((row) => `${row.seq}-${row.hash}`).join(',')}`;
}

/** The number after which to read, so that the last ones are seen again. */
export function lookBack({ seq }: FlowCursor): number {
  return Math.max(0, seq - LOOK_BACK);
}

/**
 * Which rows are new, `room` at most, and where to go on. Throws
 * `relay-foreign` if a row that was read is not there any more.
 */
export function advance<R extends Row>(cursor: FlowCursor, after: number, page: Page<R>, room: number) {
  const found = new Map(page.rows.map(({ seq, hash }) => [seq, hash]));
  const lost = cursor.tail.some(({ seq, hash }) => seq > after && seq <= page.next && found.get(seq) !== hash);
  if (lost || (page.next < cursor.seq && !page.more)) {
    throw foreign('what was there is there no more: the list was restored from a backup, or is another one');
  }
  const known = new Set(cursor.tail.map(({ seq }) => seq));
  const unknown = page.rows.filter(({ seq }) => !known.has(seq));
  const fresh = unknown.slice(0, room);
  const cut = unknown.length > room;
  const seq = Math.max(cursor.seq, cut ? (fresh.at(-1)?.seq ?? 0) : page.next);
  const read = [...cursor.tail, ...fresh.map((row) => ({ seq: row.seq, hash: row.hash }))];
  const tail = read.filter((row) => row.seq > seq - LOOK_BACK).sort((a, b) => a.seq - b.seq);
  return { fresh, more: page.more || cut, cursor: { log: cursor.log, seq, tail } };
}

function rowOf(text: string): Row {
  const dash = text.indexOf('-');
  return { seq: Number(text.slice(0, dash)), hash: text.slice(dash + 1) };
}

function foreign(what: string): ContactmeshError {
  return new ContactmeshError(
    'relay-foreign',
    `pulling through the flow: ${what}. Check that this is the right flow; if so, pull from the beginning and push everything again.`,
  );
}
