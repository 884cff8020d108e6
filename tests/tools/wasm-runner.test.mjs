// The runner of wasm-bindgen tests ends with 0 only if tests were found, run to their end and passed.
// The glue here is made up, so that each way of ending can be had without a compiler.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../../tools/lib/run.mjs';

function runGlue(context, { tests, ending }) {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-runner-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const exported = tests.map((name) => `${JSON.stringify(name)}: () => {}`).join(', ');
  const glue = `
    exports.__wasm = { memory: {}, ${exported} };
    exports.WasmBindgenTestContext = class {
      run(tests) {
        console.log('captured, not printed');
        __wbgtest_og_console_log('running ' + tests.length + ' tests');
        return ${ending};
      }
    };
    for (const method of ['debug', 'log', 'info', 'warn', 'error']) exports['__wbgtest_console_' + method] = () => {};
  `;
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(folder, 'tests.js'), glue);
  const script = join(root, 'tools/wasm-test.cjs');
  return spawnSync(process.execPath, [script, join(folder, 'tests.js')], { encoding: 'utf8' });
}

const two = ['__wbgt__one', '__wbgt__two', 'other'];

test('all passed', (context) => {
  const { status, stdout } = runGlue(context, { tests: two, ending: 'Promise.resolve(true)' });
  assert.equal(status, 0);
  assert.equal(stdout, 'running 2 tests\n');
});

test('one failed', (context) => {
  assert.equal(runGlue(context, { tests: two, ending: 'Promise.resolve(false)' }).status, 1);
});

test('the harness broke', (context) => {
  const { status, stderr } = runGlue(context, { tests: two, ending: "Promise.reject(new Error('broke'))" });
  assert.equal(status, 1);
  assert.match(stderr, /broke/);
});

test('no test was found', (context) => {
  const { status, stderr } = runGlue(context, { tests: ['other'], ending: 'Promise.resolve(true)' });
  assert.equal(status, 1);
  assert.match(stderr, /no wasm-bindgen test found/);
});

test('a test waits for ever', (context) => {
  const { status, stderr } = runGlue(context, { tests: two, ending: 'new Promise(() => {})' });
  assert.equal(status, 1);
  assert.match(stderr, /stopped before they ended/);
});
