/**
 * What is remembered of a connection between runs: no secret, no personal data,
 * and nothing that cannot be found out again. Where it is kept is for others.
 */
import type { Bucket } from './interval.js';

export interface ConnectionState {
  /** The run that is under way; one that is found at the next start was killed. */
  running?: { run: string; started: string };
  last?: { ended: string; outcome: string };
  /** The last run that ended well. */
  done?: string;
  /** Until a person acts: the code of what they must see to. */
  paused?: string;
  /** The token of what the last run held for a person to confirm. */
  held?: string;
  /** Milliseconds since 1970. */
  notBefore?: number;
  next?: number;
  /** Runs since something moved. */
  idle: number;
  bucket?: Bucket;
}

/** The state once a person has acted: whatever it waited for, it is tried again. */
export function afterPerson(state: ConnectionState): ConnectionState {
  const { paused: _paused, held: _held, notBefore: _notBefore, next: _next, ...kept } = state;
  return kept;
}
