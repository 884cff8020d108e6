// Two forms of the same request: JSON, and text/plain where a browser may not ask with JSON.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADDRESS, client } from './client.mjs';
import { TestFlow } from './flow.mjs';

const TEXT = 'text/plain;charset=UTF-8';

/** A browser whose preflight is refused: JSON never leaves it, and it says no more than that. */
function strict(flow, allowed = () => false) {
  return (url, init) => {
    if (init.headers['content-type'] === 'application/json' && !allowed()) throw new TypeError('Failed to fetch');
    return flow.fetch(url, init);
  };
}

class Forms {
  kept = new Map();
  saves = 0;
  load = async (key) => this.kept.get(key);
  save = async (key, form) => {
    this.saves += 1;
    this.kept.set(key, form);
  };
}

describe('flow client: JSON first, text where JSON is not allowed', () => {
  it('JSON is tried first, and remembered once', async () => {
    const forms = new Forms();
    const { flow, push } = await client({ forms });
    await push('one');
    await push('two');
    assert.deepEqual(flow.types, ['application/json', 'application/json']);
    assert.deepEqual([[...forms.kept.values()], forms.saves], [['json'], 1]);
  });

  it('where JSON does not get out, text does, and is remembered for this address alone', async () => {
    const [forms, flow] = [new Forms(), new TestFlow()];
    const first = await client({ flow, forms, fetch: strict(flow) });
    await first.push('one');
    assert.deepEqual([flow.types, flow.rows.length], [[TEXT], 1]);
    const second = await client({ flow, forms, fetch: strict(flow) });
    await second.push('two');
    assert.deepEqual(second.clock.slept, [], 'without a failure first');
    const other = await client({ flow, forms, url: ADDRESS.replace('0123', '3210') });
    await other.push('three');
    assert.equal(flow.types.at(-1), 'application/json');
    assert.equal(forms.kept.size, 2);
    for (const key of forms.kept.keys()) assert.match(key, /^[0-9a-f]{16}$/);
  });

  it('what is remembered is given up when it does not get out any more', async () => {
    const [forms, flow] = [new Forms(), new TestFlow()];
    let allowed = true;
    const { push } = await client({ flow, forms, fetch: strict(flow, () => allowed) });
    await push('one');
    allowed = false;
    await push('two');
    assert.deepEqual(flow.types, ['application/json', TEXT]);
    assert.deepEqual([...forms.kept.values()], ['text']);
  });

  it('a network that is down decides nothing about the form', async () => {
    const forms = new Forms();
    let down = true;
    const flow = new TestFlow();
    const fetch = (url, init) => {
      if (down) throw new TypeError('Failed to fetch');
      return flow.fetch(url, init);
    };
    const { push, clock } = await client({ flow, forms, fetch });
    assert.equal((await push('one').catch((one) => one)).code, 'flow-unreachable');
    assert.equal(forms.saves, 0);
    down = false;
    await clock.sleep(30_000);
    await push('one');
    assert.equal(flow.rows.length, 1);
  });

  it('a system that says why is not a browser: the form stays', async () => {
    const { flow, push } = await client();
    flow.script = (n) => (n < 3 ? { broken: true } : undefined);
    await push('one');
    assert.deepEqual(new Set(flow.types), new Set(['application/json']));
  });
});
