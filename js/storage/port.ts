/**
 * The storage port: the whole of what the engine's host needs from a disk. An
 * adapter knows keys and bytes and nothing else; it refuses to know what a
 * record means. Every adapter passes tests/storage/suite.mjs, which is the
 * written form of these promises:
 *
 * - `commit` resolves only when the batch is durable, and a batch is there
 *   whole or not at all, whatever happened meanwhile. Deletes apply before
 *   puts; the last put of a key wins; the same batch twice changes nothing.
 * - A commit that rejects is not acknowledged: it may be there after a reopen,
 *   whole, or not. After a failed write the store is read-only until reopened.
 * - Commits take effect in the order in which they were called.
 * - Reads see acknowledged commits only, and never bytes whose hash is wrong.
 */

/** One atomic step. Its bytes are copied before `commit` returns its promise. */
export interface Batch {
  put: [key: string, bytes: Uint8Array][];
  del: string[];
  /** The epoch of the lease under which the batch was made. */
  expectEpoch: number;
}

export interface Loaded {
  /** In no promised order. */
  records: [key: string, bytes: Uint8Array][];
  /** Damage found so far. What cannot be given a key is named by its place. */
  corrupt: Corrupt[];
}

export interface Corrupt {
  key: string;
  reason: string;
}

/** The right to write. One store has one lease; a later one has a higher epoch. */
export interface Lease {
  readonly epoch: number;
  /** Waits for the commits under way, then lets others write. Safe to repeat. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** Takes the lease from a live holder; whatever that one commits is fenced. */
  steal?: boolean;
}

export interface Storage {
  /** `name` says who holds it, for the message that another process gets. */
  lease(name: string, options?: LeaseOptions): Promise<Lease>;
  commit(batch: Batch): Promise<void>;
  load(prefix: string): Promise<Loaded>;
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes the store anew with what is sound; what is damaged is kept aside,
   * where nothing of ours removes it. Absent where nothing can be kept aside.
   */
  compact?(): Promise<void>;
  close(): Promise<void>;
}

/** The longest key, in UTF-16 units. */
export const MAX_KEY_LENGTH = 1024;

/** Refuses what cannot be a key: empty, too long, or not well-formed text. */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new TypeError(`a storage key is a text of 1 to ${MAX_KEY_LENGTH} characters, got ${show(key)}`);
  }
  if (LONE_SURROGATE.test(key)) {
    throw new TypeError(`a storage key must be well-formed Unicode, got ${show(key)}`);
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function show(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key.slice(0, 60)) : typeof key;
}
