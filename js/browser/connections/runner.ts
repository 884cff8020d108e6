/**
 * Runs connections: when asked, and by itself soon after an edit, when a tab
 * is shown or the network comes back, and ever more rarely while nothing
 * moves. All runs of a book go through here, so no connection runs twice at
 * once, and who asks during a run gets the next one. How a run ended is kept
 * with the connection, not thrown.
 */
import { ContactmeshError, isContactmeshError } from '../../errors.js';
import { systemClock } from '../../relay/flow/clock.js';
import type { ConnectionState } from '../../schedule/connection-state.js';
import { affords, fullBucket, restOf } from '../../schedule/interval.js';
import { quietCost } from '../../schedule/line.js';
import { syncStopped } from '../../schedule/metered.js';
import { type RunResult, runOnce } from '../../schedule/run.js';
import { Scheduler } from '../../schedule/scheduler.js';
import type { Progress } from '../../types.js';
import type { Keeper } from '../keeper.js';
import type { Cupboard } from './cupboard.js';
import { Lines } from './lines.js';
import { ConnectionDrawer, type Kept, RunDrawer, StateDrawer } from './records.js';

/** Edits come in bursts. */
const AFTER_EDIT = 2_000;
/** Between two runs that nobody asked for. */
const GAP = 10_000;
/** After the book could not be had. */
const AFTER_ERROR = 30_000;

export interface RunnerEars {
  /** A run begins (0), or has moved so many chunks. */
  onProgress(done: number): void;
  /** A run ended; without a result the book could not be had. */
  onEnd(result: RunResult | undefined): void;
}

/** What those want who wait for a run to begin: it is one run for all of them. */
interface Wishes {
  /** Also of a connection that is left in peace. */
  urgent: boolean;
  /** Every row is listed. */
  audit: boolean;
}

export class Runner {
  readonly #cupboard: Cupboard;
  readonly #keeper: Keeper;
  readonly #lines: Lines;
  readonly #scheduler: Scheduler;
  readonly #over = new AbortController();
  readonly #ears: RunnerEars;
  /** The runs under way. */
  readonly #runs = new Map<string, { stop: AbortController; done: number }>();
  readonly #listeners = new Map<string, Set<Progress>>();
  /** For the next run of each; taken by the run that begins. */
  readonly #wishes = new Map<string, Wishes>();
  readonly #errors = new Map<string, unknown>();

