/**
 * The seat of the host. Every tab queues for one Web Lock; whoever gets it
 * starts the worker that keeps the book, and gives the seat up when the tab is
 * closed or put to sleep. The browser passes it on when a tab crashes; a tab
 * whose worker answers nobody loses it to another that asks for that.
 */
import { ContactmeshError } from '../errors.js';
import { type FromWorker, placesOf, type ToWorker } from './protocol.js';

export interface SeatOptions {
  book: string;
  name: string | undefined;
  worker: () => Worker;
  /** The tab wakes up and may have missed things. */
  onBack(): void;
  /** The worker of this tab cannot start; it is tried again. */
  onFailed(error: ContactmeshError): void;
}

/** After a worker could not start, another tab shall have its turn. */
const PAUSE = 1000;
/** How long a worker may take to finish what was begun. */
const LAST_WORDS = 10_000;

/** One wait for the seat, and the time in it. */
interface Turn {
  over: AbortController;
  steal: boolean;
  worker?: Worker;
  ready?: boolean;
}

export class Seat {
  readonly #options: SeatOptions;
  #turn: Turn | undefined;
  #left: Promise<void> = Promise.resolve();

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** Whether this tab has the seat, and its worker is not ready yet. */
  get starting(): boolean {
    return this.#turn?.worker !== undefined && this.#turn.ready !== true;
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
    this.#queue(false);
  }

  /** Takes the seat from a tab whose worker answers nobody; one tab at a time does, for each silent host. */
  async takeOver(host: string): Promise<void> {
    const lock = placesOf(this.#options.book).takeover(host);
    await navigator.locks.request(lock, { ifAvailable: true }, async (got) => {
      if (got === null || this.#turn === undefined) return;
      this.#turn.over.abort();
      const turn = this.#queue(true);
      await new Promise((settle) => turn.over.signal.addEventListener('abort', settle));
    });
  }

  /** Lets the worker finish what was begun, then gives the seat to the next tab. */
  async leave(): Promise<void> {
    if (typeof document !== 'undefined') {
      document.removeEventListener('freeze', this.#sleep);
      document.removeEventListener('resume', this.#wake);
      window.removeEventListener('pagehide', this.#sleep);
      window.removeEventListener('pageshow', this.#wake);
    }
    const { worker, over } = this.#turn ?? {};
    if (worker !== undefined && over?.signal.aborted === false) {
      await new Promise<void>((settle) => {
        setTimeout(settle, LAST_WORDS);
        over.signal.addEventListener('abort', () => settle());
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
    if (this.#turn !== undefined) return;
    this.#queue(false);
    this.#options.onBack();
  };

  #drop(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.over.abort();
  }

  #queue(steal: boolean): Turn {
    const turn: Turn = { over: new AbortController(), steal };
    this.#turn = turn;
    // A lock that is stolen is not waited for.
    const how: LockOptions = steal ? { steal } : { signal: turn.over.signal };
    this.#left = navigator.locks
      .request(placesOf(this.#options.book).seat, how, () => this.#serve(turn))
      // Aborted while it waited, or the seat was taken away.
      .catch(() => {})
      .then(() => {
        turn.over.abort();
        if (this.#turn === turn) setTimeout(() => this.#turn === turn && this.#queue(false), PAUSE);
      });
    return turn;
  }

  /** The time in the seat. */
  async #serve(turn: Turn): Promise<void> {
    const { signal } = turn.over;
    if (signal.aborted) return;
    const { book, name, worker: start } = this.#options;
    try {
      turn.worker = start();
    } catch (error) {
      this.#failed(error);
      return;
    }
    const { worker } = turn;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'ready') turn.ready = true;
    });
    worker.addEventListener('error', (event) => {
      // Once it is ready, an error in it ends nothing.
      if (turn.ready) return;
      this.#failed(event.message);
      turn.over.abort();
    });
    worker.postMessage({ kind: 'start', book, name, steal: turn.steal } satisfies ToWorker);
    await new Promise((settle) => signal.addEventListener('abort', settle));
    worker.terminate();
  }

  #failed(reason: unknown): void {
    const said = reason instanceof Error ? reason.message : String(reason || 'it could not be loaded');
    const message = `opening the book ${JSON.stringify(this.#options.book)}: its worker did not start (${said}); serve the package's dist folder whole, and allow workers and scripts from it`;
    this.#options.onFailed(new ContactmeshError('worker-unreachable', message));
  }
}
