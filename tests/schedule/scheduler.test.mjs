// When connections are run: each when it is due, none twice at once, none that waits for a person.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContactmeshError } from '../../pkg/dist/errors.js';
import { Scheduler } from '../../pkg/dist/schedule/scheduler.js';
import { VirtualClock } from '../flow-client/virtual.mjs';

const MINUTE = 60_000;

/** A scheduler whose runs answer what `after(name, n)` says; `runs` is who ran when, in seconds. */
function setup(names, after, { most = 10, states = {} } = {}) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const runs = [];
  const counts = {};
  const scheduler = new Scheduler({
    names,
    clock,
    state: async (name) => states[name] ?? { idle: 0 },
    async run(name) {
      runs.push([name, clock.now() / 1000]);
      counts[name] = (counts[name] ?? 0) + 1;
      if (runs.length >= most) stop.abort();
      const state = after(name, counts[name], clock);
      states[name] = state;
      return { record: {}, state };
    },
    onLocked: (name) => runs.push([`${name} locked`, clock.now() / 1000]),
  });
  return { clock, runs, states, scheduler, loop: () => scheduler.loop(stop.signal), stop };
}

const every = (ms) => (_name, _n, clock) => ({ idle: 0, next: clock.wall() + ms });

describe('schedule: the loop', () => {
  it('runs each connection when it is due', async () => {
    const { loop, runs } = setup(
      ['a', 'b'],
      (name, _n, clock) => ({ idle: 0, next: clock.wall() + (name === 'a' ? MINUTE : 3 * MINUTE) }),
      { most: 7 },
    );
    await loop();
    assert.deepEqual(
      runs.map(([name, time]) => `${name}${time}`),
      ['a0', 'b0', 'a60', 'a120', 'a180', 'b180', 'a240'],
    );
  });

  it('what was asked to rest rests first', async () => {
    const { loop, runs } = setup(['a'], every(MINUTE), {
      most: 2,
      states: { a: { idle: 0, notBefore: Date.UTC(2026, 0, 1) + 90_000 } },
    });
    await loop();
    assert.deepEqual(runs, [
      ['a', 90],
      ['a', 150],
    ]);
  });

  it('one that waits for a person is tried once, then left alone until somebody acted', async () => {
    const paused = (_name, n, clock) =>
      n === 1 ? { idle: 0, paused: 'flow-missing' } : { idle: 0, next: clock.wall() + MINUTE };
    const { loop, runs, states, clock } = setup(['a'], paused, {
      most: 2,
      states: { a: { idle: 0, paused: 'flow-missing' } },
    });
    const looping = loop();
    await clock.sleep(3_600_000);
    assert.deepEqual(runs, [['a', 0]]);
    states.a = { idle: 0 };
    await looping;
    assert.equal(runs.length, 2);
    assert.ok(runs[1][1] <= 3630, 'seen within half a minute');
  });

  it('a book that somebody else has open is tried again soon', async () => {
    const { loop, runs } = setup(
      ['a'],
      (_name, n, clock) => {
        if (n === 1) throw new ContactmeshError('storage-locked', 'open elsewhere');
        return { idle: 0, next: clock.wall() + MINUTE };
      },
      { most: 2 },
    );
    await loop();
    assert.deepEqual(runs, [
      ['a', 0],
      ['a locked', 0],
      ['a', 5],
    ]);
  });

  it('any other error ends the loop and is told', async () => {
    const { loop } = setup(['a'], () => {
      throw new ContactmeshError('storage-full', 'no room');
    });
    await assert.rejects(loop(), { code: 'storage-full' });
  });

  it('a clock that is set back by a day delays nothing', async () => {
    const { loop, runs, clock } = setup(['a'], every(MINUTE), { most: 3 });
    const wall = clock.wall.bind(clock);
    let back = 0;
    clock.wall = () => wall() - back;
    const looping = loop();
    await clock.sleep(90_000);
    back = 86_400_000;
    await looping;
    assert.deepEqual(
      runs.map(([, time]) => time),
      [0, 60, 120],
    );
  });

  it('a stop ends it at once, also while it waits', async () => {
    const { loop, stop, clock } = setup(['a'], every(15 * MINUTE));
    const looping = loop();
    await clock.sleep(1000);
    stop.abort();
    await looping;
    assert.equal(clock.now(), 1000);
  });

  it('two wishes for one connection are one run, for two connections two', async () => {
    const { scheduler, runs } = setup(['a', 'b'], every(MINUTE));
    const [one, two] = await Promise.all([scheduler.run('a'), scheduler.run('a'), scheduler.run('b')]);
    assert.equal(one, two);
    assert.deepEqual(
      runs.map(([name]) => name),
      ['a', 'b'],
    );
    await scheduler.run('a');
    assert.equal(runs.length, 3, 'and later it runs again');
  });
});
