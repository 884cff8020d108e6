/**
 * One run of one connection: exchanges, notes what came of it, and says
 * when the next run makes sense. A failure is a result like any other; only
 * what is no failure of a sync (a mistake in the program, a disk that cannot
 * keep the notes) is thrown.
 */
import type { Book } from '../book.js';
import type { ContactmeshError } from '../errors.js';
import type { Clock } from '../relay/flow/clock.js';
import { flowFailureOf } from '../relay/flow/failure.js';
import type { SystemReport } from '../systems/types.js';
import type { Progress, Synced } from '../types.js';
import { afterPerson, type ConnectionState } from './connection-state.js';
import { filled, fullBucket, spent, untilNext } from './interval.js';
import { type Exchanged, exchange, type Line, quietCost } from './line.js';
import { SYNC_STOPPED } from './metered.js';
import type { RunRecord, SystemCounts } from './record.js';

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
  /** Lists every row of a system of record. */
  audit?: boolean | undefined;
}

export interface RunResult {
  record: RunRecord;
  state: ConnectionState;
  /** Of a relay. */
  synced?: Synced;
  /** Of a system of record. */
  report?: SystemReport;
  error?: ContactmeshError;
}

/** What no further run changes, although no flow said so. */
const WAITS_FOR_PERSON = ['not-driver', 'system-unknown'];
/** A moment for whoever has the book open. */
export const LOCKED_MS = 5_000;

export async function runOnce(book: Book, line: Line, options: RunOptions): Promise<RunResult> {
  const { notes, journal, clock, random, audit, signal, onProgress } = options;
  const before = await notes.get(line.name);
  const run = idOf(random);
  const started = clock.wall();
  // Found by the next run if this one is killed.
  const { running: killed, ...rest } = before;
  if (killed !== undefined) await journal.add(recordOfKilled(line.name, killed));
  await notes.put(line.name, { ...rest, running: { run, started: iso(started) } });
  const counted = book.status();
  const done = await exchange(book, line, { run, audit, signal, onProgress });
  const ended = clock.wall();
  const now = book.status();
  const { synced, report, error, requests, pushed, pulled } = done;
  const sums = sumsOf(done);
  const record: RunRecord = {
    run,
    connection: line.name,
    started: iso(started),
    ended: iso(ended),
    requests,
    pushed,
    pulled,
    accepted: sums?.accepted ?? Math.max(0, now.changes - counted.changes),
    refused: sums?.refused ?? Math.max(0, now.refused.length - counted.refused.length),
    outcome: error?.code ?? (report?.held ? 'held' : 'done'),
    ...(report === undefined ? {} : { system: countsOf(report) }),
  };
  const state = stateAfter(rest, record, ended, line, done);
  await notes.put(line.name, state);
  await journal.add(record);
  const results = { ...(synced === undefined ? {} : { synced }), ...(report === undefined ? {} : { report }) };
  return { record, state, ...results, ...(error === undefined ? {} : { error }) };
}

/** What came into the book, and what was refused; undefined if the run did not live to say. */
function sumsOf({ synced, report }: Exchanged): { accepted: number; refused: number } | undefined {
  if (report === undefined) return synced;
  const { created, edited, linked, deleted, rejected } = report;
  return { accepted: created + edited + linked + deleted, refused: rejected };
}

function countsOf({ requests: _requests, held, ...counts }: SystemReport): SystemCounts {
  return { ...counts, held: held?.kind ?? null };
}

function stateAfter(
  before: ConnectionState,
  record: RunRecord,
  now: number,
  line: Line,
  { error, report, actions }: Exchanged,
): ConnectionState {
  const { pace } = line;
  const kept = afterPerson(before);
  const held = report?.held?.token;
  const moved = record.pushed + record.accepted + (report?.unknown ?? 0) > 0;
  const idle = moved ? 0 : before.idle + 1;
  const bucket = spent(filled(before.bucket ?? fullBucket(pace, now), pace, now), actions);
  const pause = flowFailureOf(error).pause === true || WAITS_FOR_PERSON.includes(error?.code ?? '');
  const rest = flowFailureOf(error).retryIn ?? (report?.retryAfter ?? 0) * 1000;
  const interval = untilNext(pace, idle, bucket, quietCost(line));
  return {
    ...kept,
    idle,
    bucket,
    last: { ended: record.ended, outcome: record.outcome },
    ...(record.outcome === 'done' ? { done: record.ended } : {}),
    ...(pause ? { paused: record.outcome } : {}),
    ...(held === undefined ? {} : { held }),
    ...(rest > 0 ? { notBefore: now + rest } : {}),
    // What is held stays so until a person acts, or the other side is as it was: it is asked rarely.
    next: now + (error?.code === SYNC_STOPPED ? 0 : Math.max(interval, rest, held === undefined ? 0 : pace.max)),
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
