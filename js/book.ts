/**
 * A book: one store, one writer lease, one engine. Every method that changes
 * something resolves only when the change is durable. It holds no domain logic:
 * the engine decides, this orders commits, yields while work is long, and opens
 * the engine again from the store when it or a commit fails.
 */
import { batchOf, type EngineBatch } from './batch.js';
import { ENGINE_STOPPED, type Engine, type Handle, type ModuleSource } from './engine.js';
import { ContactmeshError, isContactmeshError } from './errors.js';
import { type BlobRecord, importDrafts } from './import.js';
import { type Opened, openEngine } from './opening.js';
import type { Relay } from './relay/port.js';
import type { Batch, Lease, Storage } from './storage/port.js';
import { SerialQueue } from './storage/queue.js';
import { forgetOthers, pendingFor, syncWith } from './sync.js';
import { Systems } from './systems/systems.js';
import type * as types from './types.js';

export interface BookOptions {
  storage: Storage;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** What people call this replica; shown beside what it wrote. */
  name?: string;
  /** Takes the store from a live holder; whatever that one writes is refused. */
  steal?: boolean;
  /** Opens for reading only: needs no lease, and every change is refused. */
  readOnly?: boolean;
}

export class Book {
  /** The systems of record that this replica drives. */
  readonly systems: Systems;
  readonly #storage: Storage;
  readonly #module: WebAssembly.Module;
  readonly #clock: () => number;
  readonly #lease: Lease | undefined;
  readonly #queue = new SerialQueue();
  #engine: Engine;
  #damage: types.Status['damage'];
  #closed = false;

  private constructor(options: BookOptions, module: WebAssembly.Module, lease: Lease | undefined, opened: Opened) {
    this.#storage = options.storage;
    this.#module = module;
    this.#clock = options.clock ?? Date.now;
    this.#lease = lease;
    this.#engine = opened.engine;
    this.#damage = opened.damage;
    this.systems = new Systems({
      change: (doing, work) => this.#change(doing, work),
      read: (doing, work) => this.#call(doing, work),
      clock: this.#clock,
    });
  }

  /** @internal `openBook` of each entry is the way: it brings the engine's module. */
  static async open(source: ModuleSource, options: BookOptions): Promise<Book> {
    const module = await source();
    const { storage, steal = false } = options;
    const lease = options.readOnly ? undefined : await storage.lease(options.name ?? 'contactmesh', { steal });
    try {
      const book = new Book(options, module, lease, await openEngine(module, storage));
      if (lease !== undefined) await book.#prepare(options.name);
      return book;
    } catch (error) {
      // Why it does not open is what to tell; a lease that stays is taken over from a process that ended.
      await lease?.release().catch(() => {});
      throw error;
    }
  }

  /** Makes a card; returns its id. */
  async create(fields: types.Fields): Promise<Pick<types.Written, 'id' | 'revision'>> {
    return this.#write('making a card', (engine) => engine.create(JSON.stringify(fields), this.#clock()));
  }

  /** Edits a card. Without a revision it is edited as it is now. */
  async edit(id: string, fields: types.Fields, revision?: string): Promise<types.Written> {
    return this.#write(`editing card ${id}`, (e) => e.edit(id, revision, JSON.stringify(fields), this.#clock()));
  }

  async delete(id: string, revision?: string): Promise<types.Written> {
    return this.#write(`deleting card ${id}`, (engine) => engine.delete(id, revision, this.#clock()));
  }

  async restore(id: string, revision?: string): Promise<types.Written> {
    return this.#write(`restoring card ${id}`, (engine) => engine.restore(id, revision, this.#clock()));
  }

  /** Decides a conflict for candidate `number`, from 1, the shown one. */
  async resolve(id: string, path: string, number: number, revision?: string): Promise<types.Written> {
    return this.#write(`deciding ${path} of card ${id}`, (e) => e.resolve(id, revision, path, number, this.#clock()));
  }

  /** Imports drafts (docs/card-json.md), some hundred in one commit. Many blobs are stored before the cards that show them. */
  async import(drafts: unknown[], options: types.ImportOptions = {}): Promise<types.Imported> {
    const run = options.run ?? `import-${this.#clock()}`;
    return importDrafts(drafts, { ...options, run }, this.#clock, (doing, work, blobs) =>
      this.#change(doing, work, blobs),
    );
  }

