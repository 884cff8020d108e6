/**
 * What an element shows of the book, kept current: it asks again after every
 * change that concerns it, one question at a time, and keeps the last answer
 * on screen until the next one is there. What an answer means is its host's.
 */
import type { BookChange, SharedBook } from 'contactmesh';
import type { ReactiveController, ReactiveControllerHost } from './lit.js';

interface Host extends ReactiveControllerHost {
  readonly book: SharedBook;
}

export class Live<T> implements ReactiveController {
  value: T | undefined;
  error: unknown;
  readonly #host: Host;
  readonly #ask: (book: SharedBook) => Promise<T | undefined>;
  readonly #concerns: (change: BookChange) => boolean;
  #stop: (() => void) | undefined;
  #asking = false;
  #again = false;

  constructor(
    host: Host,
    ask: (book: SharedBook) => Promise<T | undefined>,
    concerns: (change: BookChange) => boolean = () => true,
  ) {
    this.#host = host;
    this.#ask = ask;
    this.#concerns = concerns;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.#host.book.onChange((change) => {
      if (this.#concerns(change)) this.refresh();
    });
    this.refresh();
  }

  hostDisconnected(): void {
    this.#stop?.();
  }

  /** Forgets the answer first: it belongs to another question. */
  restart(): void {
    this.value = undefined;
    this.error = undefined;
    this.refresh();
  }

  refresh(): void {
    this.#again = true;
    if (!this.#asking) void this.#run();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#again) {
      this.#again = false;
      try {
        const value = await this.#ask(this.#host.book);
        // What was asked meanwhile may be another question.
        if (this.#again) continue;
        this.value = value;
        this.error = undefined;
      } catch (error) {
        if (this.#again) continue;
        this.error = error;
      }
      this.#host.requestUpdate();
    }
    this.#asking = false;
  }
}

/** Whether a change may be one of this card. */
export function concernsCard(id: string | undefined): (change: BookChange) => boolean {
  return ({ cards }) => id !== undefined && (cards === undefined || cards.includes(id));
}
