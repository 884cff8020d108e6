// When connections of a shared book run: without a browser, since only what is kept of them decides.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hurried, Runner } from '../../pkg/dist/browser/connections/runner.js';

const DAY = 86_400_000;
const KEPT = { name: 'relay', kind: 'relay', log: 'contacts', place: 'example.com', actions: 2000, automatic: true };
const STARTED = new Error('a run begins');

/** A runner that knows one connection; `use` is what becomes of a run that may begin. */
function runnerWith(state, use) {
  const cupboard = { get: async (drawer) => ({ states: state, connections: KEPT })[drawer], all: async () => [KEPT] };
  const nothing = () => {};
  return new Runner(cupboard, { use }, { onProgress: nothing, onEnd: nothing });
}

const run = (runner, urgent) => runner.run('relay', urgent, () => {}).catch((error) => error.code ?? error);

describe('when a connection runs', () => {
  it('one that is left in peace runs for somebody who insists, and for nobody else', async () => {
    const runner = runnerWith({ idle: 0, notBefore: Date.now() + 60_000 }, async () => {
      throw STARTED;
    });
    assert.equal(await run(runner, false), 'connection-waiting');
    assert.equal(await run(runner, true), STARTED);
    assert.equal(await run(runner, false), 'connection-waiting');
  });

  it('who insists during a run that fails hears why, and insists on no later one', async () => {
    const state = { idle: 0 };
    let end;
    const ending = new Promise((_, fail) => {
      end = () => fail(STARTED);
    });
    let begun;
    const beginning = new Promise((settle) => {
      begun = settle;
    });
    const runner = runnerWith(state, () => {
      begun();
      return ending;
    });
    const first = run(runner, false);
    await beginning;
    const second = run(runner, true);
    state.notBefore = Date.now() + 60_000;
    end();
    assert.deepEqual(await Promise.all([first, second]), [STARTED, STARTED]);
    assert.equal(await run(runner, false), 'connection-waiting');
  });

  it('a clock that was set back keeps no connection from running', async () => {
    const later = Date.now() + 365 * DAY;
    const state = { idle: 0, notBefore: later, last: { ended: new Date(later).toISOString(), outcome: 'done' } };
    const runner = runnerWith(state, async () => {
      throw STARTED;
    });
    assert.equal(await run(runner, false), STARTED);
    assert.equal(hurried(state, 2000, Date.now()), 10_000);
  });

  it('after an edit it runs soon, some time after the last run, and not while left in peace', () => {
    const now = Date.now();
    const last = (ago) => ({ ended: new Date(now - ago).toISOString(), outcome: 'done' });
    assert.equal(hurried({ idle: 0 }, 2000, now), 2000);
    assert.equal(hurried({ idle: 0, last: last(DAY) }, 2000, now), 2000);
    assert.equal(hurried({ idle: 0, last: last(3000) }, 2000, now), 7000);
    assert.equal(hurried({ idle: 0, last: last(DAY), notBefore: now + 60_000 }, 2000, now), 60_000);
  });
});
