// Requests that are none of ours: the flows on Outlook refuse them whole, or take texts for texts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { post } from './flow.mjs';
import { apply, applyAnswer, create, pull, pullAnswer, remove, WHO, withOutlook } from './outlook.mjs';

const QUOTES = "k' or Title ne 'x";
const json = (text) => JSON.parse(text);
const changed = (more) => ({ ...WHO, op: 'changed', ...more });
const changing = (change, more) => ({ ...WHO, changes: [{ ...create('k1'), ...change }], ...more });
const { book: _book, ...NO_BOOK } = WHO;

const WRONG = {
  'outlook-pull': [
    ['no object', []],
    ['no JSON', '{'],
    ['nothing', ''],
    ['another version', changed({ v: 2 })],
    ['no book', { ...NO_BOOK, op: 'changed' }],
    ['a book with too long a name', changed({ book: 'b'.repeat(65) })],
    ['a system without a name', changed({ system: '' })],
    ['a driver that is a number', changed({ driver: 7 })],
    ['epoch 0', changed({ epoch: 0 })],
    ['an epoch that is a text', changed({ epoch: '1' })],
    ['an epoch that cannot be counted with', changed({ epoch: 1e300 })],
    ['no operation', WHO],
    ['an unknown operation', changed({ op: 'delete' })],
    ['null for since', changed({ since: null })],
    ['a since that is no time', changed({ since: '2026-11-23T99:00:00Z' })],
    ['a since that is a filter', changed({ since: '2026-11-23T05:00:00Z or 1 eq 1' })],
    ['a skip below nothing', changed({ skip: -1 })],
    ['a limit of nothing', changed({ limit: 0 })],
    ['too high a limit', changed({ limit: 501 })],
    ['a folder that is an object', changed({ folder: {} })],
    ['too many ids', changed({ op: 'rows', ids: Array.from({ length: 51 }, () => 'x') })],
    ['an id without a character', changed({ op: 'rows', ids: [''] })],
    ['an id that is an object', changed({ op: 'rows', ids: [{}] })],
  ],
  'outlook-apply': [
    ['no JSON', '{'],
    ['no changes', WHO],
    ['none in the list of changes', { ...WHO, changes: [] }],
    ['too many changes', { ...WHO, changes: Array.from({ length: 51 }, (_, n) => create(`k${n}`)) }],
    ['a change that is a text', { ...WHO, changes: ['delete'] }],
    ['no key', changing({ key: undefined })],
    ['too long a key', changing({ key: 'k'.repeat(121) })],
    ['an unknown operation', changing({ op: 'upsert' })],
    ['a create without fields', changing({ fields: undefined })],
    ['fields that are a list', changing({ fields: [] })],
    ['fields that are null', changing({ fields: null })],
    ['an update without an id', changing({ op: 'update', revision: 'r' })],
    ['an update without a revision', changing({ op: 'update', id: 'i' })],
    ['a delete without an id', changing({ op: 'delete', revision: 'r' })],
    ['a delete of an empty id', changing({ op: 'delete', id: '', revision: 'r' })],
    ['to clear what no contact has', changing({ op: 'update', id: 'i', revision: 'r', clear: ['x":1,"y'] })],
    ['to clear a number', changing({ op: 'update', id: 'i', revision: 'r', clear: [1] })],
  ],
};

describe('flows: outlook, what is refused whole', () => {
  for (const [flow, requests] of Object.entries(WRONG)) {
    it(`${flow}: each is a BadEnvelope that a page may read, and nothing is done`, () =>
      withOutlook({}, async (served) => {
        for (const [title, body] of requests) {
          const answer = await post(served, body, { url: served.urls[flow], type: 'text/plain' });
          assert.deepEqual([answer.status, answer.body?.error.code], [400, 'BadEnvelope'], title);
          assert.equal(answer.body.error.retryAfter, null);
          assert.equal(answer.headers.get('access-control-allow-origin'), '*');
          assert.equal(served.history().at(-1).status, 'Failed');
        }
        assert.deepEqual(served.outlook.hands.see(), []);
        assert.ok(served.outlook.claims.rows.every(({ Title }) => Title.startsWith('driver/')));
      }));
  }

  it('one unsound change keeps all of a request from being done', () =>
    withOutlook({}, async (served) => {
      const answer = await applyAnswer(served, [create('k1'), { key: 'k2', op: 'delete', revision: 'r' }]);
      assert.equal(answer.status, 400);
      assert.deepEqual(served.outlook.hands.see(), []);
    }));
});

