// What one person does on one device: write down a contact, find it, change it, delete it and have
// second thoughts.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, field, notice, row, rowNames, session, until } from './support/app.mjs';

describe('on one device, somebody', () => {
  const app = session();

  it('writes down a contact with the keyboard alone, and finds it in the list and after a reload', async () => {
    const page = await app.open();
    await page.locator('contact-list .empty', { hasText: 'No contacts yet' }).waitFor();
    await button(page.locator('contact-list'), 'New contact').press('Enter');
    // The first field has the focus.
    await until('the form has the focus', () =>
      page.evaluate(() => document.querySelector('contact-app').shadowRoot.activeElement?.localName === 'card-form'),
    );
    await page.keyboard.type('Jane');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Doe');
    await field(page, '/address').fill('jane@example.com');
    await page.keyboard.press('Control+Enter');
    await page.locator('contact-card h1', { hasText: 'Jane Doe' }).waitFor();
    await page.reload();
    await page.locator('contact-card a[href="mailto:jane@example.com"]').waitFor();
    assert.deepEqual(await rowNames(page), ['Jane Doe']);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it('edits: adds, changes and removes entries; only that is written', async () => {
    const page = await app.open();
    const { id } = await book(page, 'create', {
      'name/given': 'Jane',
      'emails/new/address': 'jane@example.com',
      'phones/new/number': '+1 555 0100',
      'x-unknown': 'kept',
    });
    await row(page, 'Jane').click();
    await button(page.locator('contact-card'), 'Edit').click();
    await field(page, '/number').fill('+1 555 0199');
    await button(page.locator('card-form [data-kind=emails]'), 'Remove').click();
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await field(page, '/note').fill('Met in Oslo.\nRows.');
    await page.locator('[data-kind=phones] [data-input=flags] select').first().selectOption('mobile');
    await button(page.locator('card-form'), 'Save').click();
    await page.locator('contact-card .main.long', { hasText: 'Met in Oslo.' }).waitFor();

    const { fields, elements } = await book(page, 'card', id);
    assert.equal(fields[`phones/${elements.phones[0]}/number`], '+1 555 0199');
    assert.equal(fields[`phones/${elements.phones[0]}/features/mobile`], true);
    assert.equal(elements.emails?.length ?? 0, 0);
    assert.equal(fields[`notes/${elements.notes[0]}/note`], 'Met in Oslo.\nRows.');
    assert.equal(fields['x-unknown'], 'kept');
    const history = await book(page, 'history', id);
    assert.equal(history.length, 2);
    assert.equal(
      history[1].changes.some(({ path }) => path.startsWith('name')),
      false,
      'what was not touched is not written',
    );
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it('leaves a form, and finds what was typed there when coming back, also after a reload', async () => {
    const page = await app.open();
    const { id } = await book(page, 'create', { 'name/given': 'Jane' });
    await page.goto(`${app.url}#/edit/${id}`);
    await field(page, 'name/given').fill('Janet');
    await row(page, 'Jane').click();
    await page.locator('contact-card').waitFor();
    await page.reload();
    await button(page.locator('contact-card'), 'Edit').click();
    await until('the draft is there', async () => (await field(page, 'name/given').inputValue()) === 'Janet');
    await button(page.locator('card-form'), 'Cancel').click();
    await notice(page, 'Not saved.');
    assert.equal((await book(page, 'card', id)).fields['name/given'], 'Jane');
    await button(page.locator('contact-card'), 'Edit').click();
    await button(page.locator('card-form'), 'Start over').click();
    await until('the draft is gone', async () => (await field(page, 'name/given').inputValue()) === 'Jane');
    await page.context().close();
  });

  it('finds people while typing, and steps through them with the arrows', async () => {
    const page = await app.open();
    for (const name of ['Ada', 'Ben', 'Chloe'])
      await book(page, 'create', { 'name/given': name, 'organizations/new/name': `${name} Example Ltd` });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ben exam');
    await until('only Ben is listed', async () => (await rowNames(page)).join() === 'Ben');
    await page.keyboard.press('Escape');
    await until('all are listed again', async () => (await rowNames(page)).join() === 'Ada,Ben,Chloe');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('contact-card h1', { hasText: 'Ben' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('nobody');
    await page.locator('contact-list .empty', { hasText: 'Nobody found' }).waitFor();
    await page.context().close();
  });

  it('deletes a contact and takes that back, at once or later', async () => {
    const page = await app.open();
    const { id } = await book(page, 'create', { 'name/given': 'Jane' });
    await row(page, 'Jane').click();
    await button(page.locator('contact-card'), 'Delete').click();
    await notice(page, 'Jane deleted.');
    await page.locator('contact-list .empty').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, 'Jane').waitFor();

    await book(page, 'delete', id);
    await page.locator('contact-list [data-which=deleted]').click();
    await row(page, 'Jane').click();
    await button(page.locator('contact-card fluent-message-bar'), 'Restore').click();
    await page.locator('contact-list .empty', { hasText: 'No deleted contacts' }).waitFor();
    assert.equal((await book(page, 'card', id)).state, 'live');
    await page.context().close();
  });

  it('sees in the history who changed what', async () => {
    const page = await app.open();
    const { id, revision } = await book(page, 'create', { 'name/given': 'Jane', language: 'en' });
    await book(page, 'edit', id, { language: 'de' }, revision);
    await page.goto(`${app.url}#/history/${id}`);
    const newest = page.locator('card-history li').first();
    await newest.locator('del', { hasText: 'en' }).waitFor();
    assert.match(await newest.innerText(), /\(this device\)[\s\S]*just now[\s\S]*Language of the card\s+en de/);
    await page.context().close();
  });

  it('names the device and chooses the colours, and both are kept', async () => {
    const page = await app.open({ at: '#/sync' });
    await page.locator('sync-view form.line fluent-text-input input').fill('Laptop');
    await button(page.locator('sync-view'), 'Rename').click();
    await notice(page, 'Renamed.');
    await page.locator('sync-view input[value=dark]').check();
    await page.reload();
    await page.locator('sync-view input[value=dark]:checked').waitFor();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.locator('sync-view input[value=light]').check();
    assert.notEqual(await background(), dark);
    const { id } = await book(page, 'create', { 'name/given': 'Jane' });
    await until(
      'the name is in the history',
      async () => (await book(page, 'history', id))[0].writer.label === 'Laptop',
    );
    await page.context().close();
  });

  it('is told in plain words about a contact that is not there', async () => {
    const page = await app.open({ at: '#/card/aaaaaaaaaaaaaaaaaaaaaaaa' });
    await page.locator('contact-card [role=alert]', { hasText: 'This contact is not here' }).waitFor();
    await page.goto(`${app.url}#/card/%`);
    await page.locator('.nothing', { hasText: 'Choose a contact' }).waitFor();
    await page.context().close();
  });
});
