// The page on which people edit the mailbox of `npm start` by hand, with everything else that it
// serves: what is edited there and what is edited in the app meet, field by field, before a person's eyes.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { serveApp } from '../../tools/app-server.mjs';
import { meet } from '../../tools/meeting.mjs';
import { newProfile, startChromium } from '../browser/support/chromium.mjs';
import { book, button, field, notice, openApp, row, until } from './support/app.mjs';
import { AXE, look } from './support/look.mjs';
import { goTo } from './support/mailbox.mjs';

/** A field of the page's form. */
const there = (page, name) => page.locator(`mailbox-form [data-name="${name}"]`);
const input = (page, name) => there(page, name).locator('input, textarea');
const rowThere = (page, name) => page.locator('mailbox-list li a', { hasText: name }).first();

describe('the mailbox of npm start', () => {
  const state = {};
  before(async () => {
    state.folder = await mkdtemp(join(tmpdir(), 'contactmesh-by-hand-'));
    const said = [];
    const stopped = new Promise((settle) => {
      state.stop = settle;
    });
    state.done = meet({ folder: state.folder, serveApp, say: (line) => said.push(line.trim()), stopped });
    await Promise.race([until('all is served', () => said.some((line) => line.includes('Ctrl+C'))), state.done]);
    const links = said.filter((line) => line.includes('#connect='));
    state.links = links.filter((link) => new URL(link).pathname === '/');
    state.address = links.find((link) => new URL(link).pathname === '/mailbox/');
    state.profile = newProfile();
    state.chromium = await startChromium(state.profile);
  });
  after(async () => {
    await state.chromium?.close();
    await state.profile?.remove();
    state.stop();
    await state.done;
    await rm(state.folder, { recursive: true, force: true });
  });

  /** The app and the page, beside each other in one browser. */
  async function open() {
    const device = await state.chromium.browser.newContext();
    const app = await openApp(device, state.links[0]);
    await notice(app, 'Connected.');
    const page = await device.newPage();
    page.setDefaultTimeout(30_000);
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(error.message));
    await page.goto(state.address);
    await page.locator('mailbox-list li').first().waitFor();
    return { device, app, page };
  }

  /** Has a person sync in the app until it holds what they wait for. */
  async function syncUntil(app, what, question) {
    await goTo(app, '#/sync');
    await until(what, async () => {
      await button(app.locator('connection-panel'), 'Sync now').click();
      return question();
    });
  }

  const named = async (app, name) => (await book(app, 'list', { search: name })).rows[0];

  it('opens the app connected, once, and has the address nowhere', async () => {
    const device = await state.chromium.browser.newContext();
    const page = await device.newPage();
    await page.goto(state.address);
    await rowThere(page, 'Noor Hassan').waitFor();
    assert.equal(page.url(), new URL('.', state.address).href);
    const secret = new URL(decodeURIComponent(new URL(state.address).hash.slice('#connect='.length))).searchParams.get(
      'sig',
    );
    const isShown = () =>
      page.evaluate((text) => document.querySelector('mailbox-page').shadowRoot.innerHTML.includes(text), secret);
    assert.equal(await isShown(), false);

    const openTheApp = async () => {
      const [app] = await Promise.all([device.waitForEvent('page'), page.locator('header a').click()]);
      await app.locator('contact-list sync-status a').waitFor();
      return app;
    };
    const app = await openTheApp();
    await notice(app, 'Connected.');
    await row(app, 'Noor Hassan').waitFor();
    assert.equal(app.url(), new URL('/', state.address).href);
    assert.equal(await isShown(), false);
    const again = await openTheApp();
    await row(again, 'Noor Hassan').waitFor();
    assert.equal(await again.locator('notice-stack .notice').count(), 0);

    // The same link, in a tab that has the page already.
    await page.goto(state.address);
    await until('it is taken out again', () => !page.url().includes('connect'));
    await device.close();
  });

  it('takes an edit by hand to the app, and shows what the app edits, under a form that is open', async () => {
    const { device, app, page } = await open();
    assert.match(await page.locator('header').innerText(), /This is the mailbox, as its own users see it/);
    await rowThere(page, 'Noor Hassan').click();
    assert.equal(await input(page, 'jobTitle').inputValue(), 'Account Manager');
    await input(page, 'jobTitle').fill('Head of Orders');
    await button(page.locator('mailbox-form'), 'Save').click();
    await notice(page, 'Saved in the mailbox.');
    const isThere = async () => (await named(app, 'Noor'))?.title === 'Head of Orders';
    await syncUntil(app, 'the edit by hand is in the app', isThere);
    await row(app, 'Noor Hassan').click();
    await app.locator('contact-card', { hasText: 'Head of Orders' }).waitFor();

    // Somebody types there while somebody else saves another field here.
    await input(page, 'department').fill('Harbour');
    await button(app.locator('contact-card'), 'Edit').click();
    await field(app, '/number').fill('+1 555 0177');
    await button(app.locator('card-form'), 'Save').click();
    await notice(app, 'Saved.');
    const news = there(page, 'businessPhones/0').locator('.news');
    await syncUntil(app, 'the page shows what the app edited', async () => (await news.count()) > 0);
    assert.equal(await news.innerText(), 'Just changed elsewhere; it was “+1 555 0151”.');
    assert.equal(await input(page, 'businessPhones/0').inputValue(), '+1 555 0177');
    assert.equal(await input(page, 'department').inputValue(), 'Harbour');
    await button(page.locator('mailbox-form'), 'Save').click();
    await until('it is saved', async () => (await page.locator('mailbox-list .mark').count()) === 0);
    assert.equal(await input(page, 'businessPhones/0').inputValue(), '+1 555 0177');

    const { id } = await named(app, 'Noor');
    const units = async () => Object.values((await book(app, 'card', id)).fields);
    await syncUntil(app, 'the department is there too', async () => (await units()).includes('Harbour'));
    const values = await units();
    for (const value of ['Head of Orders', '+1 555 0177', 'Harbour']) assert.ok(values.includes(value), value);
    assert.equal((await named(app, 'Noor')).conflicts, 0);
    assert.deepEqual([...page.problems, ...app.problems], []);
    await device.close();
  });

  it('takes people who are added and deleted by hand to the app; deleting asks once', async () => {
    const { device, app, page } = await open();
    await page.locator('mailbox-list .add').click();
    for (const [name, text] of Object.entries({
      givenName: 'Zora',
      surname: 'Quill',
      'emailAddresses/0': 'zora@example.com',
      'homePhones/0': '+1 555 0190',
      'homeAddress/city': 'Graz',
      birthday: '1980-02-03',
    })) {
      await input(page, name).fill(text);
    }
    await button(page.locator('mailbox-form'), 'Save').click();
    await rowThere(page, 'Zora Quill').waitFor();
    await syncUntil(app, 'she is in the app', async () => (await named(app, 'Zora')) !== undefined);
    const { fields } = await book(app, 'card', (await named(app, 'Zora')).id);
    for (const value of ['zora@example.com', '+1 555 0190', 'Graz', '1980-02-03'])
      assert.ok(Object.values(fields).includes(value), value);

    const dialog = page.locator('mailbox-form dialog');
    await page.locator('mailbox-form .delete').click();
    await button(dialog, 'Keep').click();
    assert.equal(await rowThere(page, 'Zora Quill').count(), 1);
    await page.locator('mailbox-form .delete').click();
    await button(dialog, 'Delete').click();
    await until('she is gone there', async () => (await rowThere(page, 'Zora Quill').count()) === 0);
    await syncUntil(app, 'she is gone in the app', async () => (await named(app, 'Zora')) === undefined);
    assert.deepEqual([...page.problems, ...app.problems], []);
    await device.close();
  });

  it('is free of violations that axe-core sees, in both themes, on a desk and on a phone', async () => {
    const { device, page } = await open();
    await page.evaluate(AXE);
    await look(page, 'by-hand-list');
    await rowThere(page, 'Tomas Lindqvist').click();
    await input(page, 'jobTitle').fill('Carpenter');
    await page.locator('mailbox-list .mark', { hasText: 'not saved' }).waitFor();
    await look(page, 'by-hand-form');
    await page.locator('mailbox-form .delete').click();
    await look(page, 'by-hand-delete');
    await device.close();
  });
});