  /** Exchanges with a relay until neither side has anything for the other. */
  async sync(relay: Relay, options: { name: string; onProgress?: types.Progress }): Promise<types.Synced> {
    const afresh = this.#damage.length > 0;
    const synced = await syncWith(relay, { ...options, afresh }, (doing, work) => this.#change(doing, work));
    if (afresh) await this.#setDamageAside(options.name);
    return synced;
  }

  /** What a sync with a relay would send now. */
  pending(relay: string): types.Pending {
    return this.#call(`planning a sync with ${relay}`, (engine) => pendingFor(engine, relay));
  }

  card(id: string): types.Card {
    return this.#read(`reading card ${id}`, (engine) => engine.card(id, this.#clock()));
  }

  /** A card as it stood at an earlier revision. */
  cardAt(id: string, revision: string): types.Card {
    return this.#read(`reading card ${id}`, (engine) => engine.cardAt(id, revision));
  }

  /** Live cards, ascending by name, in pages. */
  *cards(page = 200): Generator<types.Card> {
    for (let offset = 0; ; offset += page) {
      const cards: types.Card[] = this.#read('reading cards', (e) => e.cards(offset, page, this.#clock()));
      yield* cards;
      if (cards.length < page) return;
    }
  }

  list(query: types.ListQuery = {}): types.List {
    return this.#read('listing cards', (engine) => engine.list(query));
  }

  history(id: string): types.HistoryEntry[] {
    return this.#read(`reading the history of card ${id}`, (engine) => engine.history(id, this.#clock()));
  }

  conflicts(id?: string): types.CardConflicts[] {
    return this.#read('reading conflicts', (engine) => engine.conflicts(id, this.#clock()));
  }

  status(): types.Status {
    const status: types.Status = this.#call('counting the book', (engine) => engine.status());
    return { ...status, damage: [...this.#damage, ...status.damage] };
  }

  /** Equal on two replicas that show and keep the same. */
  stateHash(): string {
    return this.#call('hashing the book', (engine) => engine.stateHash());
  }

  /** How many registers show a value that a person wrote on another replica. */
  countForeignValues(): number {
    return this.#call('counting merged fields', (engine) => engine.countForeignValues());
  }

  /** A card's changes as a file that any Automerge opens. */
  automerge(id: string): Uint8Array {
    return this.#call(`exporting card ${id}`, (engine) => engine.automerge(id));
  }

  /** The bytes behind a `blob` value. */
  async blob(sha256: string): Promise<Uint8Array | undefined> {
    return this.#storage.get(`blob/${sha256}`);
  }

  /** Waits for what is being written, and lets others write. Safe to repeat. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.run(async () => {
      try {
        await this.#lease?.release();
      } finally {
        await this.#storage.close();
      }
    });
  }

  /** Stores what opening brought (a new book, chunks that an update can read), and makes many small records few. */
  async #prepare(name: string | undefined): Promise<void> {
    await this.#change('preparing the book', (engine) => {
      if (name !== undefined) engine.nameReplica(name, this.#clock());
    });
    await this.#queue.run(() => this.#commitStep('joining records', (engine) => engine.compact(), []));
  }

  #write<T>(doing: string, work: (engine: Handle) => string): Promise<T> {
    return this.#change(doing, (engine) => JSON.parse(work(engine)) as T);
  }

  /** Changes something and makes it durable, after everything that was asked for before. */
  #change<T>(doing: string, work: (engine: Handle) => T, blobs: BlobRecord[] = []): Promise<T> {
    return this.#queue.run(async () => {
      let result: T | undefined;
      const step = (engine: Handle) =>
        batchOf(engine, () => {
          result = work(engine);
        });
      await this.#commitStep(doing, step, blobs);
      return result as T;
    });
  }

  async #commitStep(
    doing: string,
    work: (engine: Handle) => EngineBatch | undefined,
    blobs: BlobRecord[],
  ): Promise<void> {
    if (this.#closed) throw new ContactmeshError('book-closed', `${doing}: the book is closed; open it again`);
    if (this.#lease === undefined) {
      throw new ContactmeshError(
        'book-read-only',
        `${doing}: the book was opened for reading only; open it for writing`,
      );
    }
    // Whatever the error is called, the engine may know what the store does not.
    let ahead = true;
    try {
      const batch = this.#engine.call(doing, work);
      if (batch === undefined) return;
      const { failure, put, del } = batch;
      const all: Batch = { put: [...blobs, ...put], del, expectEpoch: this.#lease.epoch };
      if (all.put.length > 0 || del.length > 0) await this.#storage.commit(all);
      ahead = false;
      if (failure !== undefined)
        this.#engine.call(doing, () => {
          throw failure;
        });
    } catch (error) {
      if (ahead) await this.#goBack();
      throw error;
    }
  }

  /** Opens the engine again from what is durable. If even that fails, nothing more is taken until it succeeds. */
  async #goBack(): Promise<void> {
    const engine = this.#engine;
    try {
      await this.#reopen();
    } catch {
      // The error that led here is the one to tell; the next call says that the engine stopped, and tries again.
      engine.stop();
    }
  }

  async #reopen(): Promise<void> {
    const { engine, damage } = await openEngine(this.#module, this.#storage);
    this.#engine = engine;
    this.#damage = damage;
  }

  /** What a relay has has come back. Without this, every later sync would read everything again. */
  async #setDamageAside(synced: string): Promise<void> {
    const storage = this.#storage;
    if (storage.compact === undefined) return;
    await forgetOthers(synced, (doing, work) => this.#change(doing, work));
    await this.#queue.run(async () => {
      try {
        await storage.compact?.();
        await this.#reopen();
      } catch (error) {
        if (!isContactmeshError(error)) throw error;
        // The sync is whole all the same. The damage stays in sight, and the next sync begins afresh again.
        this.#damage.push({ key: 'store', reason: `what is damaged could not be set aside: ${error.message}` });
      }
    });
  }

  #read<T>(doing: string, work: (engine: Handle) => string): T {
    return JSON.parse(this.#call(doing, work)) as T;
  }

  #call<T>(doing: string, work: (engine: Handle) => T): T {
    if (this.#closed) throw new ContactmeshError('book-closed', `${doing}: the book is closed; open it again`);
    const engine = this.#engine;
    try {
      return engine.call(doing, work);
    } catch (error) {
      if (isContactmeshError(error, ENGINE_STOPPED)) this.#replace(engine);
      throw error;
    }
  }

  /** A read stopped the engine: the next call finds another, as soon as what is being written is done. */
  #replace(stopped: Engine): void {
    this.#queue
      .run(async () => {
        if (this.#engine === stopped && !this.#closed) await this.#reopen();
      })
      // Then the engine is still the stopped one, and the next call says so and tries again.
      .catch(() => {});
  }
}
