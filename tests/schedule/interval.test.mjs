// How often to ask: soon while something moves, ever later while nothing does, within a budget of
// flow actions.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filled, fullBucket, spent, untilNext } from '../../pkg/dist/schedule/interval.js';

const DAY = 86_400_000;
const PACE = { min: 60_000, max: 900_000, actions: 2000 };
const FREE = { min: 60_000, max: 900_000 };
/** Actions of an exchange with nothing to send. */
const COST = 9;

/** Plays a day of runs; `moves` says whether run n moved something. Answers the times and the actions spent. */
function play(pace, moves, { from = 0, length = DAY, bucket = fullBucket(pace, from), cost = COST } = {}) {
  const times = [];
  let [now, idle, used] = [from, 0, 0];
  while (now < from + length) {
    times.push(now);
    idle = moves(times.length) ? 0 : idle + 1;
    bucket = spent(filled(bucket, pace, now), cost);
    used += cost;
    now += untilNext(pace, idle, bucket, COST);
  }
  return { times, used, bucket };
}

describe('schedule: the interval', () => {
  it('is the shortest while something moves', () => {
    assert.equal(untilNext(FREE, 0, fullBucket(FREE, 0), COST), 60_000);
  });

  it('grows by half with every quiet run, up to the longest, and is short again at once', () => {
    const waits = Array.from({ length: 12 }, (_, idle) => untilNext(FREE, idle, fullBucket(FREE, 0), COST));
    for (let n = 1; n < waits.length; n += 1) {
      assert.equal(waits[n], Math.min(900_000, Math.round(60_000 * 1.5 ** n)));
    }
    assert.equal(untilNext(FREE, 1e9, fullBucket(FREE, 0), COST), 900_000);
    assert.equal(untilNext(FREE, 0, fullBucket(FREE, 0), COST), 60_000);
  });

  it('a place that costs nothing is never held up by a budget', () => {
    const { times } = play(FREE, () => true);
    assert.equal(times.length, 1440);
  });

  for (const actions of [50, 500, 2000, 10_000]) {
    it(`any 24 hours stay within ${actions} actions, however much moves`, () => {
      const pace = { ...PACE, min: 1000, actions };
      const { used, bucket } = play(pace, () => true);
      const next = play(pace, () => true, { from: DAY, bucket });
      // A run that is begun may be the last one over.
      assert.ok(used <= actions + COST && next.used <= actions + COST, `${used}, ${next.used}`);
      assert.ok(next.used >= actions * 0.8, `${next.used}: and it is made use of`);
    });
  }

  it('a burst after a quiet night is synced at once', () => {
    let bucket = spent(fullBucket(PACE, 0), 190);
    bucket = filled(bucket, PACE, 8 * 3_600_000);
    assert.ok(bucket.tokens >= 200 - 1e-9);
    assert.equal(untilNext(PACE, 0, spent(bucket, COST), COST), 60_000);
  });

  it('a large run in debt waits an hour at most', () => {
    const bucket = spent(fullBucket(PACE, 0), 5000);
    assert.equal(untilNext(PACE, 0, bucket, COST), 3_600_000);
  });

  it('a clock that was set back fills nothing and blocks nothing', () => {
    const bucket = filled({ tokens: 5, at: DAY }, PACE, 0);
    assert.deepEqual(bucket, { tokens: 5, at: 0 });
    assert.ok(filled(bucket, PACE, 60_000).tokens > 5);
  });
});
