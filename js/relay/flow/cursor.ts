/**
 * The cursor of a log that a flow keeps: which log, the number up to which the
 * list was read, and the rows to read again. A list may show a row only after
 * one with a higher number, so the end of the log is read once more with the
 * next exchange; and the first exchange after opening looks whether the last
 * rows are still those that were read, because a list may be restored from a
 * backup and go on differently. Callers treat a cursor as opaque. Pure.
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
  /** Rows that were read, ascending. */
  tail: Row[];
  /** Whether the rows of the tail are to be read again, or kept only to recognise the log. */
  again: boolean;
}

/** How far numbers may be out of order: rows of the last so many numbers are read again. */
export const OVERLAP = 20;
const FORM = /^flow1\.([\w-]{8,64})\.(\d{1,15})\.([at])((?:\d{1,15}-[0-9a-f]{64}(?:,(?!$)|$))*)$/;

/** Throws `relay-foreign` for what is no cursor of this log. */
export function readCursor(text: string | null, log: string): FlowCursor {
  if (text === null) return { log, seq: 0, tail: [], again: false };
  const match = FORM.exec(text);
  if (!match) throw foreign('the cursor is none of a flow');
  if (match[1] !== log) throw foreign('the cursor belongs to another log');
  const tail = (match[4] ?? '').split(',').filter(Boolean).map(rowOf);
  return { log, seq: Number(match[2]), tail, again: match[3] === 'a' };
}

export function writeCursor({ log, seq, tail, again }: FlowCursor): string {
  return `flow1.${log}.${seq}.${again ? 'a' : 't'}${tail.map((row) => `${row.seq}-${row.hash}`).join(',')}`;
}

/** After which number to read. */
export function readAfter({ seq, tail, again }: FlowCursor, recognise: boolean): number {
  const first = tail[0]?.seq;
  if (first === undefined || !(recognise || again)) return seq;
  // Where rows may still come, also those before the first that was read.
  return Math.max(0, again ? Math.min(first - 1, seq - OVERLAP) : first - 1);
}

/** What was read after `after`: rows in order of their numbers, up to number `next`. */
export interface Page<R extends Row> {
  rows: R[];
  next: number;
  more: boolean;
}

/** Which rows are new, and where to go on. Throws `relay-foreign` if a row that was read is not there any more. */
export function advance<R extends Row>(cursor: FlowCursor, after: number, page: Page<R>) {
  const { rows, next, more } = page;
  const found = new Map(rows.map((row) => [row.seq, row.hash]));
  for (const { seq, hash } of cursor.tail) {
    const covered = seq > after && (!more || seq <= next);
    if (covered && found.get(seq) !== hash) {
      throw foreign('a chunk that was there is there no more: the list was restored from a backup, or is another one');
    }
  }
  const known = new Set(cursor.tail.map(({ seq }) => seq));
  const fresh = rows.filter(({ seq }) => !known.has(seq));
  const seq = Math.max(cursor.seq, next);
  const all = [...cursor.tail, ...fresh.map(({ seq, hash }) => ({ seq, hash }))].sort((a, b) => a.seq - b.seq);
  // Within the log nothing comes late any more; at its end a read that brought nothing new was enough.
  const again = next < cursor.seq && more ? true : !more && fresh.length > 0;
  const tail = again ? all.filter((row) => row.seq > seq - OVERLAP).slice(-OVERLAP) : all.slice(-1);
  return { fresh, cursor: { log: cursor.log, seq, tail, again } };
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
