/**
 * What a run leaves behind: one line of JSON in `runs.jsonl` in the book's
 * folder, without personal data and without addresses. The file is kept small:
 * when it has grown too long, its older half is cut off.
 */
import { join } from 'node:path';
import { writeWhole } from '../connections/files.js';
import { ioFailure } from '../storage/file/failure.js';
import { appendAll, errno, nodeFileOps as ops, readSmall } from '../storage/file/ops.js';
import type { SystemHold, SystemReport } from '../systems/types.js';

export interface RunRecord {
  /** Different for every run. */
  run: string;
  connection: string;
  /** ISO 8601. */
  started: string;
  ended: string;
  /** Requests that went out, repeats included. */
  requests: number;
  /** Chunks. */
  pushed: number;
  pulled: number;
  /** Changes that are new here. */
  accepted: number;
  refused: number;
  /** `done`, `held` if a system's run waits for a person, or the code of the error that ended it. */
  outcome: string;
  /** What a run with a system of record did; `pushed`, `pulled`, `accepted` and `refused` are its sums. */
  system?: SystemCounts;
}

/** A report in numbers and words of ours. */
export type SystemCounts = Omit<SystemReport, 'requests' | 'held'> & { held: SystemHold['kind'] | null };

const MOST_BYTES = 1 << 20;

export class RunJournal {
  readonly #path: string;
  readonly #most: number;

  constructor(folder: string, most = MOST_BYTES) {
    this.#path = join(folder, 'runs.jsonl');
    this.#most = most;
  }

  /** A line that a crash cut off is ended first, so that it spoils no other. */
  async add(record: RunRecord): Promise<void> {
    const line = `${JSON.stringify(record)}\n`;
    try {
      const file = (await open(this.#path, 'append')) ?? (await ops.open(this.#path, 'create'));
      try {
        const { size } = await file.stat();
        const last = Buffer.alloc(1);
        const torn = size > 0 && (await file.read(last, size - 1)) === 1 && last[0] !== 0x0a;
        await appendAll(file, Buffer.from(torn ? `\n${line}` : line));
        if (size + line.length <= this.#most) return;
      } finally {
        await file.close();
      }
      await this.#cut();
    } catch (error) {
      throw ioFailure(`writing ${this.#path}`, error);
    }
  }

  async #cut(): Promise<void> {
    const text = (await readSmall(ops, this.#path))?.toString('utf8') ?? '';
    const half = text.slice(Math.max(0, text.length - this.#most / 2));
    await writeWhole(this.#path, half.slice(half.indexOf('\n') + 1));
  }
}

async function open(path: string, mode: 'append') {
  try {
    return await ops.open(path, mode);
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
}
