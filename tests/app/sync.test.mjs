// Devices that meet through the shipped flow, in the local runtime: also when it fails, when a device
// is killed between sending and hearing the answer, and when nobody may see the address.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, button, connections, field, notice, openApp, row, session, until } from './support/app.mjs';

const sameState = async (...pages) =>
  new Set(await Promise.all(pages.map((page) => book(page, 'stateHash')))).size === 1;
const stateOf = (page) => page.locator('connection-panel .state');

/** Has a person sync until a run that began after the click is done: a click during a run joins it, and that one may have looked too early. */
async function syncNow(page) {
  await page.evaluate(() => {
    location.hash = '#/sync';
  });
  const before = new Date().toISOString();
  await until('a sync that began after the click is done', async () => {
    const [{ phase }] = await connections(page, 'list');
    if (phase === 'syncing') return false;
    const [last] = await connections(page, 'runs', 1);
    if (phase === 'done' && last !== undefined && last.started >= before) return true;
    await button(page.locator('connection-panel'), 'Sync now').click();
    return false;
  });
  await page.locator('connection-panel .state', { hasText: 'In step' }).waitFor();
}

/** Until neither has anything for the other. */
async function meet(...pages) {
  for (const page of [...pages, ...pages]) await syncNow(page);
  assert.equal(await sameState(...pages), true);
}

