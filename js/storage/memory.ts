/**
 * A store in memory, for tests and demos. `MemoryDisk` is the part that
 * outlives a process: several stores may be opened on one disk, `crash()` ends
 * all of them as a power cut would, `failNextCommit` and `damage` play a bad
 * disk. It keeps nothing once the disk object is gone, and says so by its name.
 */
import { ContactmeshError, type StorageErrorCode } from '../errors.js';
import type { Batch, Corrupt, Lease, LeaseOptions, Loaded, Storage } from './port.js';
import { checkKey } from './port.js';
import { SerialQueue } from './queue.js';

interface MemoryRecord {
  bytes: Uint8Array;
  damaged: boolean;
}

export class MemoryDisk {
  readonly records: Map<string, MemoryRecord> = new Map();
  epoch = 0;
  holder: { store: MemoryStorage; name: string } | undefined;
  /** Counts crashes: a store of an earlier life may do nothing more. */
  life = 0;
  #nextFailure: StorageErrorCode | undefined;

  /** Ends every open store as a power cut would; acknowledged commits stay. */
  crash(): void {
    this.life += 1;
    this.holder = undefined;
  }

  failNextCommit(code: StorageErrorCode = 'storage-io'): void {
    this.#nextFailure = code;
  }

  takeFailure(): StorageErrorCode | undefined {
    const code = this.#nextFailure;
    this.#nextFailure = undefined;
    return code;
  }

  /** Makes the record under `key` fail its check from now on. */
  damage(key: string): void {
    const record = this.records.get(key);
    if (record) this.records.set(key, { bytes: record.bytes, damaged: true });
  }
}

export function openMemoryStorage(disk: MemoryDisk = new MemoryDisk()): MemoryStorage {
  return new MemoryStorage(disk);
}

export class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk;
  readonly #life: number;
  readonly #queue = new SerialQueue();
  #failure: ContactmeshError | undefined;
  #closed = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.#life = disk.life;
  }

  /** What made the store read-only, if anything did. */
  get failure(): ContactmeshError | undefined {
    return this.#failure;
  }

  lease(name: string, options: LeaseOptions = {}): Promise<Lease> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (this.#failure) throw this.#failure;
      const disk = this.#disk;
      if (disk.holder && !(options.steal === true && disk.holder.store !== this)) {
        throw new ContactmeshError(
          'storage-locked',
          `taking the lease of a book in memory: ${disk.holder.name} holds it. Close that store first.`,
        );
      }
      disk.epoch += 1;
      const { epoch } = disk;
      disk.holder = { store: this, name };
      return { epoch, release: () => this.#queue.run(async () => this.#release(epoch)) };
    });
  }

  async commit(batch: Batch): Promise<void> {
    for (const key of batch.del) checkKey(key);
    const copies = batch.put.map(([key, bytes]): [string, Uint8Array] => {
      checkKey(key);
      return [key, Uint8Array.from(bytes)];
    });
    const deleted = [...batch.del];
    const { expectEpoch } = batch;
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (this.#failure) throw this.#failure;
      const disk = this.#disk;
      if (disk.holder?.store !== this || disk.epoch !== expectEpoch) throw fenced(expectEpoch, disk.epoch);
      const code = disk.takeFailure();
      if (code !== undefined) {
        this.#failure = new ContactmeshError(
          code,
          'committing to a book in memory: the disk failed, as it was told to. Nothing of this batch is saved; open the book again.',
        );
        throw this.#failure;
      }
      for (const key of deleted) disk.records.delete(key);
      for (const [key, bytes] of copies) disk.records.set(key, { bytes, damaged: false });
    });
  }

  async load(prefix: string): Promise<Loaded> {
    this.#assertOpen();
    const records: [string, Uint8Array][] = [];
    const corrupt: Corrupt[] = [];
    for (const [key, record] of this.#disk.records) {
      if (!key.startsWith(prefix)) continue;
      if (record.damaged) corrupt.push({ key, reason: 'the record fails its checksum' });
      else records.push([key, Uint8Array.from(record.bytes)]);
    }
    return { records, corrupt };
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    const record = this.#disk.records.get(key);
    if (record?.damaged === true) {
      throw new ContactmeshError(
        'storage-damaged',
        `reading ${JSON.stringify(key)} of a book in memory: the record fails its checksum. Fetch it again from another replica.`,
        { details: { key } },
      );
    }
    return record && Uint8Array.from(record.bytes);
  }

  close(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#disk.holder?.store === this) this.#disk.holder = undefined;
      this.#closed = true;
    });
  }

  #release(epoch: number): void {
    if (this.#disk.holder?.store === this && this.#disk.epoch === epoch) this.#disk.holder = undefined;
  }

  #assertOpen(): void {
    if (this.#closed || this.#life !== this.#disk.life) {
      throw new ContactmeshError('storage-closed', 'using a book in memory that was closed. Open it again.');
    }
  }
}

function fenced(expected: number, current: number): ContactmeshError {
  return new ContactmeshError(
    'storage-fenced',
    `committing to a book in memory under epoch ${expected}: this store does not hold that lease (the book is at epoch ${current}). Nothing was saved; take the lease again and reload.`,
    { details: { expected, current } },
  );
}
