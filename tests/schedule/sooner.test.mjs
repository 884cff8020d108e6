// Connections that come and go, and that are run sooner because there is a reason.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scheduler } from '../../pkg/dist/schedule/scheduler.js';
import { VirtualClock } from '../flow-client/virtual.mjs';

const MINUTE = 60_000;

/** Runs a loop until `most` runs were made; answers when each began, in virtual minutes. */
async function looped({ most, names = ['a'], onRun = () => {}, run, state = async () => ({}), ...more }) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const began = [];
  const scheduler = new Scheduler({
    names,
    clock,
    state,
    onRun: (name) => {
      onRun(name, scheduler, clock);
      if (began.length >= most) stop.abort();
    },
    run: async (name) => {
      began.push([name, clock.now() / MINUTE]);
      return (await run?.(name, clock, scheduler)) ?? { state: { next: clock.wall() + 10 * MINUTE } };
    },
    ...more,
  });
  await scheduler.loop(stop.signal);
  return began;
}

describe('schedule: sooner', () => {
  it('what is asked for earlier is run earlier, and never later than it was due', async () => {
    const delays = [2 * MINUTE, 20 * MINUTE];
    const began = await looped({
      most: 3,
      onRun: (name, scheduler) => setImmediate(() => scheduler.advance(name, delays.shift() ?? 0)),
    });
    assert.deepEqual(
      began.map(([, time]) => time),
      [0, 2, 12],
    );
  });

  it('what is asked for during a run is not forgotten', async () => {
    const began = await looped({
      most: 2,
      run: async (name, _clock, scheduler) => {
        await null;
        scheduler.advance(name, 3 * MINUTE);
        scheduler.advance(name, MINUTE);
        return undefined;
      },
    });
    assert.deepEqual(
      began.map(([, time]) => time),
      [0, 1],
    );
  });

  it('what is asked for during a run that somebody asked for is not forgotten either', async () => {
    let asked = false;
    const began = await looped({
      most: 3,
      onRun: (name, scheduler, clock) => {
        if (asked) return;
        asked = true;
        // Somebody asks while the loop sleeps.
        clock.sleep(MINUTE).then(() => scheduler.ask(name));
      },
      run: async (name, clock, scheduler) => {
        await null;
        if (clock.now() === MINUTE) scheduler.advance(name, 3 * MINUTE);
        return undefined;
      },
    });
    assert.deepEqual(
      began.map(([, time]) => time),
      [0, 1, 4],
    );
  });

  it('a run that follows the one under way is the one that was asked for earlier', async () => {
    let runs = 0;
    const began = await looped({
      most: 3,
      run: async (name, clock, scheduler) => {
        runs += 1;
        await null;
        if (runs > 1) return undefined;
        scheduler.advance(name, MINUTE);
        scheduler.ask(name);
        return { state: { next: clock.wall() + 10 * MINUTE } };
      },
    });
    assert.deepEqual(
      began.map(([, time]) => time),
      [0, 0, 10],
    );
  });

  it('a connection that comes later is run at once, one that goes is not run again', async () => {
    const began = await looped({
      most: 3,
      onRun: (name, scheduler) => {
        if (name === 'a') {
          scheduler.remove('a');
          scheduler.add('b');
        }
      },
    });
    assert.deepEqual(began, [
      ['a', 0],
      ['b', 0],
      ['b', 10],
    ]);
  });

  it('a run that could not begin is tried again as told, or its error ends the loop', async () => {
    let failures = 2;
    const run = async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('not now');
      return undefined;
    };
    const began = await looped({ most: 3, run, afterError: () => 5_000 });
    assert.deepEqual(
      began.map(([, time]) => time * 60),
      [0, 5, 10],
    );
    failures = 1;
    await assert.rejects(looped({ most: 1, run }), /not now/);
  });

  it('the end of a run can be waited for, whatever it is, and without a run there is nothing to wait for', async () => {
    const ends = [];
    const scheduler = new Scheduler({
      names: [],
      clock: new VirtualClock(),
      state: async () => ({}),
      run: async () => {
        await new Promise((settle) => setImmediate(settle));
        ends.push('run');
        throw new Error('not now');
      },
    });
    const running = scheduler.run('a');
    await Promise.all([
      scheduler.finish('b').then(() => ends.push('b')),
      scheduler.finish('a').then(() => ends.push('a')),
    ]);
    await assert.rejects(running, /not now/);
    assert.deepEqual(ends, ['b', 'run', 'a']);
  });
});
