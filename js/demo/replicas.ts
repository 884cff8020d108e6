/**
 * Two replicas of one book, each an engine instance of its own over a store of
 * its own in a folder that is removed at the end, and two relays: one in this
 * process, one in a folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Book } from '../book.js';
import { MemoryRelay, openBook, openFileRelay, openFileStorage, type Relay } from '../node.js';
import type { Synced } from '../types.js';

export const NAMES = ['Laptop', 'Phone'] as const;

export interface Replicas {
  books: [Book, Book];
  memoryRelay: Relay;
  fileRelay: Relay;
  remove(): Promise<void>;
}

export async function openReplicas(): Promise<Replicas> {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-'));
  const open = async (name: string) => openBook({ storage: await openFileStorage(join(folder, name)), name });
  const books: [Book, Book] = [await open(NAMES[0]), await open(NAMES[1])];
  return {
    books,
    memoryRelay: new MemoryRelay(),
    fileRelay: await openFileRelay(join(folder, 'relay')),
    async remove() {
      for (const book of books) await book.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Lets both exchange with a relay until a whole round moves nothing; returns what was moved. */
export async function meet(
  books: [Book, Book],
  relay: Relay,
  name: string,
): Promise<Pick<Synced, 'requests' | 'bytes'>> {
  const total = { requests: 0, bytes: 0 };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = 0;
    for (const book of books) {
      const synced = await book.sync(relay, { name });
      total.requests += synced.requests;
      total.bytes += synced.bytes;
      moved += synced.pushed + synced.accepted;
    }
    if (moved === 0) break;
  }
  return total;
}

/** Two replicas need two rounds to meet and one to find nothing left; more would be a bug that `settled` reports. */
const MOST_ROUNDS = 10;

/** Says whether both show and keep the same, and a further round with each relay sends nothing. */
export async function settled(books: [Book, Book], relays: [string, Relay][]): Promise<boolean> {
  if (books[0].stateHash() !== books[1].stateHash()) return false;
  for (const [name, relay] of relays) {
    for (const book of books) {
      const synced = await book.sync(relay, { name });
      if (synced.pushed > 0 || synced.accepted > 0) return false;
    }
  }
  return true;
}
