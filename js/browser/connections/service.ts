/**
 * The connections of a book, beside the host that has it open: what tabs may
 * ask of them, and what they are told. It hands out no address.
 */
import { checkName, relayNameOfFlow } from '../../connections/connection.js';
import { ContactmeshError } from '../../errors.js';
import { checkAddress } from '../../relay/flow/address.js';
import type { RunRecord } from '../../schedule/record.js';
import type { Progress, Synced } from '../../types.js';
import type { Keeper } from '../keeper.js';
import { Cupboard } from './cupboard.js';
import { ConnectionDrawer, LetterDrawer, RunDrawer, StateDrawer } from './records.js';
import { type ConnectionReport, type ConnectOptions, type LetterReport, reportOf } from './report.js';
import { mistake, Runner } from './runner.js';

/** What the rest of the host is told. */
export interface ServiceEars {
  /** Connections look different now. */
  onReports(reports: ConnectionReport[]): void;
  /** Changes of others came in, or may have. */
  onBook(): void;
}

/** The flow serves others too; the shipped one has 10,000 actions a day. */
const ACTIONS = 2_000;
/** Reports are told of at most this often. */
const TELL_EVERY = 100;

export class ConnectionService {
  readonly #cupboard: Cupboard;
  readonly #keeper: Keeper;
  readonly #runner: Runner;
  readonly #ears: ServiceEars;
  readonly #left: Promise<never>;
  #leave: (reason: ContactmeshError) => void = () => {};
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(book: string, keeper: Keeper, ears: ServiceEars) {
    this.#cupboard = new Cupboard(book);
    this.#keeper = keeper;
    this.#ears = ears;
    this.#runner = new Runner(this.#cupboard, keeper, {
      onProgress: (done) => {
        if (done > 0) ears.onBook();
        this.#tellSoon();
      },
      onEnd: (result) => {
        if (result !== undefined && result.record.accepted > 0) ears.onBook();
        this.#tellSoon();
      },
    });
    this.#left = new Promise((_, fail) => {
      this.#leave = fail;
    });
    this.#left.catch(() => {});
  }

  start(): void {
    void this.#runner.start();
  }

  /** Adds a connection, or gives the one of that name another address. */
  async connect(name: string, options: ConnectOptions): Promise<ConnectionReport[]> {
    checkName(name);
    const { log = 'contacts', actions = ACTIONS, automatic = true } = options;
    const address = checkAddress(String(options.url));
    const { host: place } = new URL(address);
    checkRest(log, actions);
    const kept = { name, kind: 'relay' as const, log, actions, automatic, place };
    await new ConnectionDrawer(this.#cupboard).put(kept, address);
    // From here on runs begin with this address; what the former one is about to say must not be taken for it.
    await this.#runner.stop(name);
    const states = new StateDrawer(this.#cupboard);
    // Whatever it waited for, a person has acted.
    const { paused: _paused, notBefore: _notBefore, next: _next, ...state } = await states.get(name);
    await states.put(name, state);
    this.#runner.added(await new ConnectionDrawer(this.#cupboard).get(name));
    return this.#changed();
  }

  /** Forgets a connection, its address and what its flow refused. Nothing of the book goes. */
  async disconnect(name: string): Promise<ConnectionReport[]> {
    await new ConnectionDrawer(this.#cupboard).remove(name);
    await this.#runner.removed(name);
    await new LetterDrawer(this.#cupboard, name).clear();
    await new StateDrawer(this.#cupboard).remove(name);
    return this.#changed();
  }

  /** By name, ascending. */
  async list(): Promise<ConnectionReport[]> {
    const kept = await new ConnectionDrawer(this.#cupboard).list();
    if (kept.length === 0) return [];
    const { unpushed, changes } = await this.#keeper.use(false, async (book) => book.status());
    return Promise.all(
      kept.map(async (one) => {
        const { name } = one;
        return reportOf(one, await new StateDrawer(this.#cupboard).get(name), {
          // A relay that the book has never met lacks everything.
          unsent: unpushed[relayNameOfFlow(name)] ?? changes,
          letters: (await new LetterDrawer(this.#cupboard, name).list()).length,
          progress: this.#runner.progressOf(name),
          error: this.#runner.errorOf(name),
        });
      }),
    );
  }

  /** Syncs a connection now. `now`: also one that is left in peace so that its flow recovers. */
  async sync(name: string, now: boolean, onProgress: Progress): Promise<Synced> {
    const { synced, error } = await Promise.race([this.#runner.run(name, now, onProgress), this.#left]);
    if (synced === undefined) throw error;
    return synced;
  }

  /** Ends the run under way, if there is one; whoever waits for it hears `sync-stopped`. */
  stop(name: string): Promise<void> {
    return this.#runner.stop(name);
  }

  async letters(name: string): Promise<LetterReport[]> {
    const letters = await new LetterDrawer(this.#cupboard, name).list();
    return letters.map(({ bytes, ...shown }) => ({ ...shown, bytes: bytes.length }));
  }

  /** Has a refused chunk sent again with the next sync, or forgets it. */
  async settleLetter(name: string, hash: string, wish: 'retry' | 'drop'): Promise<ConnectionReport[]> {
    const drawer = new LetterDrawer(this.#cupboard, name);
    const letter = (await drawer.list()).find((one) => one.hash === hash);
    if (letter === undefined) {
      throw new ContactmeshError(
        'letter-unknown',
        `no chunk ${String(hash).slice(0, 64)} was refused; see the letters`,
      );
    }
    if (wish === 'retry') await drawer.put({ ...letter, retry: true });
    else await drawer.remove(hash);
    return this.#changed();
  }

  /** What the last runs did, the last one first. */
  runs(count: number): Promise<RunRecord[]> {
    return new RunDrawer(this.#cupboard).recent(count);
  }

  /** A tab is shown, or the network is back. */
  awake(): Promise<void> {
    return this.#runner.awake();
  }

  /** The book was edited here. */
  edited(): void {
    this.#tellSoon();
    this.#runner.edited().catch(mistake);
  }

  /** Whoever waits for a sync is told that it goes on elsewhere. */
  async leave(): Promise<void> {
    this.#leave(new ContactmeshError('book-moved', 'syncing: the tab that does it is gone; sync again'));
    await this.#runner.leave();
    clearTimeout(this.#telling);
    this.#cupboard.close();
  }

  async #changed(): Promise<ConnectionReport[]> {
    const reports = await this.list();
    this.#ears.onReports(reports);
    return reports;
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#changed().catch(mistake);
    }, TELL_EVERY);
  }
}

function checkRest(log: string, actions: number): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(log)) {
    throw new ContactmeshError('bad-input', 'connecting: the name of a log is 1 to 64 letters, digits, - and _');
  }
  if (!Number.isSafeInteger(actions) || actions < 1) {
    throw new ContactmeshError('bad-input', 'connecting: the actions a day are a whole number from 1');
  }
}
