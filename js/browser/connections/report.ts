/**
 * What tabs see of connections: never an address, nothing that the flow or the
 * system wrote, no personal data.
 */
import { isContactmeshError } from '../../errors.js';
import { flowSaid } from '../../relay/flow/failure.js';
import { SYNC_STOPPED } from '../../schedule/metered.js';
import type { ConnectionState } from '../../schedule/state.js';
import type { Kept } from './records.js';

export interface ConnectOptions {
  /** The address that the flow's trigger shows. A secret: no method hands it out again. */
  url: string;
  /** The name of the log on the flow; replicas that name the same one share a book. `contacts` if absent. */
  log?: string;
  /** Flow actions a day that its runs may use; 2,000 if absent. */
  actions?: number;
  /** Whether it is synced without being asked; true if absent. */
  automatic?: boolean;
}

export interface ConnectionReport {
  name: string;
  /** The host of the flow. */
  place: string;
  log: string;
  automatic: boolean;
  /** `paused`: it waits for a person, see `problem`. */
  phase: 'new' | 'syncing' | 'done' | 'failed' | 'paused';
  /** While it syncs: how many chunks went and came so far. */
  progress?: number;
  /** Changes that the other side has not had yet. */
  unsent: number;
  /** Chunks that the flow refused for good; see `letters`. */
  letters: number;
  /** ISO 8601: when the last run ended, and when the last good one did. */
  ended?: string;
  done?: string;
  /** Milliseconds since 1970: not before then. */
  notBefore?: number;
  /** Why the last run failed, and what to do now. */
  problem?: { code: string; message: string };
}

/** A chunk that the flow refused for good. */
export interface LetterReport {
  hash: string;
  reason: string;
  /** Milliseconds since 1970. */
  time: number;
  attempts: number;
  /** It goes out again with the next sync. */
  retry: boolean;
  /** How many. */
  bytes: number;
}

/** What is known about a connection besides what is kept of it. */
export interface Now {
  unsent: number;
  letters: number;
  /** Present while it syncs. */
  progress: number | undefined;
  /** Why the last run failed, if that was here. */
  error: unknown;
}

export function reportOf(kept: Kept, state: ConnectionState, { unsent, letters, progress, error }: Now) {
  const { last, paused, done, notBefore } = state;
  const outcome = isContactmeshError(error) ? error.code : last?.outcome;
  const failed = outcome !== undefined && outcome !== 'done' && outcome !== SYNC_STOPPED;
  const report: ConnectionReport = {
    name: kept.name,
    place: kept.place,
    log: kept.log,
    automatic: kept.automatic,
    phase: failed ? (paused === undefined ? 'failed' : 'paused') : done === undefined ? 'new' : 'done',
    unsent,
    letters,
    ...(last === undefined ? {} : { ended: last.ended }),
    ...(done === undefined ? {} : { done }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(failed ? { problem: problemOf(outcome, error) } : {}),
  };
  return progress === undefined ? report : { ...report, phase: 'syncing' as const, progress };
}

function problemOf(code: string, error: unknown) {
  if (isContactmeshError(error)) return { code, message: error.message };
  // The run was in another tab, or before a reload.
  return { code, message: flowSaid(code) ?? `the last sync ended with ${code}; sync again` };
}
