/**
 * How long to wait before the same request is sent again: full jitter, and what
 * the server asked for as a floor. Pure; whether to try again is decided
 * elsewhere.
 */

const FIRST = 1_000;
const LONGEST = 300_000;
/** A server that asks for more is asked again after an hour. */
export const LONGEST_RETRY_AFTER = 3_600_000;

/** `failures` counts from 0, the first failure. `floor` is what the server asked for, in milliseconds. */
export function backoff(failures: number, random: () => number, floor = 0): number {
  const jitter = random() * Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 20));
  return Math.round(Math.min(floor, LONGEST_RETRY_AFTER) + jitter);
}

/**
 * Reads a Retry-After: seconds or a date. The server's own Date says what it
 * takes for now; without one it is the wall clock. Undefined for anything else.
 */
export function retryAfter(value: string | null, date: string | null, wall: number): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_RETRY_AFTER);
  const until = dateOf(text);
  if (until === undefined) return undefined;
  return Math.min(Math.max(0, until - (dateOf(date) ?? wall)), LONGEST_RETRY_AFTER);
}

function dateOf(text: string | null): number | undefined {
  // Date.parse takes a bare number for a year.
  if (text === null || !/[a-z]{3}/i.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
