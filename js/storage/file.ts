/**
 * The store in a folder of files: an append-only log `book.log` and a lease
 * file. Opening reads; nothing is created or changed before `lease`. After a
 * failed write the store is read-only until it is opened again: a failed sync
 * is never tried again. How bytes lie in the log is file/format.ts, how two
 * writers are kept apart is file/takeover.ts.
 */
import { ContactmeshError } from '../errors.js';
import { discard, prepareCompaction, swapIn } from './file/compact.js';
import { fencedFailure, ioFailure } from './file/failure.js';
import * as format from './file/format.js';
import type { HeldLease } from './file/lease.js';
import { takeLease } from './file/lease.js';
import { LogFile, plain } from './file/log.js';
import { logPath } from './file/names.js';
import type { FileOps } from './file/ops.js';
import { nodeFileOps } from './file/ops.js';
import { readRecords } from './file/records.js';
import { openForWriting } from './file/takeover.js';
import type { Batch, Lease, LeaseOptions, Loaded, Storage } from './port.js';
import { SerialQueue } from './queue.js';

export interface FileStorageOptions {
  /** @internal for tests. */
  ops?: FileOps;
  /** Compacts when more than this many bytes, and more than half, are dead. */
  compactAbove?: number;
}

const COMPACT_ABOVE = 4 * 1024 * 1024;

/** Opens the book in `folder`; one that does not exist yet is an empty one. */
export async function openFileStorage(folder: string, options: FileStorageOptions = {}): Promise<FileStorage> {
  const ops = options.ops ?? nodeFileOps;
  const path = logPath(folder);
  const log = await named(`opening ${path}`, () => LogFile.open(ops, path, 'read'));
  return new FileStorage(folder, ops, log, options.compactAbove ?? COMPACT_ABOVE);
}

export class FileStorage implements Storage {
  readonly #folder: string;
  readonly #path: string;
  readonly #ops: FileOps;
  readonly #compactAbove: number;
  readonly #queue = new SerialQueue();
  #log: LogFile | undefined;
  #lease: HeldLease | undefined;
  #failure: ContactmeshError | undefined;
  #compactionFailure: ContactmeshError | undefined;
  #closed = false;

  /** @internal `openFileStorage` is the way. */
  constructor(folder: string, ops: FileOps, log: LogFile | undefined, compactAbove: number) {
    this.#folder = folder;
    this.#path = logPath(folder);
    this.#ops = ops;
    this.#log = log;
    this.#compactAbove = compactAbove;
  }

  /** What made the store read-only, if anything did. */
  get failure(): ContactmeshError | undefined {
    return this.#failure;
  }

  /** Why the last compaction by itself was given up; the book is whole all the same. */
  get compactionFailure(): ContactmeshError | undefined {
    return this.#compactionFailure;
  }

  lease(name: string, options: LeaseOptions = {}): Promise<Lease> {
    return this.#queue.run(async () => {
      this.#assertUsable();
      if (this.#lease && this.#log && this.#log.state.epoch > this.#lease.epoch) await this.#dropLease();
      return named(`taking the lease of ${this.#path}`, () => this.#takeLease(name, options.steal === true));
    });
  }

