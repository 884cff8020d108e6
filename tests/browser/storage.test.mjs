// IndexedDB in a real browser: the acceptance suite that every store passes, run inside a page.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { storagePromises } from '../storage/promises.mjs';
import { session } from './support/session.mjs';

describe('IndexedDB', () => {
  const chromium = session();
  let page;
  before(async () => {
    page = await chromium.newPage();
  });

  // Here the suite only gives the titles; each promise runs in the page.
  storagePromises('IndexedDB', undefined, {
    assert,
    describe,
    it: (title) =>
      it(title, () =>
        page.evaluate(async (asked) => (await import('/tests/browser/pages/storage.mjs')).run(asked), title),
      ),
  });

  it('the page had no error and broke no content policy', () => {
    assert.deepEqual(page.problems, []);
  });
});
