/**
 * Runs connections when they are due, never one of them twice at once. What a
 * run is, and what opens the book for it, is the caller's; this decides when.
 * A connection that waits for a person is left alone. It goes by the clock that
 * never jumps; the wall clock is only for times that were stored.
 */
import { isContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import type { ConnectionState } from './connection-state.js';
import { restOf } from './interval.js';
import { LOCKED_MS, type RunResult } from './run.js';

export interface SchedulerOptions {
  /** The connections to begin with; see `add`. */
  names: string[];
  clock: Clock;
  /** Begins at once, also with what is to be left in peace for a while. */
  now?: boolean;
  /** Syncs one connection; it may throw `storage-locked` when somebody else has the book open. */
  run(name: string): Promise<RunResult>;
  /** What is remembered of a connection. */
  state(name: string): Promise<ConnectionState>;
  onRun?(name: string, result: RunResult): void;
  /** Somebody else has the book open; it is tried again. */
  onLocked?(name: string): void;
  /** In how many milliseconds to try again after `run` threw something else; undefined throws it on, and ends the loop. */
  afterError?(name: string, error: unknown): number | undefined;
}

/** How often it is looked whether a person has acted. */
const LOOK_AGAIN_MS = 30_000;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Promise<RunResult>>();
  /** By name: when it is due, on the clock that only grows. */
  readonly #due = new Map<string, number>();
  /** What became due earlier while its run was under way. */
  readonly #earlier = new Map<string, number>();
  /** Ends the present sleep of the loop. */
  #wakeUp: () => void = () => {};

  constructor(options: SchedulerOptions) {
    this.#options = options;
    for (const name of options.names) this.#due.set(name, Number.NEGATIVE_INFINITY);
  }

  /** Runs a connection now; one that is running is joined, not run twice. */
  run(name: string): Promise<RunResult> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const started = this.#options.run(name).finally(() => this.#running.delete(name));
    this.#running.set(name, started);
    return started;
  }

  /** Resolves when the run under way, if there is one, has ended in whatever way. */
  async ended(name: string): Promise<void> {
    await this.#running.get(name)?.catch(() => {});
  }

  /** Has the loop run one more connection, at once and then whenever it is due. */
  add(name: string): void {
    this.#due.set(name, this.#options.clock.now());
    this.#wakeUp();
  }

  /** The loop leaves it alone from now on; a run under way goes on. */
  remove(name: string): void {
    this.#due.delete(name);
    this.#earlier.delete(name);
    this.#wakeUp();
  }

  /** Makes a connection of the loop due in so many milliseconds, unless it is due earlier anyway. */
  advance(name: string, delay: number): void {
    const due = this.#due.get(name);
    if (due === undefined) return;
    const time = this.#options.clock.now() + delay;
    if (this.#running.has(name)) {
      this.#earlier.set(name, Math.min(time, this.#earlier.get(name) ?? time));
    } else if (time < due) {
      this.#due.set(name, time);
      this.#wakeUp();
    }
  }

  /** Runs every connection when it is due, until `signal` is aborted. One that waits for a person is run at first. */
  async loop(signal: AbortSignal): Promise<void> {
    const { clock, state, now = false } = this.#options;
    const tried = new Set<string>();
    const onAbort = () => this.#wakeUp();
    signal.addEventListener('abort', onAbort);
    for (const name of [...this.#due.keys()]) {
      this.#due.set(name, clock.now() + (now ? 0 : restOf(await state(name), clock.wall())));
    }
    while (!signal.aborted) {
      const [name, time] = soonest(this.#due);
      if (name === undefined || time > clock.now()) {
        await this.#sleep(time - clock.now());
        continue;
      }
      const delay = await this.#turn(name, tried.has(name));
      tried.add(name);
      // It may have been removed meanwhile.
      if (this.#due.has(name)) this.#due.set(name, clock.now() + delay);
      const earlier = this.#earlier.get(name);
      this.#earlier.delete(name);
      if (earlier !== undefined) this.advance(name, Math.max(0, earlier - clock.now()));
    }
    signal.removeEventListener('abort', onAbort);
  }

  async #sleep(time: number): Promise<void> {
    const awake = new AbortController();
    this.#wakeUp = () => awake.abort();
    await this.#options.clock.sleep(time, awake.signal);
    this.#wakeUp = () => {};
  }

  /** Runs one that is due, unless it was `tried` and waits for a person; answers in how many milliseconds it is due again. */
  async #turn(name: string, tried: boolean): Promise<number> {
    const { clock, state, onRun, onLocked, afterError } = this.#options;
    try {
      const wait = tried ? this.#untilActed(await state(name)) : 0;
      if (wait > 0) return wait;
      const result = await this.run(name);
      onRun?.(name, result);
      const { next = 0 } = result.state;
      return this.#untilActed(result.state) || Math.max(0, next - clock.wall());
    } catch (error) {
      if (isContactmeshError(error, 'storage-locked')) {
        onLocked?.(name);
        return LOCKED_MS;
      }
      const delay = afterError?.(name, error);
      if (delay === undefined) throw error;
      return delay;
    }
  }

  /** How long to leave alone what waits for a person; 0 if nothing does. Something held is asked again all the same. */
  #untilActed({ paused, held, next = 0 }: ConnectionState): number {
    if (paused !== undefined) return LOOK_AGAIN_MS;
    return held === undefined ? 0 : Math.min(LOOK_AGAIN_MS, Math.max(0, next - this.#options.clock.wall()));
  }
}

function soonest(due: Map<string, number>): [name: string | undefined, time: number] {
  return [...due].sort((a, b) => a[1] - b[1])[0] ?? [undefined, Number.POSITIVE_INFINITY];
}
