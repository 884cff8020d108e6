// One book in several tabs: one writes for all, all follow, and another goes on when it ends, in
// whatever way it ends.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';

import { session } from './support/session.mjs';
import { call, changes, keptBy, openBook, STUCK, stick, until } from './support/tab.mjs';

describe('several tabs', () => {
  const chromium = session();
  let pages = [];

  /** Two tabs of one book; the first keeps it. */
  async function tabs(book, worker, deaf = false) {
    const [first, second] = [await chromium.newPage(), await chromium.newPage()];
    if (deaf) await second.evaluate(async () => (await import('/tests/browser/pages/deaf.mjs')).deafen());
    pages = [first, second];
    await openBook(first, { book, name: 'First' }, worker);
    await openBook(second, { book, name: 'Second' });
    return pages;
  }

  afterEach(async () => {
    for (const page of pages) await page.close();
    pages = [];
  });

  it('one of them writes for all, and each follows what the others do', async () => {
    const [first, second] = await tabs('follow');
    await keptBy(first, second);
    const { value: made } = await call(second, 'create', { 'name/given': 'Jane' });
    assert.equal((await call(first, 'card', made.id)).value.fields['name/given'], 'Jane');
    await call(first, 'edit', made.id, { language: 'en' }, made.revision);
    assert.equal((await call(second, 'card', made.id)).value.fields.language, 'en');
    for (const page of pages) {
      await until('both changes were told of', async () => (await changes(page)).length === 2);
      assert.deepEqual(await changes(page), [{ cards: [made.id] }, { cards: [made.id] }]);
      assert.deepEqual(page.problems, []);
    }
  });

  it('errors reach the tab that called, with their codes', async () => {
    const [, second] = await tabs('errors');
    assert.equal((await call(second, 'card', 'nosuch')).code, 'card-unknown');
    assert.equal((await call(second, 'create', { 'notes/n1/note': 'an entry there is not' })).code, 'bad-input');
    const unsendable = await second.evaluate(() =>
      globalThis.book.create({ 'name/given': () => {} }).catch((error) => error.name),
    );
    assert.equal(unsendable, 'TypeError');
    await call(second, 'close');
    assert.equal((await call(second, 'list')).code, 'book-closed');
  });

  it('when the tab that writes closes the book, calls under way are done once, by it or by the next', async () => {
    const [first, second] = await tabs('close');
    const creating = second.evaluate(() => {
      const creates = Array.from({ length: 40 }, (_, n) => globalThis.book.create({ 'name/given': `Person ${n}` }));
      return Promise.all(creates).then((made) => made.map(({ id }) => id));
    });
    await call(first, 'close');
    const ids = await creating;
    const { rows } = (await call(second, 'list')).value;
    assert.deepEqual(rows.map(({ id }) => id).sort(), ids.sort());
    assert.equal(ids.length, 40);
    await keptBy(second);
  });

  it('when its tab is closed, another goes on', async () => {
    const [first, second] = await tabs('closed-tab');
    const { value: made } = await call(first, 'create', { 'name/given': 'Jane' });
    await first.close();
    assert.equal((await call(second, 'card', made.id)).value.fields['name/given'], 'Jane');
    assert.equal((await call(second, 'edit', made.id, { language: 'de' })).value.changed, true);
    await keptBy(second);
  });

  it('when it crashes, reads are asked again, and writes without an answer say that nobody knows', async () => {
    const [first, second] = await tabs('crash', STUCK);
    const { value: made } = await call(second, 'create', { 'name/given': 'Jane' });
    await stick(second, chromium.server);
    const answers = Promise.all([
      call(second, 'edit', made.id, { language: 'en' }),
      call(second, 'card', made.id),
      call(second, 'list', { search: 'jane' }),
    ]);
    await second.waitForTimeout(200);
    await crash(first);
    const [edit, card, list] = await answers;
    assert.equal(edit.code, 'book-moved');
    assert.match(edit.message, /look, then try again/);
    assert.equal(card.value.fields['name/given'], 'Jane');
    assert.equal(list.value.total, 1);
    assert.equal((await call(second, 'edit', made.id, { language: 'en' })).value.changed, true);
    assert.ok((await changes(second)).some(({ cards }) => cards === undefined));
  });

  it('a crash between commits loses nothing that was acknowledged', async () => {
    const [first, second] = await tabs('crashes');
    const acknowledged = await second.evaluateHandle(() => {
      const ids = [];
      const writing = (async () => {
        for (let n = 0; n < 1000 && !globalThis.enough; n += 1) {
          try {
            ids.push((await globalThis.book.create({ 'name/given': `Person ${n}` })).id);
          } catch (error) {
            if (error.code !== 'book-moved') throw error;
          }
        }
      })();
      return { ids, writing };
    });
    const count = () => acknowledged.evaluate(({ ids }) => ids.length);
    await until('some cards were made', async () => (await count()) > 10);
    await crash(first);
    const before = await count();
    await until('the other tab goes on', async () => (await count()) > before + 5);
    const ids = await acknowledged.evaluate(async (given) => {
      globalThis.enough = true;
      await given.writing;
      return given.ids;
    });
    const kept = new Set((await call(second, 'list', { limit: 5000 })).value.rows.map(({ id }) => id));
    assert.deepEqual(
      ids.filter((id) => !kept.has(id)),
      [],
    );
    // One call had no answer; it was done or not, and no other was done twice.
    assert.ok(kept.size - ids.length <= 1);
  });

  it('a tab that is put to sleep hands over, and follows again when it wakes up', async () => {
    const [first, second] = await tabs('sleep');
    // Only the event: a browser without a screen puts no tab to sleep, not even when it is asked to.
    const say = (type) => first.evaluate((given) => document.dispatchEvent(new Event(given)), type);
    await say('freeze');
    await keptBy(second, first);
    const { value: made } = await call(second, 'create', { 'name/given': 'Jane' });
    await say('resume');
    assert.equal((await call(first, 'card', made.id)).value.fields['name/given'], 'Jane');
    assert.ok((await changes(first)).length > 0);
    await keptBy(second, first);
  });

  it('answers that passed by a sleeping tab are asked for again, or said to be unknown', async () => {
    const [first, second] = await tabs('slept', undefined, true);
    const { value: made } = await call(first, 'create', { 'name/given': 'Jane' });
    await second.evaluate(() => {
      globalThis.asleep = true;
      window.dispatchEvent(new Event('pagehide'));
    });
    const answers = Promise.all([call(second, 'edit', made.id, { language: 'de' }), call(second, 'card', made.id)]);
    await until('the edit is done', async () => (await call(first, 'card', made.id)).value.fields.language === 'de');
    await until('both answers passed by', () => second.evaluate(() => globalThis.passedBy >= 2));
    await second.evaluate(() => {
      globalThis.asleep = false;
      window.dispatchEvent(new Event('pageshow'));
    });
    const [edit, card] = await answers;
    assert.equal(edit.code, 'book-moved');
    assert.equal(card.value.fields.language, 'de');
  });

  it('a book that cannot be opened says why in every tab, and a worker that does not start too', async () => {
    const [first, second] = [await chromium.newPage(), await chromium.newPage()];
    pages = [first, second];
    await first.evaluate(async () => {
      const { openRaw } = await import('/tests/browser/pages/raw.mjs');
      (await openRaw('contactmesh/foreign', { stores: ['theirs'] })).close();
    });
    const refused = (page, options, worker) =>
      openBook(page, options, worker).then(
        () => 'opened',
        (error) => error.message,
      );
    for (const page of pages) assert.match(await refused(page, { book: 'foreign' }), /is not a book/);
    assert.match(
      await refused(first, { book: 'missing' }, '/tests/browser/pages/nosuch.mjs'),
      /its worker did not start/,
    );
  });
});

/** Ends the process of one tab, as a crash would. */
async function crash(page) {
  const cdp = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  cdp.send('Page.crash').catch(() => {});
  await crashed;
}
