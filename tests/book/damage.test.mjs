// Damage in the log of a book: a whole sync brings back what the relays have, once, and then the book is
// sound again; the damaged log is kept beside it.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContactmeshError, MemoryRelay, openBook, openFileStorage, openMemoryStorage } from '../../pkg/dist/node.js';
import { documentOf, start } from '../cli/cli.mjs';

const CARDS = 12;

/** A book in a folder of 12 cards that a relay has too; `reopen` closes it, plays damage and opens it again. */
async function inFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-damage-'));
  const log = join(folder, 'book.log');
  const open = async () => openBook({ storage: await openFileStorage(folder) });
  const relay = new MemoryRelay();
  let book = await open();
  const at = { folder, relay, size: async () => (await stat(log)).size };
  at.reopen = async (...flips) => {
    await book.close();
    const bytes = await readFile(log);
    for (const flip of flips) bytes[flip] ^= 0xff;
    await writeFile(log, bytes);
    book = await open();
    return book;
  };
  try {
    for (let n = 0; n < CARDS; n += 1) {
      await book.create({ 'name/given': `Person ${n}` });
      await book.sync(relay, { name: 'one' });
    }
    await body(at, book);
    await book.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

const moved = ({ pushed, pulled }) => [pushed, pulled];

test('after one whole sync a damaged book is sound again, and later syncs move nothing', () =>
  inFolder(async ({ folder, relay, reopen }) => {
    let book = await reopen(200);
    assert.ok(book.status().damage.length > 0);
    const [, pulled] = moved(await book.sync(relay, { name: 'one' }));
    assert.ok(pulled >= CARDS, `${pulled}: everything is read again`);
    assert.deepEqual([book.status().damage, book.status().cards], [[], CARDS]);
    assert.deepEqual(moved(await book.sync(relay, { name: 'one' })), [0, 0]);
    book = await reopen();
    assert.deepEqual([book.status().damage, book.status().cards], [[], CARDS]);
    assert.deepEqual(moved(await book.sync(relay, { name: 'one' })), [0, 0]);
    const aside = (await readdir(folder)).filter((name) => name.startsWith('book.log.damaged-'));
    assert.equal(aside.length, 1);
    const { code, stdout } = await start(folder, ['status', '--json', '--book', folder]).ended;
    assert.deepEqual([code, documentOf(stdout).setAside], [0, aside]);
    const said = (await start(folder, ['status', '--book', folder]).ended).stdout;
    assert.match(said, new RegExp(`set aside: ${aside[0]}: .*what no relay had`));
  }));

test('what only another relay has comes back with the next sync with that one', () =>
  inFolder(async ({ relay, reopen, size }, first) => {
    const two = new MemoryRelay();
    const friend = await openBook({ storage: openMemoryStorage() });
    await friend.create({ 'name/given': 'Jane' });
    await friend.sync(two, { name: 'two' });
    const before = await size();
    await first.sync(two, { name: 'two' });
    await first.create({ 'name/given': 'Joe' });
    const book = await reopen(before + 60);
    assert.ok(book.status().damage.length > 0);
    await book.sync(relay, { name: 'one' });
    assert.deepEqual(book.status().damage, []);
    await book.sync(two, { name: 'two' });
    assert.equal(book.list({ search: 'Jane' }).total, 1);
    assert.deepEqual(moved(await book.sync(two, { name: 'two' })), [0, 0]);
  }));

test('a sync that does not end leaves the damage in sight, and the next one reads everything', () =>
  inFolder(async ({ folder, relay, reopen }) => {
    const book = await reopen(200);
    const broken = { exchange: async () => Promise.reject(new Error('unplugged')) };
    await assert.rejects(book.sync(broken, { name: 'one' }), { message: 'unplugged' });
    assert.ok(book.status().damage.length > 0);
    assert.ok(!(await readdir(folder)).some((name) => name.startsWith('book.log.damaged-')));
    assert.ok((await book.sync(relay, { name: 'one' })).pulled >= CARDS);
    assert.deepEqual(book.status().damage, []);
  }));

test('damage that cannot be set aside is said, and fails no sync', () =>
  inFolder(async ({ folder, relay, reopen }, first) => {
    await first.close();
    const bytes = await readFile(join(folder, 'book.log'));
    bytes[200] ^= 0xff;
    await writeFile(join(folder, 'book.log'), bytes);
    const storage = await openFileStorage(folder);
    const book = await openBook({ storage });
    storage.compact = async () => {
      throw new ContactmeshError('storage-full', 'compacting book.log: no room');
    };
    assert.ok((await book.sync(relay, { name: 'one' })).pulled >= CARDS);
    assert.match(book.status().damage.at(-1).reason, /could not be set aside: .*no room/);
    await book.close();
    await reopen();
  }));
