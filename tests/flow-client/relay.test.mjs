// The relay behind a flow: the acceptance suite through the shipped flow over HTTP, and what a list on
// a service does that a folder does not: rows that come late, lists that are restored, other books.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { serveFlows } from '../../pkg/dist/flows/server.js';
import { openFlowRelay } from '../../pkg/dist/relay/flow/relay.js';
import { CLOCK } from '../flows/flow.mjs';
import { readAll, runRelaySuite } from '../relay/suite.mjs';
import { ADDRESS, bytes, client, text } from './client.mjs';
import { TestFlow } from './flow.mjs';

const LIMITS = { page: 80, shortest: 1, longest: 36_000 };

runRelaySuite(
  'the shipped flow over HTTP',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-relay-'));
    const served = await serveFlows({ folder, clock: CLOCK });
    let others = 0;
    return {
      open: () => openFlowRelay({ url: served.url, book: 'one' }),
      another: () => openFlowRelay({ url: served.url, book: `other-${others++}` }),
      async cleanup() {
        await served.close();
        await rm(folder, { recursive: true });
      },
    };
  },
  LIMITS,
);

const texts = ({ chunks }) => chunks.map(text);

describe('flow client: a list that others write too', () => {
  it('a row that becomes visible late is found by looking back, and comes once', async () => {
    const { flow, relay, push } = await client();
    await push('1', '2', '3');
    const [late] = flow.rows.splice(1, 1);
    const reader = await client({ flow });
    const first = await reader.relay.exchange({ chunks: [], cursor: null });
    assert.deepEqual(texts(first), ['1', '3']);
    flow.rows.splice(1, 0, late);
    const second = await reader.relay.exchange({ chunks: [], cursor: first.cursor });
    assert.deepEqual(texts(second), ['2']);
    const third = await relay.exchange({ chunks: [], cursor: second.cursor });
    assert.deepEqual([texts(third), third.more], [[], false]);
  });

  it('rows that are looked at again travel without their bytes', async () => {
    const { flow, relay, push } = await client();
    const { cursor } = await push(...Array.from({ length: 20 }, (_, n) => `${'x'.repeat(1000)} ${n}`));
    const answers = [];
    const reader = await client({
      flow,
      fetch: async (url, init) => {
        const response = await flow.fetch(url, init);
        answers.push((await response.clone().text()).length);
        return response;
      },
    });
    await reader.relay.exchange({ chunks: [], cursor });
    assert.ok(answers[0] < 3000, `${answers[0]} bytes for nothing new`);
    assert.ok(flow.bodies.at(-1).length < 3000);
    assert.deepEqual(texts(await relay.exchange({ chunks: [], cursor })), []);
  });

  it('what was pushed does not travel back, and is answered all the same', async () => {
    const { relay } = await client();
    const pushed = Array.from({ length: 5 }, (_, n) => bytes(`${'y'.repeat(10_000)} ${n}`));
    const { chunks } = await relay.exchange({ chunks: pushed, cursor: null });
    assert.deepEqual(chunks.map(text), pushed.map(text));
  });

  it('a restored list, a shorter one and another one are foreign, not quiet', async () => {
    for (const damage of [
      (flow) => flow.rows.splice(2),
      (flow) => flow.rows.splice(0),
      (flow) => {
        flow.rows[2] = { ...flow.rows[2], hash: '0'.repeat(64) };
      },
      (flow) => flow.rows.splice(1, 1),
    ]) {
      const { flow, relay, push } = await client();
      const { cursor } = await push('1', '2', '3', '4');
      damage(flow);
      await assert.rejects(relay.exchange({ chunks: [], cursor }), { code: 'relay-foreign' });
    }
  });

  it('rows of other books in the same list move the cursor and are never handed on', async () => {
    const flow = new TestFlow();
    const [one, two] = [await client({ flow }), await client({ flow, book: 'second' })];
    for (let n = 0; n < 150; n += 1) await one.push(`one ${n}`);
    await two.push('two');
    assert.deepEqual((await readAll(two.relay)).found, ['two']);
    assert.equal((await readAll(one.relay)).found.length, 150);
  });

  it('more than a request takes goes out in several, in order', async () => {
    const { flow, push } = await client();
    const values = Array.from({ length: 45 }, (_, n) => `chunk ${n}`);
    assert.equal((await push(...values)).accepted, 45);
    assert.equal(flow.requests, 3);
    assert.deepEqual((await readAll((await client({ flow })).relay)).found, values);
  });

  it('a row whose bytes are not what was pushed is handed on for the book to judge, and counted', async () => {
    const { flow, relay, push } = await client();
    await push('1', '2');
    flow.rows[0].chunk = Buffer.from('forged').toString('base64');
    flow.rows[1].chunk = 'no base64!';
    const reader = await client({ flow });
    assert.deepEqual((await readAll(reader.relay)).found, ['forged', 'no base64!']);
    assert.deepEqual([reader.relay.damaged, relay.damaged], [2, 0]);
  });

  it('a new signature, or a new API version, in the address is the same log', async () => {
    const { flow, push } = await client();
    const { cursor } = await push('1');
    const rotated = await client({ flow, url: `${ADDRESS.replace(/sig=.*/, 'sig=another')}` });
    assert.deepEqual(texts(await rotated.relay.exchange({ chunks: [], cursor })), []);
    const elsewhere = await client({ flow, url: ADDRESS.replace('flow.', 'other.') });
    await assert.rejects(elsewhere.relay.exchange({ chunks: [], cursor }), { code: 'relay-foreign' });
  });

  it('only https, or http to this machine, and no name of a log that could mean something', async () => {
    for (const url of [
      'http://flow.example.com/x',
      'ftp://flow.example.com',
      'https://u:p@flow.example.com',
      'x',
      '',
    ]) {
      await assert.rejects(openFlowRelay({ url, book: 'b' }), { code: 'flow-address' }, url);
    }
    for (const url of ['http://127.0.0.1:1/x', 'http://localhost/x', 'http://[::1]/x', ` ${ADDRESS}\n`]) {
      await openFlowRelay({ url, book: 'b' });
    }
    for (const book of ['', "a'b", 'a b', 'ä', 'x'.repeat(65)]) {
      await assert.rejects(openFlowRelay({ url: ADDRESS, book }), TypeError);
    }
  });

  it('chunks that no row can hold are a mistake of the program, before anything is sent', async () => {
    const { flow, relay } = await client();
    for (const chunk of [new Uint8Array(), new Uint8Array(36_001)]) {
      await assert.rejects(relay.exchange({ chunks: [bytes('1'), chunk], cursor: null }), TypeError);
    }
    assert.equal(flow.requests, 0);
  });
});
