// One run: what it notes, what it leaves behind, and when the next one makes sense.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBook, openMemoryStorage } from '../../pkg/dist/node.js';
import { runOnce } from '../../pkg/dist/schedule/run.js';
import { client } from '../flow-client/client.mjs';
import { TestFlow } from '../flow-client/flow.mjs';
import { seeded } from '../flow-client/virtual.mjs';

const PACE = { min: 60_000, max: 900_000, actions: 2000 };

class Notes {
  all = new Map();
  /** Every state that was ever kept. */
  kept = [];
  get = async (name) => this.all.get(name) ?? { idle: 0 };
  put = async (name, state) => {
    this.kept.push(structuredClone(state));
    this.all.set(name, state);
  };
}

/** A book, a flow and everything a run needs; `run()` does one. */
async function setup(options = {}) {
  const { relay, flow, clock } = await client(options);
  const book = await openBook({ storage: openMemoryStorage() });
  const notes = new Notes();
  const records = [];
  const random = seeded(options.seed ?? 3);
  const line = { name: 'team', relayName: 'connection:team', pace: PACE, open: async () => relay };
  const journal = { add: async (record) => records.push(record) };
  const run = (more = {}) => runOnce(book, line, { notes, journal, clock, random, ...more });
  return { book, flow, clock, notes, records, line, run };
}

const JANE = { 'name/given': 'Jane', 'emails/new/address': 'jane@example.com' };

describe('schedule: a run', () => {
  it('leaves a record of what went, came and was refused, and of nobody', async () => {
    const { book, flow, clock, records, run } = await setup();
    await book.create(JANE);
    flow.script = (n) => (n === 0 ? { status: 502 } : undefined);
    const { synced } = await run();
    assert.equal(synced.pushed, 1);
    const [{ run: id, started, ended, ...rest }] = records;
    assert.match(id, /^[0-9a-f]{16}$/);
    assert.equal(Date.parse(started), Date.UTC(2026, 0, 1));
    assert.equal(Date.parse(ended), clock.wall());
    assert.deepEqual(rest, {
      connection: 'team',
      requests: 2,
      pushed: 1,
      pulled: 1,
      accepted: 0,
      refused: 0,
      outcome: 'done',
    });
    assert.doesNotMatch(JSON.stringify(records), /jane|example|http/i);
  });

  it('what came from others is counted, also when the run fails after it', async () => {
    const flow = new TestFlow();
    const one = await setup({ flow });
    await one.book.create(JANE);
    await one.run();
    const two = await setup({ flow });
    await two.run();
    assert.deepEqual([two.records[0].accepted, two.records[0].pulled], [1, 1]);
  });

  it('is noted while it lasts; one that was killed is recorded by the next', async () => {
    const { notes, records, run } = await setup();
    await run();
    assert.match(notes.kept[0].running.run, /^[0-9a-f]{16}$/);
    assert.equal(notes.kept.at(-1).running, undefined);
    await notes.put('team', { idle: 0, running: { run: 'dead', started: '2026-01-01T00:00:00.000Z' } });
    await run();
    assert.deepEqual(
      records.map(({ run: id, outcome }) => (outcome === 'killed' ? id : outcome)),
      ['done', 'dead', 'done'],
    );
  });

  it('a failure that wants a person pauses the connection until a run goes well', async () => {
    const { flow, notes, records, run } = await setup();
    flow.script = (n) => (n === 0 ? { status: 404 } : undefined);
    const { error, state } = await run();
    assert.deepEqual([error.code, state.paused, records[0].outcome], ['flow-missing', 'flow-missing', 'flow-missing']);
    await run();
    const after = await notes.get('team');
    assert.deepEqual([after.paused, after.last.outcome], [undefined, 'done']);
  });

  it('a flow that asks for time is left in peace, with everything still to be sent', async () => {
    const { book, flow, clock, run } = await setup();
    await book.create(JANE);
    flow.script = (n) => (n === 0 ? { status: 429, headers: { 'retry-after': '600' } } : undefined);
    const { state } = await run();
    assert.ok(state.notBefore >= clock.wall() + 600_000 && state.next >= state.notBefore);
    assert.equal(book.pending('connection:team').changes, 1);
    await run();
    assert.equal(book.pending('connection:team').changes, 0);
    assert.equal(flow.rows.length, 1);
  });

  it('an outcome that nobody knows is settled by the next run with the same operation', async () => {
    const { book, flow, clock, run } = await setup();
    await book.create(JANE);
    flow.script = (n) => (n < 5 ? { broken: true } : undefined);
    assert.equal((await run()).error.code, 'flow-unreachable');
    assert.deepEqual([flow.rows.length, book.pending('connection:team').changes], [1, 1], 'done there, not known here');
    await clock.sleep(30_000);
    assert.equal((await run()).record.outcome, 'done');
    assert.deepEqual([flow.rows.length, book.pending('connection:team').changes], [1, 0]);
    const pushed = flow.bodies.flatMap((body) => JSON.parse(body).push.map(({ hash }) => hash));
    assert.deepEqual([pushed.length, new Set(pushed).size], [6, 1]);
  });

  it('stops between two exchanges when asked, and what was exchanged stands', async () => {
    const stop = new AbortController();
    const flow = new TestFlow();
    const many = await setup({ flow });
    for (let n = 0; n < 120; n += 1) {
      await many.book.create({ 'name/given': `Person ${n}` });
      await many.run();
    }
    const { book, records, run } = await setup({ flow });
    const { error, state } = await run({ signal: stop.signal, onProgress: () => stop.abort() });
    assert.equal(error.code, 'sync-stopped');
    assert.ok(records[0].pulled > 0 && records[0].accepted > 0, JSON.stringify(records[0]));
    assert.equal(state.next, Date.parse(records[0].ended), 'due at once');
    const got = book.status().cards;
    assert.ok(got > 0 && got < 120);
    await run();
    assert.equal(book.stateHash(), many.book.stateHash());
  });

  it('what is no failure of a sync is thrown, not recorded as one', async () => {
    const { line, records, run } = await setup();
    line.open = async () => {
      throw new TypeError('a mistake');
    };
    await assert.rejects(run(), /a mistake/);
    assert.deepEqual(records, []);
  });

  it('the budget pays for requests and chunks, so that the next run waits for it', async () => {
    const { book, run, line } = await setup();
    line.pace = { ...PACE, actions: 500 };
    const { state: quiet } = await run();
    for (let n = 0; n < 6; n += 1) {
      await book.create({ 'name/given': `Person ${n}` });
      await run();
    }
    const { state } = await run();
    assert.ok(state.bucket.tokens < quiet.bucket.tokens);
    assert.ok(state.next - Date.parse(state.last.ended) > 10 * 60_000);
  });
});
