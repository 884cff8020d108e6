/**
 * How many requests may be repeats: a tenth of all, so that a flow in trouble
 * is not given more work than when it was well. A small reserve, refilled
 * slowly, lets a client that rarely asks repeat too.
 */

const SHARE = 0.1;
const RESERVE = 10;
/** One repeat a minute is always earned back. */
const REFILL_MS = 60_000;

export class RetryBudget {
  #tokens = RESERVE;
  #filled: number;

  constructor(now: number) {
    this.#filled = now;
  }

  /** A request that is no repeat went out. */
  earn(): void {
    this.#tokens = Math.min(RESERVE, this.#tokens + SHARE);
  }

  /** Whether a repeat may go out; it is paid for if so. */
  spend(now: number): boolean {
    this.#tokens = Math.min(RESERVE, this.#tokens + Math.max(0, now - this.#filled) / REFILL_MS);
    this.#filled = now;
    // Tenths do not add up exactly.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
