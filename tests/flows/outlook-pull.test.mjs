// The shipped Outlook Pull flow, run as the JSON that ships: what docs/flow-contract-outlook.md promises.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { post } from './flow.mjs';
import { answering, JANE, only, pull, pullAnswer, WHO, withOutlook } from './outlook.mjs';

const actionsOf = (served) => served.history().at(-1).actions;
const fill = (hands, count) => Array.from({ length: count }, (_, n) => hands.add({ ...JANE, jobTitle: `n${n}` }));
const slim = ({ id, changeKey }) => ({ id, changeKey });
const isError = (answer, status, code) => {
  assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
};

describe('flows: outlook pull, changed rows', () => {
  it('answers rows as the connector does, by time of change, and where to go on from', () =>
    withOutlook({}, async (served, time) => {
      const { hands } = served.outlook;
      const [first] = fill(hands, 2);
      time.now += 1000;
      const edited = hands.edit(first.id, { surname: 'Roe' });
      const answer = await pull(served, { op: 'changed', skip: 0, limit: 200 });
      assert.deepEqual(answer, {
        v: 1,
        op: 'changed',
        folder: 'Contacts',
        items: [hands.see()[1], edited],
        watermark: '2026-11-23T05:04:59Z',
      });
    }));

  it('answers what changed at a time or later, in pages', () =>
    withOutlook({}, async (served, time) => {
      const { hands } = served.outlook;
      fill(hands, 3);
      time.now += 60_000;
      fill(hands, 3);
      const titles = async (more) =>
        (await pull(served, { op: 'changed', ...more })).items.map(({ jobTitle }) => jobTitle);
      const since = '2026-11-23T05:10:58Z';
      assert.deepEqual(await titles({ since }), ['n0', 'n1', 'n2']);
      assert.deepEqual(await titles({ since, limit: 2 }), ['n0', 'n1']);
      assert.deepEqual(await titles({ since, limit: 2, skip: 2 }), ['n2']);
      assert.deepEqual(await titles({ since: '2026-11-23T06:10:58+01:00' }), ['n0', 'n1', 'n2']);
      assert.deepEqual(await titles({ since: '2026-11-23T05:10:59Z' }), []);
      assert.equal((await titles({})).length, 6);
    }));

  it('the watermark is of the start of the run, whatever the run takes', () =>
    withOutlook({}, async (served, time) => {
      served.outlook.contacts.interfere = () => {
        time.now += 90_000;
      };
      assert.equal((await pull(served, { op: 'changed' })).watermark, '2026-11-23T05:04:58Z');
    }));

  it('what the connector refuses is an error: no folder, busy, backend', () =>
    withOutlook({}, async (served) => {
      const ask = (more) => pullAnswer(served, { op: 'changed', ...more });
      isError(await ask({ folder: 'Elsewhere' }), 404, 'NoFolder');
      const { contacts } = served.outlook;
      contacts.interfere = only('ContactGetItems_V2', answering(429));
      isError(await ask(), 429, 'Busy');
      contacts.interfere = only('ContactGetItems_V2', answering(503));
      isError(await ask(), 502, 'Backend');
    }));
});

