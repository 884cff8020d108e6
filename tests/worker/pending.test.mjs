// What becomes of calls whose host is gone before it answered.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PendingCalls } from '../../pkg/dist/browser/pending.js';

describe('calls whose host is gone', () => {
  /** The error of a call that may not be asked again. */
  async function failureOf(method, ...args) {
    const calls = new PendingCalls(() => {});
    const failing = new Promise((_, fail) => {
      const number = calls.add({ method, args, settle: () => {}, fail });
      // More hosts than any call is tried with.
      calls.get(number).asked = 100;
      assert.equal(calls.mayAskAgain(number), false);
    });
    return failing.catch((error) => error);
  }

  it('name what they were about: a card, a connection, or nothing', async () => {
    for (const [method, args, subject] of [
      ['edit', ['4f2a', {}], 'edit 4f2a'],
      ['connect', ['office', { url: 'https://example.com/?sig=secret' }], 'connect office'],
      ['create', [{ 'name/given': 'Jane' }], 'create'],
    ]) {
      const { code, message } = await failureOf(method, ...args);
      assert.equal(code, 'book-moved');
      assert.ok(message.startsWith(`${subject}: the tab`), message);
      assert.doesNotMatch(message, /secret|Jane/);
    }
  });
});
