// A list that people can write to, and flows that answer in pages of their own: one row that is none of
// ours stops nothing, a row whose bytes are gone is shown, and a sync always comes to an end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContactmeshError, openBook, openMemoryStorage } from '../../pkg/dist/node.js';
import { bytes, client, text } from './client.mjs';
import { sha, TestFlow } from './flow.mjs';

/** A flow whose list somebody edits by hand: `spoil` gets the rows of an answer and changes them. */
function edited(flow, spoil) {
  return async (url, init) => {
    const answer = await (await flow.fetch(url, init)).json();
    answer.chunks.forEach(spoil);
    return new Response(JSON.stringify(answer), { status: 200 });
  };
}

const opened = () => openBook({ storage: openMemoryStorage() });

describe('flow client: rows that are not what the client wrote', () => {
  for (const [what, row] of [
    ['a hash that is none', { hash: 'a note', chunk: 'x' }],
    ['no hash', { hash: null, chunk: 'x' }],
  ]) {
    it(`a row with ${what} is passed over, and what follows it comes`, async () => {
      const { flow, relay, push } = await client();
      await push('1');
      flow.rows.push({ seq: 2, book: 'contacts', ...row });
      await push('3');
      const { chunks, cursor, more } = await relay.exchange({ chunks: [], cursor: null });
      assert.deepEqual([chunks.map(text), more], [['1', '3'], false]);
      const quiet = await relay.exchange({ chunks: [], cursor });
      assert.deepEqual([quiet.chunks, relay.damaged], [[], 0]);
    });
  }

  it('its number must fit all the same, or nobody knows what was answered', async () => {
    const flow = new TestFlow();
    const fetch = edited(flow, (row) => Object.assign(row, { hash: 'a note', seq: 7 }));
    const { relay } = await client({ flow, fetch });
    await assert.rejects(relay.exchange({ chunks: [bytes('1')], cursor: null }), { code: /^flow-/ });
  });

  for (const chunk of [null, 7]) {
    it(`a row of a chunk whose bytes are ${chunk} is counted, and the book shows that it refused it`, async () => {
      const flow = new TestFlow();
      const gone = sha('gone');
      flow.rows.push({ seq: 1, book: 'contacts', hash: gone, chunk: 'eA==' });
      const fetch = edited(flow, (row) => row.hash === gone && Object.assign(row, { chunk }));
      const { relay } = await client({ flow, fetch });
      const book = await opened();
      await book.create({ 'name/given': 'Jane' });
      const { refused, pushed } = await book.sync(relay, { name: 'team' });
      assert.deepEqual([refused, pushed, relay.damaged], [1, 1, 1]);
      assert.equal(book.status().refused.length, 1);
      assert.equal((await book.sync(relay, { name: 'team' })).refused, 0, 'said once');
    });
  }
});

describe('flow client: a sync comes to an end', () => {
  for (const most of [1, 7, 15, 19, 20]) {
    it(`through a flow that answers ${most} rows at most`, async () => {
      const flow = new TestFlow();
      const run = flow.run.bind(flow);
      flow.run = (ask) => run({ ...ask, limit: Math.min(ask.limit ?? 20, most) });
      const { relay } = await client({ flow });
      let cursor = null;
      for (let n = 0; n < 30; n += 1) ({ cursor } = await relay.exchange({ chunks: [bytes(`${n}`)], cursor }));
      const reader = await client({ flow });
      const read = [];
      let answer = { cursor: null, more: true };
      for (let turn = 0; answer.more; turn += 1) {
        assert.ok(turn < 40, 'it moves on');
        answer = await reader.relay.exchange({ chunks: [], cursor: answer.cursor, limit: 7 });
        read.push(...answer.chunks.map(text));
      }
      assert.deepEqual(
        read,
        Array.from({ length: 30 }, (_, n) => `${n}`),
      );
      flow.requests = 0;
      const quiet = await reader.relay.exchange({ chunks: [], cursor: answer.cursor });
      assert.deepEqual([quiet.chunks, quiet.more], [[], false]);
      assert.ok(flow.requests <= 21, `${flow.requests} requests`);
    });
  }

  it('with a relay that takes no cursor of its own: begun again twice, then said', async () => {
    let exchanges = 0;
    const relay = {
      async exchange({ cursor }) {
        exchanges += 1;
        if (exchanges > 50) throw new Error('for ever');
        if (cursor !== null) throw new ContactmeshError('relay-foreign', 'not mine');
        return { accepted: 0, chunks: [], cursor: 'c', more: true };
      },
    };
    await assert.rejects((await opened()).sync(relay, { name: 'team' }), { code: 'relay-foreign' });
    assert.equal(exchanges, 6);
  });
});
