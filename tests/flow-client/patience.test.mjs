// How long the client waits and when it gives up: back-off, Retry-After, breaker and budget, in
// virtual time.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backoff, retryAfter } from '../../pkg/dist/relay/flow/backoff.js';
import { Breaker } from '../../pkg/dist/relay/flow/breaker.js';
import { RetryBudget } from '../../pkg/dist/relay/flow/retry-budget.js';
import { client } from './client.mjs';
import { seeded } from './virtual.mjs';

const WALL = Date.UTC(2026, 0, 1);

describe('flow client: back-off', () => {
  it('is anywhere from nothing to twice as much each time, and never above five minutes', () => {
    const random = seeded(7);
    for (let failures = 0; failures < 30; failures += 1) {
      const most = Math.min(300_000, 1000 * 2 ** failures);
      const waits = Array.from({ length: 2000 }, () => backoff(failures, random));
      assert.ok(Math.min(...waits) >= 0 && Math.max(...waits) <= most, `${failures}: ${Math.max(...waits)}`);
      assert.ok(Math.min(...waits) < most * 0.05 && Math.max(...waits) > most * 0.95, 'the whole range is used');
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      assert.ok(Math.abs(mean - most / 2) < most * 0.05, `${failures}: ${mean}`);
    }
  });

  it('what the server asks for is a floor under it, an hour at most', () => {
    assert.deepEqual([backoff(0, () => 0, 7000), backoff(0, () => 0.5, 7000)], [7000, 7500]);
    assert.equal(
      backoff(0, () => 0, 1e12),
      3_600_000,
    );
  });

  it('Retry-After is seconds or a date, by the server’s own clock', () => {
    const date = (ms) => new Date(ms).toUTCString();
    for (const [value, server, expected] of [
      ['30', null, 30_000],
      [' 1.5 ', null, 1500],
      ['0', null, 0],
      [date(WALL + 90_000), null, 90_000],
      // This machine's clock is an hour off; the server says what it takes for now.
      [date(WALL + 3_690_000), date(WALL + 3_600_000), 90_000],
      [date(WALL - 90_000), null, 0],
      ['999999999', null, 3_600_000],
      [null, null, undefined],
      ['', null, undefined],
      ['soon', null, undefined],
      ['-5', null, undefined],
      ['2026', null, 2_026_000],
    ]) {
      assert.equal(retryAfter(value, server, WALL), expected, `${value}, ${server}`);
    }
  });

  it('a 429 waits as long as its header says, in seconds or as a date, or its body', async () => {
    for (const step of [
      { headers: { 'retry-after': '40' } },
      { headers: { 'retry-after': new Date(WALL + 40_000).toUTCString() } },
      { body: JSON.stringify({ v: 1, error: { code: 'Busy', message: 'x', retryAfter: 40 } }) },
    ]) {
      const { flow, clock, push } = await client();
      flow.script = (n) => (n === 0 ? { status: 429, ...step } : undefined);
      await push('one');
      assert.equal(clock.slept.length, 1);
      assert.ok(clock.slept[0] >= 40_000 && clock.slept[0] <= 41_000, String(clock.slept));
    }
  });

  it('a wait beyond its patience is left to the caller, with the time', async () => {
    const { flow, clock, push } = await client();
    flow.script = () => ({ status: 429, headers: { 'retry-after': '600' } });
    const failed = await push('one').catch((one) => one);
    assert.equal(failed.code, 'flow-throttled');
    assert.ok(failed.details.retryIn >= 600_000 && failed.details.retryIn <= 601_000);
    assert.deepEqual([flow.requests, clock.slept], [1, []]);
  });

  it('once stopped, the request under way ends and no other goes out', async () => {
    const stop = new AbortController();
    const { flow, clock, push } = await client({ signal: stop.signal });
    flow.script = () => ({ status: 502 });
    flow.onBody = () => stop.abort();
    assert.equal((await push('one').catch((one) => one)).code, 'flow-unavailable');
    assert.equal((await push('one').catch((one) => one)).code, 'flow-stopped');
    assert.deepEqual([flow.requests, clock.slept], [1, []]);
  });
});

describe('flow client: breaker', () => {
  it('opens after five failures in a row, and lets one through after a pause that doubles', async () => {
    const { flow, clock, push } = await client({ random: () => 0 });
    flow.script = () => ({ status: 502 });
    assert.equal((await push('one').catch((one) => one)).details.attempts, 5);
    const resting = await push('one').catch((one) => one);
    assert.equal(resting.code, 'flow-resting');
    assert.equal(resting.details.retryIn, 30_000);
    assert.equal(flow.requests, 5);
    for (const [n, pause] of [30, 60, 120, 240, 480, 900, 900].entries()) {
      await clock.sleep(pause * 1000 - 1);
      assert.equal((await push('one').catch((one) => one)).code, 'flow-resting');
      await clock.sleep(1);
      assert.equal((await push('one').catch((one) => one)).code, 'flow-unavailable');
      assert.equal(flow.requests, 6 + n, 'one probe');
    }
  });

  it('closes when a probe is answered', async () => {
    const { flow, clock, push } = await client({ random: () => 0 });
    flow.script = (n) => (n < 5 ? { status: 502 } : undefined);
    await assert.rejects(push('one'));
    await clock.sleep(30_000);
    await push('one');
    assert.equal((await push('two')).accepted, 1);
    flow.script = (n) => (n < 11 ? { status: 502 } : undefined);
    await push('three');
    assert.deepEqual([flow.requests, flow.rows.length], [12, 3], 'four failures after a success keep it closed');
  });

  it('opens when more than half of the last twenty failed, though never five in a row', () => {
    const breaker = new Breaker();
    const pattern = [0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    for (const good of pattern) good ? breaker.succeeded() : breaker.failed(0);
    assert.equal(breaker.open, false, 'nineteen are too few to tell');
    breaker.failed(0);
    assert.equal(breaker.wait(0), 30_000);
  });

  it('a person’s error is no failure of the flow', async () => {
    const { flow, push } = await client();
    flow.script = () => ({ status: 404 });
    for (let n = 0; n < 30; n += 1) assert.equal((await push('one').catch((one) => one)).code, 'flow-missing');
    assert.equal(flow.requests, 30);
  });
});

describe('flow client: the budget of repeats', () => {
  it('beside a small reserve, one request in ten may be a repeat', () => {
    const budget = new RetryBudget(0);
    let spent = 0;
    while (spent < 100 && budget.spend(0)) spent += 1;
    assert.equal(spent, 10);
    let repeats = 0;
    for (let n = 0; n < 1000; n += 1) {
      budget.earn();
      if (budget.spend(0)) repeats += 1;
    }
    assert.ok(repeats >= 99 && repeats <= 100, String(repeats));
  });

  it('a client that asks rarely earns one repeat a minute', () => {
    const budget = new RetryBudget(0);
    for (let n = 0; n < 10; n += 1) budget.spend(0);
    assert.deepEqual([budget.spend(59_000), budget.spend(60_000), budget.spend(60_000)], [false, true, false]);
  });

  it('a flow that fails every other time is not asked without end', async () => {
    const { flow, push } = await client({ random: () => 0 });
    flow.script = (n) => (n % 2 === 0 ? { status: 502 } : undefined);
    let failed = 0;
    for (let n = 0; n < 40; n += 1) await push(`chunk ${n}`).catch(() => (failed += 1));
    assert.ok(failed > 0);
    assert.ok(flow.requests <= 40 + 10 + 4 + 1, `${flow.requests} requests for 40`);
  });
});
