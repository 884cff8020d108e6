// A disk that is full: nothing is lost, what was not saved stays on screen, and the words are plain.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, field, row, session } from './support/app.mjs';

/** Says nothing and cannot be made shorter. */
const noise = () => Array.from({ length: 10_000 }, () => Math.random().toString(36).slice(2, 7)).join('');

describe('with a full disk', () => {
  const app = session();

  it('what cannot be saved stays in the form, and is saved once there is room', async () => {
    const device = await app.device();
    const page = await device.newPage();
    const origin = new URL(app.url).origin;
    const devtools = await device.newCDPSession(page);
    const setRoom = (quotaSize) => devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
    // The app's own files take a part of it.
    await setRoom(5_000_000);
    await page.goto(app.url);
    await page.locator('contact-list sync-status a').waitFor();
    const saved = await page.evaluate(async (note) => {
      const { book } = document.querySelector('contact-app');
      for (let count = 0; count < 400; count += 1) {
        const text = [...note].sort(() => Math.random() - 0.5).join('');
        try {
          await book.create({ 'name/given': `Safe ${count}`, 'notes/new/note': text });
        } catch (error) {
          return { count, code: error.code };
        }
      }
      return { count: 400, code: 'never full' };
    }, noise());
    assert.equal(saved.code, 'storage-full');
    assert.ok(saved.count > 0);

    await button(page.locator('contact-list'), 'New contact').click();
    await field(page, '/given').fill('Jane');
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await field(page, '/note').fill(noise());
    await button(page.locator('card-form'), 'Save').click();
    const words = page.locator('card-form fluent-message-bar', { hasText: 'There is no room left in this browser' });
    await words.waitFor();
    assert.match(await words.innerText(), /Everything saved before is safe/);
    assert.equal(await field(page, '/given').inputValue(), 'Jane');
    assert.equal((await book(page, 'list')).total, saved.count, 'all that was saved is there, and nothing else');

    await setRoom(100_000_000);
    await button(page.locator('card-form'), 'Save').click();
    await page.locator('contact-card h1', { hasText: 'Jane' }).waitFor();
    await page.reload();
    await row(page, 'Jane').waitFor();
    assert.equal((await book(page, 'list')).total, saved.count + 1);
    await device.close();
  });
});
