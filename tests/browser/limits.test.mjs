// What a store asks of the browser, and what is said where a browser gives less.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { session } from './support/session.mjs';

describe('what is asked of the browser', () => {
  const chromium = session();

  it('a commit is one transaction of strict durability, and acknowledged when that is complete', async () => {
    const page = await chromium.newPage();
    const found = await page.evaluate(async () => {
      const { openIndexedDbStorage } = await import('/pkg/dist/index.js');
      const storage = await openIndexedDbStorage('strict');
      const { epoch } = await storage.lease('test');
      const seen = [];
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function (...args) {
        const made = transaction.apply(this, args);
        seen.push([made.mode, made.durability]);
        made.addEventListener('complete', () => seen.push('complete'));
        return made;
      };
      const put = [
        ['a', new Uint8Array(10)],
        ['b', new Uint8Array(10)],
      ];
      await storage.commit({ put, del: ['c'], expectEpoch: epoch });
      seen.push('acknowledged');
      await storage.close();
      return seen;
    });
    assert.deepEqual(found, [['readwrite', 'strict'], 'complete', 'acknowledged']);
    await page.close();
  });

  /** What both ways to open a book say in a page. */
  async function refusals(address) {
    const page = await chromium.context.newPage();
    await page.goto(address);
    const said = await page.evaluate(async () => {
      const { openIndexedDbStorage, openSharedBook } = await import('/pkg/dist/index.js');
      const refusal = (opening) =>
        opening.then(
          () => ({ code: 'opened' }),
          ({ code, message }) => ({ code, message }),
        );
      return [await refusal(openSharedBook()), await refusal(openIndexedDbStorage('contacts'))];
    });
    await page.close();
    return said;
  }

  it('where a page may store nothing, it is said in plain words', async () => {
    for (const { code, message } of await refusals(`${chromium.origin}/tests/browser/pages/sandboxed.html`)) {
      assert.equal(code, 'browser-unsupported', message);
      assert.match(message, /lets this page store nothing.*leave the private window, or allow this site to store data/);
    }
  });

  it('a page that is not secure is told to become so', async () => {
    const origin = chromium.origin.replace('127.0.0.1', 'contactmesh.test');
    for (const { code, message } of await refusals(`${origin}/tests/browser/pages/empty.html`)) {
      assert.equal(code, 'browser-unsupported', message);
      assert.match(message, /is missing here; use a current browser, and an address that begins with https:/);
    }
  });

  it('how the site is kept can be asked', async () => {
    const page = await chromium.newPage();
    const kept = await page.evaluate(async () => (await import('/pkg/dist/index.js')).keeping());
    assert.equal(typeof kept.persisted, 'boolean');
    assert.ok(kept.quota > 0 && kept.usage >= 0);
  });
});
