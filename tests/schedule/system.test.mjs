// A run with a system of record, as connections run it: what it leaves behind, and when the next one makes sense.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContactmeshError, openBook, openMemoryStorage } from '../../pkg/dist/node.js';
import { runOnce } from '../../pkg/dist/schedule/run.js';
import { Scheduler } from '../../pkg/dist/schedule/scheduler.js';
import { VirtualClock } from '../flow-client/virtual.mjs';
import { flowsOf, JANE, withMailbox } from '../systems/support.mjs';

const PACE = { min: 60_000, max: 900_000, actions: 2000 };
const HOLD = { token: 'abc', kind: 'delete', direction: 'in', cards: ['x'], allowed: 5 };
const QUIET = { requests: 1, read: 0, judged: 0, created: 0, edited: 0, linked: 0, deleted: 0, moved: 0, parked: 0 };
const REPORT = { ...QUIET, sent: 0, stale: 0, unknown: 0, rejected: 0, retryAfter: 0, audited: false, alerts: [] };

/** One run of a line with these flows; `notes` is what is remembered. */
async function run(book, flows, { clock = new VirtualClock(), notes = new Map(), pace = PACE } = {}) {
  const records = [];
  const result = await runOnce(
    book,
    { name: 'outlook', pace, flows: async () => flows },
    {
      notes: {
        get: async (name) => notes.get(name) ?? { idle: 0 },
        put: async (name, state) => notes.set(name, state),
      },
      journal: { add: async (record) => records.push(record) },
      clock,
      random: Math.random,
    },
  );
  return { ...result, clock, notes, records };
}

/** A book whose system answers a run with this report, or fails like that. */
const bookWith = (report) => ({
  status: () => ({ changes: 0, refused: [] }),
  systems: {
    sync: async () => {
      if (report instanceof Error) throw report;
      return { ...REPORT, held: null, ...report };
    },
  },
});
const NO_FLOWS = { requests: 0, actions: 0 };

describe('schedule: a run with a system', () => {
  it('leaves a record of what went and came, and of nobody, under the id that the history has', () =>
    withMailbox({}, async (served, hands) => {
      const book = await openBook({ storage: openMemoryStorage() });
      await book.systems.connect('outlook', { kind: 'outlook', book: 'contacts' });
      await book.create({ 'name/given': 'Bob' });
      hands.add(JANE);
      const { records, state } = await run(book, await flowsOf(served));
      const [{ run: id, started: _s, ended: _e, ...rest }] = records;
      const { held: _held, requests: _requests, ...none } = { ...REPORT, held: null };
      assert.deepEqual(rest, {
        connection: 'outlook',
        requests: 2,
        pushed: 1,
        pulled: 1,
        accepted: 1,
        refused: 0,
        outcome: 'done',
        system: { ...none, read: 1, judged: 1, created: 1, sent: 1, held: null },
      });
      assert.doesNotMatch(JSON.stringify(records), /jane|doe|bob|example|http/i);
      const { rows } = book.list({ search: 'jane' });
      assert.equal(book.history(rows[0].id)[0].writer.run, id);
      // A pull takes 12 flow actions, an apply of one create 12 and 7.
      assert.equal(Math.round(PACE.actions / 10 - state.bucket.tokens), 31);
      await book.close();
    }));

  it('something held is told by its outcome, is asked again rarely, and is no success', async () => {
    const { state, record, clock } = await run(bookWith({ held: HOLD, read: 5 }), NO_FLOWS);
    assert.deepEqual(
      [record.outcome, record.system.held, state.held, state.done],
      ['held', 'delete', 'abc', undefined],
    );
    assert.ok(state.next >= clock.wall() + PACE.max);
    assert.equal(state.paused, undefined);
  });

  it('a system that asks for time is left in peace', async () => {
    const { state, clock } = await run(bookWith({ retryAfter: 1200, sent: 3 }), NO_FLOWS);
    assert.ok(state.notBefore >= clock.wall() + 1_200_000 && state.next >= state.notBefore);
  });

  it('what nobody knows the outcome of is asked about as soon as if something had moved', async () => {
    const { state, clock } = await run(bookWith({ unknown: 1 }), NO_FLOWS);
    assert.deepEqual([state.idle, state.next - clock.wall()], [0, PACE.min]);
    const quiet = await run(bookWith({}), NO_FLOWS);
    assert.equal(quiet.state.idle, 1);
  });

  for (const code of ['not-driver', 'system-unknown']) {
    it(`${code} waits for a person, whoever found it out`, async () => {
      const { state, error } = await run(bookWith(new ContactmeshError(code, 'said by the engine')), NO_FLOWS);
      assert.deepEqual([error.code, state.paused], [code, code]);
    });
  }

  it('an answer that is not believed is asked for again by itself', async () => {
    const { state } = await run(bookWith(new ContactmeshError('bad-answer', 'not believed')), NO_FLOWS);
    assert.deepEqual([state.paused, state.last.outcome], [undefined, 'bad-answer']);
  });

  it('a loop does not repeat what is held, and goes on within half a minute once a person has confirmed', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const times = [];
    let state = { idle: 0 };
    const scheduler = new Scheduler({
      names: ['outlook'],
      clock,
      state: async () => state,
      run: async () => {
        times.push(clock.wall());
        const held = times.length === 1;
        state = held ? { idle: 0, held: 'abc', next: clock.wall() + PACE.max } : { idle: 0 };
        if (!held) stop.abort();
        return { state };
      },
    });
    const loop = scheduler.loop(stop.signal);
    const confirmed = clock.sleep(200_000).then(() => {
      state = { idle: 0 };
      return clock.wall();
    });
    await loop;
    const [first, second] = times;
    assert.ok(second - (await confirmed) <= 30_000 && second - first >= 200_000, String(times));
  });
});
