// Time that passes only when everybody waits: the clock of the flow client and the scheduler, in
// tests. A sleep is over as soon as nothing else can happen. It also counts what was slept.

export class VirtualClock {
  #now = 0;
  #sleepers = [];
  #turning = false;
  slept = [];

  now() {
    return this.#now;
  }

  wall() {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { until: this.#now + Math.max(0, ms), resolve };
      // Timeouts are slept too, and nearly always given up.
      if (ms !== 120_000) this.slept.push(ms);
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        resolve();
      });
      this.#turn();
    });
  }

  /** How much is really going on: time stands still until it is 0. */
  busy = 0;

  async during(work) {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      this.#turn();
    }
  }

  #turn() {
    if (this.#turning) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      if (this.busy > 0 || this.#sleepers.length === 0) return;
      this.#sleepers.sort((a, b) => a.until - b.until);
      const next = this.#sleepers.shift();
      this.#now = Math.max(this.#now, next.until);
      next.resolve();
      this.#turn();
    });
  }
}

/** A generator that the seed decides. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
