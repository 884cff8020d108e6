// A life of a book, step by step, with a record of what was acknowledged. The
// state after n batches is a pure function of n, so that any reopened store can
// be judged: it must show the state after n batches for some n that is at least
// the last acknowledged one and at most the last one begun.
import assert from 'node:assert/strict';
import { openFileStorage } from '../../pkg/dist/storage/file.js';

const SLOTS = 4;

/** Batch number n, from 1: rewrites one slot, deletes another, and counts. */
export function batch(n, size = 90) {
  const value = Buffer.alloc(size, n % 251);
  value.writeUInt32LE(n, 0);
  const put = [
    ['count', Buffer.from(String(n))],
    [`slot/${n % SLOTS}`, value],
    ['count again', Buffer.from(String(n))],
  ];
  return { put, del: [`slot/${(n + 2) % SLOTS}`] };
}

/** The number of batches that the store shows; fails if it shows none exactly. */
export async function shown(storage) {
  const { records, corrupt } = await storage.load('');
  const found = new Map(records.map(([key, value]) => [key, Buffer.from(value)]));
  const n = Number(found.get('count')?.toString() ?? 0);
  const expected = new Map();
  for (let i = Math.max(1, n - SLOTS * 2); i <= n; i += 1) {
    const { put, del } = batch(i, found.get(`slot/${n % SLOTS}`)?.length);
    for (const key of del) expected.delete(key);
    for (const [key, value] of put) expected.set(key, value);
  }
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [key, value] of expected) assert.ok(value.equals(found.get(key)), `${key} is torn`);
  return { n, corrupt };
}

/** Opens, writes `count` batches after what is there, compacts, closes. Stops at the first failure. */
export async function live(ops, folder, count, record) {
  const storage = await openFileStorage(folder, { ops, compactAbove: 500 });
  try {
    const { epoch } = await storage.lease('scenario', { steal: record.steal ?? false });
    const { n } = await shown(storage);
    for (let i = n + 1; i <= n + count; i += 1) {
      record.begun = Math.max(record.begun, i);
      await storage.commit({ ...batch(i), expectEpoch: epoch });
      record.acked = Math.max(record.acked, i);
    }
    await storage.compact();
  } catch (error) {
    record.error ??= error;
  } finally {
    await storage.close();
  }
}

export function judge({ n, corrupt }, record, where) {
  assert.ok(n >= record.acked, `${where}: batch ${record.acked} was acknowledged, the book shows ${n}`);
  assert.ok(n <= record.begun, `${where}: the book shows batch ${n}, which was never begun`);
  return corrupt;
}
