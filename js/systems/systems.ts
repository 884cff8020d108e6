/**
 * The systems of record of a book: connected by one replica, exchanged with in
 * runs, looked at as plans. One run of a system at a time; edits go on beside
 * it. The engine decides everything; this orders what it asks for.
 */
import type { Handle } from '../engine.js';
import type { StopSignal } from '../relay/flow/web.js';
import { SerialQueue } from '../storage/queue.js';
import type { Change } from '../sync.js';
import type { Progress } from '../types.js';
import type { SystemFlows } from './flows.js';
import { syncSystem } from './sync.js';
import type { SystemConnected, SystemOptions, SystemPlan, SystemReport, SystemStatus } from './types.js';

export interface SystemSyncOptions {
  /** Lists every row, not only what changed. */
  audit?: boolean;
  /** What the history calls the run. */
  run?: string;
  /** Told of rows and cards that were looked at; while flows are asked, of answers, with a `total` of 0. */
  onProgress?: Progress;
  /** Once aborted, the run ends with `sync-stopped`; what was done until then stands. */
  signal?: StopSignal;
}

/** @internal What the book lends: its engine, its order of commits, its clock. */
export interface Lent {
  change: Change;
  read<T>(doing: string, work: (engine: Handle) => T): T;
  clock: () => number;
}

export class Systems {
  readonly #book: Lent;
  /** A second run would give up the first one's requests while their answers are on their way. */
  readonly #queues = new Map<string, SerialQueue>();

  /** @internal `Book.systems` is the way. */
  constructor(book: Lent) {
    this.#book = book;
  }

  /** Connects a system: this replica drives it from now on. Connecting it again changes what was said of it. */
  connect(name: string, options: SystemOptions): Promise<SystemConnected> {
    const { change, clock } = this.#book;
    return change(`connecting ${name}`, (e) => JSON.parse(e.systemConnect(name, JSON.stringify(options), clock())));
  }

  /** Forgets a system. Cards stay, and so do its rows. */
  disconnect(name: string): Promise<void> {
    const { change, clock } = this.#book;
    return change(`disconnecting ${name}`, (engine) => engine.systemDisconnect(name, clock()));
  }

  /** The names of the systems that this replica drives or drove. */
  list(): string[] {
    return this.#book.read('listing systems', (engine) => engine.systems());
  }

  /** Exchanges with a system: settles what is unknown, reads what changed there, and sends what differs. */
  sync(name: string, flows: SystemFlows, options: SystemSyncOptions = {}): Promise<SystemReport> {
    const { clock, change } = this.#book;
    const { audit = false, run = `sync-${clock()}`, onProgress, signal } = options;
    return this.#queueOf(name).run(() =>
      syncSystem({ name, flows, audit, run, clock, onProgress, signal }, (doing, work) => change(doing, work)),
    );
  }

  /** Rows, what waits for a person, and why. */
  status(name: string): SystemStatus {
    return this.#book.read(`looking at ${name}`, (engine) => JSON.parse(engine.systemStatus(name)));
  }

  /** Exactly what would be sent now, field by field, with who wrote it. Sends nothing. */
  plan(name: string): SystemPlan {
    const { clock } = this.#book;
    return this.#book.read(`planning a run with ${name}`, (e) => JSON.parse(e.systemPlan(name, clock())));
  }

  /** Lets a held run pass: `take` believes what is held, `keep` keeps what the other side has. The next run does it. */
  confirm(name: string, token: string, answer: 'take' | 'keep'): Promise<void> {
    return this.#book.change(`confirming ${token} of ${name}`, (e) => e.systemConfirm(name, token, answer));
  }

  /** Says whose a parked row is: a card's, or with null a person's whom the book does not know. */
  decide(name: string, row: string, card: string | null): Promise<void> {
    return this.#book.change(`deciding a row of ${name}`, (e) => e.systemDecide(name, row, card));
  }

  /** Has the next run send once more what the system refused for a card, or what was kept back for it. */
  retry(name: string, card: string): Promise<void> {
    return this.#book.change(`retrying card ${card} of ${name}`, (engine) => engine.systemRetry(name, card));
  }

  #queueOf(name: string): SerialQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new SerialQueue();
      this.#queues.set(name, queue);
    }
    return queue;
  }
}
