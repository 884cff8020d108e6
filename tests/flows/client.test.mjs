// The flow client of the package against the flow as it ships, over HTTP, while things go wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scripted } from '../../pkg/dist/flows/http/faults.js';
import { openFlowRelay } from '../../pkg/dist/relay/flow/relay.js';
import { chunk, readAll } from '../relay/suite.mjs';
import { withFlow } from './flow.mjs';

describe('flows: the client meets the faults', () => {
  it('nothing is lost and nothing doubled, whatever becomes of requests and answers', () => {
    const faults = [
      'no-response-after',
      'timeout-after',
      'cut',
      undefined,
      'html',
      'reset-after',
      { throttled: 1 },
      'duplicate',
    ];
    return withFlow({ faults: scripted(faults) }, async (served) => {
      const relay = await openFlowRelay({ url: served.url, book: 'one', random: () => 0 });
      const values = Array.from({ length: 60 }, (_, n) => `chunk ${n}`);
      let cursor = null;
      for (let from = 0; from < values.length; from += 10) {
        ({ cursor } = await relay.exchange({ chunks: values.slice(from, from + 10).map(chunk), cursor }));
      }
      const fresh = await openFlowRelay({ url: served.url, book: 'one' });
      assert.deepEqual((await readAll(fresh)).found, values);
      assert.equal(served.list.rows.length, values.length);
      assert.ok(served.history().length > 6);
    });
  });
});
