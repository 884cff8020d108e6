// A mailbox that a book in the browser drives: connected, synced by itself, and what waits for a person.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { JANE, rowOf } from '../systems/support.mjs';
import { ask, report, servedFlow } from './support/flow.mjs';
import { session } from './support/session.mjs';
import { call, openBook, until } from './support/tab.mjs';

const MANY = 8;

describe('a mailbox in the browser', () => {
  const chromium = session();

  async function replica(t, name = 'Here') {
    const context = await chromium.browser.newContext();
    t.after(() => context.close());
    const page = await chromium.newPage(context);
    await openBook(page, { name });
    return { page, context };
  }

  async function mailbox(t) {
    const served = await servedFlow(t, { flows: 'outlook' });
    const { 'outlook-pull': pullUrl, 'outlook-apply': applyUrl } = served.urls;
    const connect = (page, more = {}) =>
      ask(page, 'connect', 'outlook', { kind: 'outlook', pullUrl, applyUrl, automatic: false, ...more });
    return { served, hands: served.outlook.hands, connect };
  }

  /** Calls a method of a page's systems; answers `{ value }` or `{ code, message }`. */
  const systems = (page, method, ...args) =>
    page.evaluate(
      async ([name, given]) => {
        try {
          return { value: await globalThis.book.systems[name](...given) };
        } catch (error) {
          return { code: error.code ?? error.name, message: error.message };
        }
      },
      [method, args],
    );

  it('people of both sides come together, every field is planned first, and no address comes out', async (t) => {
    const { served, hands, connect } = await mailbox(t);
    const { page, context } = await replica(t);
    hands.add({ ...JANE, givenName: 'Bob' });
    await call(page, 'create', { 'name/given': 'Jane', 'titles/new/name': 'Engineer' });
    assert.equal((await connect(page)).code, undefined);
    const { value: plan } = await systems(page, 'plan', 'outlook');
    assert.deepEqual(
      plan.actions.map(({ do: what, fields }) => [what, fields.map(({ slot, to }) => [slot, to])]),
      [
        [
          'create',
          [
            ['givenName', 'Jane'],
            ['jobTitle', 'Engineer'],
          ],
        ],
      ],
    );
    assert.equal(hands.see().length, 1);
    const { value } = await ask(page, 'sync', 'outlook');
    assert.deepEqual([value.pushed, value.accepted, value.report.created, value.report.held], [1, 1, 1, null]);
    assert.equal(rowOf(hands, 'Jane').jobTitle, 'Engineer');
    const other = await chromium.newPage(context);
    await openBook(other);
    assert.equal((await call(other, 'list')).value.total, 2, 'other tabs see them');
    const shown = await report(other, 'outlook');
    assert.deepEqual([shown.kind, shown.phase, shown.system.rows, shown.system.isDriver], ['outlook', 'done', 2, true]);
    const [last] = (await ask(page, 'runs', 1)).value;
    assert.deepEqual([last.connection, last.outcome, last.system.sent], ['outlook', 'done', 1]);
    for (const url of Object.values(served.urls)) {
      assert.ok(!JSON.stringify([shown, last]).includes(new URL(url).searchParams.get('sig')));
    }
  });

  it('is synced by itself after an edit, and after a reload with what is kept', async (t) => {
    const { hands, connect } = await mailbox(t);
    const { page } = await replica(t);
    await connect(page, { automatic: true });
    await call(page, 'create', { 'name/given': 'Jane' });
    await until('the mailbox has the card', () => hands.see().length === 1);
    await page.reload();
    await openBook(page);
    hands.add({ ...JANE, givenName: 'Bob' });
    await ask(page, 'sync', 'outlook');
    assert.deepEqual([(await call(page, 'list')).value.total, hands.see().length], [2, 2]);
  });

  it('whoever is added there before somebody asks is in the book when that sync resolves, whatever was under way', async (t) => {
    const { served, hands, connect } = await mailbox(t);
    const { page, context } = await replica(t);
    const other = await chromium.newPage(context);
    await openBook(other);
    await connect(page);
    const reads = () => served.history().filter(({ flow }) => flow === 'outlook-pull').length;
    // The mailbox is read at once, and what was read comes late.
    served.play({ slow: 1500 });
    const first = ask(page, 'sync', 'outlook');
    await until('the mailbox was read', () => reads() === 1);
    hands.add({ ...JANE, givenName: 'Bob' });
    await ask(other, 'sync', 'outlook');
    assert.equal((await call(other, 'list')).value.total, 1);
    assert.deepEqual([(await first).value.accepted, reads()], [0, 2]);
  });

  it('a held run is told to every tab, and done once a person has confirmed it', async (t) => {
    const { hands, connect } = await mailbox(t);
    const { page } = await replica(t);
    for (let n = 0; n < MANY; n += 1) hands.add({ ...JANE, givenName: `Person ${n}` });
    await connect(page);
    await ask(page, 'sync', 'outlook');
    const { rows } = (await call(page, 'list')).value;
    for (const { id } of rows) await call(page, 'delete', id);
    const { held } = (await ask(page, 'sync', 'outlook')).value.report;
    assert.deepEqual([held.kind, held.cards.length, hands.see().length], ['delete-or-blank', MANY, MANY]);
    const shown = await report(page, 'outlook');
    assert.deepEqual([shown.phase, shown.system.held.token, shown.problem], ['held', held.token, undefined]);
    assert.equal((await systems(page, 'confirm', 'outlook', 'other', 'take')).code, 'bad-input');
    assert.equal((await systems(page, 'confirm', 'outlook', held.token, 'take')).code, undefined);
    await ask(page, 'sync', 'outlook');
    assert.equal(hands.see().length, 0);
    assert.equal((await report(page, 'outlook')).phase, 'done');
  });

  it('a replica that another one took the mailbox from waits for a person', async (t) => {
    const { connect } = await mailbox(t);
    const [{ page: one }, { page: two }] = [await replica(t, 'Laptop'), await replica(t, 'Phone')];
    for (const page of [one, two]) await connect(page);
    await connect(two, { takeOver: true });
    await ask(two, 'sync', 'outlook');
    assert.equal((await ask(one, 'sync', 'outlook')).code, 'not-driver');
    const { phase, problem } = await report(one, 'outlook');
    assert.deepEqual([phase, problem.code], ['paused', 'not-driver']);
  });

  it('a name of a connection keeps its kind, and a mailbox that is disconnected is forgotten', async (t) => {
    const { served, hands, connect } = await mailbox(t);
    const { page } = await replica(t);
    await connect(page);
    assert.equal((await ask(page, 'connect', 'outlook', { url: served.url })).code, 'bad-input');
    assert.equal((await connect(page, { pullUrl: 'http://flow.example.com' })).code, 'flow-address');
    await call(page, 'create', { 'name/given': 'Jane' });
    await ask(page, 'sync', 'outlook');
    assert.deepEqual((await ask(page, 'disconnect', 'outlook')).value, []);
    assert.equal((await systems(page, 'status', 'outlook')).code, 'system-unknown');
    assert.deepEqual([(await call(page, 'list')).value.total, hands.see().length], [1, 1]);
  });
});
