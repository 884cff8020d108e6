/**
 * Runs connections when they are due, never one of them twice at once. What a
 * run is, and what opens the book for it, is the caller's; this decides when.
 * A connection that waits for a person is left alone.
 */

import { isContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import { afterLocked, type RunResult } from './run.js';
import type { ConnectionState } from './state.js';

export interface SchedulerOptions {
  names: string[];
  clock: Clock;
  /** Syncs one connection; it may throw `storage-locked` when somebody else has the book open. */
  run(name: string): Promise<RunResult>;
  /** What is remembered of a connection. */
  state(name: string): Promise<ConnectionState>;
  onRun?(name: string, result: RunResult): void;
  /** Somebody else has the book open; it is tried again. */
  onLocked?(name: string): void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Promise<RunResult>>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Runs a connection now; one that is running is joined, not run twice. */
  run(name: string): Promise<RunResult> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const started = this.#options.run(name).finally(() => this.#running.delete(name));
    this.#running.set(name, started);
    return started;
  }

  /** Runs every connection when it is due, until `signal` is aborted or all of them wait for a person. */
  async loop(signal: AbortSignal): Promise<void> {
    const { names, clock } = this.#options;
    const due = new Map<string, number>();
    for (const name of names) due.set(name, Math.max(clock.wall(), notBefore(await this.#options.state(name))));
    while (!signal.aborted) {
      const next = soonest(due);
      if (next === undefined) return;
      const [name, time] = next;
      const wait = time - clock.wall();
      if (wait > 0) {
        await clock.sleep(wait, signal);
        continue;
      }
      const again = await this.#turn(name);
      if (again === undefined) due.delete(name);
      else due.set(name, again);
    }
  }

  /** Runs one that is due; answers when it is due again, or undefined if it waits for a person. */
  async #turn(name: string): Promise<number | undefined> {
    const { clock, onRun, onLocked } = this.#options;
    try {
      const result = await this.run(name);
      onRun?.(name, result);
      return result.state.paused === undefined ? (result.state.next ?? clock.wall()) : undefined;
    } catch (error) {
      if (!isContactmeshError(error, 'storage-locked')) throw error;
      onLocked?.(name);
      return afterLocked(clock.wall());
    }
  }
}

function notBefore(state: ConnectionState): number {
  return state.notBefore ?? 0;
}

function soonest(due: Map<string, number>): [string, number] | undefined {
  return [...due].sort((a, b) => a[1] - b[1])[0];
}
