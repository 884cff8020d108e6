// Several tabs of one device, and a device without a network.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';

import { book, button, field, row, rowNames, session, until } from './support/app.mjs';

/** Until the service worker keeps all files. */
const keepsFiles = (page) =>
  page.evaluate(async () => {
    const { active, installing, waiting } = await navigator.serviceWorker.ready;
    return active !== null && installing === null && waiting === null;
  });

describe('two tabs', () => {
  const app = session();

  it('show the same at once, whichever one writes', async () => {
    const device = await app.device();
    const one = await app.open({ device });
    const other = await app.open({ device });
    const { id } = await book(one, 'create', { 'name/given': 'Jane' });
    await row(other, 'Jane').click();
    await other.locator('contact-card h1', { hasText: 'Jane' }).waitFor();
    await book(one, 'edit', id, { 'name/given': 'Janet', 'phones/new/number': '+1 555 0100' });
    await other.locator('contact-card a[href="tel:+15550100"]').waitFor();
    await button(other.locator('contact-card'), 'Edit').click();
    await field(other, '/given').fill('Johanna');
    await button(other.locator('card-form'), 'Save').click();
    await row(one, 'Johanna').waitFor();
    assert.deepEqual([...one.problems, ...other.problems], []);
    await device.close();
  });

  it('go on when the one that kept the book is closed', async () => {
    const device = await app.device();
    const one = await app.open({ device });
    const other = await app.open({ device });
    await book(one, 'create', { 'name/given': 'Ada' });
    await one.close();
    await button(other.locator('contact-list'), 'New contact').click();
    await field(other, '/given').fill('Ben');
    await button(other.locator('card-form'), 'Save').click();
    await until('both are there', async () => (await rowNames(other)).join() === 'Ada,Ben');
    assert.deepEqual(other.problems, []);
    await device.close();
  });
});

describe('without a network', () => {
  const app = session();

  it('the app starts, shows what it has and saves, and a server that is gone is not missed', async () => {
    const page = await app.open();
    await book(page, 'create', { 'name/given': 'Jane' });
    await until('the files are kept', () => keepsFiles(page));
    await app.stopServing();
    await page.context().setOffline(true);
    await page.reload();
    await row(page, 'Jane').waitFor();
    await page.locator('sync-status', { hasText: 'Only on this device' }).waitFor();
    await button(page.locator('contact-list'), 'New contact').click();
    await field(page, '/given').fill('Offline');
    await button(page.locator('card-form'), 'Save').click();
    await page.locator('contact-card h1', { hasText: 'Offline' }).waitFor();
    // Also what is loaded only when it is used.
    await button(page.locator('list-menu'), 'More').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('list-menu [data-do=vcard]').click(),
    ]);
    assert.equal(download.suggestedFilename(), 'contacts.vcf');

    // Back, and with another flow: the policy that was kept does not stand in its way.
    await page.context().setOffline(false);
    const flow = createServer((_request, response) =>
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end('here'),
    );
    await new Promise((settle) => flow.listen(0, '127.0.0.1', settle));
    const origin = `http://127.0.0.1:${flow.address().port}`;
    await app.serveAgain([origin]);
    await page.reload();
    await row(page, 'Jane').waitFor();
    assert.equal(await page.evaluate(async (address) => (await fetch(address)).text(), origin), 'here');
    flow.close();
    flow.closeAllConnections();
    await page.context().close();
  });
});
