/**
 * Time as the flow client and the scheduler see it, so that tests can play it.
 * Delays go by `now`, which never jumps; `wall` is only for dates that others
 * wrote and that people read. Nothing is ever ordered by it.
 */
import type { StopSignal } from './web.js';

export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: StopSignal): Promise<void>;
}

/** The longest that a timer of JavaScript can wait. */
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(0, ms), LONGEST));
      signal?.addEventListener('abort', done);
    });
  },
};