describe('flows: outlook, texts are texts', () => {
  it('quotes in names and keys open nothing: a claim is found by its whole title', () =>
    withOutlook({}, async (served) => {
      await apply(served, create('k1'));
      const first = await apply(served, create(QUOTES, { surname: "O'Neil" }));
      const again = await apply(served, create(QUOTES));
      assert.deepEqual([again.status, again.row.id, again.row.surname], ['done', first.row.id, "O'Neil"]);
      const who = { book: "b' or Title ne 'x", system: "s'", driver: "d'" };
      for (const status of ['done', 'done']) assert.equal((await apply(served, create(QUOTES), who)).status, status);
      assert.equal((await pullAnswer(served, { op: 'changed', ...who, driver: 'd2' })).status, 409);
      assert.equal(served.outlook.hands.see().length, 3);
    }));

  it('a field of a megabyte, and texts that look like expressions, arrive as they are', () =>
    withOutlook({}, async (served) => {
      const fields = {
        surname: "@{body('Request')}",
        jobTitle: "@json('{}').absent",
        companyName: 'x'.repeat(1_000_000),
        department: '"},{"',
      };
      const { status, row } = await apply(served, create('k1', fields));
      assert.equal(status, 'done');
      for (const [key, value] of Object.entries(fields)) assert.ok(row[key] === value, key);
      assert.ok((await pull(served, { op: 'changed' })).items[0].companyName === fields.companyName);
    }));

  it('names that objects have in JavaScript are names: of books, keys, rows and fields', () =>
    withOutlook({}, async (served) => {
      for (const name of ['__proto__', 'constructor', 'toString']) {
        const who = { book: name, system: name, driver: name };
        assert.equal((await apply(served, create(name), who)).status, 'done');
        assert.equal((await apply(served, remove(name, { id: name, changeKey: name }), who)).status, 'done');
        const odd = { key: 'k2', op: 'create', fields: json(`{"givenName":"J","homePhones":[],"${name}":{}}`) };
        assert.deepEqual([(await apply(served, odd, who)).code], [400], name);
        assert.deepEqual((await pull(served, { op: 'rows', ids: [name], ...who })).gone, [name]);
      }
    }));

  it('fields of a wrong type are the change’s trouble alone', () =>
    withOutlook({}, async (served) => {
      const odd = [{ givenName: 7 }, { homePhones: '1' }, { emailAddresses: [null] }, { birthday: 'May' }];
      const changes = odd.map((fields, n) => create(`k${n}`, fields));
      const { results } = (await applyAnswer(served, [...changes, create('k9')])).body;
      const statuses = results.map(({ status }) => status);
      assert.deepEqual(statuses, ['rejected', 'rejected', 'rejected', 'rejected', 'done']);
      assert.equal(served.outlook.hands.see().length, 1);
    }));

  it('the history holds nothing of what was written', () =>
    withOutlook({}, async (served) => {
      await apply(served, create('k1', { surname: 'Secretname' }));
      await apply(served, create('k2', { surname: 'Secretname', personalNotes: 'Secretname' }));
      assert.doesNotMatch(JSON.stringify(served.history()), /Secretname|Jane/);
      assert.deepEqual(
        served.history().map(({ flow }) => flow),
        ['outlook-apply', 'outlook-apply'],
      );
    }));
});

describe('flows: outlook, the doors', () => {
  it('each flow has an address of its own, and can be off alone', () =>
    withOutlook({}, async (served) => {
      const { 'outlook-pull': pulling, 'outlook-apply': applying } = served.urls;
      const mixed = new URL(pulling);
      mixed.searchParams.set('sig', new URL(applying).searchParams.get('sig'));
      assert.equal((await post(served, changed(), { url: mixed.href })).status, 401);
      served.turn(false, 'outlook-apply');
      assert.equal((await applyAnswer(served, [create('k1')])).status, 404);
      assert.equal((await pullAnswer(served, { op: 'changed' })).status, 200);
      served.turn(true);
      assert.equal((await apply(served, create('k1'))).status, 'done');
    }));

  it('faults of requests are told which flow they meet', () => {
    const met = [];
    const faults = (n, flow) => {
      met.push([n, flow]);
      return flow === 'outlook-pull' ? { throttled: 7 } : undefined;
    };
    return withOutlook({ faults }, async (served) => {
      assert.equal((await applyAnswer(served, [create('k1')])).status, 200);
      assert.equal((await pullAnswer(served, { op: 'changed' })).status, 429);
      assert.deepEqual(met, [
        [0, 'outlook-apply'],
        [1, 'outlook-pull'],
      ]);
    });
  });
});
