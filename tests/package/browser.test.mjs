// The browser entry: nothing of Node can be reached from it, and it works where there is only what a
// browser has. A real browser is another test's business.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import * as esbuild from 'esbuild';

import { root, run } from '../../tools/lib/run.mjs';

const DIST = join(root, 'pkg/dist');

/** Every module that a page loads with the entry, by path from dist, and the workers it starts. */
async function reachable(entry) {
  const texts = new Map();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    // A module of Node cannot be resolved for a browser: that is an error with the name of the importer.
    const options = {
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    };
    const { metafile } = await esbuild.build({ ...options, absWorkingDir: DIST, entryPoints: [path] });
    for (const input of Object.keys(metafile.inputs)) {
      if (texts.has(input)) continue;
      const text = readFileSync(join(DIST, input), 'utf8');
      texts.set(input, text);
      for (const [, worker] of text.matchAll(/new URL\('([^']+\.js)', import\.meta\.url\)/g)) {
        open.push(posix.join(posix.dirname(input), worker));
      }
    }
  }
  return texts;
}

test('from the browser entry only files of the package can be reached, and nothing of Node is used', async () => {
  const texts = await reachable('index.js');
  assert.ok(texts.size > 8);
  for (const [path, text] of texts) {
    assert.doesNotMatch(path, /^\.\.|node_modules/);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(code, /(?<![\w.#])(process|Buffer|require|__dirname|setImmediate)\b\s*[.([]/, path);
  }
});

test('what is reachable from the entry for Node would be found out', async () => {
  await assert.rejects(reachable('node.js'), /Could not resolve "node:fs\/promises"/);
});

test('the modules are named by addresses that a bundler can see, and work is done at no import', async () => {
  const text = readFileSync(join(DIST, 'modules.js'), 'utf8');
  for (const name of ['engine', 'formats']) {
    assert.ok(text.includes(`new URL('./wasm/${name}.wasm', import.meta.url)`), name);
    assert.ok(existsSync(join(DIST, 'wasm', `${name}.wasm`)));
  }
  for (const [path, source] of await reachable('index.js')) assert.doesNotMatch(source, /^(?:await|fetch)\b/m, path);
});

const PAGE = `
  import { readFile } from 'node:fs/promises';
  import { fileURLToPath } from 'node:url';
  let missing = true;
  // Not Node's Response, which needs Node's Buffer.
  globalThis.fetch = async (address) => {
    const bytes = missing ? new Uint8Array() : new Uint8Array(await readFile(fileURLToPath(address)));
    return { ok: !missing, status: missing ? 404 : 200, arrayBuffer: async () => bytes.buffer };
  };
  const { argv } = process;
  const { log } = console;
  for (const name of ['process', 'Buffer', 'setImmediate']) delete globalThis[name];
  const { importFile, MemoryRelay, openBook, openFormats, openMemoryStorage } = await import(argv[2]);
  const failure = await openBook({ storage: openMemoryStorage() }).catch((error) => error);
  missing = false;
  const [a, b] = [await openBook({ storage: openMemoryStorage() }), await openBook({ storage: openMemoryStorage() })];
  const card = 'BEGIN:VCARD\\r\\nVERSION:3.0\\r\\nFN:Jane Doe\\r\\nN:Doe;Jane;;;\\r\\nEND:VCARD\\r\\n';
  await importFile(a, openFormats(), new TextEncoder().encode(card));
  const relay = new MemoryRelay();
  await a.sync(relay, { name: 'relay' });
  await b.sync(relay, { name: 'relay' });
  log(JSON.stringify({ code: failure.code, message: failure.message, name: b.list().rows[0].name }));
`;

test('the browser entry works without anything of Node, and tries again after a module that was not served', async () => {
  const args = ['--input-type=module', '--eval', PAGE, '--', 'page', join(DIST, 'index.js')];
  const { code, output } = await run(process.execPath, args, { env: { NODE_TEST_CONTEXT: undefined } });
  assert.equal(code, 0, output);
  const did = JSON.parse(output);
  assert.deepEqual([did.code, did.name], ['module-unreachable', 'Jane Doe']);
  assert.match(
    did.message,
    /^loading file:.*engine\.wasm: HTTP status 404; serve the package's dist\/wasm folder too$/,
  );
});
