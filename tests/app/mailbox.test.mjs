// A mailbox that the app syncs with through the two shipped flows, in the local runtime: how it is
// connected, what a person sees before anything is sent, and what is asked of them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { answering, only } from '../flows/outlook.mjs';
import { book, button, notice, row, session, until } from './support/app.mjs';
import {
  connectMailbox,
  goTo,
  inMailbox,
  pasteAddresses,
  reportOf,
  SEVEN,
  syncMailbox,
  withMailbox,
} from './support/mailbox.mjs';

const stateOf = (page, says) => page.locator('outlook-panel .state', { hasText: says });
const planOf = (page) => page.locator('outlook-panel system-plan');

describe('a mailbox', () => {
  const app = session();

  it('is connected by pasting two addresses, which are nowhere to be seen then, and its people come', () =>
    withMailbox(app, [inMailbox('Ada', 'Baker')], async ({ flow, page }) => {
      await page.locator('connect-choice label', { hasText: 'Outlook' }).click();
      await button(page.locator('outlook-form'), 'Connect').click();
      await page.locator('outlook-form .problem', { hasText: 'Paste both addresses' }).waitFor();
      await pasteAddresses(page, flow);
      await notice(page, 'Connected.');
      await stateOf(page, 'In step with Outlook').waitFor();
      await page.locator('outlook-panel .last', { hasText: '1 person came from Outlook.' }).waitFor();
      await row(page, 'Ada Baker').waitFor();
      const seen = await page.evaluate(() => {
        const dump = [location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
        const walk = (root) => {
          for (const element of root.querySelectorAll('*')) {
            dump.push(String(element.value ?? ''), element.shadowRoot?.innerHTML ?? '');
            if (element.shadowRoot) walk(element.shadowRoot);
          }
        };
        walk(document);
        return dump.join('\n');
      });
      for (const url of Object.values(flow.urls)) {
        assert.equal(seen.includes(new URL(url).searchParams.get('sig')), false);
      }
      assert.deepEqual(page.problems, []);
    }));

  it('is sent exactly what the plan showed, field by field, and the plan says who wrote it', () =>
    withMailbox(app, SEVEN, async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      flow.turn(false);
      const ada = (await book(page, 'list', { search: 'Ada' })).rows[0].id;
      const { elements } = await book(page, 'card', ada);
      await book(page, 'edit', ada, { [`titles/${elements.titles[0]}/name`]: 'Designer', 'name/given2': 'King' });
      const { id } = (await book(page, 'list', { search: 'Ben' })).rows[0];
      await book(page, 'delete', id);
      const plan = planOf(page);
      const changed = plan.locator('article', { hasText: 'Ada King Baker' });
      await changed.waitFor();
      assert.deepEqual(await changed.locator('dt').allInnerTexts(), ['Middle name', 'Job title']);
      assert.deepEqual(await changed.locator('del').allInnerTexts(), ['nothing', 'Engineer']);
      assert.deepEqual(await changed.locator('ins').allInnerTexts(), ['King', 'Designer']);
      assert.match(await changed.innerText(), /\(this device\), just now/);
      const deleted = plan.locator('article', { hasText: 'Ben Baker' });
      assert.match(await deleted.innerText(), /Deleted in Outlook\s+Deleted here: .*\(this device\)/);
      const before = hands.see();

      flow.turn(true);
      await syncMailbox(page);
      await plan.locator('.empty', { hasText: 'Nothing.' }).waitFor();
      await stateOf(page, 'In step with Outlook').waitFor();
      const after = new Map(hands.see().map((one) => [one.id, one]));
      for (const one of before) {
        const now = after.get(one.id);
        const differing = Object.keys(one).filter((key) => JSON.stringify(one[key]) !== JSON.stringify(now?.[key]));
        if (one.givenName === 'Ben') assert.equal(now, undefined);
        else if (one.givenName === 'Ada') assert.deepEqual([now.middleName, now.jobTitle], ['King', 'Designer']);
        else assert.deepEqual(differing, [], `${one.givenName} was not in the plan`);
      }
    }));

  it('has one question for two people who may be the same, and each answer does what it says', () =>
    withMailbox(
      app,
      [
        inMailbox('J.', 'Roe', { mobilePhone: '+1 555 0199', emailAddresses: [] }),
        inMailbox('K.', 'Poe', { mobilePhone: '+1 555 0198', emailAddresses: [] }),
      ],
      async ({ flow, hands, page }) => {
        const phone = (number) => ({ 'phones/new/number': number, 'phones/new/features/mobile': true });
        await book(page, 'create', { 'name/given': 'Judy', 'name/surname': 'Roe', ...phone('+1 555 0199') });
        await book(page, 'create', { 'name/given': 'Kurt', 'name/surname': 'Poe', ...phone('+1 555 0198') });
        await connectMailbox(page, flow);
        const asked = (name) => page.locator('same-person', { hasText: name });
        await stateOf(page, 'Outlook: 2 contacts to look at').waitFor();
        assert.match(
          await asked('J. Roe').locator('.pair').innerText(),
          /In Outlook[\s\S]*J\. Roe[\s\S]*0199[\s\S]*Here[\s\S]*Judy Roe[\s\S]*0199/,
        );
        await asked('J. Roe').locator('[data-answer=same]').click();
        await notice(page, 'One person.');
        await asked('K. Poe').locator('[data-answer=other]').click();
        await notice(page, 'Two people.');
        const names = async () => (await book(page, 'list')).rows.map(({ name }) => name);
        await until('both are done', async () => {
          await syncMailbox(page);
          return (await names()).length === 3;
        });
        // One card with both names to choose from, and a contact of its own for the other one.
        assert.deepEqual(await names(), ['Judy Roe', 'K. Poe', 'Kurt Poe']);
        assert.deepEqual(
          (await book(page, 'conflicts')).map(({ name }) => name),
          ['Judy Roe'],
        );
        assert.equal(await page.locator('same-person').count(), 0);
        assert.equal(hands.see().filter(({ surname }) => surname === 'Roe').length, 1);
      },
    ));

  it('that refuses a change is quoted, and gets it again when a person says so', () =>
    withMailbox(app, [inMailbox('Ada', 'Baker')], async ({ flow, hands, contacts, page }) => {
      await connectMailbox(page, flow);
      const { id } = (await book(page, 'list')).rows[0];
      const message = 'The job title is not to the taste of the mailbox.';
      const body = { error: { code: 'ErrorInvalidArgument', message } };
      contacts.interfere = only('ContactPatchItem_V2', answering(400, {}, body));
      const { elements } = await book(page, 'card', id);
      await book(page, 'edit', id, { [`titles/${elements.titles[0]}/name`]: 'Designer' });
      await syncMailbox(page);
      const refused = page.locator('system-waiting li', { hasText: message });
      await refused.waitFor();
      await goTo(page, `#/card/${id}`);
      await page.locator('card-links li', { hasText: `Outlook refused the last change: ${message}` }).waitFor();
      await goTo(page, '#/sync');
      contacts.interfere = undefined;
      await button(refused, 'Try again').click();
      await until('it arrived', () => hands.see()[0].jobTitle === 'Designer');
      await stateOf(page, 'In step with Outlook').waitFor();
    }));

  it('is synced by one device, and by another only after a person agreed; the former one says so', () =>
    withMailbox(app, SEVEN, async ({ flow, page, open }) => {
      await connectMailbox(page, flow);
      const other = await open();
      await other.locator('connect-choice label', { hasText: 'Outlook' }).click();
      await pasteAddresses(other, flow);
      await stateOf(other, 'Another device syncs with Outlook').waitFor();
      await other.locator('outlook-panel .problem', { hasText: 'nothing is exchanged from here' }).waitFor();
      assert.equal(await planOf(other).count(), 0);
      assert.equal((await book(other, 'list')).total, 0);

      await pasteAddresses(other, flow);
      const dialog = other.locator('outlook-form dialog');
      await dialog.filter({ hasText: 'from this device instead?' }).waitFor();
      await button(dialog, 'Leave it there').click();
      assert.equal((await reportOf(other)).problem?.code, 'not-driver');
      await pasteAddresses(other, flow);
      await button(dialog, 'Take over here').click();
      await stateOf(other, 'In step with Outlook').waitFor();
      assert.equal((await book(other, 'list')).total, SEVEN.length);

      await syncMailbox(page);
      await stateOf(page, 'Another device syncs with Outlook').waitFor();
    }));

  it('is left without losing anybody on either side, and can be connected beside a relay', () =>
    withMailbox(app, SEVEN, async ({ flow, hands, page }) => {
      await connectMailbox(page, flow);
      await page.locator('sync-view summary', { hasText: 'Connect something else' }).click();
      const form = page.locator('connect-choice connect-form');
      await form.locator('[data-field=address] input').fill(flow.url);
      await button(form, 'Connect').click();
      await page.locator('connection-panel .state', { hasText: 'In step' }).waitFor();
      assert.equal(await page.locator('connect-choice').count(), 0);
      await page.locator('outlook-panel summary', { hasText: 'Change or remove' }).click();
      await button(page.locator('outlook-panel > details, outlook-panel details'), 'Disconnect').click();
      await button(page.locator('outlook-panel > dialog, outlook-panel dialog').last(), 'Disconnect').click();
      await notice(page, 'Disconnected.');
      await page.locator('connection-panel').waitFor();
      assert.equal(await page.locator('outlook-panel').count(), 0);
      assert.deepEqual([(await book(page, 'list')).total, hands.see().length], [SEVEN.length, SEVEN.length]);
    }));
});
