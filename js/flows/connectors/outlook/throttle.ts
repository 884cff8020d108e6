/**
 * The limit of a connection, 300 calls in 60 seconds (field evidence), refused
 * with 429 and how long to wait. It waits for nobody itself.
 */
import type { ConnectorAnswer } from '../../runtime/run.js';

const MOST = 300;
const WINDOW_MS = 60_000;

export class Throttle {
  private readonly now: () => number;
  private calls: number[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  /** Counts a call; the answer if it is one too many. Refused calls do not count. */
  refusal(): ConnectorAnswer | undefined {
    const now = this.now();
    this.calls = this.calls.filter((time) => time > now - WINDOW_MS);
    const [oldest] = this.calls;
    if (oldest === undefined || this.calls.length < MOST) {
      this.calls.push(now);
      return undefined;
    }
    const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000));
    return {
      statusCode: 429,
      headers: { 'Retry-After': String(seconds) },
      body: { statusCode: 429, message: `Rate limit is exceeded. Try again in ${seconds} seconds.` },
    };
  }
}
