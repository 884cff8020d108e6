/**
 * Runs connections when they are due, never one of them twice at once. What a
 * run is, and what opens the book for it, is the caller's; this decides when.
 * A connection that waits for a person is left alone. Whoever asks during a run
 * gets the one after it, since the one under way may have looked before. It goes
 * by the clock that never jumps; the wall clock is only for times that were stored.
 */
import { isContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import type { ConnectionState } from './connection-state.js';
import { restOf } from './interval.js';
import { syncStopped } from './metered.js';
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

/** A run under way. */
interface Run {
  work: Promise<RunResult>;
  /** As `work`, once it counts as under way no more. */
  ended: Promise<RunResult>;
  /** What those get who have asked since it began. */
  asked?: Promise<RunResult>;
  /** Whether nothing may follow it. */
  last: boolean;
}

/** How often it is looked whether a person has acted. */
const LOOK_AGAIN_MS = 30_000;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Run>();
  /** By name: when it is due, on the clock that only grows. */
  readonly #due = new Map<string, number>();
  /** What became due earlier while its run was under way; the next run that begins is it. */
  readonly #earlier = new Map<string, number>();
  /** Ends the present sleep of the loop. */
  #wakeUp: () => void = () => {};

  constructor(options: SchedulerOptions) {
    this.#options = options;
    for (const name of options.names) this.#due.set(name, Number.NEGATIVE_INFINITY);
  }

  /** Runs a connection now; one that is running is joined, not run twice. */
  run(name: string): Promise<RunResult> {
    return (this.#running.get(name) ?? this.#begin(name)).ended;
  }

  /**
   * Runs a connection for somebody who wants what is there by now. During a run it is the one after it, the same for all
   * who ask meanwhile; if the run under way fails or leaves something to a person, that is the answer.
   */
  ask(name: string): Promise<RunResult> {
    const run = this.#running.get(name);
    if (run === undefined) return this.run(name);
    // Of `work`, so that the next run begins in the moment in which this one ends: `finish` always finds one of them.
    run.asked ??= run.work.then((result) => {
      if (!isSettled(result)) return result;
      if (run.last) throw syncStopped();
      return this.run(name);
    });
    return run.asked;
  }

  /** Resolves when the run under way, if there is one, has ended in whatever way. None follows it, whoever asked for one. */
  async finish(name: string): Promise<void> {
    const run = this.#running.get(name);
    if (run === undefined) return;
    run.last = true;
    await run.ended.catch(() => {});
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
      const [name, time] = this.#soonest();
      if (name === undefined || time > clock.now()) {
        await this.#sleep(time - clock.now());
        continue;
      }
      const delay = await this.#turn(name, tried.has(name));
      tried.add(name);
      // It may have been removed meanwhile.
      if (this.#due.has(name)) this.#due.set(name, clock.now() + delay);
    }
    signal.removeEventListener('abort', onAbort);
  }

  #begin(name: string): Run {
    this.#earlier.delete(name);
    const work = this.#options.run(name);
    const run: Run = { work, ended: work.finally(() => this.#end(name)), last: false };
    this.#running.set(name, run);
    return run;
  }

  #end(name: string): void {
    this.#running.delete(name);
    if (this.#earlier.has(name)) this.#wakeUp();
  }

  /** What is due first, and when. */
  #soonest(): [name: string | undefined, time: number] {
    const times = [...this.#due].map(([name, due]): [string, number] => {
      const earlier = this.#running.has(name) ? undefined : this.#earlier.get(name);
      return [name, Math.min(due, earlier ?? due)];
    });
    return times.sort((a, b) => a[1] - b[1])[0] ?? [undefined, Number.POSITIVE_INFINITY];
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
      if (wait > 0) {
        this.#earlier.delete(name);
        return wait;
      }
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

/** Whether it did what it was to do, and another run would do more. */
function isSettled({ error, state: { paused, held } }: RunResult): boolean {
  return error === undefined && paused === undefined && held === undefined;
}
