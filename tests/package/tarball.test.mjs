// The package from its tarball, in Node 20 and 24: `import`, `require`, the command, the types, and that it
// holds what it promises and nothing else.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { publint } from 'publint';

import { filesBelow } from '../../tools/lib/files.mjs';
import { root, run } from '../../tools/lib/run.mjs';
import { installed, node24, runProgram } from './consumer.mjs';

let place;
before(async () => {
  place = await installed();
});
after(() => place.remove());

/** What both programs do: two books in folders, a file in, a sync, a file out. */
const BODY = `
  const [samples, folder] = process.argv.slice(2);
  const open = async (name) => openBook({ storage: await openFileStorage(folder + '/' + name), name });
  const [a, b] = [await open('a'), await open('b')];
  const formats = openFormats();
  const { created } = await importFile(a, formats, await readFile(samples + '/google.vcf'), { name: 'google.vcf' });
  await a.sync(await openFileRelay(folder + '/relay'), { name: 'relay' });
  await b.sync(await openFileRelay(folder + '/relay'), { name: 'relay' });
  await a.sync(await openFileRelay(folder + '/relay'), { name: 'relay' });
  const text = await exportBook(b, formats, 'jscontact');
  const failure = await b.edit('nosuch', {}).catch((error) => error);
  const out = {
    version: process.version,
    created: created.length,
    same: a.stateHash() === b.stateHash(),
    exported: JSON.parse(text).length ?? 1,
    ours: isContactmeshError(failure, 'card-unknown') && failure instanceof ContactmeshError,
  };
  await a.close();
  await b.close();
  console.log(JSON.stringify(out));
`;
const NAMES =
  '{ ContactmeshError, exportBook, importFile, isContactmeshError, openBook, openFileRelay, openFileStorage, openFormats }';
const IMPORT = `import { readFile } from 'node:fs/promises';\nimport ${NAMES} from 'contactmesh';\n${BODY}`;
const REQUIRE = `const { readFile } = require('node:fs/promises');\nconst ${NAMES} = require('contactmesh');\n(async () => {${BODY}})();`;

/** Runs both programs with one Node. */
async function useWith(node, version, consumer = place.consumer) {
  for (const [name, source] of [
    ['program.mjs', IMPORT],
    ['program.cjs', REQUIRE],
  ]) {
    const books = join(place.folder, `${version}-${name}-${Date.now()}`);
    const did = await runProgram(node, consumer, name, source, [join(root, 'samples'), books]);
    assert.match(did.version, new RegExp(`^v${version}\\.`), name);
    assert.deepEqual({ ...did, version }, { version, created: 8, same: true, exported: 8, ours: true }, name);
  }
}

