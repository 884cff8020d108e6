// What happens when two changes cannot both be right: every answer is shown with who gave it, and one
// click decides.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, field, notice, row, session, until } from './support/app.mjs';

const question = (page, path) => page.locator(`open-questions [data-path="${path}"]`);

describe('a question', () => {
  const app = session();

  it('shows every answer with who gave it and when, and one click decides', async () => {
    const page = await app.open();
    const { id, revision } = await book(page, 'create', { 'name/given': 'Jane', language: 'fr' });
    await book(page, 'edit', id, { language: 'en' }, revision);
    await book(page, 'edit', id, { language: 'de' }, revision);
    await page.locator('contact-list [data-which=conflicts]', { hasText: '1' }).click();
    await row(page, 'Jane').click();
    const answers = question(page, 'language').locator('.answer');
    const texts = await answers.allInnerTexts();
    assert.equal(texts.length, 2);
    for (const text of texts) assert.match(text, /^(en|de)\n.*this device\), just now[\s\S]*Keep this/);
    await answers.filter({ hasText: 'en' }).first().locator('fluent-button').click();
    await notice(page, 'Decided.');
    await until('nothing is asked any more', async () => (await page.locator('open-questions section').count()) === 0);
    assert.equal((await book(page, 'card', id)).fields.language, 'en');
    await page.locator('contact-list .empty', { hasText: 'Nothing to decide' }).waitFor();
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it('about an address shows each one whole, and takes one whole', async () => {
    const page = await app.open();
    const { id, revision } = await book(page, 'create', {
      'name/given': 'Jane',
      'addresses/new/name': '1 Main Street',
      'addresses/new/locality': 'Springfield',
    });
    const address = `addresses/${(await book(page, 'card', id)).elements.addresses[0]}`;
    await book(page, 'edit', id, { [`${address}/name`]: '2 Harbour Road', [`${address}/locality`]: 'Oslo' }, revision);
    await book(page, 'edit', id, { [`${address}/name`]: '9 Hill Lane', [`${address}/locality`]: 'Graz' }, revision);
    await page.goto(`${app.url}#/card/${id}`);
    const oslo = question(page, address).locator('.answer', { hasText: 'Oslo' });
    assert.match(await oslo.innerText(), /Street\s+2 Harbour Road\s+City\s+Oslo/);
    assert.doesNotMatch(await oslo.innerText(), /Hill|Graz/);
    await oslo.locator('fluent-button').click();
    await until('it is decided', async () => (await page.locator('open-questions section').count()) === 0);
    const { fields } = await book(page, 'card', id);
    assert.deepEqual([fields[`${address}/name`], fields[`${address}/locality`]], ['2 Harbour Road', 'Oslo']);
    await page.context().close();
  });

  it('about an entry says which one, and offers to keep or to remove it', async () => {
    const page = await app.open();
    const { id, revision } = await book(page, 'create', {
      'name/given': 'Jane',
      'emails/new/address': 'jane@example.com',
    });
    const mail = `emails/${(await book(page, 'card', id)).elements.emails[0]}`;
    await book(page, 'edit', id, { [mail]: null }, revision);
    await book(page, 'edit', id, { [`${mail}/label`]: 'office' }, revision);
    await page.goto(`${app.url}#/card/${id}`);
    await question(page, mail).locator('.asked', { hasText: 'E-mail jane@example.com: somebody removed it' }).waitFor();
    await button(question(page, mail), 'Remove it').click();
    await until('it is gone', async () => ((await book(page, 'card', id)).elements.emails ?? []).length === 0);
    await page.context().close();
  });

  it('comes of a form that was open while somebody else saved, and nobody is overwritten', async () => {
    const page = await app.open();
    const { id } = await book(page, 'create', { 'name/given': 'Jane', language: 'fr' });
    await page.goto(`${app.url}#/edit/${id}`);
    await field(page, '/given').fill('Janet');
    await page.locator('card-form fieldset').last().click();
    await field(page, 'language').fill('de');
    await book(page, 'edit', id, { language: 'en', 'titles/new/name': 'Engineer' });
    await page.locator('card-form fluent-message-bar', { hasText: 'just changed elsewhere' }).waitFor();
    assert.equal(await field(page, '/given').inputValue(), 'Janet', 'what is typed stays');
    await button(page.locator('card-form'), 'Save').click();

    await question(page, 'language').waitFor();
    const texts = await question(page, 'language').locator('.main').allInnerTexts();
    assert.deepEqual(texts.sort(), ['de', 'en']);
    const { fields, elements, conflicts } = await book(page, 'card', id);
    assert.equal(fields['name/given'], 'Janet');
    assert.equal(fields[`titles/${elements.titles[0]}/name`], 'Engineer');
    assert.equal(conflicts.length, 1);
    await page.context().close();
  });
});
