// The form of the mailbox's page while others change the same people: nothing that was typed is lost,
// nothing that they wrote is undone, and what goes wrong is said in plain words.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { ByHand } from '../../pkg/dist/demo/by-hand.js';
import { openOutlook } from '../../pkg/dist/flows/connectors/outlook/place.js';
import { serveApp } from '../../tools/app-server.mjs';
import { mailboxPage } from '../../tools/mailbox-page.mjs';
import { newProfile, startChromium } from '../browser/support/chromium.mjs';
import { button, notice, until } from './support/app.mjs';
import { AXE, look } from './support/look.mjs';
import { inMailbox } from './support/mailbox.mjs';

const input = (page, name) => page.locator(`mailbox-form [data-name="${name}"]`).locator('input, textarea');
const news = (page, name) => page.locator(`mailbox-form [data-name="${name}"] .news`);
const save = (page) => button(page.locator('mailbox-form'), 'Save').click();

describe('the form of the mailbox', () => {
  const state = {};
  let hands;
  const driver = {
    watched() {},
    hurry() {},
    held: null,
    async confirm(...answer) {
      driver.held = null;
      driver.answer = answer;
    },
  };
  const serve = (port) => {
    return serveApp({ port, beside: mailboxPage(new ByHand(hands, driver)) });
  };
  before(async () => {
    state.folder = await mkdtemp(join(tmpdir(), 'contactmesh-by-hand-form-'));
    ({ hands } = openOutlook({ folder: state.folder, now: Date.now, throttled: false, onTrouble: assert.fail }));
    state.server = await serve(0);
    state.profile = newProfile();
    state.chromium = await startChromium(state.profile);
  });
  after(async () => {
    await state.chromium?.close();
    await state.profile?.remove();
    await state.server?.close();
    await rm(state.folder, { recursive: true, force: true });
  });

  /** The form of somebody who is in the mailbox. */
  async function open(fields) {
    const { id } = hands.add({ homePhones: [], ...fields });
    const page = await (await state.chromium.browser.newContext()).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${state.server.url}mailbox/#/${id}`);
    await page.locator('mailbox-form').waitFor();
    return { id, page, now: () => hands.see().find((one) => one.id === id) };
  }

  it('writes one e-mail, phone or part of an address, and leaves the others as a sync made them', async () => {
    const { id, page, now } = await open(
      inMailbox('Ada', 'Baker', {
        emailAddresses: [
          { name: 'Ada', address: 'ada@example.com' },
          { name: 'two@example.com', address: 'two@example.com' },
        ],
        businessPhones: ['+1 555 0101', '+1 555 0102'],
        homeAddress: { street: '1 Main Street\nFloor 2', city: 'Oslo' },
      }),
    );
    await input(page, 'emailAddresses/1').fill('second@example.com');
    await input(page, 'businessPhones/1').fill('');
    await input(page, 'homeAddress/city').fill('Graz');
    hands.edit(id, {
      emailAddresses: [
        { name: 'Ada', address: 'first@example.com' },
        { name: 'two@example.com', address: 'two@example.com' },
      ],
      businessPhones: ['+1 555 0103', '+1 555 0102'],
      homeAddress: { street: '1 Main Street\nFloor 3', city: 'Oslo' },
    });
    await save(page);
    await notice(page, 'Saved in the mailbox.');
    const { emailAddresses, businessPhones, homeAddress, jobTitle } = now();
    assert.deepEqual(emailAddresses, [
      { name: 'Ada', address: 'first@example.com' },
      { name: 'second@example.com', address: 'second@example.com' },
    ]);
    assert.deepEqual(businessPhones, ['+1 555 0103']);
    assert.deepEqual([homeAddress, jobTitle], [{ street: '1 Main Street\nFloor 3', city: 'Graz' }, 'Engineer']);
  });

  it('says what others wrote where somebody types, and puts theirs in its place only when they save', async () => {
    const { id, page, now } = await open(inMailbox('Ben', 'Baker'));
    await input(page, 'jobTitle').fill('Designer');
    hands.edit(id, { jobTitle: 'Notary' });
    await news(page, 'jobTitle').waitFor();
    assert.equal(
      await news(page, 'jobTitle').innerText(),
      'Changed elsewhere to “Notary”. Saving puts yours in its place.',
    );
    assert.deepEqual([await input(page, 'jobTitle').inputValue(), now().jobTitle], ['Designer', 'Notary']);
    await button(page.locator('mailbox-form'), 'Discard').click();
    assert.equal(await input(page, 'jobTitle').inputValue(), 'Notary');
    await input(page, 'jobTitle').fill('Designer');
    await save(page);
    await until('it is saved', () => now().jobTitle === 'Designer');
    await until('there is no news', async () => (await news(page, 'jobTitle').count()) === 0);
  });

  it('of somebody who was deleted elsewhere keeps what is there, and adds them again if asked', async () => {
    const { id, page } = await open(inMailbox('Cleo', 'Baker', { birthday: '1980-02-03T00:00:00Z' }));
    await input(page, 'department').fill('Research');
    hands.remove(id);
    await page.locator('mailbox-form fluent-message-bar', { hasText: 'just deleted elsewhere' }).waitFor();
    await button(page.locator('mailbox-form'), 'Add again').click();
    const again = await until('they are there', () => hands.see().find(({ givenName }) => givenName === 'Cleo'));
    const { surname, jobTitle, department, birthday, emailAddresses } = again;
    assert.deepEqual(
      [surname, jobTitle, department, birthday],
      ['Baker', 'Engineer', 'Research', '1980-02-03T00:00:00Z'],
    );
    assert.equal(emailAddresses[0].address, 'cleo@example.com');
  });

  it('stands below what a held sync asks, and the answer is passed on', async () => {
    const { page } = await open(inMailbox('Elsa', 'Baker'));
    driver.held = { token: 't1', kind: 'delete', direction: 'in', cards: ['a', 'b', 'c', 'd', 'e', 'f'], allowed: 5 };
    const asked = page.locator('mailbox-held', { hasText: /6\speople would be deleted in the app/ });
    await asked.waitFor();
    await page.evaluate(AXE);
    await look(page, 'by-hand-held');
    await button(asked, 'Delete them in the app too').click();
    await notice(page, 'Decided.');
    assert.deepEqual(driver.answer, ['t1', 'take']);
    await until('nothing is asked', async () => (await asked.count()) === 0);
  });

  it('says that nobody answers, keeps what was typed, and goes on by itself', async () => {
    const { page, now } = await open(inMailbox('Dora', 'Baker'));
    await input(page, 'jobTitle').fill('Pilot');
    const { port } = new URL(state.server.url);
    await state.server.close();
    const away = page.locator('.away', { hasText: 'The mailbox does not answer: has npm start ended?' });
    await away.waitFor();
    await save(page);
    await page.locator('mailbox-form fluent-message-bar', { hasText: 'What is on screen stays' }).waitFor();
    state.server = await serve(Number(port));
    await until('it answers again', async () => (await away.count()) === 0);
    assert.equal(await input(page, 'jobTitle').inputValue(), 'Pilot');
    await save(page);
    await until('it is saved', () => now().jobTitle === 'Pilot');
  });
});
