/**
 * The history of runs, one JSON line each: what ran and how it ended, never
 * what was in it. No bodies, no chunks, no address, no message that could quote
 * them.
 */
import { LineFile } from '../files.js';
import type { Ended } from '../runtime/start.js';

export interface RunEntry {
  run: string;
  /** The name of the flow; lines from before there were several have none. */
  flow?: string;
  started: string;
  ms: number;
  status: Ended['status'];
  /** The status that the caller was answered with. */
  http: number;
  /** How many actions ran, iterations counted one by one. */
  actions: number;
  steps: Ended['steps'];
}

export class History {
  /** Whether a last line that a crash cut was dropped. */
  readonly mended: boolean;
  private readonly file: LineFile<RunEntry>;

  constructor(path: string) {
    this.file = new LineFile(path);
    this.mended = this.file.mended;
    // Damage is found before anything is served, not when somebody asks for the runs.
    this.file.values();
  }

  append(entry: RunEntry): void {
    this.file.append(entry);
  }

  entries(): RunEntry[] {
    return this.file.values();
  }
}
