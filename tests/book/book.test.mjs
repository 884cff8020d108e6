// The shim as its callers use it: durable when it resolves, open again after a failure, two replicas that meet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk, MemoryRelay, openBook, openMemoryStorage } from '../../pkg/dist/node.js';

const open = (disk, options = {}) => openBook({ storage: openMemoryStorage(disk), clock: () => 1e12, ...options });

async function twoReplicas() {
  const books = [await open(new MemoryDisk(), { name: 'one' }), await open(new MemoryDisk(), { name: 'two' })];
  const relay = new MemoryRelay();
  const sync = async () => {
    for (let round = 0; round < 3; round += 1) for (const book of books) await book.sync(relay, { name: 'relay' });
    assert.equal(books[0].stateHash(), books[1].stateHash());
  };
  return { books, relay, sync };
}

test('what resolved is there after a crash', async () => {
  const disk = new MemoryDisk();
  const book = await open(disk);
  const { id } = await book.create({ 'name/given': 'Jane', 'emails/new/address': 'jane@example.com' });
  await book.edit(id, { 'name/surname': 'Doe' });
  disk.crash();
  const again = await open(disk);
  assert.equal(again.list().rows[0].name, 'Jane Doe');
  assert.equal(again.card(id).fields['name/surname'], 'Doe');
});

test('edits on two replicas meet field by field, and a conflict keeps both sides', async () => {
  const { books, sync } = await twoReplicas();
  const { id } = await books[0].create({ 'name/given': 'Jane', note: '0' });
  await sync();
  await books[0].edit(id, { note: 'one', 'name/surname': 'Doe' });
  await books[1].edit(id, { note: 'two', 'titles/new/name': 'Dr' });
  await sync();
  const [open] = books[1].conflicts();
  assert.deepEqual(open.conflicts[0].candidates.map((c) => c.value).sort(), ['one', 'two']);
  assert.deepEqual(new Set(open.conflicts[0].candidates.map((c) => c.writers[0].label)), new Set(['one', 'two']));
  await books[1].resolve(id, 'note', 2, open.revision);
  await sync();
  assert.equal(books[0].conflicts().length, 0);
  assert.equal(books[0].card(id).fields.note, open.conflicts[0].candidates[1].value);
  assert.equal((await books[0].sync(new MemoryRelay(), { name: 'other' })).pushed > 0, true, 'another relay gets all');
});

test('a form that was open while a sync arrived makes a conflict', async () => {
  const { books, sync } = await twoReplicas();
  const { id } = await books[0].create({ note: '0', 'name/given': 'Jane' });
  await sync();
  const form = books[0].card(id);
  await books[1].edit(id, { note: 'arrived' });
  await sync();
  await books[0].edit(id, { note: 'typed' }, form.revision);
  await sync();
  assert.equal(books[1].conflicts()[0].conflicts[0].candidates.length, 2);
});

test('a commit that fails is not acknowledged, and the book shows what is durable', async () => {
  const disk = new MemoryDisk();
  const book = await open(disk);
  const { id } = await book.create({ 'name/given': 'Jane' });
  disk.failNextCommit('storage-full');
  await assert.rejects(book.edit(id, { 'name/given': 'Janet' }), { code: 'storage-full' });
  assert.equal(book.card(id).fields['name/given'], 'Jane');
  await assert.rejects(book.edit(id, { 'name/given': 'Janet' }), (error) => error.code.startsWith('storage-'));
  disk.crash();
  const again = await open(disk);
  await again.edit(id, { 'name/given': 'Janet' });
  assert.equal(again.card(id).fields['name/given'], 'Janet');
});

test('an import stores everything before a bad entry and names the entry', async () => {
  const disk = new MemoryDisk();
  const book = await open(disk);
  const draft = (n) => ({ uid: `u${n}`, fields: { 'name/given': `P${n}` } });
  const seen = [];
  const done = await book.import([...Array(1200).keys()].map(draft), { onProgress: (n, of) => seen.push([n, of]) });
  assert.equal(done.created.length, 1200);
  assert.deepEqual(seen, [
    [500, 1200],
    [1000, 1200],
    [1200, 1200],
  ]);
  await assert.rejects(book.import([draft(5000), { fields: { 'a//b': 'x' } }]), {
    code: 'bad-path',
    message: /draft 2/,
  });
  disk.crash();
  assert.equal((await open(disk)).list({ limit: 1 }).total, 1200);
});

test('a blob is stored with the card that refers to it', async () => {
  const disk = new MemoryDisk();
  const book = await open(disk);
  const photo = new Uint8Array([1, 2, 3]);
  const element = { kind: 'media', fields: { kind: 'photo', blob: 'ab'.repeat(32) } };
  await book.import([{ uid: 'u', fields: { 'name/given': 'Jane' }, elements: [element] }], {
    blobs: [['ab'.repeat(32), photo]],
  });
  disk.crash();
  const again = await open(disk);
  assert.deepEqual(await again.blob(again.list().rows[0].photo), photo);
});

test('a relay that was replaced or restored gets everything again', async () => {
  const { books, relay, sync } = await twoReplicas();
  await books[0].create({ 'name/given': 'Jane' });
  await sync();
  const fresh = new MemoryRelay();
  const synced = await books[0].sync(fresh, { name: 'relay' });
  assert.equal(synced.pushed > 0, true);
  assert.notEqual(relay, fresh);
  await books[1].sync(fresh, { name: 'relay' });
  const quiet = await books[0].sync(fresh, { name: 'relay' });
  assert.equal(quiet.pushed, 0);
});

test('two books in one program have an engine each', async () => {
  const books = [await open(new MemoryDisk()), await open(new MemoryDisk())];
  await books[0].create({ 'name/given': 'Jane' });
  assert.deepEqual(
    books.map((book) => book.list().total),
    [1, 0],
  );
  assert.notEqual(books[0].status().replica, books[1].status().replica);
});

test('a book that is closed, or open for reading only, says so', async () => {
  const disk = new MemoryDisk();
  const book = await open(disk);
  const { id } = await book.create({ 'name/given': 'Jane' });
  const reader = await open(disk, { readOnly: true });
  assert.equal(reader.card(id).fields['name/given'], 'Jane');
  await assert.rejects(reader.edit(id, { note: 'x' }), { code: 'book-read-only' });
  await book.close();
  await book.close();
  assert.throws(() => book.list(), { code: 'book-closed' });
  await assert.rejects(book.edit(id, { note: 'x' }), { code: 'book-closed' });
});
