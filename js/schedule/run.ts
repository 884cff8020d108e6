/**
 * One run of one connection: syncs the book, notes what came of it, and says
 * when the next run makes sense. A failure is a result like any other; only
 * what is no failure of a sync (a mistake in the program, a disk that cannot
 * keep the notes) is thrown.
 */
import type { Book } from '../book.js';
import { type ContactmeshError, isContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import { flowFailureOf } from '../relay/flow/failure.js';
import type { Relay } from '../relay/port.js';
import type { Progress, Synced } from '../types.js';
import { filled, fullBucket, type Pace, spent, untilNext } from './interval.js';
import { MeteredRelay, SYNC_STOPPED } from './metered.js';
import type { RunRecord } from './record.js';
import type { ConnectionState } from './state.js';

/** A connection, ready to be used. */
export interface Line {
  name: string;
  /** What the book calls the relay. */
  relayName: string;
  /** Answers the same relay each time, so that it remembers what it learnt of the other side. */
  open(): Promise<LineRelay>;
  pace: Pace;
}

/** `requests` counts what really went out, where that is more than exchanges. */
export type LineRelay = Relay & { readonly requests?: number };

export interface Notes {
  get(name: string): Promise<ConnectionState>;
  put(name: string, state: ConnectionState): Promise<void>;
}

export interface Journal {
  add(record: RunRecord): Promise<void>;
}

export interface RunOptions {
  notes: Notes;
  journal: Journal;
  clock: Clock;
  random: () => number;
  /** Once aborted, the run ends after the exchange under way. */
  signal?: AbortSignal | undefined;
  onProgress?: Progress | undefined;
}

export interface RunResult {
  record: RunRecord;
  state: ConnectionState;
  synced?: Synced;
  error?: ContactmeshError;
}

/** Flow actions of an exchange (docs/flow-contract.md), and for each chunk that is pushed. */
export const ACTIONS_PER_REQUEST = 9;
const ACTIONS_PER_CHUNK = 1;
/** A moment for whoever has the book open. */
export const LOCKED_MS = 5_000;

export async function runOnce(book: Book, line: Line, options: RunOptions): Promise<RunResult> {
  const { notes, journal, clock, random } = options;
  const before = await notes.get(line.name);
  const run = idOf(random);
  const started = clock.wall();
  // Found by the next run if this one is killed.
  const { running: killed, ...rest } = before;
  if (killed !== undefined) await journal.add(recordOfKilled(line.name, killed));
  await notes.put(line.name, { ...rest, running: { run, started: iso(started) } });
  const counted = book.status();
  const { synced, error, tally } = await attempt(book, line, options);
  const ended = clock.wall();
  const now = book.status();
  const record: RunRecord = {
    run,
    connection: line.name,
    started: iso(started),
    ended: iso(ended),
    ...tally,
    accepted: synced?.accepted ?? Math.max(0, now.changes - counted.changes),
    refused: synced?.refused ?? Math.max(0, now.refused.length - counted.refused.length),
    outcome: error?.code ?? 'done',
  };
  const state = stateAfter(rest, record, ended, line.pace, error);
  await notes.put(line.name, state);
  await journal.add(record);
  return { record, state, ...(synced === undefined ? {} : { synced }), ...(error === undefined ? {} : { error }) };
}

async function attempt(book: Book, { open, relayName }: Line, { signal, onProgress }: RunOptions) {
  let relay: LineRelay | undefined;
  let metered: MeteredRelay | undefined;
  let before = 0;
  const tally = () => ({
    requests: relay?.requests === undefined ? (metered?.exchanges ?? 0) : relay.requests - before,
    pushed: metered?.pushed ?? 0,
    pulled: metered?.pulled ?? 0,
  });
  try {
    relay = await open();
    before = relay.requests ?? 0;
    metered = new MeteredRelay(relay, signal);
    const more = onProgress === undefined ? {} : { onProgress };
    return { synced: await book.sync(metered, { name: relayName, ...more }), tally: tally() };
  } catch (error) {
    if (!isContactmeshError(error)) throw error;
    return { error, tally: tally() };
  }
}

function stateAfter(
  before: ConnectionState,
  record: RunRecord,
  now: number,
  pace: Pace,
  error: ContactmeshError | undefined,
): ConnectionState {
  const { paused: _paused, notBefore: _notBefore, ...kept } = before;
  const moved = record.pushed + record.accepted > 0;
  const idle = moved ? 0 : before.idle + 1;
  const actions = record.requests * ACTIONS_PER_REQUEST + record.pushed * ACTIONS_PER_CHUNK;
  const bucket = spent(filled(before.bucket ?? fullBucket(pace, now), pace, now), actions);
  const { pause, retryIn = 0 } = flowFailureOf(error);
  const interval = untilNext(pace, idle, bucket, ACTIONS_PER_REQUEST);
  return {
    ...kept,
    idle,
    bucket,
    last: { ended: record.ended, outcome: record.outcome },
    ...(error === undefined ? { done: record.ended } : {}),
    ...(pause === true ? { paused: record.outcome } : {}),
    ...(retryIn > 0 ? { notBefore: now + retryIn } : {}),
    next: now + (error?.code === SYNC_STOPPED ? 0 : Math.max(interval, retryIn)),
  };
}

function recordOfKilled(connection: string, { run, started }: { run: string; started: string }): RunRecord {
  const none = { requests: 0, pushed: 0, pulled: 0, accepted: 0, refused: 0 };
  return { run, connection, started, ended: started, ...none, outcome: 'killed' };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function idOf(random: () => number): string {
  return Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');
}
