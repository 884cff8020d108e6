/**
 * Notices that nobody answers any more. It asks at every step and counts the
 * steps without an answer, not the time: a machine that slept, or a tab whose
 * timers the browser holds back, is no sign that somebody else hangs.
 */

export interface WatchOptions {
  /** Milliseconds between two questions. */
  step: number;
  /** How many of them may go without an answer. */
  most: number;
  ask(): void;
  onSilent(): void;
}

/** A step that took longer than this many was no step. */
const HELD_BACK = 3;

export class Watch {
  readonly #options: WatchOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;
  #last = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Begins, unless it has begun. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#unanswered = 0;
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#step(), this.#options.step);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Somebody answered. */
  heard(): void {
    this.#unanswered = 0;
  }

  #step(): void {
    const { step, most, ask, onSilent } = this.#options;
    const now = performance.now();
    if (now - this.#last > HELD_BACK * step) this.#unanswered = 0;
    this.#last = now;
    if (this.#unanswered >= most) {
      this.#unanswered = 0;
      onSilent();
      return;
    }
    this.#unanswered += 1;
    ask();
  }
}
