// The shipped Outlook Apply flow, run as the JSON that ships: what docs/flow-contract-outlook.md promises.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { post } from './flow.mjs';
import { answering, apply, applyAnswer, create, JANE, only, remove, update, WHO, withOutlook } from './outlook.mjs';

const actionsOf = (served) => served.history().at(-1).actions;

describe('flows: outlook apply', () => {
  it('a create is done once, keeps its row’s id with the claim, and says the next time that it was done earlier', () =>
    withOutlook({}, async (served) => {
      const { hands, claims } = served.outlook;
      const first = await apply(served, create('k1', { mobilePhone: '+1 555 0100' }));
      assert.deepEqual(first, { key: 'k1', status: 'done', row: hands.see()[0], earlier: false });
      const again = await apply(served, create('k1', { mobilePhone: 'other' }));
      assert.deepEqual(again, { ...first, earlier: true });
      assert.equal(hands.see().length, 1);
      const { Title, Result, Driver, Epoch } = claims.rows.at(-1);
      assert.deepEqual([Title, Result, Driver, Epoch], ['b1.outlook.k1', first.row.id, 'd1', 1]);
    }));

  it('a create that was done long ago answers the row as it is now, or that it is gone', () =>
    withOutlook({}, async (served) => {
      const { hands } = served.outlook;
      const { row } = await apply(served, create('k1'));
      const edited = hands.edit(row.id, { surname: 'Roe' });
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'done', row: edited, earlier: true });
      hands.remove(row.id);
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'gone', id: row.id });
    }));

  it('an update changes what it names, lists whole, clears with null, and answers the row as it is then', () =>
    withOutlook({}, async (served) => {
      const { hands, contacts } = served.outlook;
      const emails = [{ address: 'jane@example.com' }, { address: 'doe@example.com' }];
      const more = { emailAddresses: emails, birthday: '1980-02-29', jobTitle: 'Engineer', homePhones: ['1'] };
      const { row } = await apply(served, create('k1', more));
      let sent;
      contacts.interfere = (operation, { item }) => {
        if (operation === 'ContactPatchItem_V2') sent = item;
      };
      const fields = { emailAddresses: [emails[1]], homeAddress: { city: 'Springfield' } };
      const result = await apply(served, update('k2', row, fields, ['birthday', 'nickName']));
      assert.deepEqual(sent, { givenName: 'Jane', homePhones: [], ...fields, birthday: null, nickName: null });
      assert.deepEqual(result, { key: 'k2', status: 'done', row: hands.see()[0] });
      const { emailAddresses, birthday, jobTitle, homePhones, homeAddress } = result.row;
      assert.deepEqual(
        [emailAddresses, birthday, jobTitle, homePhones, homeAddress],
        [[emails[1]], null, 'Engineer', [], { city: 'Springfield' }],
      );
      assert.notEqual(result.row.changeKey, row.changeKey);
    }));

  it('an update or a delete of a row that has changed is stale, answers the row, and does nothing', () =>
    withOutlook({}, async (served) => {
      const { hands } = served.outlook;
      const seen = hands.add(JANE);
      const row = hands.edit(seen.id, { surname: 'Roe' });
      assert.deepEqual(await apply(served, update('k1', seen, { surname: 'Poe' })), {
        key: 'k1',
        status: 'stale',
        row,
      });
      assert.deepEqual(await apply(served, remove('k2', seen)), { key: 'k2', status: 'stale', row });
      assert.deepEqual(hands.see(), [row]);
    }));

  it('a delete is done, also if the row is gone already; an update of such a row is gone', () =>
    withOutlook({}, async (served) => {
      const row = served.outlook.hands.add(JANE);
      for (const key of ['k1', 'k2']) {
        assert.deepEqual(await apply(served, remove(key, row)), { key, status: 'done' });
      }
      assert.deepEqual(await apply(served, update('k3', row, {})), { key: 'k3', status: 'gone' });
      assert.deepEqual(served.outlook.hands.see(), []);
    }));

  it('a claim without a result is claimed, with its age, and nothing is done', () =>
    withOutlook({ faults: (n) => (n === 0 ? { dies: { after: 'Claim' } } : undefined) }, async (served, time) => {
      assert.equal((await applyAnswer(served, [create('k1')])).status, 502);
      time.now += 61_500;
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'claimed', age: 61 });
      assert.deepEqual(served.outlook.hands.see(), []);
      assert.equal((await apply(served, create('k1.2'))).status, 'done');
    }));

  it('what one change comes to does not touch the others; results come in order, one each', () =>
    withOutlook({}, async (served) => {
      const { hands } = served.outlook;
      const [a, b] = [hands.add(JANE), hands.add(JANE)];
      hands.remove(b.id);
      const changes = [
        create('k1'),
        update('k2', b, {}),
        create('k3', { personalNotes: 'none' }),
        update('k4', a, { surname: 'Roe' }),
        create('k1'),
        remove('k5', { ...a, changeKey: 'old' }),
      ];
      const { results } = (await applyAnswer(served, changes)).body;
      assert.deepEqual(
        results.map(({ key, status }) => [key, status]),
        [
          ['k1', 'done'],
          ['k2', 'gone'],
          ['k3', 'rejected'],
          ['k4', 'done'],
          ['k1', 'done'],
          ['k5', 'stale'],
        ],
      );
      assert.equal(results[0].row.id, results[4].row.id);
      assert.equal(hands.see().length, 2);
    }));
});

