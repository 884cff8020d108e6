// What a test file of this folder needs: one server, one Chromium, and pages that report what went
// wrong in them. A page loads test modules by their own address, so its content policy covers them.

import { after, before } from 'node:test';

import { newProfile, startChromium } from './chromium.mjs';
import { startServer } from './server.mjs';

const EMPTY = '/tests/browser/pages/empty.html';

/** Starts before the first test of the file and ends after the last. */
export function session() {
  const state = {};
  before(async () => {
    state.server = await startServer();
    state.profile = newProfile();
    state.chromium = await startChromium(state.profile);
  });
  after(async () => {
    await state.chromium?.close();
    await state.profile?.remove();
    await state.server?.close();
  });
  return {
    get origin() {
      return state.server.origin;
    },
    get server() {
      return state.server;
    },
    get browser() {
      return state.chromium.browser;
    },
    get context() {
      return state.chromium.context;
    },
    newPage: (context = state.chromium.context) => newPage(context, state.server.origin),
    /** Ends Chromium at once, and starts it on what is left of the profile. */
    async restart() {
      await state.chromium.kill();
      state.chromium = await startChromium(state.profile);
    },
  };
}

/** A page of the server, an empty one unless told; `problems` collects errors and violations of its content policy. */
export async function newPage(context, origin, path = EMPTY) {
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(message.text());
  });
  await page.goto(origin + path);
  return page;
}
