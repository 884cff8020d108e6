/**
 * Reading records in bulk: a thousand at a time within one transaction, hashes
 * checked afterwards. A record that the browser cannot read (its file is gone)
 * or whose hash is wrong is reported, and takes no other record with it.
 */
import type { Corrupt, Loaded } from '../port.js';
import { answer, inTransaction, RECORDS } from './database.js';
import { unseal } from './record.js';

const STEP = 1000;

type Entry = [key: IDBValidKey, sealed: unknown];

/** Everything under a prefix, as one moment saw it. */
export async function readAll(database: IDBDatabase, prefix: string): Promise<Loaded> {
  let entries: Entry[];
  try {
    entries = await inTransaction(database, [RECORDS], 'readonly', (t) => inSteps(t.objectStore(RECORDS), prefix));
  } catch {
    // One value that cannot be read fails its whole step: ask for each alone.
    entries = await oneByOne(database, prefix);
  }
  const records: Loaded['records'] = [];
  const corrupt: Corrupt[] = [];
  const opened = await Promise.all(entries.map(([key, sealed]) => open(key, sealed)));
  entries.forEach(([key, sealed], n) => {
    const bytes = opened[n];
    if (typeof key === 'string' && bytes !== undefined) records.push([key, bytes]);
    else corrupt.push({ key: String(key), reason: reasonOf(key, sealed) });
  });
  return { records, corrupt };
}

async function open(key: IDBValidKey, sealed: unknown): Promise<Uint8Array | undefined> {
  return typeof key === 'string' ? unseal(key, sealed) : undefined;
}

function reasonOf(key: IDBValidKey, sealed: unknown): string {
  if (typeof key !== 'string') return 'the key is not a text';
  return sealed instanceof Error ? `the browser cannot read it (${sealed.name})` : 'the record fails its checksum';
}

async function inSteps(store: IDBObjectStore, prefix: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let range = rangeOf(prefix); ; ) {
    const [keys, values] = await Promise.all([
      answer(store.getAllKeys(range, STEP)),
      answer(store.getAll(range, STEP) as IDBRequest<unknown[]>),
    ]);
    keys.forEach((key, n) => {
      entries.push([key, values[n]]);
    });
    const last = keys.at(-1);
    if (last === undefined || keys.length < STEP) return entries;
    const after = range?.upper as IDBValidKey | undefined;
    range = after === undefined ? IDBKeyRange.lowerBound(last, true) : IDBKeyRange.bound(last, after, true, true);
  }
}

async function oneByOne(database: IDBDatabase, prefix: string): Promise<Entry[]> {
  const within = <T>(ask: (store: IDBObjectStore) => IDBRequest<T>) =>
    inTransaction(database, [RECORDS], 'readonly', (t) => answer(ask(t.objectStore(RECORDS))));
  const keys = await within((store) => store.getAllKeys(rangeOf(prefix)));
  return Promise.all(
    keys.map(async (key): Promise<Entry> => {
      try {
        return [key, await within((store) => store.get(key) as IDBRequest<unknown>)];
      } catch (error) {
        return [key, error];
      }
    }),
  );
}

/** The keys that begin with `prefix`; none for all. */
export function rangeOf(prefix: string): IDBKeyRange | undefined {
  for (let length = prefix.length; length > 0; length -= 1) {
    const last = prefix.charCodeAt(length - 1);
    if (last === 0xffff) continue;
    const after = prefix.slice(0, length - 1) + String.fromCharCode(last + 1);
    return IDBKeyRange.bound(prefix, after, false, true);
  }
  return prefix === '' ? undefined : IDBKeyRange.lowerBound(prefix);
}
