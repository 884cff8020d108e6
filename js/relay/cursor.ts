/**
 * Cursors of the relays that keep their log themselves: which log, how many
 * chunks were read, and the beginning of the last one's hash. The hash catches
 * a log that was restored from a backup and went on differently: its numbers
 * fit, its chunks do not. Callers treat a cursor as opaque.
 */
import { ContactmeshError } from '../errors.js';

const FORM = /^([0-9a-f]{32})\.(\d{1,12})\.([0-9a-f]{0,16})$/;

export interface LogView {
  /** 32 hexadecimal digits, different for every log. */
  readonly id: string;
  /** Where people find this relay, for messages. */
  readonly place: string;
  /** SHA-256 of each chunk, in hexadecimal, in log order. */
  readonly hashes: readonly string[];
}

export function cursorAfter(log: LogView, count: number): string {
  return `${log.id}.${count}.${log.hashes[count - 1]?.slice(0, 16) ?? ''}`;
}

/** How many chunks lie before `cursor`; throws `relay-foreign` for one that is not of this log. */
export function countBefore(log: LogView, cursor: string | null): number {
  if (cursor === null) return 0;
  const match = FORM.exec(cursor);
  if (!match) throw foreign(log, 'the cursor is none of a contactmesh relay');
  if (match[1] !== log.id) throw foreign(log, 'the cursor belongs to another relay');
  const count = Number(match[2]);
  if (count > log.hashes.length) {
    throw foreign(
      log,
      `the cursor is ahead of it (${count} chunks read, ${log.hashes.length} there): the relay lost chunks or was restored from a backup`,
    );
  }
  if (cursorAfter(log, count) !== cursor) {
    throw foreign(log, 'the cursor stands after a chunk that is not there: the relay was restored from a backup');
  }
  return count;
}

function foreign(log: LogView, what: string): ContactmeshError {
  return new ContactmeshError(
    'relay-foreign',
    `pulling from the relay ${log.place}: ${what}. Check that this is the right relay; if so, pull from the beginning and push everything again.`,
    { details: { relay: log.id } },
  );
}
