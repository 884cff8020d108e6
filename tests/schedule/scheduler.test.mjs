// When connections are run: on time, sooner when there is a reason, never twice at once.
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
    afterError: () => undefined,
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

describe('the scheduler', () => {
  it('runs each connection at once, and again when it is due', async () => {
    assert.deepEqual(await looped({ most: 4, names: ['a', 'b'] }), [
      ['a', 0],
      ['b', 0],
      ['a', 10],
      ['b', 10],
    ]);
  });

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

  it('a clock that somebody sets back or forward delays nothing', async () => {
    const began = await looped({
      most: 3,
      onRun: (_name, _scheduler, clock) => {
        // While the loop sleeps.
        const jump = clock.now() === 0 ? -86_400_000 : 86_400_000;
        const wall = clock.wall.bind(clock);
        setImmediate(() => {
          clock.wall = () => wall() + jump;
        });
      },
    });
    assert.deepEqual(
      began.map(([, time]) => time),
      [0, 10, 20],
    );
  });

  it('one that was asked to wait, or waits for a person, is left alone for that long', async () => {
    const peace = await looped({ most: 1, state: async () => ({ notBefore: Date.UTC(2026, 0, 1) + 5 * MINUTE }) });
    assert.deepEqual(peace, [['a', 5]]);
    let paused;
    const waiting = await looped({
      most: 2,
      state: async () => ({ paused }),
      run: async (_name, clock) => {
        paused = 'flow-sign-in';
        // The person acts after three minutes.
        void clock.sleep(3 * MINUTE).then(() => {
          paused = undefined;
        });
        return { state: { paused } };
      },
    });
    assert.equal(waiting[0][1], 0);
    assert.ok(waiting[1][1] >= 3 && waiting[1][1] <= 4, `${waiting[1][1]}`);
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

  it('a run that is asked for while one is under way is that one', async () => {
    let runs = 0;
    const scheduler = new Scheduler({
      names: [],
      clock: new VirtualClock(),
      state: async () => ({}),
      afterError: () => undefined,
      run: async () => {
        runs += 1;
        await new Promise((settle) => setImmediate(settle));
        return { state: {} };
      },
    });
    const [one, two] = await Promise.all([scheduler.run('a'), scheduler.run('a'), scheduler.ended('a')]);
    assert.equal(one, two);
    await scheduler.run('a');
    assert.equal(runs, 2);
  });
});
