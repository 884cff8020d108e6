// The package from its tarball in a page: bundled, and as it is under an import map, both under a
// content policy with Trusted Types that knows the policy of the package and no other.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as esbuild from 'esbuild';

import { installed } from '../package/consumer.mjs';
import { POLICY, startServer } from './support/server.mjs';
import { newPage, session } from './support/session.mjs';

const MAP = '{"imports":{"contactmesh":"/node_modules/contactmesh/dist/index.js"}}';
const MAP_HASH = createHash('sha256').update(MAP).digest('base64');
const STRICT = POLICY.replace('contactmesh tests', 'contactmesh').replace(
  "'self' 'wasm",
  `'self' 'sha256-${MAP_HASH}' 'wasm`,
);

const html = (head) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>app</title>${head}</head></html>`;

/** What an app does: it opens, writes, reads a file, and lists. */
const APP = `
  import { ContactmeshError, isContactmeshError, openSharedBook } from 'contactmesh';
  globalThis.work = async () => {
    const book = await openSharedBook({ book: location.pathname, name: 'App' });
    await book.create({ 'name/given': 'Jane' });
    const card = 'BEGIN:VCARD\\r\\nVERSION:4.0\\r\\nFN:John Doe\\r\\nEND:VCARD\\r\\n';
    await book.importFile(new File([card], 'john.vcf'));
    const failure = await book.card('nosuch').catch((error) => error);
    const names = (await book.list()).rows.map(({ name }) => name);
    await book.close();
    return { names, ours: failure instanceof ContactmeshError && isContactmeshError(failure, 'card-unknown') };
  };
`;

describe('the package in a page', () => {
  const chromium = session();
  let place;
  let server;

  before(async () => {
    place = await installed();
    server = await startServer({
      base: place.consumer,
      folders: ['node_modules/contactmesh/dist/', 'app/'],
      policy: STRICT,
    });
    mkdirSync(join(place.consumer, 'app/bundled'), { recursive: true });
    writeFileSync(join(place.consumer, 'app/app.js'), APP);
  });
  after(async () => {
    await server?.close();
    await place?.remove();
  });

  async function works(path) {
    const page = await newPage(chromium.context, server.origin, path);
    const did = await page.evaluate(() => globalThis.work());
    assert.deepEqual(did, { names: ['Jane', 'John Doe'], ours: true });
    assert.deepEqual(page.problems, []);
    await page.close();
  }

  it('works as it is, under an import map', async () => {
    const page = html(`<script type="importmap">${MAP}</script><script type="module" src="/app/app.js"></script>`);
    writeFileSync(join(place.consumer, 'app/plain.html'), page);
    await works('/app/plain.html');
  });

  it('works bundled and minified, with its worker and its modules beside it', async () => {
    const out = join(place.consumer, 'app/bundled');
    await esbuild.build({
      absWorkingDir: place.consumer,
      // The worker from a file of the app, as one that adds something of its own would.
      stdin: { contents: "import 'contactmesh/worker';", resolveDir: place.consumer },
      outfile: join(out, 'worker.js'),
      ...BUNDLE,
    });
    await esbuild.build({
      absWorkingDir: place.consumer,
      entryPoints: ['app/app.js'],
      outfile: join(out, 'app.js'),
      ...BUNDLE,
    });
    cpSync(join(place.consumer, 'node_modules/contactmesh/dist/wasm'), join(out, 'wasm'), { recursive: true });
    writeFileSync(join(out, 'index.html'), html('<script type="module" src="app.js"></script>'));
    await works('/app/bundled/index.html');
  });
});

const BUNDLE = { bundle: true, minify: true, format: 'esm', platform: 'browser', logLevel: 'warning' };
