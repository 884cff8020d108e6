// What a test of the app needs: the app as built behind its own server, one Chromium, and pages in a
// storage of their own that report what went wrong in them. Tests wait for what a person would see,
// never for a time.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { serveFlows } from '../../../pkg/dist/flows/server.js';
import { serveApp } from '../../../tools/app-server.mjs';
import { newProfile, startChromium } from '../../browser/support/chromium.mjs';

/** On a busy machine everything takes longer; a test that passes does not wait. */
const PATIENCE = 30_000;

/** Starts before the first test of the file and ends after the last. With `flow` (true, or options), a flow runs that the app may call. */
export function session({ flow = false } = {}) {
  const state = { script: [] };
  before(async () => {
    if (flow) {
      state.folder = await mkdtemp(join(tmpdir(), 'contactmesh-app-flow-'));
      state.flow = await serveFlows({ folder: state.folder, faults: () => state.script.shift(), ...flow });
    }
    state.app = await serveApp({ connectSources: flow ? [state.flow.url] : [] });
    state.profile = newProfile();
    state.chromium = await startChromium(state.profile);
  });
  after(async () => {
    await state.chromium?.close();
    await state.profile?.remove();
    await state.app?.close();
    await state.flow?.close();
    if (state.folder !== undefined) await rm(state.folder, { recursive: true, force: true });
  });
  return {
    get url() {
      return state.app.url;
    },
    get flow() {
      return state.flow;
    },
    get context() {
      return state.chromium.context;
    },
    /** What becomes of the next requests to the flow. */
    play: (...faults) => state.script.push(...faults),
    /** A device of its own: a storage that no other shares. */
    device: () => state.chromium.browser.newContext(),
    /** The app in a new tab of a device; without one, of a new device. */
    async open({ device, at = '' } = {}) {
      const context = device ?? (await state.chromium.browser.newContext());
      return openApp(context, state.app.url + at);
    },
    /** The link that connects a device to the flow. */
    get link() {
      return `#connect=${encodeURIComponent(state.flow.url)}`;
    },
    stopServing: () => state.app.close(),
    /** Serves at the same address again, with another policy. */
    async serveAgain(connectSources) {
      state.app = await serveApp({ port: Number(new URL(state.app.url).port), connectSources });
    },
    /** Ends Chromium at once, and starts it on what is left of the profile. */
    async restart() {
      await state.chromium.kill();
      state.chromium = await startChromium(state.profile);
    },
  };
}

export async function openApp(context, address) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(message.text());
  });
  await page.goto(address);
  await page.locator('contact-list sync-status a').waitFor();
  return page;
}

/** Calls a method of the book behind the page, past what is on screen. */
export function book(page, method, ...args) {
  return page.evaluate(([name, given]) => document.querySelector('contact-app').book[name](...given), [method, args]);
}

/** The same for the connections of the book. */
export function connections(page, method, ...args) {
  return page.evaluate(
    ([name, given]) => document.querySelector('contact-app').book.connections[name](...given),
    [method, args],
  );
}

/** A button by what it says. */
export const button = (place, says) => place.locator('fluent-button', { hasText: says }).first();

/** The input of a field of the form: by its path, or what the path ends with. */
export const field = (page, path) =>
  page.locator(`card-field[data-path$="${path}"]`).first().locator('input, textarea, select');

/** The rows on screen, by name. */
export const rowNames = (page) => page.locator('contact-list contact-row .name').allInnerTexts();

export const row = (page, name) => page.locator('contact-list contact-row', { hasText: name }).first();

/** Waits for a notice. */
export async function notice(page, says) {
  await page.locator('notice-stack .notice', { hasText: says }).first().waitFor();
}

/** Waits until a question about the page is answered with yes. */
export async function until(what, question, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) assert.fail(`waited in vain until ${what}`);
    await new Promise((settle) => setTimeout(settle, 25));
  }
}
