// A commit that fails, whatever the error is called: nothing is acknowledged on top of what was never stored.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryDisk, openBook, openFileStorage, openMemoryStorage } from '../../pkg/dist/node.js';

/** A store of somebody else, whose commits and reads fail as told. */
function foreignStorage(disk) {
  const storage = openMemoryStorage(disk);
  const fails = { commit: undefined, load: undefined, release: undefined };
  const failing = (name, work) => async (argument) => {
    const error = fails[name];
    if (error === undefined) return work(argument);
    fails[name] = undefined;
    throw error;
  };
  const lease = async (...args) => {
    const held = await storage.lease(...args);
    return { epoch: held.epoch, release: failing('release', () => held.release()) };
  };
  return {
    fails,
    storage: {
      lease,
      commit: failing('commit', (batch) => storage.commit(batch)),
      load: failing('load', (prefix) => storage.load(prefix)),
      get: (key) => storage.get(key),
      close: () => storage.close(),
    },
  };
}

const names = (book) => book.list().rows.map(({ name }) => name);

test('after a commit that fails with a foreign error the book shows what is stored, and goes on from there', async () => {
  const disk = new MemoryDisk();
  const { storage, fails } = foreignStorage(disk);
  const book = await openBook({ storage });
  const { id } = await book.create({ 'name/given': 'Jane' });
  fails.commit = new Error('socket closed');
  await assert.rejects(book.edit(id, { 'name/given': 'Janet' }), { message: 'socket closed' });
  assert.deepEqual(names(book), ['Jane']);
  fails.commit = new RangeError('Array buffer allocation failed');
  await assert.rejects(book.create({ 'name/given': 'Joe' }), RangeError);
  await book.edit(id, { 'name/surname': 'Doe' });
  await book.close();
  const again = await openBook({ storage: openMemoryStorage(disk) });
  assert.deepEqual(names(again), ['Jane Doe']);
  assert.deepEqual([again.status().waiting, again.status().damage], [0, []]);
});

test('if the store cannot be read after that, the first error is told, and nothing is taken until it can', async () => {
  const { storage, fails } = foreignStorage(new MemoryDisk());
  const book = await openBook({ storage });
  const { id } = await book.create({ 'name/given': 'Jane' });
  Object.assign(fails, { commit: new Error('socket closed'), load: new Error('still closed') });
  await assert.rejects(book.edit(id, { 'name/given': 'Janet' }), { message: 'socket closed' });
  assert.throws(() => book.card(id), { code: 'engine-stopped' });
  await book.edit(id, { 'name/surname': 'Doe' });
  assert.deepEqual(names(book), ['Jane Doe']);
});

test('photos that are too much for one commit are stored in portions, before the cards that show them', async () => {
  const disk = new MemoryDisk();
  const storage = openMemoryStorage(disk);
  const book = await openBook({ storage });
  const commits = [];
  storage.commit = async ({ put }) => {
    commits.push(put.map(([key, bytes]) => (key.startsWith('blob/') ? bytes.length : 'card')));
  };
  const size = 24 * 1024 * 1024;
  const blobs = [1, 2, 3, 4, 5].map((n) => [String(n).repeat(64), new Uint8Array(size)]);
  await book.import([{ uid: 'u', fields: { 'name/given': 'Jane' } }], { blobs });
  assert.deepEqual(
    commits.map((sizes) => sizes.filter((one) => one === size).length),
    [2, 2, 1],
  );
  assert.ok(commits.slice(0, 2).every((sizes) => !sizes.includes('card')) && commits[2].includes('card'));
});

test('one photo that is larger than a book in a folder takes is refused with what to do, and the book goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-large-'));
  try {
    const book = await openBook({ storage: await openFileStorage(folder) });
    const huge = { length: 2 ** 30 };
    const drafts = [{ uid: 'u', fields: { 'name/given': 'Jane' } }];
    await assert.rejects(book.import(drafts, { blobs: [['1'.repeat(64), huge]] }), {
      code: 'storage-too-large',
      message: /a batch of 10737\d+ bytes.*at most 1073741824.*Nothing of it is saved/,
    });
    assert.deepEqual(names(book), []);
    await book.create({ 'name/given': 'Joe' });
    await book.close();
    const again = await openBook({ storage: await openFileStorage(folder), readOnly: true });
    assert.deepEqual(names(again), ['Joe']);
    await again.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a lease that cannot be given back closes the store all the same, and is told', async () => {
  const disk = new MemoryDisk();
  const { storage, fails } = foreignStorage(disk);
  const book = await openBook({ storage });
  fails.release = new Error('socket closed');
  await assert.rejects(book.close(), { message: 'socket closed' });
  await assert.rejects(storage.get('meta/store'), { code: 'storage-closed' });
});
