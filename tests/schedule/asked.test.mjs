// Somebody asks for a run: what was there when they asked is exchanged when they are answered.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContactmeshError } from '../../pkg/dist/errors.js';
import { Scheduler } from '../../pkg/dist/schedule/scheduler.js';
import { VirtualClock } from '../flow-client/virtual.mjs';

const MINUTE = 60_000;
const WELL = { record: {}, state: { idle: 0 } };

/** A scheduler whose runs end when `end(n, outcome)` says so; `log` has what began and ended, in order. */
function setup(names = []) {
  const clock = new VirtualClock();
  const log = [];
  const ends = [];
  const scheduler = new Scheduler({
    names,
    clock,
    state: async () => ({ idle: 0 }),
    run: (name) => {
      const n = ends.length;
      log.push(`${name}${n} begins`);
      return clock.during(async () => {
        const outcome = await new Promise((settle) => ends.push(settle));
        log.push(`${name}${n} ends`);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      });
    },
  });
  const end = async (n, outcome = { ...WELL, n }) => {
    ends[n](outcome);
    await settled();
  };
  return { scheduler, clock, log, end };
}

const settled = () => new Promise((settle) => setImmediate(settle));
const outcomeOf = (asked) =>
  asked.then(
    (result) => result,
    (error) => error.code,
  );

describe('schedule: a run that is asked for', () => {
  it('begins at once where none is under way', async () => {
    const { scheduler, log, end } = setup();
    const asked = scheduler.ask('a');
    assert.deepEqual(log, ['a0 begins']);
    await end(0);
    assert.equal((await asked).n, 0);
  });

  it('is the one after the run under way, which may have looked before, and never beside it', async () => {
    const { scheduler, log, end } = setup();
    const first = scheduler.run('a');
    const asked = scheduler.ask('a');
    assert.deepEqual(log, ['a0 begins']);
    await end(0);
    assert.deepEqual(log, ['a0 begins', 'a0 ends', 'a1 begins']);
    await end(1);
    assert.deepEqual([(await first).n, (await asked).n], [0, 1]);
  });

  it('is one for all who ask meanwhile, and another for who asks during that', async () => {
    const { scheduler, log, end } = setup();
    const asked = [scheduler.ask('a'), scheduler.ask('a'), scheduler.ask('a')];
    await end(0);
    asked.push(scheduler.ask('a'), scheduler.ask('a'));
    await end(1);
    await end(2);
    assert.deepEqual(
      (await Promise.all(asked)).map(({ n }) => n),
      [0, 1, 1, 2, 2],
    );
    assert.equal(log.filter((line) => line.endsWith('begins')).length, 3);
  });

  it('waits for no other connection', async () => {
    const { scheduler, log } = setup();
    scheduler.ask('a');
    scheduler.ask('b');
    assert.deepEqual(log, ['a0 begins', 'b1 begins']);
  });

  it('does not try again at once what has just failed or waits for a person', async () => {
    for (const result of [
      { ...WELL, error: new ContactmeshError('flow-throttled', 'not now') },
      { ...WELL, error: new ContactmeshError('sync-stopped', 'stopped') },
      { ...WELL, state: { idle: 0, paused: 'flow-missing' } },
      { ...WELL, state: { idle: 0, held: 'token' } },
    ]) {
      const { scheduler, log, end } = setup();
      const asked = [scheduler.run('a'), scheduler.ask('a'), scheduler.ask('a')];
      await end(0, result);
      assert.deepEqual(await Promise.all(asked), [result, result, result]);
      assert.deepEqual(log, ['a0 begins', 'a0 ends']);
    }
    const { scheduler, log, end } = setup();
    const asked = [scheduler.run('a'), scheduler.ask('a')].map(outcomeOf);
    await end(0, new ContactmeshError('storage-io', 'the disk is gone'));
    assert.deepEqual(await Promise.all(asked), ['storage-io', 'storage-io']);
    assert.deepEqual(log, ['a0 begins', 'a0 ends']);
    scheduler.ask('a');
    assert.equal(log.at(-1), 'a1 begins', 'who asks afterwards gets a run');
  });

  it('does not begin once an end was made: who waits for it hears that it was stopped', async () => {
    const { scheduler, log, end } = setup();
    const first = scheduler.run('a');
    const before = outcomeOf(scheduler.ask('a'));
    const finished = scheduler.finish('a').then(() => log.push('finished'));
    const during = outcomeOf(scheduler.ask('a'));
    // It was through when it was to end.
    await end(0);
    await finished;
    assert.equal((await first).n, 0);
    assert.deepEqual([await before, await during], ['sync-stopped', 'sync-stopped']);
    assert.deepEqual(log, ['a0 begins', 'a0 ends', 'finished']);
    const after = scheduler.ask('a');
    await end(1);
    assert.equal((await after).n, 1);
  });

  it('cannot slip in between a run and its end, at whatever moment an end is made', async () => {
    for (let ticks = 0; ticks < 12; ticks += 1) {
      const { scheduler, log, end } = setup();
      const asked = [scheduler.run('a'), outcomeOf(scheduler.ask('a'))];
      const ending = end(0);
      for (let tick = 0; tick < ticks; tick += 1) await null;
      const known = log.length;
      const finished = scheduler.finish('a');
      if (log.includes('a1 begins')) await end(1);
      await finished;
      await ending;
      await Promise.all(asked);
      assert.ok(!log.slice(known).some((line) => line.endsWith('begins')), `after ${ticks} ticks`);
    }
  });

  it('serves the loop as well: that joins what is under way, and asks for nothing', async () => {
    const { scheduler, clock, log, end } = setup(['a']);
    const stop = new AbortController();
    scheduler.ask('a');
    const looping = scheduler.loop(stop.signal);
    await settled();
    await end(0, { ...WELL, state: { idle: 0, next: clock.wall() + MINUTE } });
    await settled();
    assert.deepEqual(log, ['a0 begins', 'a0 ends', 'a1 begins']);
    assert.equal(clock.now(), MINUTE);
    stop.abort();
    await end(1);
    await looping;
  });
});