describe('flows: outlook pull, audit', () => {
  for (const count of [0, 1, 499, 500, 501, 1203]) {
    it(`names all of ${count} rows, counts them, and says that it is complete`, () =>
      withOutlook({}, async (served) => {
        const rows = fill(served.outlook.hands, count).map(slim);
        const answer = await pull(served, { op: 'audit' });
        assert.deepEqual(answer, { v: 1, op: 'audit', folder: 'Contacts', rows, count, complete: true });
      }));
  }

  for (const [title, given, status, code] of [
    ['fails', answering(503), 502, 'Backend'],
    ['is throttled', answering(429), 429, 'Busy'],
    ['says that the folder is gone', answering(404), 404, 'NoFolder'],
    ['is a page of text', answering(200, {}, 'Sign in'), 502, 'Backend'],
    ['has nothing in it', answering(200, {}, {}), 502, 'Backend'],
    ['comes short', answering(200, {}, { value: [] }), 502, 'Backend'],
  ]) {
    it(`a second page that ${title} is an error, never a short listing`, () =>
      withOutlook({}, async (served) => {
        const { hands, contacts } = served.outlook;
        fill(hands, 700);
        let pages = 0;
        contacts.interfere = () => (++pages === 2 ? given : undefined);
        isError(await pullAnswer(served, { op: 'audit' }), status, code);
        assert.equal(pages, 2, 'it gives up at once');
        contacts.interfere = undefined;
        assert.equal((await pull(served, { op: 'audit' })).count, 700);
      }));
  }

  for (const [title, act] of [
    ['is deleted', (hands, rows) => hands.remove(rows[3].id)],
    ['is moved away', (hands, rows) => hands.move(rows[3].id, 'Private')],
  ]) {
    it(`a row that ${title} between two pages passes over none unnoticed`, () =>
      withOutlook({}, async (served) => {
        const { hands, contacts } = served.outlook;
        hands.addFolder('Private');
        const rows = fill(hands, 700);
        let pages = 0;
        contacts.interfere = () => {
          if (++pages === 2) act(hands, rows);
        };
        isError(await pullAnswer(served, { op: 'audit' }), 502, 'Backend');
        assert.equal((await pull(served, { op: 'audit' })).count, 699);
      }));
  }

  it('a row that is edited between two pages, or added, makes no difference to the others', () =>
    withOutlook({}, async (served, time) => {
      const { hands, contacts } = served.outlook;
      const rows = fill(hands, 700);
      let pages = 0;
      contacts.interfere = () => {
        if (++pages !== 2) return;
        time.now += 1000;
        hands.edit(rows[3].id, { surname: 'Roe' });
        hands.add(JANE);
      };
      const { count, complete, rows: named } = await pull(served, { op: 'audit' });
      assert.deepEqual([count, complete, named.length], [701, true, 701]);
    }));

  it('more contacts than an audit can name are an error', () =>
    withOutlook({}, async (served) => {
      const { contacts } = served.outlook;
      let pages = 0;
      contacts.interfere = (_, { $skip }) => {
        pages += 1;
        const value = Array.from({ length: 500 }, (__, n) => ({ id: `r${$skip + n}`, changeKey: 'c' }));
        return { answer: { statusCode: 200, headers: {}, body: { value } } };
      };
      isError(await pullAnswer(served, { op: 'audit' }), 502, 'Backend');
      assert.equal(pages, 40);
    }));
});

describe('flows: outlook pull, rows', () => {
  it('answers those that are there, and names those that are gone', () =>
    withOutlook({}, async (served) => {
      const { hands } = served.outlook;
      const [a, b, c] = fill(hands, 3);
      hands.remove(b.id);
      const answer = await pull(served, { op: 'rows', ids: [c.id, b.id, a.id] });
      assert.deepEqual(answer, { v: 1, op: 'rows', folder: 'Contacts', items: [c, a], gone: [b.id] });
      assert.deepEqual((await pull(served, { op: 'rows', ids: [] })).items, []);
    }));

  it('one that is neither there nor surely gone is an error for all', () =>
    withOutlook({}, async (served) => {
      const { hands, contacts } = served.outlook;
      const ids = fill(hands, 2).map(({ id }) => id);
      for (const [given, status, code] of [
        [answering(503), 502, 'Backend'],
        [answering(429), 429, 'Busy'],
        [answering(403), 502, 'Backend'],
      ]) {
        contacts.interfere = (operation, { id }) => (operation && id === ids[1] ? given : undefined);
        isError(await pullAnswer(served, { op: 'rows', ids }), status, code);
      }
    }));

  it('a folder that is not there is NoFolder: its rows are not gone', () =>
    withOutlook({}, async (served) => {
      const { hands } = served.outlook;
      hands.addFolder('Private');
      const { id } = hands.add(JANE, 'Private');
      hands.removeFolder('Private');
      isError(await pullAnswer(served, { op: 'rows', ids: [id], folder: 'Private' }), 404, 'NoFolder');
      isError(await pullAnswer(served, { op: 'audit', folder: 'Private' }), 404, 'NoFolder');
      assert.deepEqual((await pull(served, { op: 'rows', ids: [id] })).gone, [id]);
    }));
});

describe('flows: outlook pull, what it costs', () => {
  it('12 actions for changed rows, 11 for an audit and 6 for each page, 17 for rows and 2 for each', () =>
    withOutlook({}, async (served) => {
      const rows = fill(served.outlook.hands, 600);
      await pull(served, { op: 'changed' });
      const cost = async (more) => {
        await pull(served, more);
        return actionsOf(served);
      };
      assert.equal(await cost({ op: 'changed' }), 12);
      assert.equal(await cost({ op: 'audit' }), 11 + 6 * 2);
      assert.equal(await cost({ op: 'rows', ids: [rows[0].id, rows[1].id] }), 17 + 2 * 2);
    }));

  it('text/plain is taken as JSON is', () =>
    withOutlook({}, async (served) => {
      const body = { ...WHO, op: 'changed' };
      const answer = await post(served, body, { url: served.urls['outlook-pull'], type: 'text/plain' });
      assert.deepEqual([answer.status, answer.body.items], [200, []]);
    }));
});
