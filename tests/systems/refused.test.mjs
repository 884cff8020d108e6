// What ends a run: an error of a flow is never taken for an answer, and a run that ended anywhere is
// simply run again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Device, JANE, rowOf, runsOf, withMailbox } from './support.mjs';

const CARD = { 'name/given': 'Jane', 'titles/new/name': 'Engineer' };
const ERRORS = {
  NoFolder: [404, 'flow-no-folder', true],
  OldDriver: [409, 'not-driver', true],
  BadEnvelope: [400, 'flow-envelope', true],
  Busy: [429, 'flow-throttled', undefined],
  Backend: [502, 'flow-unavailable', undefined],
};
const answering = (status, body) => ({
  patience: 0,
  fetch: async () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
});

/** A store whose next commit fails when it is told so, and that goes on then. */
function failingOnce(storage, fails) {
  return {
    lease: (...given) => storage.lease(...given),
    load: (prefix) => storage.load(prefix),
    get: (key) => storage.get(key),
    close: () => storage.close(),
    commit: async (batch) => {
      const fail = fails.next;
      fails.next = false;
      if (fail) throw new Error('not now');
      return storage.commit(batch);
    },
  };
}

describe('systems: what ends a run', () => {
  for (const [name, [status, code, pause]] of Object.entries(ERRORS)) {
    it(`${name} ends it as ${code}, and nobody is taken for gone`, () =>
      withMailbox({}, async (served) => {
        const laptop = await Device.open(served, 'Laptop');
        await laptop.book.create(CARD);
        await laptop.sync();
        const before = laptop.book.stateHash();
        const error = { code: name, message: 'jane@example.com', retryAfter: 60 };
        const broken = await Device.open(served, 'unused', { ...answering(status, { v: 1, error }), connect: null });
        const failure = await laptop.book.systems.sync('outlook', broken.flows, { audit: true }).catch((e) => e);
        assert.equal(failure.code, code);
        assert.equal(failure.details.pause, pause);
        assert.doesNotMatch(JSON.stringify([failure.message, failure.details]), /jane@/);
        assert.equal(laptop.book.stateHash(), before);
        assert.equal((await laptop.sync()).sent, 0);
      }));
  }

  it('an answer of another shape ends it as bad-answer, and nothing of it is taken', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      hands.add(JANE);
      for (const body of [{ v: 1 }, { v: 1, op: 'changed', folder: 'Other', items: [], watermark: 'x' }]) {
        const broken = await Device.open(served, 'unused', { ...answering(200, body), connect: null });
        await assert.rejects(laptop.book.systems.sync('outlook', broken.flows), { code: 'bad-answer' });
        assert.equal(laptop.book.status().cards, 0);
      }
      assert.equal((await laptop.sync()).created, 1);
    }));

  it('a listing that does not prove that it is complete deletes nobody', () =>
    withMailbox({}, async (served) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      const short = {
        ask: async (flow, body) => {
          if (body.op === 'audit')
            return { v: 1, op: 'audit', folder: body.folder, rows: [], count: 1, complete: true };
          return laptop.flows.ask(flow, body);
        },
      };
      for (let n = 0; n < 3; n += 1) {
        await assert.rejects(laptop.book.systems.sync('outlook', short, { audit: true }), { code: 'bad-answer' });
      }
      assert.equal(laptop.book.status().cards, 1);
      assert.equal((await laptop.sync({ audit: true })).deleted, 0);
    }));

  it('one that is stopped ends as sync-stopped, and the next goes on from there', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      hands.add({ ...JANE, givenName: 'Bob' });
      const stop = new AbortController();
      const onProgress = () => stop.abort();
      await assert.rejects(laptop.sync({ signal: stop.signal, onProgress }), { code: 'sync-stopped' });
      assert.equal(runsOf(served, 'outlook-apply'), 0);
      await laptop.sync();
      assert.deepEqual([laptop.book.status().cards, hands.see().length], [2, 2]);
    }));

  it('one whose engine was opened again in between begins anew, and does nothing twice', () =>
    withMailbox({}, async (served, hands) => {
      const fails = { next: false };
      const laptop = await Device.open(served, 'Laptop', { around: (storage) => failingOnce(storage, fails) });
      await laptop.book.create(CARD);
      let broke = 0;
      const breaking = {
        ask: async (flow, body) => {
          const answer = await laptop.flows.ask(flow, body);
          if (broke < 2 && flow === 'apply') {
            broke += 1;
            fails.next = true;
            await assert.rejects(laptop.book.create({ 'name/given': 'Bob' }), { message: 'not now' });
          }
          return answer;
        },
      };
      const { linked, unknown } = await laptop.book.systems.sync('outlook', breaking);
      assert.deepEqual([broke, linked, unknown], [2, 0, 0]);
      assert.deepEqual([hands.see().length, rowOf(hands, 'Jane').jobTitle], [1, 'Engineer']);
      assert.deepEqual([laptop.status.rows, laptop.status.unsettled], [1, 0]);
    }));

  it('a commit that fails keeps a request from going out', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      await laptop.edit('jane', 'titles', 'name', 'Boss');
      const failing = {
        ask: async (flow, body) => {
          const answer = await laptop.flows.ask(flow, body);
          laptop.disk.failNextCommit();
          return answer;
        },
      };
      await assert.rejects(laptop.book.systems.sync('outlook', failing), { code: 'storage-io' });
      assert.equal(runsOf(served, 'outlook-apply'), 1, 'the outbox was not stored, so it was not sent');
      await laptop.reopen();
      await laptop.sync();
      assert.equal(rowOf(hands, 'Jane').jobTitle, 'Boss');
    }));

  it('a replica that another one drives for is refused before it asks, and after, and says so', () =>
    withMailbox({}, async (served) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      const phone = await Device.open(served, 'Phone', { connect: { takeOver: true } });
      // They have not met, so the phone does not know of the laptop: it drives in a turn of its own.
      await phone.connect({ takeOver: true });
      await phone.sync();
      await assert.rejects(laptop.sync(), { code: 'not-driver' });
    }));
});
