/**
 * When to sync again: soon while something moves, ever later while nothing
 * does, and never more often than the budget of flow actions allows. Pure.
 *
 * The budget is a bucket: it fills evenly over the day and holds a tenth of the
 * day's actions, so that a burst of edits is synced at once and any 24 hours
 * stay within the budget. It governs polling. A run that moves much (the first
 * one of a large book) may go into debt; then the next one waits an hour at most,
 * or as long as a quiet run takes to earn where the budget is that small.
 */

export interface Pace {
  /** Milliseconds between runs while something moves. */
  min: number;
  /** The most milliseconds between runs while nothing does. */
  max: number;
  /** Flow actions a day; absent where a run costs nothing. */
  actions?: number;
}

export interface Bucket {
  /** Actions that may be spent; negative in debt. */
  tokens: number;
  /** When that was counted, in milliseconds since 1970. */
  at: number;
}

const DAY = 86_400_000;
const GROWTH = 1.5;
const BURST = 0.1;
const LONGEST_FOR_BUDGET = 3_600_000;
/** An hour of Retry-After and the longest jitter: nobody asks for more. */
const LONGEST_REST = 3_900_000;

/** A full bucket. */
export function fullBucket(pace: Pace, now: number): Bucket {
  return { tokens: BURST * (pace.actions ?? 0), at: now };
}

/** The bucket as it is now. A clock that was set back fills nothing. */
export function filled(bucket: Bucket, pace: Pace, now: number): Bucket {
  const perDay = (pace.actions ?? 0) * (1 - BURST);
  const tokens = bucket.tokens + (Math.max(0, now - bucket.at) * perDay) / DAY;
  return { tokens: Math.min(tokens, BURST * (pace.actions ?? 0)), at: now };
}

export function spent(bucket: Bucket, actions: number): Bucket {
  return { ...bucket, tokens: bucket.tokens - actions };
}

/** Whether the bucket has what one more run costs. */
export function affords(bucket: Bucket, pace: Pace, now: number, cost: number): boolean {
  return pace.actions === undefined || filled(bucket, pace, now).tokens >= cost;
}

/** Milliseconds until the next run. `idle` counts the runs since something moved, `cost` is the actions of a quiet run. */
export function untilNext(pace: Pace, idle: number, bucket: Bucket, cost: number): number {
  const wanted = Math.min(pace.max, pace.min * GROWTH ** Math.min(idle, 100));
  if (pace.actions === undefined) return Math.round(wanted);
  const perMs = (pace.actions * (1 - BURST)) / DAY;
  const earned = bucket.tokens >= cost ? 0 : (cost - bucket.tokens) / perMs;
  const longest = Math.max(LONGEST_FOR_BUDGET, pace.max, cost / perMs);
  return Math.round(Math.max(wanted, Math.min(earned, longest)));
}

/** How long the connection is to be left in peace, in milliseconds. More than anybody asks for is a clock that was set back. */
export function restOf({ notBefore = 0 }: { notBefore?: number }, wall: number): number {
  const rest = Math.max(0, notBefore - wall);
  return rest > LONGEST_REST ? 0 : rest;
}
