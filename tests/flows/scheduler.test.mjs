// What runs after what, and how blocks, loops and variables end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { after, compose, failing, reply, run } from './flow.mjs';

describe('flows: the order of actions', () => {
  it('an action runs only if what it waits for ended as it says', async () => {
    const { states, status } = await run({
      A: failing(),
      OnSuccess: compose(1, after('A')),
      OnFailure: compose(1, after('A', 'Failed')),
      OnSkip: compose(1, after('OnSuccess', 'Skipped')),
    });
    assert.deepEqual(states, { A: 'Failed', OnSuccess: 'Skipped', OnFailure: 'Succeeded', OnSkip: 'Succeeded' });
    assert.equal(status, 'Succeeded');
  });

  it('a skipped last action counts as what came before it', async () => {
    assert.equal((await run({ A: failing(), B: compose(1, after('A')) })).status, 'Failed');
    assert.equal((await run({ A: compose(1), B: compose(1, after('A', 'Failed')) })).status, 'Succeeded');
  });

  it('a failed scope skips the rest of it and runs its catch', async () => {
    const {
      states,
      status,
      reply: said,
    } = await run({
      Try: { type: 'Scope', actions: { A: failing(), B: compose(1, after('A')) }, runAfter: {} },
      Catch: {
        type: 'Scope',
        actions: { R: reply({ error: "@result('Try')[0]?['error']?['code']", b: "@outputs('B')" }, {}) },
        runAfter: after('Try', 'Failed'),
      },
    });
    assert.deepEqual(states, { A: 'Failed', B: 'Skipped', Try: 'Failed', R: 'Succeeded', Catch: 'Succeeded' });
    assert.equal(status, 'Succeeded');
    assert.deepEqual(said, { error: 'InvalidTemplate', b: null });
  });

  it('the result of a scope names its direct children only', async () => {
    const { reply: said } = await run({
      Try: {
        type: 'Scope',
        actions: { Inner: { type: 'Scope', actions: { A: failing() }, runAfter: {} } },
        runAfter: {},
      },
      R: reply("@result('Try')", after('Try', 'Failed')),
    });
    assert.deepEqual(
      said.map((one) => [one.name, one.error.code]),
      [['Inner', 'ActionFailed']],
    );
  });

  it('the branch not taken is skipped, and costs nothing', async () => {
    const { states, actions } = await run({
      If: {
        type: 'If',
        expression: { and: [{ greater: [2, 1] }, { not: { equals: ['a', 'b'] } }] },
        actions: { Yes: compose(1) },
        else: { actions: { No: { type: 'Scope', actions: { Deep: compose(1) }, runAfter: {} } } },
        runAfter: {},
      },
    });
    assert.deepEqual(states, { Yes: 'Succeeded', No: 'Skipped', Deep: 'Skipped', If: 'Succeeded' });
    assert.equal(actions, 2);
  });

  it('a switch takes the case that is equal, else the default', async () => {
    const choose = async (value) => {
      const cases = { A: { case: 'a', actions: { InA: compose(1) } }, B: { case: 'b', actions: { InB: compose(1) } } };
      const actions = {
        S: { type: 'Switch', expression: value, cases, default: { actions: { Else: compose(1) } }, runAfter: {} },
      };
      const { states } = await run(actions);
      return Object.keys(states).filter((name) => states[name] === 'Succeeded' && name !== 'S');
    };
    assert.deepEqual([await choose('a'), await choose('b'), await choose('c')], [['InA'], ['InB'], ['Else']]);
  });

  it('outputs of one iteration are not seen in the next', async () => {
    const { reply: said } = await run({
      Init: { type: 'InitializeVariable', inputs: { variables: [{ name: 'seen', type: 'array' }] }, runAfter: {} },
      Each: {
        type: 'Foreach',
        foreach: [1, 2, 3],
        actions: {
          Odd: {
            type: 'If',
            expression: '@equals(mod(item(), 2), 1)',
            actions: { Made: compose("@items('Each')") },
            else: { actions: {} },
            runAfter: {},
          },
          Note: {
            type: 'AppendToArrayVariable',
            inputs: { name: 'seen', value: "@outputs('Made')" },
            runAfter: after('Odd'),
          },
        },
        runAfter: after('Init'),
      },
      R: reply("@variables('seen')", after('Each')),
    });
    assert.deepEqual(said, [1, null, 3]);
  });

  it('a failed iteration fails the loop, and the others still run', async () => {
    const { states, steps } = await run({
      Each: {
        type: 'Foreach',
        foreach: [0, 1, 2],
        runtimeConfiguration: { concurrency: { repetitions: 20 } },
        actions: { A: compose('@div(1, item())') },
        runAfter: {},
      },
    });
    assert.equal(states.Each, 'Failed');
    assert.equal(steps.filter((step) => step.name === 'A' && step.status === 'Succeeded').length, 2);
  });

  it('the result of a loop lists a child once, with its iterations', async () => {
    const { reply: said } = await run({
      Each: { type: 'Foreach', foreach: [1, 2], actions: { A: compose('@item()') }, runAfter: {} },
      R: reply("@result('Each')", after('Each')),
    });
    assert.equal(said.length, 1);
    assert.deepEqual([said[0].name, said[0].outputs.map((one) => one.outputs)], ['A', [1, 2]]);
  });

  it('an until ends when its condition holds, or after its rounds', async () => {
    const loop = (expression, limit) =>
      run({
        Init: {
          type: 'InitializeVariable',
          inputs: { variables: [{ name: 'n', type: 'integer', value: 0 }] },
          runAfter: {},
        },
        Loop: {
          type: 'Until',
          expression,
          limit,
          actions: { Up: { type: 'IncrementVariable', inputs: { name: 'n', value: 2 }, runAfter: {} } },
          runAfter: after('Init'),
        },
        R: reply("@variables('n')", after('Loop')),
      });
    assert.equal((await loop("@greaterOrEquals(variables('n'), 5)", {})).reply, 6);
    assert.equal((await loop('@false', { count: 3 })).reply, 6);
    assert.equal((await loop('@false', {})).reply, 120);
  });

  it('an until goes on after a failed round, and the last round decides', async () => {
    const loop = async (actions, operationOptions) => {
      const init = {
        type: 'InitializeVariable',
        inputs: { variables: [{ name: 'n', type: 'integer', value: 0 }] },
        runAfter: {},
      };
      const up = { type: 'IncrementVariable', inputs: { name: 'n', value: 1 }, runAfter: {} };
      const more = operationOptions ? { operationOptions } : {};
      const until = {
        type: 'Until',
        expression: "@equals(variables('n'), 3)",
        limit: { count: 4 },
        actions: { up, ...actions },
        ...more,
      };
      return (await run({ init, until: { ...until, runAfter: after('init') } })).states.until;
    };
    assert.equal(await loop({ odd: compose("@div(1, sub(variables('n'), 2))", after('up')) }), 'Succeeded');
    assert.equal(await loop({ odd: compose("@div(1, sub(variables('n'), 3))", after('up')) }), 'Failed');
    const stuck = { down: { type: 'SetVariable', inputs: { name: 'n', value: 0 }, runAfter: after('up') } };
    assert.equal(await loop(stuck), 'Succeeded');
    assert.equal(await loop(stuck, 'FailWhenLimitsReached'), 'Failed');
  });

  it('terminate ends the run at once, with what it says', async () => {
    const {
      status,
      states,
      reply: said,
    } = await run({
      R: reply('said', {}),
      Stop: { type: 'Terminate', inputs: { runStatus: 'Failed' }, runAfter: after('R') },
      Never: compose(1, after('Stop')),
    });
    assert.deepEqual([status, said, states.Never], ['Failed', 'said', undefined]);
  });

  it('a second response fails, and the first one counts', async () => {
    const { states, reply: said } = await run({ R: reply('one', {}), S: reply('two', after('R')) });
    assert.deepEqual([said, states.S], ['one', 'Failed']);
  });

  it('a response may not redirect, and loses headers that the platform keeps', async () => {
    const { states } = await run({ R: { type: 'Response', inputs: { statusCode: 302 }, runAfter: {} } });
    assert.equal(states.R, 'Failed');
  });

  it('a variable keeps its type', async () => {
    const { states } = await run({
      Init: {
        type: 'InitializeVariable',
        inputs: { variables: [{ name: 'n', type: 'integer', value: 1 }] },
        runAfter: {},
      },
      Set: { type: 'SetVariable', inputs: { name: 'n', value: 'two' }, runAfter: after('Init') },
      Other: { type: 'SetVariable', inputs: { name: 'm', value: 1 }, runAfter: after('Init') },
    });
    assert.deepEqual([states.Set, states.Other], ['Failed', 'Failed']);
  });

  it('query and select answer arrays under body', async () => {
    const { reply: said } = await run({
      Q: { type: 'Query', inputs: { from: [1, 2, 3], where: '@greater(item(), 1)' }, runAfter: {} },
      S: {
        type: 'Select',
        inputs: { from: "@body('Q')", select: { n: '@item()', t: 'n@{item()}' } },
        runAfter: after('Q'),
      },
      R: reply("@body('S')", after('S')),
    });
    assert.deepEqual(said, [
      { n: 2, t: 'n2' },
      { n: 3, t: 'n3' },
    ]);
  });

  it('an action of an unknown type fails by name', async () => {
    const { steps } = await run({ A: { type: 'Teleport', inputs: {}, runAfter: {} } });
    assert.equal(steps[0].status, 'Failed');
  });

  it('an operation is tried again as its policy says, and times out by its limit', async () => {
    let calls = 0;
    const flaky = { call: async () => ({ statusCode: ++calls < 3 ? 503 : 200, headers: {}, body: 'ok' }) };
    const action = (retryPolicy, more = {}) => ({
      type: 'OpenApiConnection',
      inputs: { host: { apiId: '/apis/x', operationId: 'Do' }, parameters: {}, retryPolicy },
      runAfter: {},
      ...more,
    });
    const fixed = { type: 'fixed', count: 2, interval: 'PT5S' };
    assert.equal((await run({ A: action(fixed) }, { connectors: { x: flaky } })).states.A, 'Succeeded');
    assert.equal(calls, 3);
    calls = 0;
    assert.equal((await run({ A: action({ type: 'none' }) }, { connectors: { x: flaky } })).states.A, 'Failed');
    const never = { call: () => new Promise(() => {}) };
    const timed = {
      A: action({ type: 'none' }, { limit: { timeout: 'PT1S' } }),
      B: compose(1, after('A', 'TimedOut')),
    };
    assert.deepEqual((await run(timed, { connectors: { x: never } })).states, { A: 'TimedOut', B: 'Succeeded' });
  });
});
