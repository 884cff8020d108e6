/**
 * `sync` with connections: one run of each, or runs until it is stopped. The
 * book is open only while a run lasts, so that other commands can write in
 * between. Ctrl-C ends after the exchange under way; a second one ends at once.
 */
import { ConnectionStore } from '../../connections/store.js';
import { ContactmeshError, isContactmeshError } from '../../errors.js';
import { systemClock } from '../../relay/flow/clock.js';
import { affords, fullBucket, type Pace, restOf } from '../../schedule/interval.js';
import { type Line, quietCost } from '../../schedule/line.js';
import { SYNC_STOPPED } from '../../schedule/metered.js';
import { RunJournal } from '../../schedule/record.js';
import { type RunResult, runOnce } from '../../schedule/run.js';
import { Scheduler } from '../../schedule/scheduler.js';
import { StateStore } from '../../schedule/state.js';
import type { SystemReport } from '../../systems/types.js';
import type { Call, Result } from '../command.js';
import { EXIT, failureOf, usage } from '../exit.js';
import { folderOf, withBook } from '../place.js';
import { heldText, systemRemarks, systemTold } from '../systems/told.js';
import { count } from '../text.js';
import { lineOf } from './line.js';
import { remarks, told } from './words.js';

export async function syncConnections(call: Call): Promise<Result> {
  const folder = folderOf(call);
  const store = new ConnectionStore(folder);
  const named = call.operands.length > 0;
  const chosen = (named ? [await store.get(call.operand(0))] : await store.list()).map(({ name }) => name);
  if (chosen.length === 0) throw usage(NOTHING);
  if (call.flag('audit') && call.text('every') !== undefined) {
    throw usage('--audit is for one sync; with --every, listings come by themselves');
  }
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    const runs = new Runs(call, folder, chosen, paceOf(call), stop.signal);
    if (call.text('every') !== undefined) return await runs.again();
    return await runs.once(named);
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

class Runs {
  /** The last ones: a loop may go on for months. */
  readonly #results: [name: string, result: RunResult][] = [];
  #count = 0;
  readonly #call: Call;
  readonly #folder: string;
  readonly #names: string[];
  readonly #lines = new Map<string, { key: string; line: Line }>();
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #states: StateStore;
  readonly #scheduler: Scheduler;
  /** Disconnected while the loop went on. */
  readonly #gone = new Set<string>();
  #conflicts = 0;

  constructor(call: Call, folder: string, names: string[], pace: Pace, signal: AbortSignal) {
    this.#call = call;
    this.#folder = folder;
    this.#names = names;
    this.#pace = pace;
    this.#signal = signal;
    this.#states = new StateStore(folder);
    this.#scheduler = new Scheduler({
      names,
      clock: systemClock,
      now: call.flag('now'),
      run: (name) => this.#run(name),
      state: (name) => this.#states.get(name),
      onRun: (name, result) => call.note(said(name, result)),
      onLocked: (name) => call.note(`${name}: another process has the book open; tried again in a moment`),
      afterError: (name, error) => this.#afterError(name, error),
    });
  }

  /** One run of each. Without a name, what waits for a person or for its time is left alone. */
  async once(asked: boolean): Promise<Result> {
    const now = this.#call.flag('now');
    for (const name of this.#names) {
      const state = await this.#states.get(name);
      const { paused } = state;
      const rest = now ? 0 : restOf(state, systemClock.wall());
      if (rest > 0 && asked) throw new ContactmeshError('connection-waiting', inPeace(name, rest));
      if (rest > 0) this.#call.note(inPeace(name, rest));
      else if (paused !== undefined && !asked && !now) this.#call.note(`${name}: waits for you (${paused})`);
      else await this.#scheduler.run(name);
    }
    return this.#result(false);
  }

  async again(): Promise<Result> {
    await this.#scheduler.loop(this.#signal);
    return this.#result(true);
  }

  async #run(name: string): Promise<RunResult> {
    const line = await this.#line(name);
    const result = await withBook(this.#call, 'begin', async (book) => {
      const onProgress = this.#call.progress(`syncing with ${name}`);
      const done = await runOnce(book, line, {
        notes: this.#states,
        journal: new RunJournal(this.#folder),
        clock: systemClock,
        random: Math.random,
        signal: this.#signal,
        onProgress,
        audit: this.#call.flag('audit'),
      });
      this.#conflicts = book.status().conflicts;
      return done;
    });
    if (result.record.accepted > 0) await this.#tellOthers(name);
    this.#count += 1;
    this.#results.push([name, result]);
    if (this.#results.length > MOST_KEPT) this.#results.shift();
    return result;
  }

  /** What one brought, the others shall have soon: a mailbox and a relay of one book. */
  async #tellOthers(name: string): Promise<void> {
    const now = systemClock.wall();
    for (const other of this.#names.filter((one) => one !== name)) {
      const state = await this.#states.get(other);
      const bucket = state.bucket ?? fullBucket(this.#pace, now);
      const line = this.#lines.get(other)?.line;
      const affordable = line !== undefined && affords(bucket, this.#pace, now, quietCost(line));
      if (state.paused !== undefined || state.held !== undefined || !affordable) continue;
      this.#scheduler.advance(other, Math.max(this.#pace.min, restOf(state, now)));
    }
  }

  /** What is wrong with one ends no other; only a mistake in the program, or that nothing is left, ends the loop. */
  #afterError(name: string, error: unknown): number | undefined {
    if (!isContactmeshError(error)) return undefined;
    const { message, code } = failureOf(error);
    if (code !== 'connection-unknown') {
      this.#call.note(`${name}: ${message} (${code}); tried again in ${AGAIN_MS / 1000} s`);
      return AGAIN_MS;
    }
    this.#gone.add(name);
    if (this.#names.every((one) => this.#gone.has(one))) return undefined;
    this.#call.note(`${name}: ${message}; left alone from now on`);
    this.#scheduler.remove(name);
    return 0;
  }

  /** The same line while the connection is the same: it may be connected anew in between. */
  async #line(name: string): Promise<Line> {
    const connection = await new ConnectionStore(this.#folder).get(name);
    const key = JSON.stringify(connection);
    const known = this.#lines.get(name);
    if (known?.key === key) return known.line;
    const line = lineOf(connection, { folder: this.#folder, pace: this.#pace, signal: this.#signal });
    this.#lines.set(name, { key, line });
    return line;
  }

  /** A loop that was stopped did what it was asked for; a single run that failed did not. */
  #result(loop: boolean): Result {
    const errors = this.#results.flatMap(([name, { error }]) => (error === undefined ? [] : [[name, error] as const]));
    const failed = loop ? [] : errors;
    const [first] = failed;
    // One failure is an error like that of any command; among several runs, each is said on its line.
    if (first !== undefined && this.#names.length === 1) throw named(...first);
    for (const [name, error] of failed) this.#call.note(`${name}: ${failureOf(error).message} (${error.code})`);
    const refused = this.#results.some(([, { record }]) => record.refused > 0);
    const held = this.#results.flatMap(([name, { report }]) =>
      report?.held ? [{ connection: name, ...report.held }] : [],
    );
    const text = () => this.#results.map(([name, result]) => this.#text(name, result)).join('');
    return {
      json: {
        count: this.#count,
        runs: this.#results.map(([, { record }]) => record),
        held,
        conflicts: this.#conflicts,
      },
      text: () => (loop ? `${count(this.#count, 'run')}\n` : text()),
      exit: failed.length > 0 ? EXIT.failed : !loop && held.length > 0 ? EXIT.held : refused ? EXIT.partial : EXIT.done,
    };
  }

  #text(name: string, { synced, report }: RunResult): string {
    const open = count(this.#conflicts, 'open conflict');
    if (synced !== undefined) return `${name}: ${told(synced)}; ${open}\n${remarks(synced)}`;
    if (report === undefined) return '';
    return `${name}: ${systemTold(report)}; ${open}\n${systemRemarks(name, report, this.#call.text('book'))}`;
  }
}

function said(name: string, { record, state, error, synced, report }: RunResult): string {
  const next = state.next === undefined ? 0 : Math.max(0, Math.round((state.next - Date.parse(record.ended)) / 1000));
  const then = state.paused === undefined ? `next in ${next} s` : 'waits for you';
  if (error?.code === SYNC_STOPPED) return `${name}: stopped`;
  const what = synced === undefined ? report && loud(report) : told(synced);
  return `${name}: ${what ?? error?.message ?? ''}; ${then}`;
}

/** A loop has no end at which to say it. */
function loud(report: SystemReport): string {
  const held = report.held === null ? '' : ` (${heldText(report.held)})`;
  return `${systemTold(report)}${held}`;
}

function inPeace(name: string, rest: number): string {
  return `${name}: left in peace for ${Math.ceil(rest / 1000)} s more, so that the flow recovers; --now tries at once`;
}

function named(name: string, error: ContactmeshError): ContactmeshError {
  return new ContactmeshError(error.code, `${name}: ${error.message}`);
}

const NOTHING =
  'there is nothing to sync with; name a folder with --relay DIR, or make a connection with `contactmesh connect`';
const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
const SHORTEST = 1000;
const AGAIN_MS = 30_000;
/** How many records --json names; runs.jsonl has more. */
const MOST_KEPT = 100;
/** Quiet connections are asked this much less often, or every quarter of an hour. */
const QUIETER = 15;

function paceOf(call: Call): Pace {
  const every = durationOf('every', call.text('every') ?? '60s');
  const actions = call.text('actions') ?? '2000';
  if (!/^[1-9]\d{0,8}$/.test(actions)) throw usage(`--actions is a whole number from 1, not \`${actions}\``);
  return { min: every, max: Math.max(every, Math.min(every * QUIETER, 900_000)), actions: Number(actions) };
}

function durationOf(option: string, text: string): number {
  const match = /^(\d{1,7})(s|m|h)$/.exec(text);
  const ms = Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms >= SHORTEST)) throw usage(`--${option} is a time such as 60s, 5m or 1h, not \`${text}\``);
  return ms;
}