describe('two devices', () => {
  const app = session({ flow: true });

  it('are connected by a link, and the address is neither in the location nor anywhere else to be seen', async () => {
    const page = await app.open({ at: app.link });
    await notice(page, 'Connected.');
    assert.equal(page.url(), app.url);
    await page.evaluate(() => {
      location.hash = '#/sync';
    });
    await stateOf(page).filter({ hasText: 'In step' }).waitFor();
    const secret = new URL(app.flow.url).searchParams.get('sig');
    const seen = await page.evaluate(async () => {
      const dump = [location.href, JSON.stringify(history.state), document.documentElement.outerHTML];
      dump.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
      const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
          dump.push(String(element.value ?? ''));
          if (element.shadowRoot) {
            dump.push(element.shadowRoot.innerHTML);
            walk(element.shadowRoot);
          }
        }
      };
      walk(document);
      return dump.join('\n');
    });
    assert.ok(secret.length > 20 && seen.includes(new URL(app.flow.url).host), 'the host may be seen');
    assert.equal(seen.includes(secret) || seen.includes(encodeURIComponent(secret)), false);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it('are connected by pasting the address, told when it is none, and disconnected with all contacts still there', async () => {
    const page = await app.open({ at: '#/sync' });
    await book(page, 'create', { 'name/given': 'Jane' });
    const input = page.locator('sync-view connect-form [data-field=address] input');
    await button(page.locator('sync-view connect-form'), 'Connect').click();
    await page.locator('connect-form .problem', { hasText: 'Paste the address' }).waitFor();
    await input.fill('not an address');
    await button(page.locator('sync-view connect-form'), 'Connect').click();
    await page.locator('connect-form .problem', { hasText: 'none that can be called' }).waitFor();
    assert.equal(await input.inputValue(), '');
    await input.fill(app.flow.url);
    await button(page.locator('sync-view connect-form'), 'Connect').click();
    await stateOf(page).filter({ hasText: 'In step' }).waitFor();
    assert.deepEqual(page.problems, []);

    await page.locator('connection-panel summary', { hasText: 'Change or remove' }).click();
    await button(page.locator('connection-panel details'), 'Disconnect').click();
    await button(page.locator('connection-panel dialog'), 'Disconnect').click();
    await notice(page, 'Disconnected.');
    await page.locator('sync-status', { hasText: 'Only on this device' }).waitFor();
    await row(page, 'Jane').waitFor();
    await page.context().close();
  });

  it('with contacts ask before they follow a link, and stay apart if the answer is no', async () => {
    const page = await app.open();
    await book(page, 'create', { 'name/given': 'Private' });
    await page.evaluate((link) => {
      location.hash = link;
    }, app.link);
    const dialog = page.locator('connect-question dialog');
    await dialog.filter({ hasText: 'Go on only if somebody you trust gave you the link' }).waitFor();
    assert.equal(page.url(), app.url);
    await button(dialog, 'Not now').click();
    assert.deepEqual(await connections(page, 'list'), []);
    await page.context().close();
  });

  it('edit apart, one of them offline, and meet in the same state, with a question where both changed the same', async () => {
    const laptop = await app.open({ at: app.link });
    const phone = await app.open({ at: app.link });
    const { id, revision } = await book(laptop, 'create', { 'name/given': 'Amira', language: 'fr' });
    await syncNow(laptop);
    await syncNow(phone);
    await row(phone, 'Amira').waitFor();

    await phone.context().setOffline(true);
    await phone.locator('sync-status', { hasText: 'Offline' }).waitFor();
    await phone.goto(`${app.url}#/edit/${id}`);
    await field(phone, 'language').fill('de');
    await button(phone.locator('card-form'), 'Save').click();
    await phone.locator('sync-status', { hasText: 'Offline, 1 change to send' }).waitFor();
    await book(laptop, 'edit', id, { language: 'en', 'phones/new/number': '+1 555 0100' }, revision);
    await syncNow(laptop);

    await phone.context().setOffline(false);
    await meet(phone, laptop);
    await row(phone, 'Amira').click();
    const asked = phone.locator('open-questions [data-path=language]');
    await asked.waitFor();
    assert.deepEqual((await asked.locator('.main').allInnerTexts()).sort(), ['de', 'en']);
    await asked.locator('.answer', { hasText: 'en' }).locator('fluent-button').click();
    await notice(phone, 'Decided.');
    await meet(phone, laptop);
    assert.equal((await book(laptop, 'card', id)).fields.language, 'en');
    for (const page of [laptop, phone]) await page.context().close();
  });

  it('lose and double nothing when answers are lost, cut or replaced by a page', async () => {
    const laptop = await app.open({ at: app.link });
    const phone = await app.open({ at: app.link });
    await until('both are connected', async () => (await connections(phone, 'list'))[0]?.phase === 'done');
    await until('both are connected', async () => (await connections(laptop, 'list'))[0]?.phase === 'done');
    for (const fault of ['no-response-after', 'cut', 'html', 'duplicate']) {
      const { id } = await book(laptop, 'create', { 'name/given': `Through ${fault}` });
      app.play(fault);
      await syncNow(laptop);
      await syncNow(phone);
      assert.equal((await book(phone, 'history', id)).length, 1, fault);
    }
    await meet(laptop, phone);
    for (const page of [laptop, phone]) await page.context().close();
  });

  it('say in plain words what is wrong when the flow is turned off, and go on when it is back', async () => {
    const page = await app.open({ at: app.link });
    await until('it is connected', async () => (await connections(page, 'list'))[0]?.phase === 'done');
    await page.goto(`${app.url}#/sync`);
    app.flow.turn(false);
    await button(page.locator('connection-panel'), 'Sync now').click();
    const problem = page.locator('connection-panel .problem');
    await problem.waitFor();
    assert.match(
      await problem.innerText(),
      /The flow cannot be reached; nothing is lost|there is no flow at this address/i,
    );
    app.flow.turn(true);
    await syncNow(page);
    assert.equal(await problem.count(), 0);
    await page.context().close();
  });
});

describe('a device that is killed', () => {
  const app = session({ flow: true });

  it('between sending and the answer has everything afterwards, and sends nothing twice', async () => {
    let page = await openApp(app.context, app.url + app.link);
    await until('it is connected', async () => (await connections(page, 'list'))[0]?.phase === 'done');
    const { id } = await book(page, 'create', { 'name/given': 'Jane', 'emails/new/address': 'jane@example.com' });
    // The run takes place; its answer is still on the way when the browser ends.
    app.play({ slow: 60_000 });
    const runs = app.flow.history().length;
    connections(page, 'sync', 'flow', { now: true }).catch(() => {});
    await until('the flow has run', () => app.flow.history().length > runs);
    await app.restart();

    page = await openApp(app.context, app.url);
    await row(page, 'Jane').waitFor();
    await connections(page, 'sync', 'flow', { now: true });
    const other = await app.open({ at: app.link });
    await row(other, 'Jane').waitFor();
    assert.equal((await book(other, 'history', id)).length, 1);
    await meet(other, page);
    assert.equal((await book(page, 'list')).total, 1);
    await other.context().close();
  });
});
