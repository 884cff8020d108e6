// A Chromium of our own: started by hand rather than by playwright, so that it has a profile that
// outlives it and a process group that can be killed in the middle of anything.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { prepareChromium } from '../../../tools/lib/chromium.mjs';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Two tabs shall be two processes, so that one can crash alone.
  '--disable-features=ProcessPerSiteUpToMainFrameThreshold',
  // A name that is not localhost: a page there is not secure.
  '--host-resolver-rules=MAP contactmesh.test 127.0.0.1',
  '--remote-debugging-port=0',
];

/** How long a start may take on a busy machine. */
const PATIENCE = 60_000;
/** How long it may take to end in good order. */
const GRACE = 10_000;

/** A profile folder; the same one can be used by one browser after the other. */
export function newProfile() {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-chromium-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Starts Chromium on a profile. `kill` ends all of its processes at once, as a power cut would. */
export async function startChromium(profile) {
  const child = spawn(await prepareChromium(), [...ARGUMENTS, `--user-data-dir=${profile.folder}`, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let over = false;
  const ended = new Promise((settle) => child.once('close', settle)).then(() => {
    over = true;
  });
  const kill = async () => {
    process.removeListener('exit', killNow);
    process.removeListener('SIGTERM', onSignal);
    process.removeListener('SIGINT', onSignal);
    killNow();
    await ended;
  };
  const killNow = () => {
    try {
      if (!over) process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  // A test runner that gives up on this process ends it with a signal; Chromium shall not outlive it.
  const onSignal = () => process.exit(1);
  process.once('exit', killNow);
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  try {
    const browser = await chromium.connectOverCDP(await address(child), { timeout: PATIENCE });
    const close = async () => {
      if (over) return;
      const session = await browser.newBrowserCDPSession();
      // Asked to end, it writes what it holds; the answer may be lost with the connection.
      await session.send('Browser.close').catch(() => {});
      await Promise.race([ended, new Promise((settle) => setTimeout(settle, GRACE).unref())]);
      await kill();
    };
    return { browser, context: browser.contexts()[0], kill, close };
  } catch (error) {
    await kill();
    throw error;
  }
}

function address(child) {
  return new Promise((settle, fail) => {
    let said = '';
    const timer = setTimeout(() => fail(new Error(`Chromium did not start:\n${said}`)), PATIENCE);
    child.once('error', fail);
    child.once('close', () => fail(new Error(`Chromium ended at once:\n${said}`)));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      said += text;
      const found = said.match(/DevTools listening on (ws:\S+)/);
      if (!found) return;
      clearTimeout(timer);
      settle(found[1]);
    });
  });
}
