/**
 * Runs connections when they are due, never one of them twice at once. What a
 * run is, and what opens the book for it, is the caller's; this decides when.
 * A connection that waits for a person is left alone. It goes by the clock that
 * never jumps; the wall clock is only for times that were stored.
 */
import { isContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import { LOCKED_MS, type RunResult } from './run.js';
import { type ConnectionState, restOf } from './state.js';

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

/** How often it is looked whether a person has acted. */
const LOOK_AGAIN_MS = 30_000;

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

  /** Runs every connection when it is due, until `signal` is aborted. One that waits for a person is run at first. */
  async loop(signal: AbortSignal): Promise<void> {
    const { names, clock, state } = this.#options;
    const tried = new Set<string>();
    const due = new Map<string, number>();
    for (const name of names) due.set(name, clock.now() + restOf(await state(name), clock.wall()));
    while (!signal.aborted) {
      const next = soonest(due);
      if (next === undefined) return;
      const [name, time] = next;
      const wait = time - clock.now();
      if (wait > 0) {
        await clock.sleep(wait, signal);
        continue;
      }
      const waits = tried.has(name) && (await state(name)).paused !== undefined;
      const rest = waits ? LOOK_AGAIN_MS : await this.#turn(name);
      due.set(name, clock.now() + rest);
      tried.add(name);
    }
  }

  /** Runs one that is due; answers in how many milliseconds it is due again. */
  async #turn(name: string): Promise<number> {
    const { clock, onRun, onLocked } = this.#options;
    try {
      const result = await this.run(name);
      onRun?.(name, result);
      const { paused, next = 0 } = result.state;
      return paused === undefined ? Math.max(0, next - clock.wall()) : LOOK_AGAIN_MS;
    } catch (error) {
      if (!isContactmeshError(error, 'storage-locked')) throw error;
      onLocked?.(name);
      return LOCKED_MS;
    }
  }
}

function soonest(due: Map<string, number>): [string, number] | undefined {
  return [...due].sort((a, b) => a[1] - b[1])[0];
}
