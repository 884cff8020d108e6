// When loops and runs come to their end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { after, reply, run } from './flow.mjs';

const ANSWERED = { statusCode: 200, headers: {}, body: {} };

describe('flows: ends', () => {
  it('an until ends when its time is over', async () => {
    const slow = { call: async () => new Promise((resolve) => setTimeout(() => resolve(ANSWERED), 600)) };
    const wait = {
      type: 'OpenApiConnection',
      inputs: {
        host: { apiId: '/apis/slow', operationId: 'Wait' },
        retryPolicy: { type: 'none' },
      },
      runAfter: {},
    };
    const limit = { count: 60, timeout: 'PT1S' };
    const Loop = { type: 'Until', expression: '@false', limit, actions: { wait }, runAfter: {} };
    const { steps } = await run({ Loop }, { connectors: { slow } });
    assert.equal(steps.filter((step) => step.name === 'wait').length, 2);
  });

  it('a run that dies ends there and answers nothing; what it had done stays done', async () => {
    const did = [];
    const note = { call: async (operation) => did.push(operation) && ANSWERED };
    const step = (operationId, runAfter) => ({
      type: 'OpenApiConnection',
      inputs: { host: { apiId: '/apis/note', operationId }, retryPolicy: { type: 'none' } },
      runAfter,
    });
    const inner = { A: step('a', {}), B: step('b', after('A')) };
    const actions = {
      S: { type: 'Scope', actions: inner, runAfter: {} },
      R: reply('said', after('S', 'Succeeded', 'Failed')),
    };
    for (const [dies, done] of [
      [{ before: 'A' }, []],
      [{ after: 'A' }, ['a']],
      [{ before: 'B' }, ['a']],
      [{ before: 'R' }, ['a', 'b']],
    ]) {
      did.length = 0;
      const ended = await run(actions, { connectors: { note }, dies });
      assert.deepEqual([ended.status, ended.reply, did], ['Cancelled', undefined, done]);
    }
    assert.equal((await run(actions, { connectors: { note }, dies: { after: 'R' } })).reply, 'said');
  });
});
