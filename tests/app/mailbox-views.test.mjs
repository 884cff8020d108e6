// What a mailbox brings to the app, in both themes, on a desk and on a phone; and what the history and
// the card say of where a value came from.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { answering, only } from '../flows/outlook.mjs';
import { book, button, session, until } from './support/app.mjs';
import { AXE, look } from './support/look.mjs';
import {
  connectMailbox,
  goTo,
  inMailbox,
  pasteAddresses,
  SEVEN,
  syncMailbox,
  withMailbox,
} from './support/mailbox.mjs';

describe('with a mailbox, in both themes, on a desk and on a phone,', () => {
  const app = session();

  it('every view is free of violations that axe-core sees', () =>
    withMailbox(
      app,
      [...SEVEN, inMailbox('J.', 'Roe', { mobilePhone: '+1 555 0199', emailAddresses: [] })],
      async ({ flow, hands, contacts, page, open }) => {
        await page.evaluate(AXE);
        await book(page, 'create', {
          'name/given': 'Judy',
          'name/surname': 'Roe',
          'phones/new/number': '+1 555 0199',
          'phones/new/features/mobile': true,
        });
        await page.locator('connect-choice label', { hasText: 'Outlook' }).click();
        await look(page, 'mailbox-form');
        await connectMailbox(page, flow);
        const [ada, ben] = (await book(page, 'list')).rows;
        contacts.interfere = only('ContactPatchItem_V2', answering(400));
        const { elements } = await book(page, 'card', ada.id);
        await book(page, 'edit', ada.id, { [`titles/${elements.titles[0]}/name`]: 'Designer' });
        await syncMailbox(page);
        await page.locator('system-waiting li', { hasText: 'Outlook answered 400' }).waitFor();
        flow.turn(false);
        await book(page, 'edit', ben.id, { 'name/given2': 'King', 'anniversaries/new/date': '1980-02-03' });
        await book(page, 'create', { 'name/given': 'Jane', 'emails/new/address': 'jane@example.com' });
        await page.locator('system-plan article', { hasText: 'Jane' }).waitFor();
        await look(page, 'mailbox-waiting');
        await goTo(page, `#/card/${ada.id}`);
        await page.locator('card-links li').waitFor();
        await look(page, 'mailbox-card');
        await goTo(page, `#/history/${ada.id}`);
        await page.locator('card-history .run').waitFor();
        await look(page, 'mailbox-history');

        flow.turn(true);
        contacts.interfere = undefined;
        for (const { id } of hands.see()) hands.edit(id, { emailAddresses: [], jobTitle: '' });
        await syncMailbox(page);
        const held = page.locator('held-run');
        await held.locator('section').waitFor();
        await look(page, 'mailbox-held');
        await button(held, 'Clear the details here too').click();
        await held.locator('dialog h2').waitFor();
        await look(page, 'mailbox-sure');

        const other = await open();
        await other.evaluate(AXE);
        await other.locator('connect-choice label', { hasText: 'Outlook' }).click();
        await pasteAddresses(other, flow);
        await other.locator('outlook-panel .state', { hasText: 'Another device' }).waitFor();
        await look(other, 'mailbox-elsewhere');
        await pasteAddresses(other, flow);
        await other.locator('outlook-form dialog h2').waitFor();
        await look(other, 'mailbox-takeover');
      },
    ));

  it('a value from Outlook says so, and the history says in which run it came', () =>
    withMailbox(app, [inMailbox('Ada', 'Baker')], async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      const { id } = (await book(page, 'list')).rows[0];
      await book(page, 'edit', id, { 'emails/new/address': 'ada@harbour.example.com' });
      hands.edit(hands.see()[0].id, { mobilePhone: '+1 555 0100' });
      await until('it came', async () => {
        await syncMailbox(page);
        return (await book(page, 'card', id)).elements.phones?.length === 1;
      });
      await goTo(page, `#/card/${id}`);
      const tagged = (text) => page.locator('contact-card .entry', { hasText: text }).locator('.origin');
      await tagged('+1 555 0100').filter({ hasText: 'Outlook' }).waitFor();
      assert.equal(await tagged('ada@harbour.example.com').count(), 0);
      await page.locator('card-links li', { hasText: 'Also in Outlook' }).waitFor();

      const entry = (await book(page, 'history', id)).find(({ changes }) =>
        changes.some(({ to }) => to === '+1 555 0100'),
      );
      assert.deepEqual([entry.writer.origin, entry.writer.system], ['system', 'outlook']);
      await tagged('+1 555 0100').click();
      const told = page.locator('card-history li', { hasText: '+1 555 0100' });
      await told.locator('.who', { hasText: 'From Outlook, through' }).waitFor();
      await told
        .locator('.run', { hasText: `In run ${entry.writer.run.slice(0, 8)}: 1 person changed here` })
        .waitFor();
      assert.deepEqual(page.problems, []);
    }));
});
