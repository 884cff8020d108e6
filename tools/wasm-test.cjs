// Runs the wasm-bindgen tests of one module in Node: `node tools/wasm-test.cjs <glue.js>`, the glue
// being what `cargo xtask wasm-test` makes. It prints what the harness prints and ends with 0 only
// if at least one test was found, all were run to their end, and none failed. It starts no compiler.
'use strict';

const { resolve } = require('node:path');

const [glue] = process.argv.slice(2);
if (glue === undefined) {
  process.stderr.write('usage: node tools/wasm-test.cjs <glue.js>\n');
  process.exit(2);
}

// A test that waits for ever lets Node run out of work and end with 0: this says otherwise.
let finished = false;
process.on('exit', (code) => {
  if (!finished && code === 0) {
    process.stderr.write('the tests stopped before they ended: one waits for something that never comes\n');
    process.exitCode = 1;
  }
});

// The harness prints through these, and collects from the wrapped ones what a test prints.
global.__wbgtest_og_console_log = console.log;
global.__wbgtest_og_console_error = console.error;
global.__wbg_test_invoke = (run) => run();
const handlers = {};
for (const method of ['debug', 'log', 'info', 'warn', 'error']) {
  console[method] = (...values) => handlers[method]?.(values);
}

const wasm = require(resolve(glue));
const tests = Object.keys(wasm.__wasm).filter((name) => name.startsWith('__wbgt_'));
if (tests.length === 0) {
  process.stderr.write('no wasm-bindgen test found\n');
  process.exit(1);
}
const context = new wasm.WasmBindgenTestContext(false);
for (const method of ['debug', 'log', 'info', 'warn', 'error']) {
  handlers[method] = wasm[`__wbgtest_console_${method}`];
}

context.run(tests.map((name) => wasm.__wasm[name])).then(
  (passed) => {
    finished = true;
    process.exitCode = passed ? 0 : 1;
  },
  (error) => {
    finished = true;
    global.__wbgtest_og_console_error(error);
    process.exitCode = 1;
  },
);
