// A tab whose worker answers nobody: another takes over, and the one that hung does no harm when it
// comes back. Here a tab waits five seconds instead of thirty.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';

import { session } from './support/session.mjs';
import { call, changes, keptBy, openBook, STUCK, stick, until } from './support/tab.mjs';

const PATIENCE = 5000;

describe('a tab that hangs', () => {
  const chromium = session();
  let pages = [];

  afterEach(async () => {
    chromium.server.release();
    for (const page of pages) await page.close();
    pages = [];
  });

  async function tabs(book) {
    const [first, second] = [await chromium.newPage(), await chromium.newPage()];
    pages = [first, second];
    await openBook(first, { book, name: 'First', patience: PATIENCE }, STUCK);
    await openBook(second, { book, name: 'Second', patience: PATIENCE });
    await keptBy(first, second);
    return pages;
  }

  const given = async (page, id) => (await call(page, 'card', id)).value.fields['name/given'];

  it('a worker that hangs is replaced by another tab, and its own tab goes on as well', async () => {
    const [first, second] = await tabs('worker');
    const { value: made } = await call(second, 'create', { 'name/given': 'Jane' });
    await stick(second, chromium.server);
    assert.equal(await given(second, made.id), 'Jane');
    await keptBy(second, first);
    assert.equal((await call(first, 'edit', made.id, { 'name/given': 'Janet' })).value.changed, true);
    assert.equal(await given(second, made.id), 'Janet');
    assert.ok((await changes(first)).some(({ cards }) => cards === undefined));
  });

  it('in the only tab there is, it is replaced too', async () => {
    const [first, second] = await tabs('alone');
    await second.close();
    pages = [first];
    const { value: made } = await call(first, 'create', { 'name/given': 'Jane' });
    await stick(first, chromium.server);
    assert.equal(await given(first, made.id), 'Jane');
    await keptBy(first);
  });

  it('a tab that hangs as a whole, and comes back, writes nothing any more and follows the others', async () => {
    const [first, second] = await tabs('whole');
    const { value: made } = await call(second, 'create', { 'name/given': 'Jane' });
    const { server } = chromium;
    await stick(second, server);
    const hanging = first.evaluate(async () => (await import('/tests/browser/pages/hang.mjs')).hang());
    await until('the tab hangs', () => server.held.length === 2);
    const edit = await call(second, 'edit', made.id, { 'name/given': 'Too late' });
    assert.equal(edit.code, 'book-moved');
    assert.equal((await call(second, 'edit', made.id, { 'name/given': 'Janet' })).value.changed, true);
    server.release();
    await hanging;
    await keptBy(second, first);
    assert.equal(await given(first, made.id), 'Janet');
    assert.equal(await given(second, made.id), 'Janet');
    assert.deepEqual((await call(second, 'conflicts')).value, []);
    assert.equal((await call(second, 'history', made.id)).value.length, 2);
  });
});
