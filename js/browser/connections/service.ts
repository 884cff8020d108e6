/**
 * The connections of a book, beside the host that has it open: what tabs may
 * ask of them, and what they are told. It hands out no address.
 */
import { relayNameOfFlow } from '../../connections/connection.js';
import { ContactmeshError } from '../../errors.js';
import { checkAddress } from '../../relay/flow/address.js';
import { afterPerson } from '../../schedule/connection-state.js';
import type { RunRecord } from '../../schedule/record.js';
import type { SystemPlan, SystemStatus } from '../../systems/types.js';
import type { Progress } from '../../types.js';
import type { Keeper } from '../keeper.js';
import { Cupboard } from './cupboard.js';
import { ConnectionDrawer, LetterDrawer, RunDrawer, StateDrawer } from './records.js';
import {
  type ConnectionReport,
  type ConnectOptions,
  type LetterReport,
  reportOf,
  type SyncedConnection,
} from './report.js';
import { mistake, Runner } from './runner.js';
import { type SystemDecision, SystemDesk } from './systems.js';

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
  readonly #desk: SystemDesk;
  readonly #ears: ServiceEars;
  readonly #left: Promise<never>;
  #leave: (reason: ContactmeshError) => void = () => {};
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(book: string, keeper: Keeper, ears: ServiceEars) {
    this.#cupboard = new Cupboard(book);
    this.#keeper = keeper;
    this.#ears = ears;
    this.#desk = new SystemDesk(keeper);
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
    const { log = 'contacts', actions = ACTIONS, automatic = true } = options;
    const drawer = new ConnectionDrawer(this.#cupboard);
    checkRest(log, actions);
    await drawer.check(name, options.kind ?? 'relay');
    if (options.kind === 'outlook') {
      const { folders, takeOver } = options;
      const urls = { pull: checkAddress(String(options.pullUrl)), apply: checkAddress(String(options.applyUrl)) };
      await this.#desk.connect(name, { kind: 'outlook', book: log, ...defined({ folders, takeOver }) });
      const { host: place } = new URL(urls.pull);
      await drawer.putSystem({ name, kind: 'outlook', log, actions, automatic, place }, urls);
    } else {
      const url = checkAddress(String(options.url));
      await drawer.putRelay({ name, kind: 'relay', log, actions, automatic, place: new URL(url).host }, url);
    }
    // From here on runs begin with this address; what the former one is about to say must not be taken for it.
    await this.#runner.stop(name);
    await this.#acted(name);
    this.#runner.added(await drawer.get(name));
    return this.#changed();
  }

  /** Forgets a connection, its address and what its flow refused. Nothing of the book goes. */
  async disconnect(name: string): Promise<ConnectionReport[]> {
    const drawer = new ConnectionDrawer(this.#cupboard);
    const { kind } = await drawer.get(name);
    await this.#runner.removed(name);
    if (kind === 'outlook') await this.#desk.disconnect(name);
    await drawer.remove(name);
    await new LetterDrawer(this.#cupboard, name).clear();
    await new StateDrawer(this.#cupboard).remove(name);
    return this.#changed();
  }

  /** By name, ascending. */
  async list(): Promise<ConnectionReport[]> {
    const kept = await new ConnectionDrawer(this.#cupboard).list();
    if (kept.length === 0) return [];
    const names = kept.filter(({ kind }) => kind === 'outlook').map(({ name }) => name);
    const { unpushed, changes } = await this.#keeper.use(false, async (book) => book.status());
    const systems = await this.#desk.summaries(names);
    return Promise.all(
      kept.map(async (one) => {
        const { name } = one;
        const system = systems.get(name);
        // A relay that the book has never met lacks everything.
        const unpushedHere = unpushed[relayNameOfFlow(name)] ?? changes;
        return reportOf(one, await new StateDrawer(this.#cupboard).get(name), {
          unsent: one.kind === 'outlook' ? (system?.unsettled ?? 0) : unpushedHere,
          letters: (await new LetterDrawer(this.#cupboard, name).list()).length,
          system: system?.summary,
          progress: this.#runner.progressOf(name),
          error: this.#runner.errorOf(name),
        });
      }),
    );
  }

  /** Syncs a connection with what is there by now. `now`: also one that is left in peace so that its flow recovers. */
  async sync(name: string, now: boolean, audit: boolean, onProgress: Progress): Promise<SyncedConnection> {
    const run = this.#runner.run(name, now, onProgress, audit);
    const { synced, report, record, error } = await Promise.race([run, this.#left]);
    if (synced !== undefined) return synced;
    if (report === undefined) throw error;
    const { requests, pushed, pulled, accepted, refused } = record;
    return { requests, pushed, pulled, accepted, refused, bytes: 0, known: 0, waiting: 0, newer: 0, report };
  }

  systemStatus(name: string): Promise<SystemStatus> {
    return this.#desk.status(name);
  }

  systemPlan(name: string): Promise<SystemPlan> {
    return this.#desk.plan(name);
  }

  /** Decides something about a system of record; the next run, now due, does it. */
  async decideSystem(name: string, decision: SystemDecision): Promise<ConnectionReport[]> {
    await this.#desk.decide(name, decision);
    await this.#acted(name);
    this.#runner.acted(name);
    return this.#changed();
  }

  /** Ends the run under way, if there is one; whoever waits for it or for the next one hears `sync-stopped`. */
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

  /** Whatever it waited for, a person has acted. */
  async #acted(name: string): Promise<void> {
    const states = new StateDrawer(this.#cupboard);
    await states.put(name, afterPerson(await states.get(name)));
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

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function checkRest(log: string, actions: number): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(log)) {
    throw new ContactmeshError('bad-input', 'connecting: the name of a log is 1 to 64 letters, digits, - and _');
  }
  if (!Number.isSafeInteger(actions) || actions < 1) {
    throw new ContactmeshError('bad-input', 'connecting: the actions a day are a whole number from 1');
  }
}
