/**
 * A breaker for one flow: after five failures in a row, or more than half of
 * the last twenty, nothing is sent for a while; then one request tries, and the
 * pause doubles each time it fails. It keeps a flow that is down from being
 * hammered by everybody at once. It never drops anything.
 */

const IN_A_ROW = 5;
const WINDOW = 20;
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 900_000;

export class Breaker {
  #recent: boolean[] = [];
  #inARow = 0;
  #openUntil: number | undefined;
  #pause = FIRST_PAUSE;
  #probing = false;

  /** Milliseconds until a request may be sent; 0 if one may be sent now. */
  wait(now: number): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - now);
  }

  get open(): boolean {
    return this.#openUntil !== undefined;
  }

  /** To be called before a request goes out, when `wait` is 0. */
  start(): void {
    this.#probing = this.open;
  }

  succeeded(): void {
    if (this.#probing) this.#recent = [];
    this.#probing = false;
    this.#openUntil = undefined;
    this.#pause = FIRST_PAUSE;
    this.#inARow = 0;
    this.#note(true);
  }

  failed(now: number): void {
    this.#inARow += 1;
    this.#note(false);
    if (this.#probing) {
      this.#probing = false;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      this.#openUntil = now + this.#pause;
    } else if (this.#inARow >= IN_A_ROW || this.#mostFailed()) {
      this.#pause = FIRST_PAUSE;
      this.#openUntil = now + this.#pause;
    }
  }

  #note(good: boolean): void {
    this.#recent.push(good);
    if (this.#recent.length > WINDOW) this.#recent.shift();
  }

  #mostFailed(): boolean {
    const failures = this.#recent.filter((good) => !good).length;
    return this.#recent.length === WINDOW && failures > WINDOW / 2;
  }
}
