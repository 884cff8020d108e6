// What the client makes of each answer: the table of statuses, one row a test. Nothing of what a
// server wrote is in a message, and every message says what to do.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client } from './client.mjs';
import { CANARY } from './flow.mjs';

const error = (code, message = `no ${CANARY}`) => JSON.stringify({ error: { code, message } });

/** A person must act: sent once, and the connection pauses. */
const STOPS = [
  ['202 without a place to ask', { status: 202 }, 'flow-no-answer', /Response action/],
  ['202 with a Location', { status: 202, headers: { location: 'https://x.example.com' } }, 'flow-asynchronous', /asyn/],
  ['a redirect', { status: 302, headers: { location: 'https://x.example.com' } }, 'flow-redirect', /not sent there/],
  ['400 of the trigger', { status: 400, body: error('TriggerInputSchemaMismatch') }, 'flow-schema', /schema/],
  ['400 of the flow', { status: 400, body: error('BadEnvelope') }, 'flow-envelope', /import the shipped flow/],
  [
    '401 that wants a sign-in',
    { status: 401, body: error('DirectApiAuthorizationRequired') },
    'flow-sign-in',
    /anyone/,
  ],
  ['401 of wrong claims', { status: 401, body: error('MisMatchingOAuthClaims') }, 'flow-claims', /\/\/\.default/],
  [
    '403 that takes a signature only',
    { status: 403, body: error('x', 'The request must be authenticated only by Shared Access scheme.') },
    'flow-shared-access',
    /without a token/,
  ],
  ['403 without a name', { status: 403, body: '<html>' }, 'flow-unauthorised', /address/],
  ['404', { status: 404 }, 'flow-missing', /turned off/],
  ['410', { status: 410 }, 'flow-missing', /turned off/],
  ['413', { status: 413 }, 'flow-too-large', /1 MB/],
  ['405', { status: 405 }, 'flow-refused', /run history/],
];

/** The same is sent again. */
const AGAIN = [
  ['408', { status: 408 }, 'flow-timeout'],
  ['425', { status: 425 }, 'flow-unavailable'],
  ['429', { status: 429 }, 'flow-throttled'],
  ['500 NoResponse', { status: 500, body: error('NoResponse') }, 'flow-unavailable'],
  ['502 NoResponse', { status: 502, body: error('NoResponse') }, 'flow-unavailable'],
  ['503', { status: 503 }, 'flow-unavailable'],
  ['504', { status: 504 }, 'flow-timeout'],
  ['200 with a page', { status: 200, body: '<!doctype html>' }, 'flow-unknown'],
  ['200 with half of the answer', { cut: true }, 'flow-unknown'],
  ['200 with somebody else’s JSON', { status: 200, body: '{"ok":true}' }, 'flow-unknown'],
  ['200 with an error in it', { status: 200, body: '{"v":1,"error":{"code":"Busy"}}' }, 'flow-unknown'],
  [
    '200 that names too few chunks',
    { status: 200, body: '{"v":1,"stored":0,"chunks":[],"next":1,"more":false}' },
    'flow-unknown',
  ],
  ['204', { status: 204 }, 'flow-unknown'],
  ['a connection that breaks', { broken: true }, 'flow-unreachable'],
];

describe('flow client: the table of statuses', () => {
  for (const [title, step, code, advice] of STOPS) {
    it(`${title} pauses the connection and says what to do`, async () => {
      const { flow, clock, push } = await client();
      flow.script = () => step;
      const failed = await push('one').catch((one) => one);
      assert.deepEqual([failed.code, failed.details.pause, failed.details.status], [code, true, step.status]);
      assert.match(failed.message, advice);
      assert.deepEqual([flow.requests, clock.slept], [1, []], 'sent once, nothing waited for');
    });
  }

  for (const [title, step, code] of AGAIN) {
    it(`${title} is sent again, the same to the byte, and nothing pauses`, async () => {
      const { flow, events, push } = await client();
      flow.script = (n) => (n < 2 ? step : undefined);
      assert.equal((await push('one')).accepted, 1);
      assert.equal(flow.requests, 3);
      assert.equal(new Set(flow.bodies).size, 1, 'the same operation');
      assert.equal(flow.rows.length, 1);
      assert.deepEqual(
        events.map(({ outcome }) => outcome),
        [code, code, 'answer'],
      );
    });

    it(`${title} again and again ends with an error that loses nothing`, async () => {
      const { flow, push } = await client();
      flow.script = () => step;
      const failed = await push('one').catch((one) => one);
      assert.equal(failed.code, code);
      assert.equal(failed.details.pause, undefined);
      assert.match(failed.message, /nothing is lost/);
      assert.ok(failed.details.retryIn > 0);
    });
  }

  it('an answer that never comes is given up after the timeout, and sent again', async () => {
    const { flow, clock, push } = await client({ idle: true });
    flow.script = (n) => (n === 0 ? { hang: true, ran: true } : undefined);
    await push('one');
    assert.deepEqual([flow.requests, flow.rows.length], [2, 1]);
    assert.ok(clock.now() >= 120_000);
  });

  it('a token goes along, and is left out where only the signature counts', async () => {
    const asked = [];
    const { flow, push } = await client({
      token: async () => 'tokentokentoken',
      fetch: (url, init) => {
        asked.push(init.headers.authorization);
        return flow.fetch(url, init);
      },
    });
    const message = 'The request must be authenticated only by Shared Access scheme.';
    flow.script = (n) => (n === 0 ? { status: 401, body: error('x', message) } : undefined);
    await push('one');
    await push('two');
    assert.deepEqual(asked, ['Bearer tokentokentoken', undefined, undefined]);
  });

  it('no redirect is followed, no cookie sent, and no header but the type', async () => {
    let seen;
    const { flow, push } = await client({
      fetch: (url, init) => {
        seen = init;
        return flow.fetch(url, init);
      },
    });
    await push('one');
    assert.deepEqual(seen.headers, { 'content-type': 'application/json' });
    assert.deepEqual(
      [seen.method, seen.redirect, seen.credentials, seen.referrerPolicy, seen.cache],
      ['POST', 'manual', 'omit', 'no-referrer', 'no-store'],
    );
  });

  it('an answer that does not end is not held in memory', async () => {
    let cancelled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (control) => control.enqueue(new Uint8Array(1_000_000).fill(32)),
          cancel: () => {
            cancelled += 1;
          },
        }),
      );
    const { flow, push } = await client({
      fetch: (url, init) => (cancelled === 0 ? endless() : flow.fetch(url, init)),
    });
    await push('one');
    assert.deepEqual([cancelled, flow.rows.length], [1, 1]);
  });
});
