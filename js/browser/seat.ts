/**
 * The seat of the host. Every tab queues for one Web Lock; whoever gets it
 * starts the worker that keeps the book, and gives the seat up when the tab is
 * closed or put to sleep. The browser passes it on when a tab crashes.
 */
import { ContactmeshError } from '../errors.js';
import { type Common, type FromWorker, placesOf, plainError, type ToWorker } from './protocol.js';

export interface SeatOptions {
  book: string;
  name: string | undefined;
  worker: () => Worker;
}

/** After a worker could not start, another tab shall have its turn. */
const PAUSE = 1000;

export class Seat {
  readonly #options: SeatOptions;
  readonly #onBack: () => void;
  #queueing: AbortController | undefined;
  #worker: Worker | undefined;
  /** Ends the time in the seat; the lock goes to the next tab. */
  #giveUp: () => void = () => {};
  #left: Promise<void> = Promise.resolve();

  /** `onBack` is called when the tab wakes up and may have missed things. */
  constructor(options: SeatOptions, onBack: () => void) {
    this.#options = options;
    this.#onBack = onBack;
  }

  /** Queues for the seat, and again after every sleep. */
  start(): void {
    if (typeof document !== 'undefined') {
      // A sleeping tab's worker answers nobody, and its locks would keep the others waiting.
      document.addEventListener('freeze', this.#sleep);
      document.addEventListener('resume', this.#wake);
      window.addEventListener('pagehide', this.#sleep);
      window.addEventListener('pageshow', this.#wake);
    }
    this.#queue();
  }

  /** Lets the worker finish what was begun, then gives the seat to the next tab. */
  async leave(): Promise<void> {
    if (typeof document !== 'undefined') {
      document.removeEventListener('freeze', this.#sleep);
      document.removeEventListener('resume', this.#wake);
      window.removeEventListener('pagehide', this.#sleep);
      window.removeEventListener('pageshow', this.#wake);
    }
    const worker = this.#worker;
    if (worker !== undefined) {
      await new Promise<void>((settle) => {
        worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
          if (data.kind === 'left') settle();
        });
        worker.postMessage({ kind: 'leave' } satisfies ToWorker);
      });
    }
    this.#drop();
    await this.#left;
  }

  readonly #sleep = (): void => this.#drop();

  readonly #wake = (): void => {
    if (this.#queueing !== undefined) return;
    this.#queue();
    this.#onBack();
  };

  #drop(): void {
    this.#queueing?.abort();
    this.#queueing = undefined;
    this.#giveUp();
  }

  #queue(): void {
    const queueing = new AbortController();
    this.#queueing = queueing;
    const { signal } = queueing;
    this.#left = navigator.locks
      .request(placesOf(this.#options.book).seat, { signal }, () => this.#serve(signal))
      // Aborted while it waited.
      .catch(() => {})
      .then(() => {
        if (!signal.aborted) setTimeout(() => signal.aborted || this.#queue(), PAUSE);
      });
  }

  /** The time in the seat. */
  async #serve(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const over = new Promise<void>((settle) => {
      this.#giveUp = settle;
    });
    let worker: Worker;
    try {
      worker = this.#options.worker();
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#worker = worker;
    let ready = false;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'ready') ready = true;
    });
    worker.addEventListener('error', (event) => {
      // Once it is ready, an error in it ends nothing.
      if (ready) return;
      this.#failed(event.message);
      this.#giveUp();
    });
    const { book, name } = this.#options;
    worker.postMessage({ kind: 'start', book, name } satisfies ToWorker);
    await over;
    worker.terminate();
    this.#worker = undefined;
  }

  #failed(reason: unknown): void {
    const said = reason instanceof Error ? reason.message : String(reason || 'it could not be loaded');
    const message = `opening the book ${JSON.stringify(this.#options.book)}: its worker did not start (${said}); serve the package's dist folder whole, and allow workers and scripts from it`;
    const error = plainError(new ContactmeshError('worker-unreachable', message));
    // Two channels of one page hear each other, so this tab hears it as well.
    const channel = new BroadcastChannel(placesOf(this.#options.book).common);
    channel.postMessage({ kind: 'failed', error } satisfies Common);
    channel.close();
  }
}
