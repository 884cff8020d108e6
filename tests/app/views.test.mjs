// Every view, in both themes, on a desk and on a phone: no violation that axe-core can see, nothing
// cut off at the side. With CONTACTMESH_SCREENSHOTS=folder each one is also kept as a picture.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, row, session, until } from './support/app.mjs';
import { AXE, look } from './support/look.mjs';
import { people } from './support/people.mjs';

/** How each view is reached; `page` is the app with some people in it. */
const VIEWS = {
  list: (page) => show(page, '#/', row(page, 'Ada')),
  card: (page, ids) => show(page, `#/card/${ids.jane}`, page.locator('contact-card h1')),
  questions: (page, ids) => show(page, `#/card/${ids.asked}`, page.locator('open-questions section')),
  deleted: (page, ids) => show(page, `#/card/${ids.deleted}`, page.locator('contact-card fluent-message-bar')),
  history: (page, ids) => show(page, `#/history/${ids.asked}`, page.locator('card-history li').first()),
  edit: async (page, ids) => {
    await show(page, `#/edit/${ids.jane}`, page.locator('card-form card-field').first());
    await book(page, 'edit', ids.jane, { 'notes/new/note': `Note ${await page.evaluate(() => performance.now())}` });
    await page.locator('card-form fluent-message-bar').waitFor();
  },
  new: (page) => show(page, '#/new', page.locator('card-form card-field').first()),
  sync: (page) => show(page, '#/sync', page.locator('sync-view connect-form')),
  missing: (page) => show(page, '#/card/aaaaaaaaaaaaaaaaaaaaaaaa', page.locator('contact-card [role=alert]')),
};

async function show(page, fragment, sign) {
  await page.evaluate((to) => {
    location.hash = to;
  }, fragment);
  await sign.waitFor();
}

describe('in both themes, on a desk and on a phone,', () => {
  const app = session({ flow: { platformCors: true } });

  it('every view is free of violations that axe-core sees', async () => {
    const page = await app.open();
    await page.evaluate(AXE);
    await look(page, 'empty');
    const ids = await people((method, ...args) => book(page, method, ...args));
    for (const [name, reach] of Object.entries(VIEWS)) {
      await reach(page, ids);
      await look(page, name);
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it('so are the menu, the notices and the dialogs', async () => {
    const page = await app.open();
    await page.evaluate(AXE);
    await page.locator('file-import input').setInputFiles([
      {
        name: 'people.vcf',
        mimeType: 'text/vcard',
        buffer: Buffer.from('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane Doe\r\nEND:VCARD\r\n'),
      },
      { name: 'wrong.vcf', mimeType: 'text/vcard', buffer: Buffer.from('no contact') },
    ]);
    await until('both files are done', async () => (await page.locator('file-import .outcome').count()) === 2);
    await look(page, 'import');
    await button(page.locator('file-import'), 'Done').click();
    await button(page.locator('list-menu'), 'More').click();
    await page.locator('list-menu [data-do=vcard]').waitFor();
    await look(page, 'menu');
    await page.keyboard.press('Escape');
    await row(page, 'Jane').click();
    await button(page.locator('contact-card'), 'Delete').click();
    await page.locator('notice-stack .notice').waitFor();
    await look(page, 'notice');
    await page.context().close();
  });

  it('so is a connection, when all is well and when it fails', async () => {
    const page = await app.open({ at: app.link });
    await page.evaluate(AXE);
    await show(page, '#/sync', page.locator('connection-panel .state', { hasText: 'In step' }));
    await look(page, 'connected');
    app.flow.turn(false);
    await button(page.locator('connection-panel'), 'Sync now').click();
    await page.locator('connection-panel .problem').waitFor();
    await look(page, 'failed');
    await page.locator('connection-panel summary', { hasText: 'Change or remove' }).click();
    await button(page.locator('connection-panel'), 'Disconnect').click();
    await page.locator('connection-panel dialog h2').waitFor();
    await look(page, 'disconnect');
    await page.context().close();
  });
});
