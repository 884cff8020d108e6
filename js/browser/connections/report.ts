/**
 * What tabs see of connections: never an address, nothing that the flow or the
 * system wrote, no personal data.
 */
import { isContactmeshError } from '../../errors.js';
import { flowSaid } from '../../relay/flow/failure.js';
import type { ConnectionState } from '../../schedule/connection-state.js';
import { SYNC_STOPPED } from '../../schedule/metered.js';
import type { SystemHold, SystemReport } from '../../systems/types.js';
import type { Synced } from '../../types.js';
import type { Kept } from './records.js';

interface CommonOptions {
  /** Flow actions a day that its runs may use; 2,000 if absent. */
  actions?: number;
  /** Whether it is synced without being asked; true if absent. */
  automatic?: boolean;
}

export interface RelayConnectOptions extends CommonOptions {
  kind?: 'relay';
  /** The address that the flow's trigger shows. A secret: no method hands it out again. */
  url: string;
  /** The name of the log on the flow; replicas that name the same one share a book. `contacts` if absent. */
  log?: string;
}

export interface SystemConnectOptions extends CommonOptions {
  kind: 'outlook';
  /** The addresses that the triggers of its two flows show. Secrets, too. */
  pullUrl: string;
  applyUrl: string;
  /** What the flows know the book by; `contacts` if absent. */
  log?: string;
  /** The folders whose contacts take part; `Contacts` if absent. */
  folders?: string[];
  /** Drives it from now on also if another replica does. */
  takeOver?: boolean;
}

export type ConnectOptions = RelayConnectOptions | SystemConnectOptions;

/** How it stands with a system of record; `systems` has the rest. */
export interface SystemSummary {
  /** Whether this replica drives it. */
  isDriver: boolean;
  /** Rows that are linked with a card. */
  rows: number;
  /** Contacts that wait for a person: parked rows, and cards that were refused or kept back. */
  waiting: number;
  held: SystemHold | null;
}

export interface ConnectionReport {
  name: string;
  kind: 'relay' | 'outlook';
  /** The host of the flow. */
  place: string;
  log: string;
  automatic: boolean;
  /** `paused`: it waits for a person, see `problem`. `held`: a system's run does, see `system`. */
  phase: 'new' | 'syncing' | 'done' | 'held' | 'failed' | 'paused';
  /** While it syncs: how many chunks went and came so far; of a system, answers, rows or cards. */
  progress?: number;
  /** Changes that the other side has not had yet; of a system, those that are under way. */
  unsent: number;
  /** Of a system of record, once the book knows it. */
  system?: SystemSummary;
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

/** What a sync did. Of a system these are the sums of its report; bytes are not counted there. */
export interface SyncedConnection extends Synced {
  report?: SystemReport;
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
  system: SystemSummary | undefined;
  /** Present while it syncs. */
  progress: number | undefined;
  /** Why the last run failed, if that was here. */
  error: unknown;
}

export function reportOf(kept: Kept, state: ConnectionState, { unsent, letters, system, progress, error }: Now) {
  const { last, paused, done, notBefore } = state;
  const outcome = isContactmeshError(error) ? error.code : last?.outcome;
  const failed = outcome !== undefined && !['done', 'held', SYNC_STOPPED].includes(outcome);
  const well = system?.held ? 'held' : done === undefined ? 'new' : 'done';
  const report: ConnectionReport = {
    name: kept.name,
    kind: kept.kind,
    place: kept.place,
    log: kept.log,
    automatic: kept.automatic,
    phase: failed ? (paused === undefined ? 'failed' : 'paused') : well,
    unsent,
    letters,
    ...(system === undefined ? {} : { system }),
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