  async commit(batch: Batch): Promise<void> {
    const frame = format.encodeBatch(batch);
    const { expectEpoch } = batch;
    return this.#queue.run(async () => {
      const log = this.#writable(expectEpoch);
      format.finishFrame(frame, log.state.mark, format.KIND.batch, expectEpoch);
      await this.#orDie(`committing to ${this.#path}`, () => log.append(frame, expectEpoch));
      if (this.#wantsCompaction(log)) this.#compactLater();
    });
  }

  async load(prefix: string): Promise<Loaded> {
    this.#assertOpen();
    const loaded: Loaded = { records: [], corrupt: [] };
    const log = this.#log;
    if (!log) return loaded;
    loaded.corrupt.push(...log.state.places);
    for (const [key, reason] of log.state.damaged) if (key.startsWith(prefix)) loaded.corrupt.push({ key, reason });
    const wanted = [...log.state.index].filter(([key]) => key.startsWith(prefix));
    await named(`reading ${this.#path}`, () =>
      log.using(async () => {
        for await (const run of readRecords(log, wanted)) {
          for (const { key, bytes, entry } of run) {
            if (bytes) loaded.records.push([key, plain(bytes.subarray(bytes.length - entry.valueBytes))]);
            else loaded.corrupt.push({ key, reason: 'the record fails its checksum' });
          }
        }
      }),
    );
    return loaded;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    const log = this.#log;
    if (!log) return undefined;
    if (log.state.damaged.has(key)) throw this.#damagedRecord(key);
    const entry = log.state.index.get(key);
    if (!entry) return undefined;
    const value = await named(`reading ${JSON.stringify(key)} of ${this.#path}`, () => log.value(entry));
    if (!value) throw this.#damagedRecord(key);
    return value;
  }

  /** Writes the log anew without what is dead. Needs the lease. */
  compact(): Promise<void> {
    return this.#queue.run(async () => {
      const epoch = this.#lease?.epoch ?? 0;
      await this.#compact(this.#writable(epoch), epoch);
    });
  }

  close(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      // Whatever cannot be given back now is taken over from a dead process later.
      await this.#dropLease().catch(() => {});
      await this.#log?.close();
    });
  }

  async #takeLease(name: string, steal: boolean): Promise<Lease> {
    await this.#ops.mkdir(this.#folder);
    let floor = this.#log?.state.epoch ?? 0;
    for (;;) {
      const held = await takeLease(this.#ops, this.#folder, name, floor, steal);
      let log: LogFile | number;
      try {
        log = await openForWriting(this.#ops, this.#folder, held.epoch, this.#log);
      } catch (error) {
        await held.drop().catch(() => {});
        throw error;
      }
      if (typeof log !== 'number') {
        await this.#log?.close();
        this.#log = log;
        this.#lease = held;
        return { epoch: held.epoch, release: () => this.#queue.run(() => this.#release(held)) };
      }
      await held.drop();
      floor = log;
    }
  }

  async #release(held: HeldLease): Promise<void> {
    if (this.#lease !== held || this.#closed) return;
    await named(`releasing the lease of ${this.#path}`, () => this.#dropLease());
  }

  async #dropLease(): Promise<void> {
    const held = this.#lease;
    this.#lease = undefined;
    await held?.drop();
  }

  #wantsCompaction({ state }: LogFile): boolean {
    const sound = state.places.length === 0 && state.damaged.size === 0;
    return sound && state.deadBytes > this.#compactAbove && state.deadBytes > state.end / 2;
  }

  #compactLater(): void {
    if (this.#compactionFailure) return;
    void this.#queue.run(async () => {
      const log = this.#log;
      const lease = this.#lease;
      if (this.#closed || this.#failure || !lease || !log || !this.#wantsCompaction(log)) return;
      try {
        await this.#compact(log, lease.epoch);
      } catch (error) {
        this.#compactionFailure = ioFailure(`compacting ${this.#path}`, error);
      }
    });
  }

  async #compact(log: LogFile, epoch: number): Promise<void> {
    const doing = `compacting ${this.#path}`;
    const claim = (): Promise<void> =>
      this.#orDie(doing, () => log.append(format.epochFrame(log.state.mark, epoch, log.state.end), epoch));
    if (!(await named(doing, () => log.isUntouched()))) await claim();
    const made = await named(doing, () => prepareCompaction(this.#ops, this.#folder, log, epoch));
    const swapped = await this.#orDie(doing, () => swapIn(this.#ops, this.#folder, log, made)).catch(
      async (error: unknown) => {
        await made.log.close();
        throw error;
      },
    );
    if (swapped) {
      this.#log = made.log;
      this.#compactionFailure = undefined;
      await log.close();
      return;
    }
    await discard(this.#ops, made).catch(() => {});
    await claim(); // Fails if the lease is gone; else it was only somebody's rest of a write.
    throw new ContactmeshError(
      'storage-io',
      `${doing}: another process wrote to it meanwhile. The book is as it was; try again.`,
    );
  }

  /** The log, if this store may write to it under `epoch`. */
  #writable(epoch: number): LogFile {
    this.#assertUsable();
    const log = this.#log;
    if (!log || !this.#lease || this.#lease.epoch !== epoch || log.state.epoch > epoch) {
      throw fencedFailure(this.#path, epoch);
    }
    return log;
  }

  /** Runs a step that writes. After a failure the handle is dead, except that being fenced is no fault of it. */
  async #orDie<T>(doing: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const failure = ioFailure(doing, error);
      if (failure.code !== 'storage-fenced') this.#failure = failure;
      throw failure;
    }
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new ContactmeshError('storage-closed', `using ${this.#path}, which was closed. Open the book again.`);
    }
  }

  #assertUsable(): void {
    this.#assertOpen();
    if (!this.#failure) return;
    throw new ContactmeshError(
      this.#failure.code,
      `writing to ${this.#path}: the book is read-only since an earlier failure (${this.#failure.message})`,
      { cause: this.#failure, details: this.#failure.details },
    );
  }

  #damagedRecord(key: string): ContactmeshError {
    return new ContactmeshError(
      'storage-damaged',
      `reading ${JSON.stringify(key)} of ${this.#path}: the record fails its checksum. Fetch it again from another replica, or restore a backup.`,
      { details: { key } },
    );
  }
}

/** Runs a step and gives its failure a name. */
async function named<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw ioFailure(doing, error);
  }
}
