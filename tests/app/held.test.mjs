// A sync that would take away many at once: it stops, and a person sees what would happen to whom before
// they choose. Nothing happens until then, and each answer does what its button says.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, notice, session, until } from './support/app.mjs';
import { connectMailbox, goTo, inMailbox, SEVEN, syncMailbox, systems, withMailbox } from './support/mailbox.mjs';

const NAMES = SEVEN.map(({ givenName, surname }) => `${givenName} ${surname}`).sort();
const heldIn = (page) => page.locator('outlook-panel held-run');
const namesIn = async (page) => (await book(page, 'list')).rows.map(({ name }) => name).sort();
const inOutlook = (hands) =>
  hands
    .see()
    .map(({ displayName }) => displayName)
    .sort();

/** Until it is held: somebody counts as gone only after several listings. */
async function syncUntilHeld(page) {
  await until('it is held', async () => {
    await syncMailbox(page);
    return (await systems(page, 'status', 'outlook')).held !== null;
  });
  await heldIn(page).locator('section').waitFor();
}

describe('a sync that would take away many', () => {
  const app = session();

  it('names whom it would delete, and puts them back in Outlook when a person keeps them', () =>
    withMailbox(app, [...SEVEN, inMailbox('Hugo', 'Baker')], async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      for (const { id, givenName } of hands.see()) if (givenName !== 'Hugo') hands.remove(id);
      await syncUntilHeld(page);
      const held = heldIn(page);
      await held.locator('h2', { hasText: '7 people would be deleted here' }).waitFor();
      assert.deepEqual((await held.locator('person-link a').allInnerTexts()).map(nameOnly).sort(), NAMES);
      await page.locator('sync-status', { hasText: 'Outlook waits for your decision' }).waitFor();
      await notice(page, 'Outlook waits for your decision.');
      assert.deepEqual(await namesIn(page), [...NAMES, 'Hugo Baker']);

      await button(held, 'Keep them and put them back in Outlook').click();
      await notice(page, 'Decided.');
      await until('they are back in Outlook', () => hands.see().length === NAMES.length + 1);
      await held.waitFor({ state: 'detached' });
      assert.deepEqual(
        [await namesIn(page), inOutlook(hands)],
        [
          [...NAMES, 'Hugo Baker'],
          [...NAMES, 'Hugo Baker'],
        ],
      );
    }));

  it('deletes here too only after a person said so twice', () =>
    withMailbox(app, [...SEVEN, inMailbox('Hugo', 'Baker')], async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      for (const { id, givenName } of hands.see()) if (givenName !== 'Hugo') hands.remove(id);
      await syncUntilHeld(page);
      const held = heldIn(page);
      const sure = held.locator('dialog');
      await button(held, 'Delete them here too').click();
      await sure.filter({ hasText: 'Delete 7 people?' }).waitFor();
      await button(sure, 'Not now').click();
      await syncMailbox(page);
      assert.equal((await book(page, 'list')).total, NAMES.length + 1);
      await button(held, 'Delete them here too').click();
      await button(sure, 'Delete them here too').click();
      await until('they are deleted', async () => (await book(page, 'list')).total === 1);
      assert.equal((await book(page, 'list', { deleted: true })).total, NAMES.length);
      await held.waitFor({ state: 'detached' });
    }));

  it('in Outlook leaves them there when a person says so, and says on a card that it waits', () =>
    withMailbox(app, SEVEN, async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      const { rows } = await book(page, 'list');
      for (const { id } of rows) await book(page, 'delete', id);
      await syncUntilHeld(page);
      const held = heldIn(page);
      await held.locator('h2', { hasText: '7 people in Outlook would be deleted or lose details' }).waitFor();
      assert.deepEqual(inOutlook(hands), NAMES);
      await page.locator('system-plan p', { hasText: 'It waits until you have decided above.' }).waitFor();
      await goTo(page, `#/card/${rows[0].id}`);
      const line = page.locator('card-links li', { hasText: 'it waits' });
      await line.locator('a', { hasText: 'Decide' }).click();
      await button(held, 'Leave them in Outlook as they are').click();
      await held.waitFor({ state: 'detached' });
      await syncMailbox(page);
      assert.deepEqual(inOutlook(hands), NAMES);
    }));
});

/** Without the initials on the face. */
function nameOnly(text) {
  return text.split('\n').at(-1).trim();
}
