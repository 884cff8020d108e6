// What was acknowledged is there: after a reload, after the browser was killed in the middle of
// commits, and with a full disk. A killed process does not lose what the system holds for it, so the
// kills show that commits are whole and in order; that they reach the disk is the browser's promise
// for transactions of strict durability.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { session } from './support/session.mjs';
import { until } from './support/tab.mjs';

/** Each takes some seconds; more for a longer look. */
const KILLS = Number(process.env.CONTACTMESH_KILLS ?? 5);

const sleep = (ms) => new Promise((settle) => setTimeout(settle, ms));

describe('what was acknowledged', () => {
  const chromium = session();

  it('is there after a reload', async () => {
    const page = await chromium.newPage();
    const id = await page.evaluate(async () => {
      const { openSharedBook } = await import('/pkg/dist/index.js');
      const book = await openSharedBook({ book: 'reload', name: 'Here' });
      return (await book.create({ 'name/given': 'Jane', 'emails/new/address': 'jane@example.com' })).id;
    });
    await page.reload();
    const card = await page.evaluate(async (asked) => {
      const { openSharedBook } = await import('/pkg/dist/index.js');
      return (await openSharedBook({ book: 'reload' })).card(asked);
    }, id);
    assert.equal(card.fields['name/given'], 'Jane');
    assert.deepEqual(page.problems, []);
    await page.close();
  });

  it(`is there after the browser was killed while it wrote, ${KILLS} times`, async () => {
    const acknowledged = { commit: 0, cards: new Set() };
    let epoch = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const page = await chromium.newPage();
      await page.exposeFunction('acknowledged', (kind, value) => {
        if (kind === 'commit') acknowledged.commit = Math.max(acknowledged.commit, value);
        else acknowledged.cards.add(value);
      });
      const [before, cards] = [acknowledged.commit, acknowledged.cards.size];
      const writing = page.evaluate(async () => {
        const { writeCards, writeCommits } = await import('/tests/browser/pages/writers.mjs');
        await Promise.all([writeCommits('killed'), writeCards('killed-cards')]);
      });
      let ended;
      writing.catch((error) => {
        ended = error;
      });
      await until('both writers have written', () => {
        if (ended !== undefined) throw ended;
        return acknowledged.commit >= before + 3 && acknowledged.cards.size >= cards + 3;
      });
      await sleep(Math.random() * 200);
      await chromium.restart();

      const reader = await chromium.newPage();
      const found = await reader.evaluate(async () => {
        const { readBack } = await import('/tests/browser/pages/writers.mjs');
        return readBack('killed', 'killed-cards');
      });
      await reader.close();
      assert.deepEqual(found.corrupt, []);
      assert.ok(found.last >= acknowledged.commit, `commit ${acknowledged.commit} is gone; the last is ${found.last}`);
      assert.equal(found.commits, found.last, 'every commit up to the last is there');
      assert.ok(found.same, 'a commit is there whole');
      assert.ok(found.epoch > epoch);
      epoch = found.epoch;
      const kept = new Set(found.ids);
      for (const id of acknowledged.cards) assert.ok(kept.has(id), `card ${id} is gone`);
    }
  });

  /** A page in a context of its own, whose storage holds `quotaSize` bytes; set before the first use of it. */
  async function smallPage(quotaSize) {
    const context = await chromium.browser.newContext();
    const page = await chromium.newPage(context);
    const cdp = await context.newCDPSession(page);
    const setQuota = (size) => cdp.send('Storage.overrideQuotaForOrigin', { origin: chromium.origin, quotaSize: size });
    await setQuota(quotaSize);
    return { page, setQuota, close: () => context.close() };
  }

  it('stays when the disk is full: writes are refused, reads go on, and room is found again', async () => {
    const { page, setQuota, close } = await smallPage(2_000_000);
    const found = await page.evaluate(async () => {
      const { openSharedBook } = await import('/pkg/dist/index.js');
      const { codeOf, randomText } = await import('/tests/browser/pages/raw.mjs');
      const book = await openSharedBook({ book: 'full' });
      globalThis.book = book;
      const { id } = await book.create({ 'name/given': 'Jane' });
      const notes = [];
      let code = 'no error';
      while (code === 'no error' && notes.length < 200) {
        const note = randomText(50_000);
        code = await codeOf(book.edit(id, { 'notes/new/note': note }));
        if (code === 'no error') notes.push(note);
      }
      const again = await codeOf(book.edit(id, { 'notes/new/note': randomText(50_000) }));
      const kept = Object.values((await book.card(id)).fields).filter((value) => value.length === 50_000);
      return { code, again, id, same: String(kept.sort()) === String(notes.sort()), count: notes.length };
    });
    assert.ok(found.count > 0 && found.same, `all of the ${found.count} acknowledged notes, and only those`);
    assert.deepEqual([found.code, found.again], ['storage-full', 'storage-full']);
    await setQuota(50_000_000);
    const more = await page.evaluate(async (id) => {
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      return codeOf(globalThis.book.edit(id, { 'notes/new/note': 'there is room again' }));
    }, found.id);
    assert.equal(more, 'no error');
    await close();
  });

  it('a book opens for reading where not even its lease finds room, and for writing once there is some', async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openSharedBook } = await import('/pkg/dist/index.js');
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      const before = await openSharedBook({ book: 'tight' });
      const { id } = await before.create({ 'name/given': 'Jane' });
      await before.close();

      const policy = globalThis.trustedTypes.createPolicy('tests', { createScriptURL: (address) => address });
      const address = policy.createScriptURL('/tests/browser/pages/full-worker.mjs');
      const book = await openSharedBook({ book: 'tight', worker: () => new Worker(address, { type: 'module' }) });
      const edit = () => codeOf(book.edit(id, { 'name/given': 'Janet' }));
      const given = async () => (await book.card(id)).fields['name/given'];
      const full = [await edit(), await given()];
      new BroadcastChannel('disk').postMessage({ full: false });
      const room = [await edit(), await given()];
      await book.close();
      return { full, room };
    });
    assert.deepEqual(found, { full: ['storage-full', 'Jane'], room: ['no error', 'Janet'] });
    assert.deepEqual(page.problems, []);
    await page.close();
  });

  it('a store that ran full takes nothing more until it is opened again', async () => {
    const { page, setQuota, close } = await smallPage(1_000_000);
    const commit = (key, size) =>
      page.evaluate(
        async ([asked, length]) => {
          const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
          const { codeOf, randomBytes } = await import('/tests/browser/pages/raw.mjs');
          globalThis.storage ??= await openIndexedDbStorage('full-store');
          globalThis.lease ??= await globalThis.storage.lease('test');
          const batch = { put: [[asked, randomBytes(length)]], del: [], expectEpoch: globalThis.lease.epoch };
          return codeOf(globalThis.storage.commit(batch));
        },
        [key, size],
      );
    assert.equal(await commit('a', 1000), 'no error');
    assert.equal(await commit('b', 3_000_000), 'storage-full');
    await setQuota(50_000_000);
    assert.equal(await commit('c', 1000), 'storage-full');
    const keys = await page.evaluate(async () => (await globalThis.storage.load('')).records.map(([key]) => key));
    assert.deepEqual(keys, ['a']);
    await close();
  });
});
