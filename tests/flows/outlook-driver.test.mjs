// Who drives: an older epoch, and another replica in the same one, do nothing, in either flow.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answering, applyAnswer, create, only, pullAnswer, withOutlook } from './outlook.mjs';

const FLOWS = {
  pull: (served, who) => pullAnswer(served, { op: 'changed', ...who }),
  apply: (served, who) => applyAnswer(served, [create('k1')], who),
};
const OLD = {
  v: 1,
  error: { code: 'OldDriver', message: 'Another replica drives this system; nothing was done.', retryAfter: null },
};
const drivers = (served) => served.outlook.claims.rows.filter(({ Title }) => Title.startsWith('driver/'));

describe('flows: outlook, who drives', () => {
  for (const [name, send] of Object.entries(FLOWS)) {
    it(`${name}: the first who comes drives, and is written down`, () =>
      withOutlook({}, async (served) => {
        assert.equal((await send(served, { driver: 'd1', epoch: 3 })).status, 200);
        const [{ Title, Driver, Epoch }] = drivers(served);
        assert.deepEqual([Title, Driver, Epoch], ['driver/b1.outlook', 'd1', 3]);
      }));

    it(`${name}: an older epoch, and another driver of the same, are refused, and nothing is done`, () =>
      withOutlook({}, async (served) => {
        const { hands } = served.outlook;
        await FLOWS.pull(served, { driver: 'd2', epoch: 2 });
        for (const who of [
          { driver: 'd1', epoch: 1 },
          { driver: 'd2', epoch: 1 },
          { driver: 'd1', epoch: 2 },
        ]) {
          const answer = await send(served, who);
          assert.deepEqual([answer.status, answer.body], [409, OLD]);
          assert.equal(answer.headers.get('access-control-allow-origin'), '*');
        }
        assert.deepEqual([hands.see().length, drivers(served)[0].Epoch], [0, 2]);
        assert.equal((await send(served, { driver: 'd2', epoch: 2 })).status, 200);
      }));

    it(`${name}: a newer epoch takes over at once`, () =>
      withOutlook({}, async (served) => {
        await send(served, { driver: 'd1', epoch: 9 });
        assert.equal((await send(served, { driver: 'd2', epoch: 10 })).status, 200);
        assert.equal((await send(served, { driver: 'd1', epoch: 9 })).status, 409);
        assert.equal((await send(served, { driver: 'd1', epoch: 11 })).status, 200);
        assert.equal(drivers(served).length, 1);
      }));

    it(`${name}: a driver that cannot be looked up or written is an error, and nothing is done`, () =>
      withOutlook({}, async (served) => {
        const { claims, hands } = served.outlook;
        for (const [operation, given, status, code] of [
          ['GetItems', answering(429), 429, 'Busy'],
          ['GetItems', answering(503), 502, 'Backend'],
          ['PostItem', answering(503), 502, 'Backend'],
        ]) {
          claims.interfere = only(operation, given);
          const answer = await send(served, {});
          assert.deepEqual([answer.status, answer.body.error.code], [status, code], operation);
        }
        claims.interfere = undefined;
        await FLOWS.pull(served, { epoch: 1 });
        claims.interfere = only('PatchItem', answering(503));
        assert.equal((await send(served, { epoch: 2 })).status, 502);
        assert.deepEqual([hands.see().length, drivers(served)[0].Epoch], [0, 1]);
      }));
  }

  it('of several that come first at the same time with one epoch, one drives', () =>
    withOutlook({}, async (served) => {
      const names = ['d1', 'd2', 'd3', 'd4'];
      const answers = await Promise.all(names.map((driver) => FLOWS.pull(served, { driver })));
      const statuses = answers.map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join());
      assert.equal(statuses.filter((status) => status === 409).length, 3, statuses.join());
      assert.equal(drivers(served).length, 1);
    }));

  it('of several that take over at the same time, those whose epoch was not kept are refused the next time', () =>
    withOutlook({}, async (served) => {
      await FLOWS.pull(served, { driver: 'd0', epoch: 1 });
      const names = ['d1', 'd2', 'd3'];
      await Promise.all(names.map((driver) => FLOWS.pull(served, { driver, epoch: 2 })));
      const again = [];
      for (const driver of names) again.push((await FLOWS.pull(served, { driver, epoch: 2 })).status);
      assert.deepEqual(again.sort(), [200, 409, 409]);
    }));

  it('books and systems have a driver each', () =>
    withOutlook({}, async (served) => {
      await FLOWS.apply(served, { driver: 'd1', epoch: 5 });
      for (const who of [{ book: 'b2' }, { system: 'other' }]) {
        assert.equal((await FLOWS.apply(served, { ...who, driver: 'd2', epoch: 1 })).status, 200);
      }
      assert.equal(served.outlook.hands.see().length, 3, 'a key is of its book and system');
    }));
});
