// How a tab notices that nobody answers, in time that the test plays.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Watch } from '../../pkg/dist/browser/watch.js';

describe('a watch', () => {
  let time = 0;
  let seen;
  let watch;

  beforeEach(() => {
    time = 0;
    seen = [];
    mock.timers.enable({ apis: ['setInterval'] });
    mock.method(performance, 'now', () => time);
    const [ask, onSilent] = [() => seen.push('asked'), () => seen.push('silent')];
    watch = new Watch({ step: 1000, most: 3, ask, onSilent });
  });
  afterEach(() => {
    watch.stop();
    mock.timers.reset();
    mock.restoreAll();
  });

  /** Some steps, each of which takes so long on the clock. */
  function steps(count, took = 1000) {
    for (let n = 0; n < count; n += 1) {
      time += took;
      mock.timers.tick(1000);
    }
    return seen.splice(0);
  }

  it('asks at every step, and says so when nothing came for so many', () => {
    watch.start();
    assert.deepEqual(steps(4), ['asked', 'asked', 'asked', 'silent']);
    assert.deepEqual(steps(4), ['asked', 'asked', 'asked', 'silent']);
  });

  it('any answer begins the count anew', () => {
    watch.start();
    for (let n = 0; n < 10; n += 1) {
      assert.deepEqual(steps(3), ['asked', 'asked', 'asked']);
      watch.heard();
    }
  });

  it('a machine that slept, or a tab that is held back, is not taken for a silent host', () => {
    watch.start();
    assert.ok(!steps(100, 60_000).includes('silent'));
    assert.deepEqual(steps(3), ['asked', 'asked', 'silent']);
  });

  it('begun twice it asks once, and stopped it asks no more', () => {
    watch.start();
    watch.start();
    assert.deepEqual(steps(1), ['asked']);
    watch.stop();
    assert.deepEqual(steps(5), []);
  });
});
