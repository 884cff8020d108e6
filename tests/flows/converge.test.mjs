// Three replicas with stores of their own edit apart and meet through the shipped flow over HTTP, while
// most of their requests go wrong in every way that is known. In the end they are the same: nothing
// that anybody wrote is lost, nothing is there twice, and nothing is left to say.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isContactmeshError, openBook, openFileStorage, openFlowRelay } from '../../pkg/dist/node.js';
import { seeded } from '../flow-client/virtual.mjs';
import { withFlow } from './flow.mjs';

const FAULTS = [
  'unauthorized',
  'off',
  { throttled: 2 },
  'no-response',
  'no-response-after',
  'timeout-after',
  'html',
  'cut',
  'reset',
  'reset-after',
  'duplicate',
  { slow: 40 },
];
const SHARE = 0.6;
const ROUNDS = 8;
/** So much faster than the clock on the wall does the client's time pass. */
const SPEED = 300;
const CLOCK = {
  now: () => performance.now() * SPEED,
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms / SPEED);
      signal?.addEventListener('abort', () => resolve(clearTimeout(timer)));
    }),
};

/** What goes wrong, by the seed; `met` counts each kind. */
function trouble(seed) {
  const random = seeded(seed);
  const met = new Map();
  const script = () => {
    if (!script.on || random() > SHARE) return undefined;
    const fault = FAULTS[Math.floor(random() * FAULTS.length)];
    met.set(fault, (met.get(fault) ?? 0) + 1);
    return fault;
  };
  return Object.assign(script, { on: true, met });
}

/** One person's work on one replica; notes down all that was acknowledged. */
async function work(book, random, who, written) {
  for (let n = 0; n < 4; n += 1) {
    const value = `${who} ${Math.floor(random() * 1e9)}`;
    const ids = book.list().rows.map(({ id }) => id);
    const id = ids[Math.floor(random() * ids.length)];
    const kind = random();
    if (id === undefined || kind < 0.2) {
      const made = await book.create({ 'name/given': value });
      written.cards.add(made.id);
      written.values.set(value, made.id);
    } else if (kind < 0.9) {
      await book.edit(id, kind < 0.5 ? { 'notes/new/note': value } : { 'name/given': value });
      written.values.set(value, id);
    } else {
      await book.delete(id);
    }
  }
}

/** Syncs as a program would that never gives up at the first error: one try, whatever comes of it. */
async function trySync({ book, relay }, failures) {
  try {
    return await book.sync(relay, { name: 'flow' });
  } catch (error) {
    if (!isContactmeshError(error) || !error.code.startsWith('flow-')) throw error;
    failures.add(error.code);
    return undefined;
  }
}

const meetings = async (replicas, failures) => {
  for (let n = 0; n < 3; n += 1) await Promise.all(replicas.map((one) => trySync(one, failures)));
};

async function settle(replicas) {
  for (let round = 0; round < 10; round += 1) {
    let moved = 0;
    for (const { book, relay } of replicas) {
      const { pushed, accepted } = await book.sync(relay, { name: 'flow' });
      moved += pushed + accepted;
    }
    if (moved === 0) return round;
  }
  throw new Error('they do not come to rest');
}

describe('flows: replicas converge, whatever happens to requests and answers', () => {
  const everMet = new Set();
  for (const seed of [1, 2, 3]) {
    it(`seed ${seed}`, () => {
      const faults = trouble(seed);
      return withFlow({ faults }, async (served, folder) => {
        const random = seeded(seed * 1000);
        const written = { cards: new Set(), values: new Map() };
        const failures = new Set();
        const open = async (name) => ({
          book: await openBook({ storage: await openFileStorage(join(folder, name)), name }),
          relay: await openFlowRelay({ url: served.url, book: 'contacts', clock: CLOCK, random }),
        });
        let replicas = [await open('one'), await open('two'), await open('three')];
        for (let round = 0; round < ROUNDS; round += 1) {
          for (const [n, { book }] of replicas.entries()) await work(book, random, `p${n}r${round}`, written);
          await meetings(replicas, failures);
        }
        // All of them end and start again: what they knew of the flow is only what is in their stores.
        for (const { book } of replicas) await book.close();
        faults.on = false;
        replicas = [await open('one'), await open('two'), await open('three'), await open('new')];
        assert.ok((await settle(replicas)) >= 1);

        const [{ book }, ...others] = replicas;
        for (const other of others) assert.equal(other.book.stateHash(), book.stateHash());
        const cards = [...book.list({ deleted: true }).rows, ...book.list().rows].map(({ id }) => id);
        assert.deepEqual(new Set(cards), written.cards, 'every card, and no other');
        for (const [value, id] of written.values) {
          const found = book.history(id).flatMap(({ changes }) => changes.filter(({ to }) => to === value));
          assert.equal(found.length, 1, `${value} was written once`);
        }
        const titles = served.list.rows.map((row) => row.Title);
        assert.equal(new Set(titles).size, titles.length, 'no chunk is in the list twice');
        for (const kind of faults.met.keys()) everMet.add(kind);
        assert.ok(failures.has('flow-missing') || failures.has('flow-sign-in'), 'some runs ended with an error');
        for (const one of replicas) await one.book.close();
      });
    });
  }

  it('every fault that is known was met', () => assert.deepEqual(everMet, new Set(FAULTS)));
});
