/**
 * The history of runs, one JSON line each: what ran and how it ended, never
 * what was in it. No bodies, no chunks, no address, no message that could quote
 * them.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Ended } from '../runtime/start.js';

export interface RunEntry {
  run: string;
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
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  append(entry: RunEntry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }

  entries(): RunEntry[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as RunEntry);
  }
}
