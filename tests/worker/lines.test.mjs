// What a connection that is ready for runs keeps of them.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, describe, it, mock } from 'node:test';
import { Lines } from '../../pkg/dist/browser/connections/lines.js';
import { seal } from '../../pkg/dist/browser/connections/secret.js';

describe('the line of a connection', () => {
  const made = [];
  const Plain = globalThis.AbortController;

  before(() => {
    globalThis.IDBKeyRange = { bound: () => undefined };
    globalThis.navigator ??= { onLine: true };
    globalThis.AbortController = class extends Plain {
      constructor() {
        super();
        made.push(this.signal);
      }
    };
  });
  after(() => {
    globalThis.AbortController = Plain;
    mock.restoreAll();
  });

  /** A cupboard with one sealed address, and the line to it. */
  async function lineTo(url) {
    const records = new Map();
    const put = async (drawer, value, key) => void records.set(`${drawer} ${key}`, value);
    const cupboard = {
      get: async (drawer, key) => records.get(`${drawer} ${key}`),
      all: async () => [],
      put,
      offer: async (drawer, value, key) => {
        await put(drawer, value, key);
        return value;
      },
    };
    const lines = new Lines(cupboard);
    const kept = { name: 'relay', log: 'contacts', actions: 1, address: await seal(cupboard, 'relay', url) };
    return { lines, relay: await lines.of(kept).open() };
  }

  const NOTHING = { v: 1, stored: 0, duplicates: 0, chunks: [], next: 0, more: false };
  const ASK = { chunks: [], cursor: null, limit: 5 };

  it('holds nothing of requests that are over', async () => {
    mock.method(globalThis, 'fetch', async () => Response.json(NOTHING));
    const { relay } = await lineTo('https://flow.example.com/a?sig=1');
    for (let n = 0; n < 20; n += 1) await relay.exchange(ASK);
    assert.ok(made.length > 0);
    assert.deepEqual([...new Set(made.map((signal) => getEventListeners(signal, 'abort').length))], [0]);
  });

  it('ends the request under way when it is stopped', async () => {
    let asked;
    const asking = new Promise((settle) => {
      asked = settle;
    });
    mock.method(globalThis, 'fetch', (_, { signal }) => {
      asked();
      return new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
    });
    const { lines, relay } = await lineTo('https://flow.example.com/a?sig=1');
    const exchanged = relay.exchange(ASK).catch((error) => error.code);
    await asking;
    lines.stop('relay');
    assert.match(await exchanged, /^(flow|sync)-/);
  });
});
