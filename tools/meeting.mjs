// What `npm start` goes on to do once its story is told: serves the flows and the contact app from
// this machine, for people to meet in two windows, until it is stopped. Each address of the app is a
// device with a book of its own in the browser; a third device drives the mailbox, which people edit
// by hand on a page beside the first app. What the flows hold, and that device's book, stay in `folder`.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root } from './lib/run.mjs';
import { mailboxPage } from './mailbox-page.mjs';

/** The same ones each time, if they are free: a browser keeps a book by the address it was opened at, a book what it read by the flow's. */
const PORTS = [8417, 8418];
const FLOW_PORT = 8416;

/** `serveApp` is that of app-server.mjs; `stopped` resolves when somebody has had enough. */
export async function meet({ folder, serveApp, say, stopped }) {
  const load = (path) => import(pathToFileURL(join(root, 'pkg/dist', path)));
  const modules = ['flows/server.js', 'demo/driver.js', 'demo/by-hand.js'];
  const [{ serveFlows }, { drive }, { ByHand }] = await Promise.all(modules.map(load));
  const toClose = [];
  try {
    const flow = await serveOn((given) => serveFlows({ folder, flows: 'outlook', ...given }), { port: FLOW_PORT });
    toClose.push(() => flow.close());
    const driver = await drive({ folder, flow, onTrouble: say });
    toClose.push(() => driver.stop());
    const beside = mailboxPage(new ByHand(flow.outlook.hands, driver));
    // After the #, so that no server ever gets it: the address is a secret.
    const connect = `#connect=${encodeURIComponent(flow.url)}`;
    const apps = [];
    for (const [n, port] of PORTS.entries()) {
      const app = await serveOn(serveApp, { port, connectSources: [flow.url], ...(n === 0 ? { beside } : {}) });
      toClose.push(() => app.close());
      apps.push(app.url);
    }
    say('\nNow you: open each of these in a window of its own. They are two devices that meet through the flow.');
    for (const app of apps) say(`  ${app}${connect}`);
    say(`A mailbox takes part, a stand-in for Outlook's with ${driver.contacts} contacts. Edit it by hand here:`);
    // The page hands it on to the app that it opens.
    say(`  ${apps[0]}mailbox/${connect}`);
    say('Edit in all three, in the apps also while this is stopped. Ctrl+C ends it; your books stay in the browser.');
    await stopped;
  } finally {
    for (const close of toClose.reverse()) await close();
  }
}

/** On the port that is asked for; if somebody else has it, on any. */
async function serveOn(serve, options) {
  try {
    return await serve(options);
  } catch (error) {
    if ((error.cause ?? error).code !== 'EADDRINUSE') throw error;
    return serve({ ...options, port: 0 });
  }
}
