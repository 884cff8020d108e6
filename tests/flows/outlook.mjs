// Helpers for the tests of the flows on Outlook: served flows with a clock of their own, and requests.
import assert from 'node:assert/strict';
import { post, withFlow } from './flow.mjs';

/** Serves the flows while `body` runs; `time.now` is what their clock says. */
export function withOutlook(options, body) {
  const time = { now: Date.parse('2026-11-23T05:09:58Z') };
  const clock = { now: () => time.now, sleep: () => new Promise((resolve) => setImmediate(resolve)) };
  return withFlow({ flows: 'outlook', clock, ...options }, (served, folder) => body(served, time, folder));
}

export const WHO = { v: 1, book: 'b1', system: 'outlook', driver: 'd1', epoch: 1, folder: 'Contacts' };

export const pullAnswer = (served, more) => post(served, { ...WHO, ...more }, { url: served.urls['outlook-pull'] });
export const applyAnswer = (served, changes, more = {}) =>
  post(served, { ...WHO, ...more, changes }, { url: served.urls['outlook-apply'] });

/** Pulls, which must succeed; answers the body. */
export async function pull(served, more) {
  const answer = await pullAnswer(served, more);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

/** Applies one change, which must be answered; answers its result. */
export async function apply(served, change, more) {
  const answer = await applyAnswer(served, [change], more);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.body.v, answer.body.results.length], [1, 1]);
  assert.equal(answer.body.results[0].key, change.key);
  return answer.body.results[0];
}

export const JANE = { givenName: 'Jane', surname: 'Doe', homePhones: [] };
export const create = (key, fields = {}) => ({ key, op: 'create', fields: { ...JANE, ...fields } });
export const update = (key, row, fields, clear) => ({
  key,
  op: 'update',
  id: row.id,
  revision: row.changeKey,
  fields: { givenName: 'Jane', homePhones: [], ...fields },
  ...(clear ? { clear } : {}),
});
export const remove = (key, row) => ({ key, op: 'delete', id: row.id, revision: row.changeKey });

export const answering = (statusCode, headers = {}, body = { error: { code: 'x', message: 'not now' } }) => ({
  answer: { statusCode, headers, body },
});
/** Interference with one operation of a connector. */
export const only = (operation, given) => (asked) => (asked === operation ? given : undefined);
