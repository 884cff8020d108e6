/**
 * The store in a browser's IndexedDB. One commit is one transaction of strict
 * durability, acknowledged when the browser says it is complete. The right to
 * write is a Web Lock, so that a closed or crashed tab gives it back; an epoch
 * in the database, checked in every commit, fences whoever lost it. Browsers
 * may evict what a site keeps: see `askToKeep` in ../browser/keep.ts.
 */
import { ContactmeshError } from '../errors.js';
import {
  ABOUT,
  answer,
  databaseName,
  inTransaction,
  type LeaseRecord,
  openDatabase,
  RECORDS,
} from './indexeddb/database.js';
import { closedFailure, fencedFailure, lockedFailure, storageFailure } from './indexeddb/failure.js';
import { readAll } from './indexeddb/reading.js';
import { seal, unseal } from './indexeddb/record.js';
import { type HeldLock, takeLock } from './indexeddb/writer-lock.js';
import type { Batch, Lease, LeaseOptions, Loaded, Storage } from './port.js';
import { checkKey } from './port.js';
import { SerialQueue } from './queue.js';

export interface IndexedDbOptions {
  /** Told when the browser closes the database: its data was cleared, or its disk failed. */
  onClosed?: () => void;
}

/** Opens the book `name` of this site; one that does not exist yet is an empty one. */
export async function openIndexedDbStorage(name: string, options: IndexedDbOptions = {}): Promise<IndexedDbStorage> {
  return new IndexedDbStorage(name, await openDatabase(name), options);
}

interface Held {
  epoch: number;
  lock: HeldLock;
}

export class IndexedDbStorage implements Storage {
  readonly #place: string;
  readonly #lockName: string;
  readonly #database: IDBDatabase;
  readonly #queue = new SerialQueue();
  #held: Held | undefined;
  #failure: ContactmeshError | undefined;
  /** Why nothing works any more, once that is so. */
  #closed: string | undefined;

  /** @internal `openIndexedDbStorage` is the way. */
  constructor(name: string, database: IDBDatabase, options: IndexedDbOptions) {
    this.#place = `the book ${JSON.stringify(name)}`;
    this.#lockName = `${databaseName(name)}/writer`;
    this.#database = database;
    // Somebody deletes the database, or a later version wants to change it: standing in the way helps nobody.
    database.onversionchange = () => this.#end('another tab deletes or converts it', options.onClosed);
    database.onclose = () =>
      this.#end('the browser closed it: its data was cleared, or its disk failed', options.onClosed);
  }

  /** What made the store read-only, if anything did. */
  get failure(): ContactmeshError | undefined {
    return this.#failure;
  }

  lease(name: string, options: LeaseOptions = {}): Promise<Lease> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (this.#failure) throw this.#failure;
      const doing = `taking the lease of ${this.#place}`;
      const before = await this.#named(doing, () => this.#leaseRecord());
      if (this.#held !== undefined) {
        if (before?.epoch === this.#held.epoch) throw lockedFailure(this.#place, before.holder);
        this.#release(this.#held);
      }
      const lock = await takeLock(this.#lockName, options.steal === true);
      if (lock === undefined) throw lockedFailure(this.#place, before?.holder);
      try {
        const held: Held = { epoch: await this.#named(doing, () => this.#nextEpoch(name)), lock };
        this.#held = held;
        return { epoch: held.epoch, release: () => this.#queue.run(async () => this.#release(held)) };
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  }

  async commit(batch: Batch): Promise<void> {
    for (const key of batch.del) checkKey(key);
    const last = new Map<string, Uint8Array>();
    for (const [key, bytes] of batch.put) {
      checkKey(key);
      last.set(key, bytes);
    }
    const deleted = [...batch.del];
    const { expectEpoch } = batch;
    const sealing = Promise.all([...last].map(async ([key, bytes]) => [key, await seal(key, bytes)] as const));
    // Told to whoever waits for the commit, when it is its turn.
    sealing.catch(() => {});
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (this.#failure) throw this.#failure;
      if (this.#held?.epoch !== expectEpoch) throw fencedFailure(this.#place, expectEpoch, this.#held?.epoch);
      try {
        await this.#write(expectEpoch, deleted, await sealing);
      } catch (error) {
        const failure = storageFailure(`committing to ${this.#place}`, error);
        if (failure.code !== 'storage-fenced') this.#failure = failure;
        this.#assertOpen();
        throw failure;
      }
    });
  }

  async load(prefix: string): Promise<Loaded> {
    this.#assertOpen();
    return this.#named(`reading ${this.#place}`, () => readAll(this.#database, prefix));
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    const doing = `reading ${JSON.stringify(key)} of ${this.#place}`;
    const sealed: unknown = await this.#named(doing, () =>
      inTransaction(this.#database, [RECORDS], 'readonly', (t) => answer(t.objectStore(RECORDS).get(key))),
    );
    if (sealed === undefined) return undefined;
    const bytes = await unseal(key, sealed);
    if (bytes !== undefined) return bytes;
    const message = `${doing}: the record fails its checksum. Fetch it again from another replica.`;
    throw new ContactmeshError('storage-damaged', message, { details: { key } });
  }

  close(): Promise<void> {
    return this.#queue.run(async () => this.#end('it was closed'));
  }

  /** One transaction: the epoch is looked at in the same breath as the batch is written. */
  #write(epoch: number, deleted: string[], sealed: (readonly [string, Uint8Array])[]): Promise<void> {
    return inTransaction(this.#database, [ABOUT, RECORDS], 'readwrite', async (transaction) => {
      const lease: LeaseRecord | undefined = await answer(transaction.objectStore(ABOUT).get('lease'));
      if (lease?.epoch !== epoch) throw fencedFailure(this.#place, epoch, lease?.epoch);
      const records = transaction.objectStore(RECORDS);
      for (const key of deleted) records.delete(key);
      for (const [key, bytes] of sealed) records.put(bytes, key);
    });
  }

  #leaseRecord(): Promise<LeaseRecord | undefined> {
    return inTransaction(this.#database, [ABOUT], 'readonly', (t) => answer(t.objectStore(ABOUT).get('lease')));
  }

  #nextEpoch(holder: string): Promise<number> {
    return inTransaction(this.#database, [ABOUT], 'readwrite', async (transaction) => {
      const about = transaction.objectStore(ABOUT);
      const last: LeaseRecord | undefined = await answer(about.get('lease'));
      const next: LeaseRecord = { epoch: (last?.epoch ?? 0) + 1, holder };
      about.put(next, 'lease');
      return next.epoch;
    });
  }

  #release(held: Held): void {
    held.lock.release();
    if (this.#held === held) this.#held = undefined;
  }

  #end(reason: string, told?: () => void): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#database.close();
    if (this.#held !== undefined) this.#release(this.#held);
    told?.();
  }

  async #named<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#assertOpen();
      throw storageFailure(doing, error);
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw closedFailure(this.#place, this.#closed);
  }
}