describe('flows: outlook apply, when a connector refuses', () => {
  const claimed = (served) => served.outlook.claims.rows.some((row) => row.Title === 'b1.outlook.k1');

  it('429 is busy, says when, and takes the claim back; then it is done', () =>
    withOutlook({}, async (served) => {
      const { hands, contacts } = served.outlook;
      contacts.interfere = only('ContactPostItem_V2', answering(429, { 'Retry-After': '17' }));
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'busy', retryAfter: 17 });
      assert.equal(claimed(served), false);
      const date = { 'Retry-After': 'Mon, 23 Nov 2026 05:10:00 GMT' };
      for (const headers of [{}, date]) {
        contacts.interfere = only('ContactPostItem_V2', answering(429, headers));
        assert.equal((await apply(served, create('k1'))).retryAfter, 60);
      }
      contacts.interfere = undefined;
      assert.equal((await apply(served, create('k1'))).status, 'done');
      assert.equal(hands.see().length, 1);
    }));

  it('429 on reading or writing a row is busy too', () =>
    withOutlook({}, async (served) => {
      const { hands, contacts } = served.outlook;
      const row = hands.add(JANE);
      for (const operation of ['ContactGetItem_V2', 'ContactPatchItem_V2', 'ContactDeleteItem_V2']) {
        contacts.interfere = only(operation, answering(429));
        const change = operation.includes('Delete') ? remove('k1', row) : update('k1', row, {});
        assert.deepEqual(await apply(served, change), { key: 'k1', status: 'busy', retryAfter: 60 }, operation);
      }
      assert.deepEqual(hands.see(), [row]);
    }));

  it('a throttled list of claims is busy, and nothing is done', () =>
    withOutlook({}, async (served) => {
      const { hands, claims } = served.outlook;
      claims.interfere = (operation, parameters) =>
        operation === 'PostItem' && parameters['item/Title'].endsWith('k1') ? answering(429) : undefined;
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'busy', retryAfter: 60 });
      assert.deepEqual(hands.see(), []);
    }));

  it('a definite refusal is rejected with code and message, at most 300 characters, and the claim is taken back', () =>
    withOutlook({}, async (served) => {
      const { contacts } = served.outlook;
      const unknown = await apply(served, create('k1', { personalNotes: 'none' }));
      assert.deepEqual([unknown.status, unknown.code], ['rejected', 400]);
      assert.match(unknown.message, /personalNotes/);
      for (const [code, body, message] of [
        [403, { message: 'm'.repeat(1000) }, 'm'.repeat(300)],
        [413, 'a page', 'The connector gave no reason.'],
        [422, null, 'The connector gave no reason.'],
        [400, { error: { message: { odd: true } } }, 'The connector gave no reason.'],
      ]) {
        contacts.interfere = only('ContactPostItem_V2', answering(code, {}, body));
        assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'rejected', code, message });
        assert.equal(claimed(served), false);
      }
    }));

  for (const [title, given] of [
    ['500', answering(500)],
    ['504', answering(504)],
    ['408', answering(408)],
    ['an answer that is lost after the effect', { ...answering(502), afterEffect: true }],
  ]) {
    it(`${title} is failed: nobody knows, and the claim stays`, () =>
      withOutlook({}, async (served) => {
        const { contacts, hands } = served.outlook;
        contacts.interfere = only('ContactPostItem_V2', given);
        assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'failed' });
        contacts.interfere = undefined;
        assert.equal((await apply(served, create('k1'))).status, 'claimed');
        assert.ok(hands.see().length === (given.afterEffect ? 1 : 0));
      }));
  }

  it('a claim that cannot be made or found is failed; one that was made unheard is claimed', () =>
    withOutlook({}, async (served) => {
      const { claims, hands } = served.outlook;
      const onK1 = (given) => (operation, parameters) =>
        operation === 'PostItem' && parameters['item/Title'].endsWith('k1') ? given : undefined;
      claims.interfere = onK1(answering(500));
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'failed' });
      assert.equal(claimed(served), false);
      claims.interfere = onK1({ ...answering(500), afterEffect: true });
      assert.equal((await apply(served, create('k1'))).status, 'claimed');
      assert.deepEqual(hands.see(), []);
    }));

  it('a claim that cannot be taken back, or looked at, is failed, never busy', () =>
    withOutlook({}, async (served) => {
      const { claims, contacts } = served.outlook;
      contacts.interfere = only('ContactPostItem_V2', answering(429));
      claims.interfere = only('DeleteItem', answering(503));
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'failed' });
      claims.interfere = (operation, { $filter = '' }) =>
        operation === 'GetItems' && $filter.includes('k1') ? answering(503) : undefined;
      assert.deepEqual(await apply(served, create('k1')), { key: 'k1', status: 'failed' });
    }));

  it('a result that could not be kept is done for this run, and claimed for the next', () =>
    withOutlook({}, async (served) => {
      const { claims, hands } = served.outlook;
      claims.interfere = only('PatchItem', answering(503));
      assert.equal((await apply(served, create('k1'))).status, 'done');
      claims.interfere = undefined;
      assert.equal((await apply(served, create('k1'))).status, 'claimed');
      assert.equal(hands.see().length, 1);
    }));

  it('a folder that is not there is NoFolder, never gone rows', () =>
    withOutlook({}, async (served) => {
      const row = served.outlook.hands.add(JANE);
      for (const change of [create('k1'), update('k2', row, {}), remove('k3', row)]) {
        const answer = await applyAnswer(served, [change], { folder: 'Elsewhere' });
        assert.deepEqual([answer.status, answer.body.error.code], [404, 'NoFolder'], change.op);
      }
      assert.equal((await apply(served, create('k1'))).status, 'done');
    }));

  it('300 calls in a minute are done, the others are busy, and come later', () =>
    withOutlook({ throttled: true }, async (served, time) => {
      const keys = Array.from({ length: 305 }, (_, n) => `k${n}`);
      const results = [];
      for (let at = 0; at < keys.length; at += 50) {
        const changes = keys.slice(at, at + 50).map((key) => create(key));
        results.push(...(await applyAnswer(served, changes)).body.results);
      }
      const busy = results.filter(({ status }) => status === 'busy');
      assert.deepEqual([busy.length, busy[0].retryAfter], [5, 60]);
      time.now += 60_000;
      for (const { key } of busy) assert.equal((await apply(served, create(key))).status, 'done');
      assert.equal(served.outlook.hands.see().length, 305);
    }));
});

describe('flows: outlook apply, what it costs', () => {
  it('12 actions, 6 more for each update or delete, 7 for each create', () =>
    withOutlook({}, async (served) => {
      const rows = (await applyAnswer(served, [create('k1'), create('k2')])).body.results.map(({ row }) => row);
      await applyAnswer(served, [create('k3')]);
      const base = actionsOf(served) - 7;
      await applyAnswer(served, [create('k4'), create('k5')]);
      const two = actionsOf(served);
      await applyAnswer(served, [update('k6', rows[0], {})]);
      assert.deepEqual([base, two, actionsOf(served)], [12, 26, 18]);
      await applyAnswer(served, [remove('k7', rows[1])]);
      assert.equal(actionsOf(served), 19, 'with a look at the folder');
    }));

  it('text/plain is taken as JSON is', () =>
    withOutlook({}, async (served) => {
      const body = { ...WHO, changes: [create('k1')] };
      const answer = await post(served, body, { url: served.urls['outlook-apply'], type: 'text/plain' });
      assert.deepEqual([answer.status, answer.body.results[0].status], [200, 'done']);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }));
});
