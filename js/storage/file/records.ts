/**
 * Reads many records in few steps: neighbours in the file are read together.
 * Each record is checked by its own checksum; one that fails is handed out as
 * such, never left out.
 */
import * as format from './format.js';
import type { LogFile } from './log.js';
import { readFully } from './ops.js';
import type { Entry } from './state.js';
import { entrySize } from './state.js';

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
  for (const { records, from, end } of runsOf(wanted)) {
    const bytes = await log.using(() => readFully(log.file, from, end - from));
    yield records.map(([key, entry]) => {
      const start = entry.at - from;
      const size = entrySize(entry);
      const fits = start + size <= bytes.length && format.recordFits(bytes, start, size);
      return { key, entry, bytes: fits ? bytes.subarray(start, start + size) : undefined };
    });
  }
}

interface Run {
  records: [string, Entry][];
  from: number;
  end: number;
}

/** Cuts sorted records into runs that lie close together in the file. */
function* runsOf(sorted: [string, Entry][]): Generator<Run> {
  let run: Run | undefined;
  for (const record of sorted) {
    const { at } = record[1];
    const end = at + entrySize(record[1]);
    if (run && at - run.end < GAP_BYTES && run.end - run.from < RUN_BYTES) {
      run.records.push(record);
      run.end = end;
      continue;
    }
    if (run) yield run;
    run = { records: [record], from: at, end };
  }
  if (run) yield run;
}
