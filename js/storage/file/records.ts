/**
 * Reads many records in few steps: neighbours in the file are read together.
 * Each record is checked by its own checksum; one that fails is handed out as
 * such, never left out.
 */
import * as format from './format.js';
import type { LogFile } from './log.js';
import { readFully } from './ops.js';
import { entrySize } from './state.js';
import type { Entry } from './state.js';

const GAP_BYTES = 64 * 1024;
const RUN_BYTES = 4 * 1024 * 1024;

export interface ReadRecord {
  key: string;
  /** The whole record as stored, or undefined if it fails its checksum. */
  bytes: Buffer | undefined;
  entry: Entry;
}

/** `wanted` in any order; the records come in file order. */
export async function* readRecords(log: LogFile, wanted: [string, Entry][]): AsyncGenerator<ReadRecord[]> {
  wanted.sort((a, b) => a[1].at - b[1].at);
  for (let first = 0; first < wanted.length; ) {
    const from = at(wanted, first);
    let next = first;
    let end = from;
    while (next < wanted.length && (next === first || (at(wanted, next) - end < GAP_BYTES && end - from < RUN_BYTES))) {
      end = at(wanted, next) + entrySize(wanted[next]![1]);
      next += 1;
    }
    const bytes = await log.using(() => readFully(log.file, from, end - from));
    yield wanted.slice(first, next).map(([key, entry]) => {
      const start = entry.at - from;
      const size = entrySize(entry);
      const fits = start + size <= bytes.length && format.recordFits(bytes, start, size);
      return { key, entry, bytes: fits ? bytes.subarray(start, start + size) : undefined };
    });
    first = next;
  }
}

function at(wanted: [string, Entry][], position: number): number {
  return wanted[position]![1].at;
}
