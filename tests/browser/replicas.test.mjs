// The engine in a worker under the content policy of the app: two browsers that meet through a relay,
// and books as large as people have them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { MemoryRelay } from '../../pkg/dist/node.js';
import { session } from './support/session.mjs';
import { call, keptBy, openBook, until } from './support/tab.mjs';

describe('replicas in browsers', () => {
  const chromium = session();

  /** A browser of its own, as far as storage is concerned, and the relay's end in it. */
  async function replica(name, relay, state = {}) {
    const context = await chromium.browser.newContext();
    await context.exposeFunction('exchange', async ({ chunks, ...request }) => {
      state.exchanges = (state.exchanges ?? 0) + 1;
      if (state.fail) return { error: 'the relay is down' };
      if (state.wait) await state.wait;
      const answer = await relay.exchange({ ...request, chunks: chunks.map((chunk) => Buffer.from(chunk, 'base64')) });
      return { ...answer, chunks: answer.chunks.map((chunk) => Buffer.from(chunk).toString('base64')) };
    });
    const page = await chromium.newPage(context);
    await openBook(page, { name });
    return { page, context };
  }

  const sync = (page) =>
    page.evaluate(async () => {
      const { sync: once } = await import('/tests/browser/pages/relay.mjs');
      return once();
    });

  it('two browsers edit apart, meet through a relay, and show the same', async () => {
    const relay = new MemoryRelay();
    const { page: laptop } = await replica('Laptop', relay);
    const { page: phone } = await replica('Phone', relay);
    const { value: made } = await call(laptop, 'create', { 'name/given': 'Jane', language: 'en' });
    for (const page of [laptop, phone]) await sync(page);
    await call(laptop, 'edit', made.id, { 'titles/new/name': 'Engineer', language: 'de' });
    await call(phone, 'edit', made.id, { 'phones/new/number': '+1 555 0100', language: 'fr' });
    for (const page of [laptop, phone, laptop]) await sync(page);
    const [open] = (await call(phone, 'conflicts')).value;
    assert.deepEqual(open.conflicts[0].candidates.map(({ value }) => value).sort(), ['de', 'fr']);
    await call(phone, 'resolve', made.id, 'language', 1, open.revision);
    for (const page of [phone, laptop]) await sync(page);
    const hashes = [(await call(laptop, 'stateHash')).value, (await call(phone, 'stateHash')).value];
    assert.equal(hashes[0], hashes[1]);
    assert.deepEqual((await call(laptop, 'conflicts')).value, []);
    for (const page of [laptop, phone]) assert.deepEqual(page.problems, []);
  });

  it("a tab syncs through its own relay while another tab's worker has the book", async () => {
    const relay = new MemoryRelay();
    const state = {};
    const { page: first, context } = await replica('Here', relay, state);
    const second = await chromium.newPage(context);
    await openBook(second, { name: 'Here' });
    await keptBy(first, second);
    await call(first, 'create', { 'name/given': 'Jane' });
    state.fail = true;
    assert.match(await sync(second).catch((error) => error.message), /the relay is down/);
    state.fail = false;
    assert.equal((await sync(second)).pushed, 1);

    // The first tab goes while the relay takes its time: the sync is begun again with the next host.
    await call(first, 'create', { 'name/given': 'John' });
    let goOn;
    state.wait = new Promise((settle) => {
      goOn = settle;
    });
    const before = state.exchanges;
    const syncing = sync(second);
    await until('the relay is asked', () => state.exchanges > before);
    await first.close();
    goOn();
    assert.equal((await syncing).refused, 0);
    assert.equal(relay.hashes.length, 2);
    assert.deepEqual((await call(second, 'status')).value.unpushed, { relay: 0 });
  });

  it('a worker and a script of any other address are refused by the policy, the book is not', async () => {
    const { page } = await replica('Policed', new MemoryRelay());
    const thrown = await page.evaluate(() => {
      try {
        new Worker('/pkg/dist/browser/worker.js');
        return 'started';
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(thrown, 'TypeError');
    await keptBy(page);
  });

  it('10,000 cards: imported with progress, listed after a reload', async (test) => {
    const { page, context } = await replica('Large', new MemoryRelay());
    const imported = await page.evaluate(async () => {
      const drafts = Array.from({ length: 10_000 }, (_, n) => ({
        uid: `person-${n}`,
        fields: {
          'name/given': `Given${n % 97}`,
          'name/surname': `Surname${n}`,
          'emails/e1/address': `person${n}@example.com`,
        },
      }));
      const seen = [];
      const started = performance.now();
      const { created } = await globalThis.book.import(drafts, { run: 'large', onProgress: (done) => seen.push(done) });
      return { created: created.length, progress: seen.length, ms: performance.now() - started };
    });
    assert.equal(imported.created, 10_000);
    assert.equal(imported.progress, 20);
    await page.reload();
    const listed = await page.evaluate(async () => {
      const started = performance.now();
      const { openSharedBook } = await import('/pkg/dist/index.js');
      const book = await openSharedBook();
      const { rows, total } = await book.list({ limit: 50 });
      const first = performance.now() - started;
      const again = performance.now();
      const all = await book.list({ limit: 10_000 });
      return { rows: rows.length, total, first, all: all.rows.length, allMs: performance.now() - again };
    });
    assert.deepEqual([listed.rows, listed.total, listed.all], [50, 10_000, 10_000]);
    test.diagnostic(`import ${imported.ms.toFixed(0)} ms, open and first list ${listed.first.toFixed(0)} ms`);
    test.diagnostic(`all 10,000 rows ${listed.allMs.toFixed(0)} ms`);
    await context.close();
  });
});
