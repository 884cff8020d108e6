// What a test of a mailbox needs: flows on a mailbox of its own, a device that may call them, and the
// ways in which a person gets around the connection.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serveFlows } from '../../../pkg/dist/flows/server.js';
import { button, connections, until } from './app.mjs';

/** Runs `body` with flows on an empty mailbox, and a device on the sync view; `people` are in the mailbox already. */
export async function withMailbox(app, people, body) {
  const folder = await mkdtemp(join(tmpdir(), 'contactmesh-app-mailbox-'));
  const flow = await serveFlows({ folder, flows: 'outlook' });
  const pages = [];
  try {
    const { hands, contacts } = flow.outlook;
    for (const one of people) hands.add(one);
    await app.stopServing();
    await app.serveAgain([flow.url]);
    const open = async () => {
      const page = await app.open({ at: '#/sync' });
      pages.push(page);
      return page;
    };
    await body({ flow, hands, contacts, open, page: await open() });
  } finally {
    for (const page of pages) await page.context().close();
    await flow.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const goTo = (page, fragment) =>
  page.evaluate((to) => {
    location.hash = to;
  }, fragment);

/** Pastes both addresses, as a person does. */
export async function pasteAddresses(page, flow) {
  const form = page.locator('outlook-form');
  await form.locator('[data-field=pull] input').fill(flow.urls['outlook-pull']);
  await form.locator('[data-field=apply] input').fill(flow.urls['outlook-apply']);
  await form.locator('fluent-button[type=submit]').click();
}

/** Connects with the mailbox, and waits until the first sync is over. */
export async function connectMailbox(page, flow) {
  await page.locator('connect-choice label', { hasText: 'Outlook' }).click();
  await pasteAddresses(page, flow);
  await page.locator('outlook-panel system-plan').waitFor();
  await until('the first sync is over', async () => (await reportOf(page))?.ended !== undefined);
}

export async function reportOf(page) {
  return (await connections(page, 'list')).find(({ name }) => name === 'outlook');
}

/** Has a person sync until a run that began after the click is over, however it ended. */
export async function syncMailbox(page) {
  await goTo(page, '#/sync');
  const before = new Date().toISOString();
  await until('a sync that began after the click is over', async () => {
    const { phase } = await reportOf(page);
    if (phase === 'syncing') return false;
    const [last] = await connections(page, 'runs', 1);
    if (last !== undefined && last.started >= before) return true;
    await button(page.locator('outlook-panel'), 'Sync now').click();
    return false;
  });
}

/** The same for something of the book's systems. */
export function systems(page, method, ...args) {
  return page.evaluate(
    ([name, given]) => document.querySelector('contact-app').book.systems[name](...given),
    [method, args],
  );
}

/** Somebody in the mailbox. */
export const inMailbox = (givenName, surname, more = {}) => ({
  givenName,
  surname,
  jobTitle: 'Engineer',
  emailAddresses: [{ name: '', address: `${givenName.toLowerCase()}@example.com` }],
  ...more,
});

export const SEVEN = ['Ada', 'Ben', 'Chloe', 'David', 'Elif', 'Farid', 'Greta'].map((given) =>
  inMailbox(given, 'Baker'),
);
