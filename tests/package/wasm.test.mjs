// The WebAssembly as it ships: loads in Node through its own glue, is the version the package says it
// is, carries nothing that only costs bytes, and has a limit to its memory.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../../tools/lib/run.mjs';

const folder = join(root, 'pkg/dist/wasm');
const bytes = readFileSync(join(folder, 'engine.wasm'));

const { createGlue } = await import(join(folder, 'engine.js'));

async function instance() {
  const glue = createGlue();
  const { memory } = glue.initSync({ module: new WebAssembly.Module(bytes) });
  return { glue, memory };
}

test('the engine has the version of the package', async () => {
  const { glue } = await instance();
  const manifest = JSON.parse(readFileSync(join(root, 'pkg/package.json'), 'utf8'));
  assert.equal(glue.version(), manifest.version);
});

test('an error of the engine is an Error with a code, and the instance lives on', async () => {
  const { glue } = await instance();
  const engine = new glue.Opening().open();
  assert.throws(() => engine.card('nosuch', 0), { name: 'Error', code: 'card-unknown' });
  assert.match(engine.create('{"name/given":"Jane"}', 0), /revision/);
});

test('two instances share nothing', async () => {
  const [one, two] = [await instance(), await instance()];
  assert.notEqual(one.memory, two.memory);
  const before = two.memory.buffer.byteLength;
  one.memory.grow(100);
  assert.equal(two.memory.buffer.byteLength, before);
});

test('memory has a limit of 2 GiB', async () => {
  const { memory } = await instance();
  const pages = memory.buffer.byteLength / 65536;
  assert.throws(() => memory.grow(32768 - pages + 1), RangeError);
});

test('the release carries no names and no producers', () => {
  const module = new WebAssembly.Module(bytes);
  for (const section of ['name', 'producers']) {
    assert.equal(WebAssembly.Module.customSections(module, section).length, 0, section);
  }
});

test('the glue guesses no address: every entry loads the module in its own way', () => {
  assert.doesNotMatch(readFileSync(join(folder, 'engine.js'), 'utf8'), /import\.meta/);
});