  constructor(cupboard: Cupboard, keeper: Keeper, ears: RunnerEars) {
    this.#cupboard = cupboard;
    this.#keeper = keeper;
    this.#lines = new Lines(cupboard);
    this.#ears = ears;
    this.#scheduler = new Scheduler({
      names: [],
      clock: systemClock,
      run: (name) => this.#run(name),
      state: (name) => new StateDrawer(cupboard).get(name),
      afterError: (_name, error) => {
        mistake(error);
        return AFTER_ERROR;
      },
    });
  }

  /** Begins with what is kept, and goes on until it leaves. */
  async start(): Promise<void> {
    while (!this.#over.signal.aborted) {
      try {
        for (const kept of await new ConnectionDrawer(this.#cupboard).list()) this.added(kept);
        await this.#scheduler.loop(this.#over.signal);
      } catch (error) {
        mistake(error);
        await systemClock.sleep(AFTER_ERROR, this.#over.signal);
      }
    }
  }

  /** Runs a connection for somebody who asks; see `Scheduler.ask`. `urgent`: also one that is left in peace. */
  async run(name: string, urgent: boolean, onProgress: Progress, audit = false): Promise<RunResult> {
    const wishes = this.#wishes.get(name) ?? { urgent: false, audit: false };
    this.#wishes.set(name, wishes);
    wishes.urgent ||= urgent;
    wishes.audit ||= audit;
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(onProgress);
    try {
      return await this.#scheduler.ask(name);
    } finally {
      listeners.delete(onProgress);
      // Still there if no run began for them: a later one is nobody's wish.
      if (this.#wishes.get(name) === wishes) this.#wishes.delete(name);
    }
  }

  /** Ends the run under way, if there is one, and what was to follow it. */
  async stop(name: string): Promise<void> {
    this.#runs.get(name)?.stop.abort();
    await this.#scheduler.finish(name);
    // A run that was stopped at its very beginning may have made its line since.
    this.#lines.forget(name);
  }

  /** A connection is new, or has another address. */
  added({ name, automatic }: Kept): void {
    this.#lines.forget(name);
    if (automatic) this.#scheduler.add(name);
    else this.#scheduler.remove(name);
  }

  /** Nothing of it is under way any more when this resolves. */
  async removed(name: string): Promise<void> {
    this.#scheduler.remove(name);
    await this.stop(name);
    this.#errors.delete(name);
  }

  /** The book was edited here. */
  edited(): Promise<void> {
    return this.#hurry(AFTER_EDIT);
  }

  /** A person has decided something about a connection: it is due. */
  acted(name: string): void {
    this.#scheduler.advance(name, 0);
  }

  /** A tab is shown, or the network is back. */
  awake(): Promise<void> {
    for (const name of this.#errors.keys()) this.#refresh(name);
    return this.#hurry(0);
  }

  /** How many chunks went and came in the run under way. */
  progressOf(name: string): number | undefined {
    return this.#runs.get(name)?.done;
  }

  /** Why the last run failed, as far as it was here. */
  errorOf(name: string): unknown {
    return this.#errors.get(name);
  }

  /** Ends what is under way. */
  async leave(): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#runs.keys()].map((name) => this.stop(name)));
  }

  async #run(name: string): Promise<RunResult> {
    if (this.#over.signal.aborted) throw syncStopped();
    const { urgent, audit } = this.#wishes.get(name) ?? { urgent: false, audit: false };
    this.#wishes.delete(name);
    // Whoever insists wants it tried without what was learnt of the flow.
    if (urgent) this.#lines.forget(name);
    const run = { stop: new AbortController(), done: 0 };
    this.#runs.set(name, run);
    const { signal } = run.stop;
    signal.addEventListener('abort', () => this.#lines.stop(name));
    const onProgress: Progress = (done, total) => {
      run.done = done;
      for (const listener of this.#listeners.get(name) ?? []) listener(done, total);
      this.#ears.onProgress(done);
    };
    const notes = new StateDrawer(this.#cupboard);
    const journal = new RunDrawer(this.#cupboard);
    const options = { notes, journal, clock: systemClock, random: Math.random, signal, onProgress, audit };
    let result: RunResult | undefined;
    this.#ears.onProgress(0);
    try {
      const line = this.#lines.of(await new ConnectionDrawer(this.#cupboard).get(name));
      const rest = restOf(await notes.get(name), systemClock.wall());
      // Somebody may have begun to insist since: they wait for this run too.
      if (rest > 0 && !urgent && !this.#wishes.get(name)?.urgent) throw inPeace(name, rest);
      await this.#keeper.use(true, async (book) => {
        result = await runOnce(book, line, options);
        // The keeper must hear of a store that failed.
        if (result.error !== undefined) throw result.error;
      });
      this.#errors.delete(name);
    } catch (error) {
      if (!isContactmeshError(error, WAITING)) this.#errors.set(name, error);
      if (result === undefined) throw error;
    } finally {
      this.#runs.delete(name);
      this.#ears.onEnd(result);
      // What one brought, the others shall have soon: a mailbox and a relay of one book.
      if (result !== undefined && result.record.accepted > 0) this.#hurry(AFTER_EDIT, name).catch(mistake);
    }
    return result as RunResult;
  }

  /** The next run begins without what was learnt of the flow. */
  #refresh(name: string): void {
    if (!this.#runs.has(name)) this.#lines.forget(name);
  }

  async #hurry(delay: number, except?: string): Promise<void> {
    const now = systemClock.wall();
    for (const kept of await new ConnectionDrawer(this.#cupboard).list()) {
      if (kept.name === except) continue;
      const state = await new StateDrawer(this.#cupboard).get(kept.name);
      const { paused, bucket } = state;
      const line = this.#lines.of(kept);
      const { pace } = line;
      if (paused !== undefined || !affords(bucket ?? fullBucket(pace, now), pace, now, quietCost(line))) continue;
      this.#scheduler.advance(kept.name, hurried(state, delay, now));
    }
  }
}

/** In how many milliseconds a connection may run because something happened. A last run in the future is a clock that was set back. */
export function hurried(state: ConnectionState, delay: number, now: number): number {
  const since = state.last === undefined ? GAP : now - Date.parse(state.last.ended);
  return Math.max(delay, since < 0 ? GAP : GAP - since, restOf(state, now));
}

/** A mistake in the program is said where mistakes are said; what goes wrong otherwise is in the reports. */
export function mistake(error: unknown): void {
  if (!isContactmeshError(error)) reportError(error);
}

const WAITING = 'connection-waiting';

function inPeace(name: string, rest: number): ContactmeshError {
  const seconds = Math.ceil(rest / 1000);
  const message = `syncing with ${name}: left in peace for ${seconds} s more, so that the flow recovers; it goes on by itself then`;
  return new ContactmeshError(WAITING, message, { details: { rest } });
}