/** Runs the installed command with one Node. */
function command(node, consumer, ...args) {
  const bin = join(consumer, 'node_modules/.bin/contactmesh');
  const { status, stdout, stderr } = spawnSync(node, [bin, ...args], { cwd: consumer, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('import, require and the command in Node 20', async () => {
  assert.match(process.version, /^v20\./, 'the tests run on the oldest Node that is promised');
  await useWith(process.execPath, '20');
  assert.equal(command(process.execPath, place.consumer, '--version'), '0.1.0\n');
  const imported = command(process.execPath, place.consumer, 'import', join(root, 'samples/google.vcf'));
  assert.match(imported, /8 cards {2}8 created\n$/);
});

test('import, require and the command in Node 24', async (t) => {
  const node = await node24();
  if (node === undefined) return t.skip('npm has no Node 24 for this machine');
  await useWith(node, '24');
  assert.equal(command(node, place.consumer, '--version'), '0.1.0\n');
  const list = command(node, place.consumer, 'create', 'name/given=Jane', '--book', 'new.book');
  assert.match(list, /^made \w{24} {2}Jane\n$/);
});

test('the command starts by itself, as npm linked it', { skip: process.platform === 'win32' }, () => {
  const { status, stdout } = spawnSync(join(place.consumer, 'node_modules/.bin/contactmesh'), ['--version']);
  assert.deepEqual([status, String(stdout)], [0, '0.1.0\n']);
});

test('the folder may be moved', async () => {
  const moved = join(place.folder, 'moved somewhere else');
  await rename(place.consumer, moved);
  try {
    await useWith(process.execPath, '20', moved);
  } finally {
    await rename(moved, place.consumer);
  }
});

test('every export is there, the modules by their own names too', async () => {
  const home = join(place.consumer, 'node_modules/contactmesh');
  const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(targets));
  const all = [...targets(manifest.exports), manifest.main, manifest.module, manifest.types, manifest.bin.contactmesh];
  for (const target of all) assert.ok((await stat(join(home, target))).size > 0, target);
  const source = `
    import { readFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const magic = (name) => readFileSync(require.resolve(name)).subarray(0, 4).toString('hex');
    console.log(JSON.stringify([magic('contactmesh/engine.wasm'), magic('contactmesh/formats.wasm'), require('contactmesh/package.json').name]));`;
  const found = await runProgram(process.execPath, place.consumer, 'exports.mjs', source);
  assert.deepEqual(found, ['0061736d', '0061736d', 'contactmesh']);
});

test('it holds the licence, no demo, no path of this machine, and publint has nothing to say', async () => {
  const listed = spawnSync('tar', ['-tzf', place.tarball], { encoding: 'utf8' }).stdout.split('\n');
  assert.ok(listed.includes('package/LICENSE'));
  assert.equal(readFileSync(join(root, 'LICENSE'), 'utf8'), readFileSync(join(root, 'pkg/LICENSE'), 'utf8'));
  assert.deepEqual(
    listed.filter((path) => /demo|\.ts$|test/.test(path) && !path.endsWith('.d.ts')),
    [],
  );
  const here = root.replace(/\/$/, '');
  for (const path of filesBelow('pkg/dist', () => true)) {
    assert.equal(readFileSync(join(root, path)).includes(here), false, path);
  }
  const pkgDir = join(place.consumer, 'node_modules/contactmesh');
  assert.deepEqual((await publint({ pkgDir, strict: true, pack: false })).messages, []);
});

const TYPED = `
  const storage: Storage = openMemoryStorage(new MemoryDisk());
  export async function use(): Promise<string> {
    const book: Book = await openBook({ storage, name: 'one' });
    const { id } = await book.create({ 'name/given': 'Jane', 'emails/new/pref': 1, note: null });
    const card: Card = book.card(id);
    // @ts-expect-error a value is a text, a number, yes/no or null
    await book.edit(id, { note: [] });
    // @ts-expect-error there is no such method
    book.nosuch();
    const report: FileReport = (await importFile(book, openFormats(), new Uint8Array())).report;
    for (const row of book.list({ limit: 3 }).rows) report.cards += row.conflicts;
    return isContactmeshError(card) ? card.code : card.revision;
  }`;
const TYPES = `import { type Book, type Card, type FileReport, importFile, isContactmeshError, MemoryDisk, openBook, openFormats, openMemoryStorage, type Storage } from 'contactmesh';`;
const FLOW = `import { openFlowRelay, type Relay } from 'contactmesh';\nexport const relay: Promise<Relay> = openFlowRelay({ url: 'https://flow.example.com', book: 'b', patience: 1 });`;
const PAGE = `export const stoppable = openFlowRelay({ url: 'x', book: 'b', fetch, signal: new AbortController().signal });`;
const SHARED = `
  import { type ConnectionReport, keeping, openSharedBook, type SharedBook } from 'contactmesh';
  import 'contactmesh/worker';
  export async function shared(file: File, url: string): Promise<ConnectionReport[]> {
    const book: SharedBook = await openSharedBook({ name: 'one', worker: () => new Worker('worker.js') });
    const { created, report } = await book.importFile(file, { format: 'vcard', onProgress: (done, total) => done / total });
    const { revision } = await book.card(created[0] ?? report.cards.toString());
    await book.edit('id', { language: 'en' }, revision);
    // @ts-expect-error every answer comes later
    book.list().rows;
    // @ts-expect-error a connection has an address
    await book.connections.connect('office', {});
    book.connections.onChange((all) => all.map(({ phase }) => phase === 'paused'));
    const { pushed } = await book.connections.sync('office', { signal: new AbortController().signal });
    if ((await keeping()).persisted && pushed > 0) await book.close();
    return book.connections.connect('office', { url, automatic: false });
  }`;
const FILES = `import { openFileRelay, openFileStorage } from 'contactmesh';\nexport const both = [openFileRelay('x'), openFileStorage('y', { compactAbove: 1 })];`;

test('types: strict, without skipLibCheck, without the types of Node; those of a browser only for a page', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
  for (const [name, source, modules] of [
    ['esm.mts', `${TYPES}${TYPED}\n${FILES}\n${FLOW}`, { module: 'nodenext' }],
    ['cjs.cts', `${TYPES}${TYPED}\n${FILES}\n${FLOW}`, { module: 'nodenext' }],
    // Before TypeScript allowed `require` of an ES module: only true types for `require` pass.
    ['old.cts', `${TYPES}${TYPED}\n${FILES}\n${FLOW}`, { module: 'node18' }],
    [
      'page.ts',
      `${TYPES}${TYPED}\n${FLOW}\n${PAGE}\n${SHARED}`,
      { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'] },
    ],
  ]) {
    await writeFile(join(place.consumer, name), source);
    const compilerOptions = { ...strict, target: 'es2022', lib: ['es2022'], types: [], ...modules };
    const config = join(place.consumer, `${name}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions, files: [name] }));
    const { code, output } = await run(process.execPath, [tsc, '--project', config]);
    assert.equal(code, 0, `${name}\n${output}`);
  }
});
