// The store in memory: the acceptance suite, and the faults it can play.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk, openMemoryStorage } from '../../pkg/dist/storage/memory.js';
import { contents, runStorageSuite } from './suite.mjs';

runStorageSuite('memory', async () => {
  const disk = new MemoryDisk();
  return { open: async () => openMemoryStorage(disk), cleanup: async () => {} };
});

const value = Uint8Array.of(1);

test('memory: after a crash acknowledged commits are there, and the old store does nothing more', async () => {
  const disk = new MemoryDisk();
  const storage = openMemoryStorage(disk);
  const { epoch } = await storage.lease('test');
  await storage.commit({ put: [['a', value]], del: [], expectEpoch: epoch });
  const late = storage.commit({ put: [['b', value]], del: [], expectEpoch: epoch });
  disk.crash();
  await assert.rejects(late, { code: 'storage-closed' });
  const again = openMemoryStorage(disk);
  assert.deepEqual(await contents(again), [['a', [1]]]);
  assert.ok((await again.lease('test')).epoch > epoch);
});

test('memory: after a failed commit the store is read-only until it is opened again', async () => {
  const disk = new MemoryDisk();
  const storage = openMemoryStorage(disk);
  const { epoch } = await storage.lease('test');
  disk.failNextCommit('storage-full');
  const batch = { put: [['a', value]], del: [], expectEpoch: epoch };
  await assert.rejects(storage.commit(batch), { code: 'storage-full' });
  await assert.rejects(storage.commit(batch), { code: 'storage-full' });
  assert.deepEqual(await contents(storage), []);
  await storage.close();
  const again = openMemoryStorage(disk);
  await again.commit({ ...batch, expectEpoch: (await again.lease('test')).epoch });
  assert.deepEqual(await contents(again), [['a', [1]]]);
});

test('memory: a damaged record is reported by load and refused by get', async () => {
  const disk = new MemoryDisk();
  const storage = openMemoryStorage(disk);
  const { epoch } = await storage.lease('test');
  await storage.commit({
    put: [
      ['a', value],
      ['b', value],
    ],
    del: [],
    expectEpoch: epoch,
  });
  disk.damage('a');
  const { records, corrupt } = await storage.load('');
  assert.deepEqual(
    records.map(([key]) => key),
    ['b'],
  );
  assert.deepEqual(
    corrupt.map(({ key }) => key),
    ['a'],
  );
  await assert.rejects(storage.get('a'), { code: 'storage-damaged' });
});
