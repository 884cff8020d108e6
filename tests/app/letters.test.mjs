// A flow that refuses what a device sends, and what a person can do about it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { refusingFlow } from '../browser/support/flow.mjs';
import { book, button, connections, notice, session, until } from './support/app.mjs';

describe('what a flow refuses', () => {
  const app = session();

  it('is shown with the reason, sent again when a person wishes, and stays in the book when they give up', async (t) => {
    let reason;
    const { url, flow } = await refusingFlow(t, () => reason);
    await app.stopServing();
    await app.serveAgain([url]);
    const page = await app.open({ at: `#connect=${encodeURIComponent(url)}` });
    await notice(page, 'Connected.');
    // What the device says of itself, before anything is refused.
    await connections(page, 'sync', 'flow', { now: true });
    const taken = flow.hashes.length;
    reason = 'the list is full';
    for (const name of ['Jane', 'John']) {
      await book(page, 'create', { 'name/given': name });
      await connections(page, 'sync', 'flow', { now: true });
    }
    await page.evaluate(() => {
      location.hash = '#/sync';
    });
    const letters = page.locator('connection-panel .letters li');
    await until('both are shown', async () => (await letters.count()) === 2);
    for (const text of await letters.allInnerTexts()) assert.match(text, /the list is full.*refused 1 time/s);

    await button(letters.first(), 'Try again').click();
    await letters.filter({ hasText: 'goes out again with the next sync' }).waitFor();
    reason = undefined;
    await connections(page, 'sync', 'flow', { now: true });
    await until('the flow has it', async () => flow.hashes.length === taken + 1 && (await letters.count()) === 1);

    await button(letters.first(), 'Give up').click();
    await page.locator('connection-panel .letters').waitFor({ state: 'detached' });
    assert.equal(flow.hashes.length, taken + 1);
    assert.equal((await book(page, 'list')).total, 2);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});
