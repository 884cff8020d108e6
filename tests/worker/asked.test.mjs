// Somebody asks for a sync while one is under way: without a browser, on a book whose runs end when the test says so.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionDrawer } from '../../pkg/dist/browser/connections/records.js';
import { Runner } from '../../pkg/dist/browser/connections/runner.js';
import { syncStopped } from '../../pkg/dist/schedule/metered.js';

const REPORT = { requests: 1, created: 0, edited: 0, linked: 0, deleted: 0, rejected: 0, sent: 0, read: 0, held: null };
const SECOND = 1000;
// Older versions of Node have none.
globalThis.navigator ??= { onLine: true };

/** The database beside a book, as far as runs use it. */
function cupboard() {
  const drawers = new Map();
  const key = (...parts) => JSON.stringify(parts);
  return {
    get: async (drawer, name) => drawers.get(key(drawer, name)),
    put: async (drawer, value, name) => void drawers.set(key(drawer, name), value),
    offer: async (drawer, value, name) => drawers.set(key(drawer, name), value) && value,
    append: async (drawer, value) => void drawers.set(key(drawer, drawers.size), value),
  };
}

/** A runner with one mailbox; `begun` has a run each: what it was asked, and how to end it. */
async function setup() {
  const place = cupboard();
  const urls = { pull: 'http://127.0.0.1:1/pull?sig=x', apply: 'http://127.0.0.1:1/apply?sig=x' };
  const kept = { name: 'outlook', kind: 'outlook', log: 'contacts', place: '127.0.0.1', actions: 2000 };
  await new ConnectionDrawer(place).putSystem({ ...kept, automatic: false }, urls);
  const begun = [];
  const book = {
    status: () => ({ changes: 0, refused: [] }),
    systems: {
      sync: (_name, _flows, { audit, signal, onProgress }) =>
        new Promise((settle, fail) => {
          signal.addEventListener('abort', () => fail(syncStopped()));
          const end = (more) => settle({ ...REPORT, retryAfter: 0, unknown: 0, ...more });
          begun.push({ audit, end, refuse: fail, onProgress, signal });
        }),
    },
  };
  const nothing = () => {};
  const runner = new Runner(place, { use: (_w, work) => work(book) }, { onProgress: nothing, onEnd: nothing });
  const ask = ({ now = false, audit = false, onProgress = nothing } = {}) =>
    runner.run('outlook', now, onProgress, audit).then(
      ({ error, report }) => error?.code ?? report,
      (error) => error.code,
    );
  const reaches = async (count) => {
    for (let n = 0; begun.length < count && n < 200; n += 1) await settled();
    assert.equal(begun.length, count);
  };
  return { runner, begun, ask, reaches, place };
}

const settled = () => new Promise((settle) => setTimeout(settle, 1));
const quiet = () => new Promise((settle) => setTimeout(settle, 20));

describe('a sync that is asked for while one is under way', () => {
  it('is the next one, shared by all who ask meanwhile, and has what they asked for', async () => {
    const { begun, ask, reaches } = await setup();
    const first = ask();
    await reaches(1);
    const others = [ask(), ask({ audit: true }), ask()];
    await quiet();
    assert.equal(begun.length, 1);
    begun[0].end({ read: 1 });
    await reaches(2);
    begun[1].end({ read: 2 });
    assert.deepEqual(
      (await Promise.all([first, ...others])).map(({ read }) => read),
      [1, 2, 2, 2],
    );
    assert.deepEqual(
      begun.map(({ audit }) => audit),
      [false, true],
    );
    const last = ask();
    await reaches(3);
    begun[2].end();
    await last;
    assert.equal(begun[2].audit, false, 'a wish is for one run');
  });

  it('is answered with what ended the run under way, and leaves no wish behind', async () => {
    const { begun, ask, reaches } = await setup();
    const first = ask();
    await reaches(1);
    const other = ask({ audit: true, now: true });
    begun[0].end({
      held: { token: 'abc', kind: 'delete', direction: 'in', cards: ['x'], allowed: 5 },
      retryAfter: 600,
    });
    assert.equal((await first).held.token, 'abc');
    assert.equal(await other, await first);
    assert.equal(await ask(), 'connection-waiting', 'nobody insists any more');
    const last = ask({ now: true });
    await reaches(2);
    assert.equal(begun[1].audit, false);
    begun[1].end();
    await last;
  });

  it('is made in peace for none but those who insist', async () => {
    const { begun, ask, reaches } = await setup();
    const first = ask();
    await reaches(1);
    const plain = ask();
    begun[0].end({ retryAfter: 600 });
    await first;
    assert.equal(await plain, 'connection-waiting');
    const second = ask({ now: true });
    await reaches(2);
    const [one, two] = [ask(), ask({ now: true })];
    begun[1].end({ retryAfter: 600, read: 1 });
    await second;
    await reaches(3);
    begun[2].end({ read: 2 });
    assert.deepEqual(
      (await Promise.all([one, two])).map(({ read }) => read),
      [2, 2],
    );
  });

  it('is not refused because of a run that had to leave the flow in peace', async () => {
    const { begun, ask, reaches, place } = await setup();
    await place.put('states', { idle: 0, notBefore: Date.now() + 60 * SECOND }, 'outlook');
    const first = ask();
    // That run has not looked yet whether it may.
    const insisting = ask({ now: true });
    await reaches(1);
    begun[0].end({ read: 1 });
    await reaches(2);
    begun[1].end({ read: 2 });
    assert.deepEqual([(await first).read, (await insisting).read], [1, 2]);
  });

  it('tells how far the run is that is waited for, and how far its own', async () => {
    const { begun, ask, reaches } = await setup();
    const first = ask();
    await reaches(1);
    const heard = [];
    const other = ask({ onProgress: (done) => heard.push(done) });
    begun[0].onProgress(7, 0);
    begun[0].end();
    await reaches(2);
    begun[1].onProgress(1, 0);
    begun[1].end();
    await Promise.all([first, other]);
    assert.deepEqual(heard, [7, 1]);
  });

  for (const way of ['stop', 'removed', 'leave']) {
    it(`ends with the run under way, and nothing runs afterwards: ${way}`, async () => {
      const { runner, begun, ask, reaches } = await setup();
      const asked = [ask()];
      await reaches(1);
      asked.push(ask(), ask({ now: true }));
      await runner[way]('outlook');
      assert.deepEqual(await Promise.all(asked), ['sync-stopped', 'sync-stopped', 'sync-stopped']);
      await quiet();
      assert.equal(begun.length, 1);
      if (way === 'leave') assert.equal(await ask({ now: true }), 'sync-stopped');
    });

    it(`is not made if the run under way was just through: ${way}`, async () => {
      const { runner, begun, ask, reaches } = await setup();
      const first = ask();
      await reaches(1);
      const other = ask();
      begun[0].end({ read: 1 });
      await runner[way]('outlook');
      assert.deepEqual([(await first).read, await other], [1, 'sync-stopped']);
      await quiet();
      assert.equal(begun.length, 1);
    });
  }
});
