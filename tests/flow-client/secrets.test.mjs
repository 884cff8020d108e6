// A canary for the signature and one for a person: whatever happens, neither is in an error, an event
// or a cursor, in no form that anybody could read it back from.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { checkAddress } from '../../pkg/dist/relay/flow/address.js';
import { ADDRESS, client } from './client.mjs';
import { CANARY, PATH } from './flow.mjs';

const PERSON = 'canary.person@example.com';
const quoting = (status) => ({
  status,
  body: JSON.stringify({ error: { code: `Code ${CANARY}`, message: `${ADDRESS} ${PERSON}` }, v: 1 }),
  headers: { 'retry-after': CANARY, location: ADDRESS, 'x-ms-workflow-run-id': CANARY },
});

/** Everything that can be got out of a value, as text. */
function everything(value) {
  const parts = [inspect(value, { depth: 12, showHidden: true, getters: true, maxStringLength: null })];
  for (let one = value; one instanceof Error; one = one.cause)
    parts.push(one.message, String(one.stack), JSON.stringify(one));
  return parts.join('\n');
}

function assertClean(text) {
  for (const secret of [CANARY, CANARY.toLowerCase(), PERSON, PATH, '0123456789abcdef0123456789abcdef', 'sp=%2F']) {
    assert.ok(!text.includes(secret), text.slice(0, 2000));
  }
  assert.ok(!text.includes(Buffer.from(CANARY).toString('base64').slice(0, 20)), 'nor in base64');
}

describe('flow client: secrets', () => {
  const statuses = [200, 202, 302, 400, 401, 403, 404, 408, 410, 413, 418, 425, 429, 500, 502, 503, 504];

  it('no answer, whatever it quotes, brings a secret into an error or an event', async () => {
    const codes = new Set();
    for (const status of statuses) {
      const { flow, events, push } = await client();
      flow.script = () => quoting(status);
      const failed = await push(PERSON).catch((one) => one);
      codes.add(failed.code);
      assertClean(everything(failed));
      assertClean(JSON.stringify(events));
    }
    assert.ok(codes.size >= 9, [...codes].join(' '));
  });

  it('no error of the system, whatever it quotes, is handed on', async () => {
    for (const wrong of [
      () => Object.assign(new TypeError(`fetch failed: ${ADDRESS}`), { cause: new Error(ADDRESS), code: CANARY }),
      () => Object.assign(new Error(ADDRESS), { code: 'ERR_INVALID_URL', input: ADDRESS }),
      () => Object.assign(new TypeError('x'), { cause: { code: 'ECONNREFUSED', address: ADDRESS } }),
      () => new DOMException(ADDRESS, 'NetworkError'),
      () => ADDRESS,
    ]) {
      const { push, events } = await client({
        fetch: () => {
          throw wrong();
        },
      });
      const failed = await push('one').catch((one) => one);
      assert.equal(failed.code, 'flow-unreachable');
      assertClean(everything(failed));
      assertClean(JSON.stringify(events));
    }
  });

  it('a cursor holds no part of the address', async () => {
    const { push } = await client();
    const { cursor } = await push('one');
    assertClean(cursor);
    assert.doesNotMatch(cursor, /example|workflows|http/);
  });

  it('an address that cannot be called is not quoted', () => {
    for (const bad of [ADDRESS.replace('https', 'http'), ADDRESS.replace('://', ':/ /'), `${CANARY} x`]) {
      const failed = (() => {
        try {
          return checkAddress(bad);
        } catch (error) {
          return error;
        }
      })();
      assert.equal(failed.code, 'flow-address');
      assertClean(everything(failed));
    }
  });

  it('an open relay shows nothing of it to whoever logs it', async () => {
    const { relay } = await client();
    assertClean(inspect(relay, { depth: 12, showHidden: true }));
    assertClean(JSON.stringify(relay));
  });
});
