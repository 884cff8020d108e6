// What `npm start` serves after its story: two addresses of the app, a flow that both reach, and a
// device that drives the mailbox.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { drive } from '../../pkg/dist/demo/driver.js';
import { serveFlows } from '../../pkg/dist/flows/server.js';
import { openBook, openFileStorage, openFlowRelay, openMemoryStorage } from '../../pkg/dist/node.js';
import { meet } from '../../tools/meeting.mjs';

/** An app that serves nothing; `taken` ports are somebody else's. */
function apps(taken = []) {
  const served = [];
  const serveApp = async ({ port, connectSources }) => {
    if (taken.includes(port)) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
    const server = createServer((_, response) => response.end());
    await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
    served.push({ port, connectSources, server });
    const close = () => new Promise((settle) => server.close(settle));
    return { url: `http://127.0.0.1:${server.address().port}/`, close };
  };
  return { served, serveApp };
}

async function meeting(options, body) {
  const { served, serveApp } = apps(options.taken);
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-meeting-'));
  const said = [];
  let stop;
  const stopped = new Promise((settle) => {
    stop = settle;
  });
  const ready = new Promise((settle) => {
    const say = (line) => {
      said.push(line);
      if (line.includes('Ctrl+C')) settle();
    };
    body.done = meet({ folder, serveApp, say, stopped });
  });
  await ready;
  await body(said, served);
  stop();
  await body.done;
  for (const { server } of served) assert.equal(server.listening, false);
  rmSync(folder, { recursive: true, force: true });
}

test('two devices, and the page that opens one of them, get the address of one flow, after the #, and nothing is open after it', () =>
  meeting({}, async (said, served) => {
    const links = said.filter((line) => line.includes('#connect=')).map((line) => new URL(line.trim()));
    assert.deepEqual(
      links.map(({ pathname }) => pathname),
      ['/', '/', '/mailbox/'],
    );
    const [first, second, page] = links.map(({ origin }) => origin);
    assert.notEqual(first, second);
    assert.equal(page, first);
    const [one, two, three] = links.map(({ hash }) => decodeURIComponent(hash.slice('#connect='.length)));
    assert.deepEqual([two, three], [one, one]);
    assert.ok(links.every(({ search }) => search === ''));
    assert.deepEqual(
      served.map(({ connectSources }) => connectSources),
      [[one], [one]],
    );
    const relay = await openFlowRelay({ url: one, book: 'contacts' });
    assert.equal((await relay.exchange({ chunks: [Uint8Array.of(1)], cursor: null })).accepted, 1);
  }));

test('the people of the mailbox are in the flow for whoever comes', () =>
  meeting({}, async (said) => {
    const links = said.filter((line) => line.includes('#connect='));
    const url = decodeURIComponent(new URL(links[0].trim()).hash.slice('#connect='.length));
    const book = await openBook({ storage: openMemoryStorage(), name: 'window' });
    await book.sync(await openFlowRelay({ url, book: 'contacts' }), { name: 'relay' });
    const { rows } = book.list();
    assert.ok(said.some((line) => line.includes(`with ${rows.length} contacts`)));
    assert.ok(rows.length > 3 && rows.every(({ id }) => 'link/outlook' in book.card(id).fields));
  }));

test('a port that is taken is no reason to give up', async () => {
  const other = createServer();
  // Taken by us, or by somebody else already.
  await new Promise((settle) => other.once('error', settle).listen(8416, '127.0.0.1', settle));
  await meeting({ taken: [8417, 8418] }, async (said, served) => {
    assert.deepEqual(
      served.map(({ port }) => port),
      [0, 0],
    );
    const links = said.filter((line) => line.includes('#connect='));
    assert.equal(links.length, 3);
    assert.ok(links.every((link) => !link.includes('8416')));
  });
  other.close();
});

test('the device that drives the mailbox goes on where it was, and asks nothing for having been stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contactmesh-meeting-'));
  for (let start = 0; start < 2; start += 1) {
    const flow = await serveFlows({ folder, flows: 'outlook' });
    const driver = await drive({ folder, flow, onTrouble: assert.fail });
    assert.equal(driver.held, null);
    await driver.stop();
    await flow.close();
  }
  const book = await openBook({ storage: await openFileStorage(join(folder, 'driver.book')), name: 'driver' });
  assert.equal(book.systems.status('outlook').epoch, 1);
  await book.close();
  rmSync(folder, { recursive: true, force: true });
});
